import { DEFAULT_PATH_KIND, kindsCarrying, type PathKindName } from '../../cluster/paths/path-kinds.ts'
import type { WorkloadBlueprint } from '../../simulation/blueprint.ts'
import type { WorkloadKind } from '../../workload/workload-kind.ts'
import type { ClusterEnvironment } from '../cluster/cluster-environment.ts'
import type { Findings } from '../problems/findings.ts'
import type { PathSection } from '../schema/paths.ts'
import type { WorkloadSection } from '../schema/workloads.ts'
import { type ArrivalContext, arrivalsOf } from './resolve-arrivals.ts'
import { objectsOf } from './resolve-objects.ts'
import { checkWorkloadKeys } from './workload-keys.ts'
import { targetOf } from './workload-target.ts'

export interface WorkloadEnvironment {
  readonly paths: ReadonlyMap<string, PathSection>
  readonly cluster: ClusterEnvironment | null
  readonly durationNs: number | null
}

export function resolveWorkloads(
  sections: ReadonlyMap<string, WorkloadSection>,
  environment: WorkloadEnvironment,
  findings: Findings,
): WorkloadBlueprint[] {
  const workloads = [...sections].map(([name, section]) => resolveWorkload(name, section, environment, findings))
  const isEndless =
    workloads.length > 0 && workloads.every(({ arrivals }) => arrivals.kind !== 'closed' && arrivals.forNs === null)
  if (isEndless && environment.durationNs === null)
    findings.report(['workloads'], 'missing-key', 'no workload ever ends, and the scenario has no duration', {
      at: 'key',
      hint: 'write duration: 60s',
    })
  return workloads
}

function resolveWorkload(
  name: string,
  section: WorkloadSection,
  environment: WorkloadEnvironment,
  findings: Findings,
): WorkloadBlueprint {
  const { paths, cluster, durationNs } = environment
  findings.checkName(['workloads', name, 'path'], 'path', section.path, findings.namesIn('paths'))
  const kind = section.kind ?? 'requests'
  const path = paths.get(section.path)
  const kindOfPath = path === undefined ? null : (path.kind ?? DEFAULT_PATH_KIND)
  if (kindOfPath !== null) checkFit(name, kind, kindOfPath, findings)
  checkWorkloadKeys(name, kind, section, findings)
  const context: ArrivalContext = { name, kind, section, durationNs, cluster, findings }
  return {
    name,
    path: section.path,
    kind,
    carries: section.carries ?? [],
    connection: section.connection ?? (kind === 'exec' || kind === 'port-forward' ? 'per-request' : 'keep-alive'),
    arrivals: arrivalsOf(context),
    objects: objectsOf(kind, section, kindOfPath, cluster),
    target: targetOf(name, kind, section, kindOfPath, cluster, findings),
    requestBytes: section.request ?? (isTyped(kind, section) ? 1 : 0),
    responseBytes: section.response ?? defaultResponseBytes(kind, section),
    ...(section.head === 'apart' ? { head: section.head } : {}),
    startNs: section.start ?? 0,
  }
}

/** Keys that are pressed, one after the other, and come back. */
function isTyped(kind: WorkloadKind, { rate }: WorkloadSection): boolean {
  return kind === 'keystrokes' || (kind === 'exec' && rate !== undefined)
}

function defaultResponseBytes(kind: WorkloadKind, section: WorkloadSection): number {
  if (isTyped(kind, section)) return 1
  if (kind === 'logs') return 10_000
  return SIZED_OTHERWISE.includes(kind) ? 0 : 1_000
}

/** By their objects, or by how long they flow. */
const SIZED_OTHERWISE: readonly WorkloadKind[] = ['heartbeat', 'watch', 'list', 'stream']

/** Why only some kinds of paths carry a workload; absent: any path does. */
const WHY_FEW_CARRY: Partial<Record<WorkloadKind, string>> = {
  heartbeat: 'heartbeats are what kubelets send to the apiserver',
  watch: 'only the apiserver can be watched',
  list: 'only the apiserver lists objects',
  logs: 'logs come from a kubelet, asked by the apiserver or by a user through it',
  exec: 'commands run through a kubelet, asked by the apiserver or by a user through it',
  'port-forward': 'ports are forwarded by a kubelet, for the apiserver or a user behind it',
  'proxy-get': 'what is proxied leaves the apiserver for a node, pod or service, or begins at a user',
}

function checkFit(name: string, kind: WorkloadKind, pathKind: PathKindName, findings: Findings): void {
  const why = WHY_FEW_CARRY[kind]
  const carriers = kindsCarrying(kind)
  if (why === undefined || carriers.includes(pathKind)) return
  findings.contradict(['workloads', name, 'kind'], `a path of kind ${pathKind} carries no ${kind}: ${why}`, {
    hint: `it needs a path of kind ${carriers.join(' or ')}`,
  })
}
