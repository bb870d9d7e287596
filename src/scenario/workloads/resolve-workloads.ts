import type { PathBlueprint, WorkloadBlueprint, WorkloadKind } from '../../simulation/blueprint.ts'
import type { ClusterSurroundings } from '../cluster/cluster-surroundings.ts'
import type { Findings } from '../problems/findings.ts'
import type { PathSection } from '../schema/paths.ts'
import type { WorkloadSection } from '../schema/workloads.ts'
import { type ArrivalContext, arrivalsOf } from './resolve-arrivals.ts'
import { objectsOf } from './resolve-objects.ts'
import { checkWorkloadKeys } from './workload-keys.ts'
import { targetOf } from './workload-target.ts'

type PathKindName = PathBlueprint['kind']

export interface WorkloadSurroundings {
  readonly pathNames: ReadonlySet<string>
  readonly paths: ReadonlyMap<string, PathSection>
  readonly cluster: ClusterSurroundings | null
  readonly durationNs: number | null
}

export function resolveWorkloads(
  sections: ReadonlyMap<string, WorkloadSection>,
  surroundings: WorkloadSurroundings,
  findings: Findings,
): WorkloadBlueprint[] {
  const workloads = [...sections].map(([name, section]) => resolveWorkload(name, section, surroundings, findings))
  const isEndless =
    workloads.length > 0 && workloads.every(({ arrivals }) => arrivals.kind !== 'closed' && arrivals.forNs === null)
  if (isEndless && surroundings.durationNs === null)
    findings.report(['workloads'], 'missing-key', 'no workload ever ends, and the scenario has no duration', {
      at: 'key',
      hint: 'write duration: 60s',
    })
  return workloads
}

function resolveWorkload(
  name: string,
  section: WorkloadSection,
  surroundings: WorkloadSurroundings,
  findings: Findings,
): WorkloadBlueprint {
  const { pathNames, paths, cluster, durationNs } = surroundings
  findings.checkName(['workloads', name, 'path'], 'path', section.path, pathNames)
  const kind = section.kind ?? 'requests'
  const path = paths.get(section.path)
  const pathKind = path === undefined ? null : (path.kind ?? 'custom')
  if (pathKind !== null) checkFit(name, kind, pathKind, findings)
  checkWorkloadKeys(name, kind, section, findings)
  const context: ArrivalContext = { name, kind, section, durationNs, cluster, findings }
  return {
    name,
    path: section.path,
    kind,
    carries: section.carries ?? [],
    connection: section.connection ?? (kind === 'exec' || kind === 'port-forward' ? 'per-request' : 'keep-alive'),
    arrivals: arrivalsOf(context),
    objects: objectsOf(kind, section, pathKind, cluster),
    target: targetOf(name, kind, section, pathKind, cluster, findings),
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

const INTO_APISERVER: readonly PathKindName[] = [
  'component-apiserver',
  'kubelet-apiserver',
  'pod-apiserver',
  'user-apiserver',
]
const TO_KUBELET: readonly PathKindName[] = ['apiserver-kubelet', 'user-apiserver']

/** Kinds that only some paths can carry, and which. Absent: any path. */
const CARRIERS: Partial<Record<WorkloadKind, { readonly paths: readonly PathKindName[]; readonly why: string }>> = {
  heartbeat: { paths: ['kubelet-apiserver'], why: 'heartbeats are what kubelets send to the apiserver' },
  watch: { paths: INTO_APISERVER, why: 'only the apiserver can be watched' },
  list: { paths: INTO_APISERVER, why: 'only the apiserver lists objects' },
  logs: { paths: TO_KUBELET, why: 'logs come from a kubelet, asked by the apiserver or by a user through it' },
  exec: { paths: TO_KUBELET, why: 'commands run through a kubelet, asked by the apiserver or by a user through it' },
  'port-forward': { paths: TO_KUBELET, why: 'ports are forwarded by a kubelet, for the apiserver or a user behind it' },
  'proxy-get': {
    paths: ['apiserver-node', 'apiserver-pod', 'apiserver-service', 'user-apiserver'],
    why: 'what is proxied leaves the apiserver for a node, pod or service, or begins at a user',
  },
}

function checkFit(name: string, kind: WorkloadKind, pathKind: PathKindName, findings: Findings): void {
  const carriers = CARRIERS[kind]
  if (carriers === undefined || carriers.paths.includes(pathKind)) return
  findings.report(
    ['workloads', name, 'kind'],
    'contradiction',
    `a path of kind ${pathKind} carries no ${kind}: ${carriers.why}`,
    { hint: `it needs a path of kind ${carriers.paths.join(' or ')}` },
  )
}
