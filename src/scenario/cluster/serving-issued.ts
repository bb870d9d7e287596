import { MODELLED_PATH_KINDS } from '../../cluster/paths/path-kinds.ts'
import { type KubeletSection, kubeletSectionOf } from '../configuration/written-flags.ts'
import type { ClusterSection } from '../schema/cluster.ts'
import { scalarAt, type Tree, treeAt } from '../tree/tree.ts'
import type { NodeMember } from './cluster-members.ts'

const kindsToKubelet: readonly unknown[] = MODELLED_PATH_KINDS.filter(({ ends }) => ends.to.party === 'kubelet').map(
  ({ name }) => name,
)

/** Returns the pools whose kubelets have serving certificates that the CA of the cluster issued. */
export function poolsIssued(nodes: readonly NodeMember[], section: ClusterSection, tree: Tree): ReadonlySet<string> {
  const pools = new Set(nodes.map(({ pool }) => pool))
  return new Set([...pools].filter((pool) => isServingIssued(kubeletSectionOf(section, pool), tree)))
}

/**
 * Returns whether the CA of the cluster issued the serving certificates of the kubelets of a section. No setting of
 * Kubernetes alone does that: an administrator approves the requests of kubelets, or distributes files. So a scenario
 * says so, or has a path that verifies kubelets, for which it is assumed.
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
