import { kubeletCertificateAuthority } from '../../cluster/flags/apiserver/kubelet-certificate-authority.ts'
import { serverTlsBootstrap } from '../../cluster/flags/kubelet/server-tls-bootstrap.ts'
import { MODELLED_PATH_KINDS } from '../../cluster/paths/path-kinds.ts'
import type { ClusterSection } from '../schema/cluster.ts'
import { scalarAt, type Tree, treeAt } from '../tree/tree.ts'

const kindsToKubelet: readonly unknown[] = MODELLED_PATH_KINDS.filter(({ ends }) => ends.to.party === 'kubelet').map(
  ({ name }) => name,
)

/** Whether the serving certificates of kubelets are issued by the CA of the cluster. */
export function isServingIssued({ kubelet }: ClusterSection, tree: Tree): boolean {
  const wanted = kubelet?.['server-certificate']
  if (wanted !== undefined) return wanted === 'issued'
  if (scalarAt(tree, ['cluster', 'kubelet', 'config', serverTlsBootstrap.name]) === true) return true
  if (scalarAt(tree, ['cluster', 'apiserver', 'flags', kubeletCertificateAuthority.name]) != null) return true
  const paths = treeAt(tree, ['paths'])
  if (paths?.kind !== 'map') return false
  return [...paths.entries.values()].some(({ tree: path }) => {
    const verify = scalarAt(path, ['tls', 'verify'])
    return kindsToKubelet.includes(scalarAt(path, ['kind'])) && (verify === 'ca' || verify === 'ca+cn')
  })
}
