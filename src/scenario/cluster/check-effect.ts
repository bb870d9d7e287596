import { type PathKindName, pathKind } from '../../cluster/paths/path-kinds.ts'
import type { PathBlueprint } from '../../simulation/blueprint.ts'
import type { ClusterBlueprint } from '../../simulation/blueprint-cluster.ts'
import type { ClusterSection } from '../schema/cluster.ts'
import type { HostSection } from '../schema/hosts.ts'
import type { Findings } from '../tree/findings.ts'

/** The hosts and the cluster as written, and the cluster and paths that they resolve to. */
export interface Written {
  readonly hostSections: ReadonlyMap<string, HostSection>
  readonly section: ClusterSection | undefined
  /** Null without a cluster. */
  readonly cluster: ClusterBlueprint | null
  readonly paths: readonly PathBlueprint[]
}

/** Reports keys of hosts and of Konnectivity without effect, because no program there reads them. */
export function checkEffect(written: Written, findings: Findings): void {
  const { hostSections, section, cluster, paths } = written
  const nodes = new Set(cluster?.nodes.map(({ name }) => name))
  const users = new Set(paths.filter(({ kind }) => isFromUser(kind)).map(({ from }) => from))
  const servers = tlsServers(written)
  for (const [name, { zone, kubernetes, certificate }] of hostSections) {
    if (
      zone !== undefined &&
      !nodes.has(name) &&
      (name !== cluster?.apiserver.host || cluster.controlPlaneNode === null)
    )
      findings.contradict(['hosts', name, 'zone'], `${name} is no node of a cluster, and only nodes have zones`, {
        at: 'key',
      })
    if (kubernetes !== undefined && !nodes.has(name) && !users.has(name))
      findings.contradict(
        ['hosts', name, 'kubernetes'],
        'only a node of a cluster, and a host on which a path of kubectl begins, has a Kubernetes version',
        { at: 'key' },
      )
    if (certificate !== undefined && !servers.has(name))
      findings.contradict(['hosts', name, 'certificate'], `no path leads to a TLS server on ${name}`, { at: 'key' })
  }
  const isKonnectivityUsed =
    cluster?.konnectivity != null || paths.some(({ tunnel }) => tunnel?.kind === 'konnectivity')
  if (section?.konnectivity !== undefined && !isKonnectivityUsed)
    findings.contradict(
      ['cluster', 'konnectivity'],
      'the apiserver uses no Konnectivity server, since --egress-selector-config-file is empty',
      { at: 'key', hint: 'add egress-selector-config-file: konnectivity to cluster.apiserver.flags' },
    )
}

/** Returns whether kubectl is the client of paths of this kind. */
function isFromUser(kind: PathKindName): boolean {
  return pathKind(kind).ends.from.party === 'user'
}

/** Returns the hosts on which a server presents the certificate of its host. */
function tlsServers({ cluster, paths }: Written): ReadonlySet<string> {
  const ofCluster =
    cluster === null
      ? []
      : [
          cluster.apiserver.host,
          ...cluster.nodes.map(({ name }) => name),
          ...cluster.pods.filter(({ servingCertificate }) => servingCertificate !== null).map(({ name }) => name),
        ]
  return new Set([...ofCluster, ...paths.filter(({ tls }) => tls !== null).map(({ to }) => to)])
}
