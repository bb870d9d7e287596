import {
  DEFAULT_PATH_KIND,
  FORWARDED_KINDS,
  kindsCarrying,
  type PathKindName,
  pathKind,
} from '../../cluster/paths/path-kinds.ts'
import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import type { WorkloadBlueprint } from '../../simulation/blueprint.ts'
import { isCommand, type WorkloadKind } from '../../workload/workload-kind.ts'
import type { ClusterEnvironment } from '../cluster/cluster-environment.ts'
import type { PathSection } from '../schema/paths.ts'
import type { WorkloadSection } from '../schema/workloads.ts'
import type { Findings } from '../tree/findings.ts'
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
    findings.report(['workloads'], 'missing-key', 'no workload ends, and the scenario has no duration', {
      at: 'key',
      hint: 'add a duration, such as duration: 60s',
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
  const skipsVerification = section[SKIP_VERIFY] === true
  if (section.discovery === 'fetched') checkDiscovery(name, kindOfPath, cluster, findings)
  if (kind === 'cp' && section.request !== undefined && section.response !== undefined)
    findings.contradict(
      ['workloads', name, 'response'],
      'cp copies one way: a file of `request` to the pod, or one of `response` from it',
      { at: 'key' },
    )
  if (skipsVerification) checkSkipping(name, kindOfPath, cluster, findings)
  const context: ArrivalContext = { name, kind, section, durationNs, cluster, findings }
  return {
    name,
    path: section.path,
    kind,
    carries: section.carries ?? [],
    connection: section.connection ?? (isOfOneProcess(kind) ? 'per-request' : 'keep-alive'),
    arrivals: arrivalsOf(context),
    objects: objectsOf(kind, section, kindOfPath, cluster),
    target: targetOf(name, kind, section, kindOfPath, cluster, findings),
    ...sizesOf(kind, section),
    ...(isCommand(kind) && section.request !== undefined ? { hasInput: true } : {}),
    ...(section.discovery === 'fetched' ? { fetchesDiscovery: true } : {}),
    ...(skipsVerification ? { skipsKubeletVerification: true } : {}),
    ...(section.head === 'apart' ? { head: section.head } : {}),
    startNs: section.start ?? 0,
  }
}

const SKIP_VERIFY = 'insecure-skip-tls-verify-backend'

/** Checks that kubectl has the flag, and that the request goes to an apiserver that supports it. */
function checkSkipping(
  name: string,
  kindOfPath: PathKindName | null,
  cluster: ClusterEnvironment | null,
  findings: Findings,
): void {
  const place = ['workloads', name, SKIP_VERIFY]
  if (kindOfPath !== null && pathKind(kindOfPath).isForwarded !== true)
    findings.contradict(place, `only logs through the apiserver have ${SKIP_VERIFY}`, {
      at: 'key',
      hint: `use a path of kind ${FORWARDED_KINDS}; elsewhere, tls.verify of the path says what is verified`,
    })
  if (cluster !== null && !abilitiesOf(cluster.version).apiserver.insecureBackendProxy)
    findings.contradict(place, `unknown flag: --${SKIP_VERIFY} (Kubernetes ${cluster.version.text})`, {
      at: 'key',
      hint: 'kubectl has it from 1.17 on, and apiservers heed it since (feature gate AllowInsecureBackendProxy)',
    })
}

/** The first release whose kubectl requests all resources in two documents (KEP-3352, beta). */
const AGGREGATED_DISCOVERY_SINCE = 27

/** Checks that kubectl sends the requests, and that its release uses the two documents of the model. */
function checkDiscovery(
  name: string,
  kindOfPath: PathKindName | null,
  cluster: ClusterEnvironment | null,
  findings: Findings,
): void {
  const place = ['workloads', name, 'discovery']
  if (kindOfPath !== null && pathKind(kindOfPath).requests.planLookups === undefined)
    findings.contradict(place, 'only kubectl fetches the resources of the apiserver', {
      at: 'key',
      hint: `use a path of kind ${FORWARDED_KINDS}`,
    })
  if (cluster !== null && cluster.version.minor < AGGREGATED_DISCOVERY_SINCE)
    findings.contradict(
      place,
      `kubectl ${cluster.version.text} asks for each API group by itself, which is not modelled`,
      {
        at: 'key',
        hint: `leave it out, or use Kubernetes 1.${AGGREGATED_DISCOVERY_SINCE} or later`,
      },
    )
}

/** Returns whether each request is a kubectl process of its own. */
function isOfOneProcess(kind: WorkloadKind): boolean {
  return kind !== 'keystrokes' && (isCommand(kind) || kind === 'port-forward')
}

/** Returns whether a workload sends single keys, which the server echoes. */
function isTyped(kind: WorkloadKind, { rate }: WorkloadSection): boolean {
  return kind === 'keystrokes' || ((kind === 'exec' || kind === 'attach') && rate !== undefined)
}

/** The approximate size of an HTTP request that a program sends through a forwarded port. */
const FORWARDED_REQUEST_BYTES = 100

type Sizes = Pick<WorkloadBlueprint, 'requestBytes' | 'responseBytes'>

function sizesOf(kind: WorkloadKind, section: WorkloadSection): Sizes {
  const { request = defaultRequestBytes(kind, section), response = defaultResponseBytes(kind, section) } = section
  if (kind !== 'cp') return { requestBytes: request, responseBytes: response }
  return section.request === undefined
    ? { requestBytes: 0, responseBytes: tarBytes(response) }
    : { requestBytes: tarBytes(request), responseBytes: 0 }
}

/** The bytes of a tar archive beside its file: a header, the padding of the last block, and two final blocks. */
const TAR_BLOCK_BYTES = 512

function tarBytes(fileBytes: number): number {
  return (3 + Math.ceil(fileBytes / TAR_BLOCK_BYTES)) * TAR_BLOCK_BYTES
}

function defaultRequestBytes(kind: WorkloadKind, section: WorkloadSection): number {
  if (isTyped(kind, section)) return 1
  return kind === 'port-forward' ? FORWARDED_REQUEST_BYTES : 0
}

function defaultResponseBytes(kind: WorkloadKind, section: WorkloadSection): number {
  if (isTyped(kind, section)) return 1
  if (kind === 'logs') return 10_000
  return SIZED_OTHERWISE.includes(kind) ? 0 : 1_000
}

/** The kinds whose responses get their size from their objects, or have no end. */
const SIZED_OTHERWISE: readonly WorkloadKind[] = ['heartbeat', 'watch', 'pod-changes', 'list', 'stream']

/**
 * The reasons why some kinds of workloads run only on some kinds of paths. Kinds that are not listed run on any path.
 */
const WHY_FEW_CARRY: Partial<Record<WorkloadKind, string>> = {
  heartbeat: 'kubelets send heartbeats to the apiserver',
  watch: 'only the apiserver serves watches',
  'pod-changes':
    'each change is sent on the watch of one kubelet; other clients that watch pods have a workload of kind watch',
  list: 'only the apiserver serves lists',
  logs: 'a kubelet serves logs, to the apiserver or through it to a user',
  exec: 'a kubelet runs commands, for the apiserver or through it for a user',
  attach: 'a kubelet attaches to commands, for the apiserver or through it for a user',
  cp: 'a kubelet runs the commands that copy, for the apiserver or through it for a user',
  'port-forward': 'a kubelet forwards ports, for the apiserver or through it for a user',
  'proxy-get': 'proxied requests go from a user to the apiserver, and from there to a node, pod or service',
}

function checkFit(name: string, kind: WorkloadKind, pathKind: PathKindName, findings: Findings): void {
  const why = WHY_FEW_CARRY[kind]
  const carriers = kindsCarrying(kind)
  if (why === undefined || carriers.includes(pathKind)) return
  findings.contradict(['workloads', name, 'kind'], `a path of kind ${pathKind} carries no ${kind}: ${why}`, {
    hint: `use a path of kind ${carriers.join(' or ')}`,
  })
}
