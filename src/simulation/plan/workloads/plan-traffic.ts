import {
  apiserverResponseFields,
  clientRequestFields,
  kubeletResponseFields,
} from '../../../cluster/messages/api-headers.ts'
import {
  getForPod,
  getNode,
  listAll,
  listPodsOfNode,
  nodeProxy,
  type PodResource,
  patchNodeStatus,
  podExec,
  podLogs,
  podPortForward,
  proxyInNamespace,
  renewLease,
  watchAll,
  watchForPod,
  watchPodsOfNode,
} from '../../../cluster/messages/apiserver-requests.ts'
import { containerLogs, kubeletExec, kubeletPortForward } from '../../../cluster/messages/kubelet-requests.ts'
import {
  hasManagedFields,
  listSize,
  objectSize,
  TYPICAL_IMAGES,
  watchEventSize,
} from '../../../cluster/messages/object-sizes.ts'
import type { RequestLine } from '../../../cluster/messages/operations.ts'
import { plainRequestFields, plainResponseFields } from '../../../cluster/messages/plain-headers.ts'
import { type Abilities, abilitiesOf } from '../../../cluster/versions/abilities.ts'
import { kubernetesVersion } from '../../../cluster/versions/kubernetes-version.ts'
import type { HeaderField } from '../../../http/hpack/header-fields.ts'
import type { ObjectResource, PathBlueprint, WorkloadBlueprint } from '../../blueprint.ts'
import { isIntoApiserver } from '../paths/path-traits.ts'

/** What a workload asks on a path, and what it is told. */
export interface Traffic {
  readonly line: RequestLine
  readonly isUpgrade: boolean
  readonly requestFields: readonly HeaderField[]
  /** Of a whole answer; `bodyBytes` is null where nobody knows it when the head is sent. */
  readonly responseFields: (status: number, bodyBytes: number | null) => readonly HeaderField[]
  readonly requestBodyBytes: number
  readonly responseBodyBytes: number
}

export interface TrafficContext {
  readonly workload: WorkloadBlueprint
  readonly path: PathBlueprint
  /** What it is about, where the workload does not say; null: a typical one. */
  readonly pod: string | null
  /** Of the cluster, or the newest whose facts are firm. */
  readonly minor: number
  /** Host and port, as the client dials them. */
  readonly authority: string
  /** Of a bearer token; 0: none is sent. */
  readonly tokenBytes: number
}

export function trafficOf(context: TrafficContext): Traffic {
  const { path } = context
  if (isIntoApiserver(path)) return apiserverTraffic(context)
  return path.kind === 'apiserver-kubelet' ? kubeletTraffic(context) : plainTraffic(context)
}

/** Go's net/http names itself so (request.go, defaultUserAgent). */
const GO_AGENT = 'Go-http-client/1.1'

/** What there is to see on the plain ports of a kubelet (facts, kubernetes-paths.md 1.5), and on its own. */
const PLAIN_TARGETS: ReadonlyMap<number, string> = new Map([
  [10_248, '/healthz'],
  [10_250, '/pods'],
  [10_255, '/pods'],
])

function plainTraffic({ workload, path, authority, tokenBytes }: TrafficContext): Traffic {
  const { requestBytes: bodyBytes, responseBytes } = workload
  const method = bodyBytes > 0 ? 'POST' : 'GET'
  const isUpgrade = isUpgrading(workload)
  const target = PLAIN_TARGETS.get(path.port) ?? '/'
  return {
    line: { method, target },
    isUpgrade,
    requestFields: plainRequestFields({
      method,
      target,
      authority,
      scheme: path.tls === null ? 'http' : 'https',
      userAgent: GO_AGENT,
      tokenBytes,
      bodyBytes,
      upgrade: isUpgrade ? 'websocket' : null,
    }),
    responseFields: (status, length) => plainResponseFields(status, 'application/octet-stream', length),
    requestBodyBytes: bodyBytes,
    responseBodyBytes: responseBytes,
  }
}

function isUpgrading({ kind }: WorkloadBlueprint): boolean {
  return kind === 'exec' || kind === 'keystrokes' || kind === 'port-forward'
}

/** A pod as a Deployment names it. */
export const TYPICAL_POD = { namespace: 'default', pod: 'web-5d4f8c7b9d-x2x4z', container: 'web' }
/** An apiserver that fetches logs: 179 bytes in all (facts, kubernetes-paths.md 1.9). */
export const APISERVER_AGENT = 'kube-apiserver/v1.30.0 (linux/amd64) kubernetes/7c48c2b'
const SHELL: readonly string[] = ['sh']
const TERMINAL = { stdin: true, tty: true }

function kubeletTraffic({ workload, pod, authority, tokenBytes }: TrafficContext): Traffic {
  const { kind, requestBytes, responseBytes } = workload
  const isUpgrade = isUpgrading(workload)
  const address = { ...TYPICAL_POD, pod: pod ?? TYPICAL_POD.pod }
  const kubeletRoot: RequestLine = { method: 'GET', target: '/metrics' }
  const line =
    kind === 'exec' || kind === 'keystrokes'
      ? kubeletExec(address, SHELL, TERMINAL, 'spdy')
      : kind === 'port-forward'
        ? kubeletPortForward('default', address.pod, 8080, 'spdy')
        : kind === 'proxy-get'
          ? kubeletRoot
          : containerLogs(address, kind === 'stream')
  const method = requestBytes > 0 ? 'POST' : 'GET'
  return {
    line,
    isUpgrade,
    requestFields: plainRequestFields({
      method: isUpgrade ? 'POST' : method,
      target: line.target,
      authority,
      scheme: 'https',
      userAgent: APISERVER_AGENT,
      tokenBytes,
      bodyBytes: requestBytes,
      upgrade: isUpgrade ? 'SPDY/3.1' : null,
    }),
    responseFields: (status, contentLengthBytes) =>
      kubeletResponseFields({ status, contentType: 'text/plain', contentLengthBytes }),
    requestBodyBytes: requestBytes,
    responseBodyBytes: responseBytes,
  }
}

