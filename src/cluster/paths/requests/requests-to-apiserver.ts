import { SWITCHING_PROTOCOLS } from '../../../http/message.ts'
import type { WorkloadKind } from '../../../workload/workload-kind.ts'
import {
  agentOf,
  apiserverResponseFields,
  clientRequestFields,
  switchFields,
  type UpgradeOffer,
  upgradeRequestFields,
} from '../../messages/api-headers.ts'
import {
  DISCOVERY,
  getPod,
  listAll,
  nodeProxy,
  podAttach,
  podExec,
  podLogs,
  podPortForward,
  proxyInNamespace,
  renewLease,
  type UpgradeProtocol,
  watchAll,
} from '../../messages/apiserver-requests.ts'
import {
  hasManagedFields,
  listBytes,
  type ObjectKind,
  objectBytes,
  TYPICAL_IMAGES,
  watchEventBytes,
} from '../../messages/object-sizes.ts'
import type { RequestLine } from '../../messages/operations.ts'
import type { StreamingProtocol } from '../../messages/streaming-protocols.ts'
import {
  commandOf,
  type ExchangeContext,
  isUpgrading,
  type PathRequests,
  type PlannedExchange,
  type RequestingWorkload,
  TYPICAL_POD,
  terminalOf,
} from './path-requests.ts'

const PROTOBUF = 'application/vnd.kubernetes.protobuf'
const JSON_TYPE = 'application/json'

interface Client extends Pick<PathRequests, 'program' | 'encoding'> {
  readonly upgradesTo?: PathRequests['upgradesTo']
  /** Returns this client's own request line for a workload; undefined if it equals that of all clients. */
  readonly ownLine?: (context: ExchangeContext) => RequestLine | undefined
}

export function requestsToApiserver({ program, encoding, upgradesTo = 'websocket', ownLine }: Client): PathRequests {
  return {
    program,
    encoding,
    upgradesTo,
    planExchange: (context) => exchange(program, encoding, ownLine?.(context) ?? lineOf(context), context),
    ...(upgradesTo === 'as-client' ? { planLookups: (context) => planLookups(program, encoding, context) } : {}),
  }
}

/** The number of times that kubectl gets the pod first (kubectl pkg/cmd/logs, exec, portforward). */
const LOOKUPS: Partial<Record<WorkloadKind, number>> = {
  logs: 1,
  stream: 1,
  exec: 1,
  attach: 1,
  cp: 1,
  keystrokes: 1,
  'port-forward': 2,
}

/** The forms in which kubectl accepts discovery (client-go discovery/discovery_client.go, AcceptV2). */
const DISCOVERY_ACCEPT = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat(JSON_TYPE)
  .join()

/**
 * The documents about /api and /apis without CRDs: estimated from kubernetes api/discovery/aggregated_v2.json and
 * api__v1.json, without white space.
 */
const DISCOVERY_BYTES = [8_000, 22_000]

/**
 * Plans the requests that kubectl sends first. Before cp runs the command that reads a tar, it runs one that looks for
 * the folder; for each of the two it gets the pod (kubectl pkg/cmd/cp/cp.go, checkDestinationIsDir).
 */
function planLookups(
  program: string,
  encoding: PathRequests['encoding'],
  context: ExchangeContext,
): readonly PlannedExchange[] {
  const { workload, minor } = context
  const { kind, target, hasInput, fetchesDiscovery } = workload
  const podLine = getPod(TYPICAL_POD.namespace, target?.names[0] ?? TYPICAL_POD.pod)
  const podBytes = objectBytes('pods', 'json', { managedFields: hasManagedFields(minor), images: TYPICAL_IMAGES })
  const pod = lookup(podLine, 'application/json, */*', podBytes, context)
  const documents = fetchesDiscovery === true ? DISCOVERY : []
  const looksForFolder = kind === 'cp' && hasInput === true
  const folder = { ...context, workload: folderTest(workload) }
  return [
    ...documents.map((line, nth) => lookup(line, DISCOVERY_ACCEPT, DISCOVERY_BYTES[nth], context)),
    ...(looksForFolder ? [pod, exchange(program, encoding, lineOf(folder), folder)] : []),
    ...Array.from({ length: LOOKUPS[kind] ?? 0 }, () => pod),
  ]
}

