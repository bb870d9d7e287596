import { MODELLED_PATH_KINDS } from '../../cluster/paths/path-kinds.ts'
import type { KubeletSection } from '../configuration/written-flags.ts'
import { scalarAt, type Tree, treeAt } from '../tree/tree.ts'

const kindsToKubelet: readonly unknown[] = MODELLED_PATH_KINDS.filter(({ ends }) => ends.to.party === 'kubelet').map(
  ({ name }) => name,
)

/**
 * Whether the CA of the cluster issued the serving certificates of the kubelets of a section. No setting of Kubernetes does that alone:
 * an administrator approves the requests of kubelets, or distributes files. A scenario says so, or has a path that
 * verifies kubelets, which is hypothetical.
 */
export function isServingIssued({ section }: KubeletSection, tree: Tree): boolean {
  const wanted = section?.['server-certificate']
  if (wanted !== undefined) return wanted === 'issued'
  const paths = treeAt(tree, ['paths'])
  if (paths?.kind !== 'map') return false
  return [...paths.entries.values()].some(({ tree: path }) => {
    const verify = scalarAt(path, ['tls', 'verify'])
    return kindsToKubelet.includes(scalarAt(path, ['kind'])) && (verify === 'ca' || verify === 'ca+cn')
  })
}
