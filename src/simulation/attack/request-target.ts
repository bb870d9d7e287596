import type { AttackRequest } from '../../attack/parameters/common.ts'
import type { ServerKind } from '../../attack/techniques/step-planner.ts'
import type { PodAddress, UpgradeProtocol } from '../../cluster/messages/apiserver-requests.ts'
import type { ResourceOperation } from '../../cluster/messages/operations.ts'
import { TYPICAL_POD } from '../../cluster/paths/requests/path-requests.ts'
import type { Blueprint, PathBlueprint } from '../blueprint.ts'
import type { PodBlueprint } from '../blueprint-cluster.ts'
import { byName } from '../by-name.ts'
import { isAllowedTo } from '../lookups/granted.ts'
import { hostOfPod } from '../lookups/members.ts'

/** The pod, node and method of an attacker's request along a path. */
export interface RequestTarget {
  readonly pod: PodAddress
  /** The port of the pod. */
  readonly port: number
  readonly node: string
  readonly protocol: UpgradeProtocol
}

/** The sender of a request: its host, and the credential that it presents, by name. */
export interface Requester {
  readonly credential: string | null
  readonly from: string
}

/** The subresource of pods that the apiserver authorizes for each request about a pod. */
const SUBRESOURCES: Readonly<Partial<Record<AttackRequest, string>>> = {
  exec: 'exec',
  attach: 'attach',
  'port-forward': 'portforward',
  logs: 'log',
}

/** The port to forward if the pod listens on none. */
const USUAL_PORT = 80

/**
 * Returns the target of a request at a server: the first pod by name, among those at the server (for the apiserver,
 * all), for which the credential permits the request. If there is none, the first pod; if there are no pods, a typical
 * target. Pods on the host `from`, where the request comes from, are taken last, because the attacker controls them.
 */
export function requestTarget(
  ask: AttackRequest,
  path: PathBlueprint,
  server: ServerKind,
  { credential, from }: Requester,
  blueprint: Blueprint,
): RequestTarget {
  const { cluster } = blueprint
  const [others, own] = partition(podsAt(path, blueprint), (pod) => pod.node !== from && hostOfPod(pod) !== from)
  const pods = [...others, ...own]
  const subresource = server === 'apiserver' ? SUBRESOURCES[ask] : undefined
  const may = (operation: ResourceOperation, verb: string) => isAllowedTo(credential, { ...operation, verb }, blueprint)
  const operationOn = (pod: PodBlueprint | undefined) => operationAt(subresource, pod, nodeAt(path, pod, blueprint))
  const mayAsk = (pod: PodBlueprint) => VERBS.some((verb) => may(operationOn(pod), verb))
  // No rule or policy of a scenario names a pod, so one pod stands for its namespace.
  const firstOfEach = new Map<string, PodBlueprint>()
  for (const each of pods) if (!firstOfEach.has(namespaceOf(each))) firstOfEach.set(namespaceOf(each), each)
  const pod = (subresource === undefined ? undefined : [...firstOfEach.values()].find(mayAsk)) ?? pods[0]
  const operation = operationOn(pod)
  return {
    pod: pod === undefined ? TYPICAL : { namespace: namespaceOf(pod), pod: pod.name, container: pod.app },
    port: pod?.listens ?? USUAL_PORT,
    node: nodeAt(path, pod, blueprint),
    // A WebSocket's GET is authorized as `get`, SPDY's POST as `create` (k/k#136550).
    protocol: cluster !== null && may(operation, 'get') && !may(operation, 'create') ? 'websocket' : 'spdy',
  }
}

const VERBS = ['create', 'get']

const TYPICAL: PodAddress = { namespace: TYPICAL_POD.namespace, pod: TYPICAL_POD.pod, container: 'web' }

/**
 * Returns the pods at the server of a path, sorted by name: the server itself, the pods that it runs, or for the
 * apiserver those on all nodes.
 */
function podsAt({ to }: PathBlueprint, { cluster }: Blueprint): readonly PodBlueprint[] {
  if (cluster === null) return []
  const isOnNode = ({ node }: PodBlueprint) => cluster.nodes.some(({ name }) => name === node)
  const isHere = (pod: PodBlueprint) => pod.node === to || hostOfPod(pod) === to
  return cluster.pods.filter(cluster.apiserver.host === to ? isOnNode : isHere).sort(byName)
}

/** Returns the node of a path's server or of the pod; the first node by name if neither has one. */
function nodeAt({ to }: PathBlueprint, pod: PodBlueprint | undefined, { cluster }: Blueprint): string {
  const nodes = [...(cluster?.nodes ?? [])].sort(byName)
  return nodes.find(({ name }) => name === to)?.name ?? pod?.node ?? nodes[0]?.name ?? to
}

function operationAt(subresource: string | undefined, pod: PodBlueprint | undefined, node: string): ResourceOperation {
  const shape = { kind: 'resource', verb: 'get', group: '', version: 'v1', fieldSelector: null } as const
  return subresource === undefined
    ? { ...shape, resource: 'nodes', subresource: 'proxy', namespace: null, name: node }
    : {
        ...shape,
        resource: 'pods',
        subresource,
        namespace: pod === undefined ? TYPICAL.namespace : namespaceOf(pod),
        name: pod?.name ?? TYPICAL.pod,
      }
}

function namespaceOf({ account }: PodBlueprint): string {
  return account.split('/')[0]
}

function partition<T>(list: readonly T[], isFirst: (each: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [list.filter(isFirst), list.filter((each) => !isFirst(each))]
}