/** Returns a workload with the command that looks for a folder in the pod, which has no input and no output. */
export function folderTest<W extends RequestingWorkload>({ hasInput: _, ...workload }: W): W {
  return { ...workload, kind: 'exec', requestBytes: 0, responseBytes: 0 } as W
}

function lookup(
  line: RequestLine,
  accept: string,
  responseBodyBytes: number,
  { workload, minor, clientMinor, authority, tokenBytes }: ExchangeContext,
): PlannedExchange {
  return {
    line,
    isUpgrade: false,
    requestFields: clientRequestFields({
      method: line.method,
      authority,
      path: line.target,
      userAgent: agentOf('kubectl', clientMinor),
      accept,
      contentType: null,
      contentLengthBytes: 0,
      tokenBytes,
      kubectl: clientMinor >= NAMES_COMMAND_SINCE ? nameOfCommand(workload) : null,
    }),
    responseFields: (status, contentLengthBytes) =>
      apiserverResponseFields({
        status,
        contentType: JSON_TYPE,
        contentLengthBytes,
        hasAuditId: true,
        hasPriorityAndFairness: minor >= 20,
      }),
    requestBodyBytes: 0,
    responseBodyBytes,
  }
}

function exchange(
  program: string,
  encoding: PathRequests['encoding'],
  line: RequestLine,
  { workload, minor, clientMinor, protocol, authority, tokenBytes }: ExchangeContext,
): PlannedExchange {
  const requestBodyBytes = workload.requestBytes
  const contentType = encoding === 'json' ? JSON_TYPE : PROTOBUF
  const isUpgrade = isUpgrading(workload)
  const request = {
    method: line.method,
    authority,
    path: line.target,
    userAgent: agentOf(program, clientMinor),
    accept: encoding === 'json' ? JSON_TYPE : `${PROTOBUF},${JSON_TYPE}`,
    contentType: requestBodyBytes > 0 ? contentType : null,
    contentLengthBytes: requestBodyBytes,
    tokenBytes,
    kubectl: program === 'kubectl' && clientMinor >= NAMES_COMMAND_SINCE ? nameOfCommand(workload) : null,
  }
  const offer = offerOf(workload, protocol, clientMinor)
  return {
    line,
    isUpgrade,
    // kubectl pkg/cmd/logs, DefaultConsumeRequest; apiserver pkg/endpoints/handlers/responsewriters, StreamObject.
    isReadByLine: program === 'kubectl' && (workload.kind === 'logs' || workload.kind === 'stream'),
    requestFields: isUpgrade ? upgradeRequestFields(request, offer) : clientRequestFields(request),
    responseFields: (status, contentLengthBytes) =>
      status === SWITCHING_PROTOCOLS
        ? switchFields(offer, offer.protocols.find((protocol) => protocol === RUNTIME_PROTOCOL) ?? offer.protocols[0])
        : apiserverResponseFields({
            status,
            contentType,
            contentLengthBytes,
            hasAuditId: true,
            hasPriorityAndFairness: minor >= 20,
          }),
    requestBodyBytes,
    responseBodyBytes: responseBytes(workload, minor),
  }
}

/** The first release whose kubectl names its command in requests (KEP-859, beta). */
const NAMES_COMMAND_SINCE = 22

function nameOfCommand({ kind }: RequestingWorkload): string {
  if (kind === 'keystrokes') return 'exec'
  if (kind === 'stream') return 'logs'
  return kind in LOOKUPS ? kind : 'get'
}

