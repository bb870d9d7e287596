import { FORWARDED_KINDS, type PathKindName, pathKind } from '../../cluster/paths/path-kinds.ts'
import type { WorkloadBlueprint } from '../../simulation/blueprint.ts'
import type { WorkloadKind } from '../../workload/workload-kind.ts'
import type { ClusterEnvironment } from '../cluster/cluster-environment.ts'
import { MASTER, nodesNamed } from '../cluster/cluster-members.ts'
import type { WorkloadSection } from '../schema/workloads.ts'
import type { Findings } from '../tree/findings.ts'

type Target = NonNullable<WorkloadBlueprint['target']>

const REACHED: Partial<Record<WorkloadKind, readonly Target['resource'][]>> = {
  logs: ['pods'],
  exec: ['pods'],
  attach: ['pods'],
  cp: ['pods'],
  'port-forward': ['pods'],
  'proxy-get': ['pods', 'nodes', 'services'],
}

/** Returns the pods, nodes or services behind the apiserver that a workload reaches. */
export function targetOf(
  name: string,
  kind: WorkloadKind,
  section: WorkloadSection,
  kindOfPath: PathKindName | null,
  cluster: ClusterEnvironment | null,
  findings: Findings,
): Target | null {
  const reached = REACHED[kind]
  const place = ['workloads', name, 'target']
  if (reached === undefined || kindOfPath === null || pathKind(kindOfPath).isForwarded === undefined) {
    if (section.target !== undefined && reached !== undefined && kindOfPath !== null)
      findings.contradict(
        place,
        `target needs a path of kind ${FORWARDED_KINDS}; other paths give the server themselves`,
        {
          at: 'key',
        },
      )
    return null
  }
  if (cluster === null) {
    if (section.target !== undefined)
      findings.contradict(place, `${section.target} needs a cluster, and the scenario has none`)
    return null
  }
  const written = section.target ?? 'pods/*'
  const [group, member = '*'] = written.split('/')
  if (!written.includes('/') || !reached.includes(group as Target['resource'])) {
    const message = `${kind} reaches ${reached.join(', ')}, not ${written}`
    findings.contradict(place, message, { hint: `write it like ${reached[0]}/NAME` })
    return null
  }
  const names = namesOf(group as Target['resource'], member, kind, cluster)
  if (names.length === 0) {
    const reachable = new Set(namesOf(group as Target['resource'], '*', kind, cluster))
    if (member === '*') findings.report(place, 'unknown-name', `the cluster has no ${group} that ${kind} can reach`)
    else if (findings.checkName(place, group.slice(0, -1), member, reachable, cluster.members.podSections)) {
      const isThere = cluster.members.pods.every(({ app, node }) => app !== member || node === MASTER)
      const why = isThere ? 'are on the master, where no kubelet runs' : 'have no port'
      findings.contradict(place, `${kind} cannot reach ${written}: these pods ${why}`)
    }
    return null
  }
  return { resource: group as Target['resource'], names }
}

function namesOf(
  resource: Target['resource'],
  member: string,
  kind: WorkloadKind,
  { members }: ClusterEnvironment,
): readonly string[] {
  const { pods, podSections, services, nodes } = members
  if (resource === 'services') return [...services.keys()].filter((name) => member === '*' || name === member)
  if (resource === 'nodes') return nodesNamed(`nodes/${member}`, nodes).map(({ name }) => name)
  const needsPort = kind === 'port-forward' || kind === 'proxy-get'
  return (
    pods
      .filter(({ name, app }) => member === '*' || name === member || app === member)
      .filter(({ app }) => !needsPort || podSections.get(app)?.listens !== undefined)
      // No kubelet runs on the master.
      .filter(({ node }) => kind === 'proxy-get' || node !== MASTER)
      .map(({ name }) => name)
  )
}