const PROTOBUF = 'application/vnd.kubernetes.protobuf'
const JSON_TYPE = 'application/json'

function apiserverTraffic(context: TrafficContext): Traffic {
  const { workload, path, minor, authority, tokenBytes } = context
  const line = apiserverLine(context)
  const requestBodyBytes = workload.requestBytes
  const contentType = path.kind === 'user-apiserver' ? JSON_TYPE : PROTOBUF
  const isUpgrade = isUpgrading(workload)
  return {
    line,
    isUpgrade,
    requestFields: clientRequestFields({
      method: line.method,
      authority,
      path: line.target,
      userAgent: agentOf(path, minor),
      accept: path.kind === 'user-apiserver' ? JSON_TYPE : `${PROTOBUF},${JSON_TYPE}`,
      contentType: requestBodyBytes > 0 ? contentType : null,
      contentLengthBytes: requestBodyBytes,
      tokenBytes,
    }),
    responseFields: (status, contentLengthBytes) =>
      apiserverResponseFields({
        status,
        contentType,
        contentLengthBytes,
        hasAuditId: true,
        hasPriorityAndFairness: minor >= 20,
      }),
    requestBodyBytes,
    responseBodyBytes: answerBytes(workload, minor),
  }
}

/** A watch's answer is one event after the other, each about one object. */
function answerBytes({ kind, objects, responseBytes }: WorkloadBlueprint, minor: number): number {
  if (objects === null) return responseBytes
  const { resource, count, encoding } = objects
  const shape = { managedFields: hasManagedFields(minor), images: TYPICAL_IMAGES }
  if (kind === 'list') return listSize(resource, encoding, shape, count).bytes
  return watchEventSize('MODIFIED', encoding, objectSize(resource, encoding, shape)).bytes
}

function apiserverLine({ workload, path, minor }: TrafficContext): RequestLine {
  const { kind, objects, target, requestBytes } = workload
  const name = target?.names[0] ?? TYPICAL_POD.pod
  const pod = { ...TYPICAL_POD, pod: name }
  switch (kind) {
    case 'heartbeat':
      return renewLease(path.from, minor)
    case 'list':
    case 'watch':
      return readingLine(objects?.resource ?? 'pods', kind, path, minor)
    case 'logs':
    case 'stream':
      return podLogs(pod, kind === 'stream')
    case 'exec':
    case 'keystrokes':
      return podExec(pod, SHELL, TERMINAL, clientDefaults(minor).execProtocol)
    case 'port-forward':
      return podPortForward('default', name, 8080, clientDefaults(minor).portForwardProtocol)
    case 'proxy-get':
      return target?.resource === 'nodes'
        ? nodeProxy(name, '/')
        : proxyInNamespace(target?.resource ?? 'pods', 'default', name, '/')
    case 'requests':
      if (path.kind === 'kubelet-apiserver') return requestBytes > 0 ? patchNodeStatus(path.from) : getNode(path.from)
      return {
        method: requestBytes > 0 ? 'PUT' : 'GET',
        target: '/api/v1/namespaces/default/configmaps/settings',
      }
  }
}

function clientDefaults(minor: number): Abilities['client'] {
  return abilitiesOf(kubernetesVersion(minor)).client
}

/** How long a reflector watches: 5 to 10 minutes (facts, kubernetes-paths.md 1.2). */
const WATCH_S = 450

/** A kubelet reads what is its own: others' it must not (authorization mode Node). */
function readingLine(
  resource: ObjectResource,
  kind: 'list' | 'watch',
  { kind: pathKind, from }: PathBlueprint,
  minor: number,
): RequestLine {
  if (pathKind !== 'kubelet-apiserver')
    return kind === 'list' ? listAll(resourcePath(resource)) : watchAll(resourcePath(resource), WATCH_S, minor)
  switch (resource) {
    case 'pods':
      return kind === 'list' ? listPodsOfNode(from) : watchPodsOfNode(from, WATCH_S, minor)
    case 'secrets':
      return forPod('secrets', 'default-token-x2x4z', kind, minor)
    case 'configmaps':
      return forPod('configmaps', 'kube-root-ca.crt', kind, minor)
    case 'nodes':
      return getNode(from)
    default:
      return kind === 'list' ? listAll(resourcePath(resource)) : watchAll(resourcePath(resource), WATCH_S, minor)
  }
}

function forPod(resource: PodResource, name: string, kind: 'list' | 'watch', minor: number): RequestLine {
  return kind === 'list' ? getForPod(resource, 'default', name) : watchForPod(resource, 'default', name, WATCH_S, minor)
}

function resourcePath(resource: ObjectResource): string {
  return resource === 'leases' ? '/apis/coordination.k8s.io/v1/leases' : `/api/v1/${resource}`
}

export function agentOf({ kind }: PathBlueprint, minor: number): string {
  const program = {
    'kubelet-apiserver': 'kubelet',
    'user-apiserver': 'kubectl',
    'component-apiserver': 'kube-scheduler',
  }
  const name = (program as Record<string, string>)[kind] ?? 'app'
  return `${name}/v1.${minor}.3 (linux/amd64) kubernetes/32cc146`
}
