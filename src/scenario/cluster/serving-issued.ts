import { kubeletCertificateAuthority } from '../../cluster/flags/apiserver/kubelet-certificate-authority.ts'
import { serverTlsBootstrap } from '../../cluster/flags/kubelet/server-tls-bootstrap.ts'
import { MODELLED_PATH_KINDS } from '../../cluster/paths/path-kinds.ts'
import type { ClusterSection } from '../schema/cluster.ts'
import { type Tree, treeAt } from '../tree/tree.ts'

const kindsToKubelet: readonly unknown[] = MODELLED_PATH_KINDS.filter(({ ends }) => ends.to.party === 'kubelet').map(
  ({ name }) => name,
)

/** Whether kubelets serve with a certificate that the cluster's CA issued. */
export function isServingIssued({ kubelet }: ClusterSection, tree: Tree): boolean {
  const wanted = kubelet?.['server-certificate']
  if (wanted !== undefined) return wanted === 'issued'
  const bootstrap = treeAt(tree, ['cluster', 'kubelet', 'config', serverTlsBootstrap.name])
  if (bootstrap?.kind === 'scalar' && bootstrap.value === true) return true
  const authority = treeAt(tree, ['cluster', 'apiserver', 'flags', kubeletCertificateAuthority.name])
  if (authority?.kind === 'scalar' && authority.value !== null) return true
  const paths = treeAt(tree, ['paths'])
  if (paths?.kind !== 'map') return false
  return [...paths.entries.values()].some(({ tree: path }) => {
    const kind = treeAt(path, ['kind'])
    const verify = treeAt(path, ['tls', 'verify'])
    const isKubelet = kind?.kind === 'scalar' && kindsToKubelet.includes(kind.value)
    return isKubelet && verify?.kind === 'scalar' && (verify.value === 'ca' || verify.value === 'ca+cn')
  })
}