/** The subprotocols of commands, the newest first (apimachinery pkg/util/remotecommand/constants.go). */
const COMMAND_PROTOCOLS = ['v4', 'v3', 'v2'].map((version) => `${version}.channel.k8s.io`)
const FIRST_PROTOCOL = 'channel.k8s.io'
const CLOSING_PROTOCOL = 'v5.channel.k8s.io'
const PORT_PROTOCOL = 'portforward.k8s.io'
/** The first release that offers v5, with which a WebSocket can end its input (k/k#119157). */
const CLOSES_SINCE = 30
/** The subprotocol that container runtimes choose where it is offered. */
const RUNTIME_PROTOCOL = 'v4.channel.k8s.io'

/** Returns the protocols that a client offers for an upgrade. */
export function offerOf({ kind }: RequestingWorkload, protocol: StreamingProtocol, clientMinor: number): UpgradeOffer {
  if (protocol === 'tunnel') return { upgrade: 'websocket', protocols: [`SPDY/3.1+${PORT_PROTOCOL}`] }
  if (protocol === 'websocket') return { upgrade: 'websocket', protocols: [CLOSING_PROTOCOL] }
  if (kind === 'port-forward') return { upgrade: 'SPDY/3.1', protocols: [PORT_PROTOCOL] }
  const newest = clientMinor >= CLOSES_SINCE ? [CLOSING_PROTOCOL] : []
  return { upgrade: 'SPDY/3.1', protocols: [...newest, ...COMMAND_PROTOCOLS, FIRST_PROTOCOL] }
}

/**
 * Returns the size of a response's body; for a watch, whose response is a sequence of events, the size of one event.
 */
function responseBytes({ kind, objects, responseBytes }: RequestingWorkload, minor: number): number {
  if (objects === null) return responseBytes
  const { resource, count, encoding } = objects
  const shape = { managedFields: hasManagedFields(minor), images: TYPICAL_IMAGES }
  if (kind === 'list') return listBytes(resource, encoding, shape, count)
  return watchEventBytes('MODIFIED', encoding, objectBytes(resource, encoding, shape))
}

function lineOf({ workload, path, clientMinor, protocol }: ExchangeContext): RequestLine {
  const { kind, objects, target, requestBytes, skipsKubeletVerification } = workload
  const name = target?.names[0] ?? TYPICAL_POD.pod
  const pod = { ...TYPICAL_POD, pod: name }
  switch (kind) {
    case 'heartbeat':
      return renewLease(path.from, clientMinor)
    case 'list':
      return listAll(resourcePath(objects?.resource ?? 'pods'))
    case 'watch':
    case 'pod-changes':
      return watchAll(resourcePath(objects?.resource ?? 'pods'), WATCH_S, clientMinor)
    case 'logs':
    case 'stream':
      return podLogs(pod, kind === 'stream', skipsKubeletVerification)
    case 'attach':
      return podAttach(pod, terminalOf(workload), upgradeOf(protocol))
    case 'exec':
    case 'cp':
    case 'keystrokes':
      return podExec(pod, commandOf(workload), terminalOf(workload), upgradeOf(protocol))
    case 'port-forward':
      return podPortForward(pod.namespace, name, null, upgradeOf(protocol))
    case 'proxy-get':
      return target?.resource === 'nodes'
        ? nodeProxy(name, '/')
        : proxyInNamespace(target?.resource ?? 'pods', pod.namespace, name, '/')
    case 'requests':
      return {
        method: requestBytes > 0 ? 'PUT' : 'GET',
        target: '/api/v1/namespaces/default/configmaps/settings',
      }
  }
}

function upgradeOf(protocol: StreamingProtocol): UpgradeProtocol {
  return protocol === 'spdy' ? 'spdy' : 'websocket'
}

/**
 * Seconds after which a reflector's watch ends: the mean of 300 to 600 (client-go tools/cache/reflector.go,
 * minWatchTimeout).
 */
export const WATCH_S = 450

function resourcePath(resource: ObjectKind): string {
  return resource === 'leases' ? '/apis/coordination.k8s.io/v1/leases' : `/api/v1/${resource}`
}
