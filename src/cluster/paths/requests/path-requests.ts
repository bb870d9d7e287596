import type { HeaderField } from '../../../http/hpack/header-fields.ts'
import { isCommand, type WorkloadKind } from '../../../workload/workload-kind.ts'
import type { Terminal } from '../../messages/apiserver-requests.ts'
import type { ObjectEncoding, ObjectKind } from '../../messages/object-sizes.ts'
import type { RequestLine } from '../../messages/operations.ts'
import type { StreamingProtocol } from '../../messages/streaming-protocols.ts'
import type { Abilities } from '../../versions/abilities.ts'

/** The form of the requests on a kind of path. */
export interface PathRequests {
  /** The client's name in its User-Agent. */
  readonly program: string
  /** The encoding in which the client accepts objects. */
  readonly encoding: ObjectEncoding
  /** The protocol of an upgraded connection. `as-client`: the protocols that kubectl tries in the client's version. */
  readonly upgradesTo: StreamingProtocol | 'as-client'
  readonly planExchange: (context: ExchangeContext) => PlannedExchange
  /** Returns the preceding exchanges by which the client looks up the pod; undefined for none. */
  readonly planLookups?: (context: ExchangeContext) => readonly PlannedExchange[]
}

/** A request and its response, for one workload and path. */
export interface PlannedExchange {
  readonly line: RequestLine
  readonly isUpgrade: boolean
  /** True if the server flushes each piece of the response, and the client reads it line by line. Absent: false. */
  readonly isReadByLine?: boolean
  readonly requestFields: readonly HeaderField[]
  /**
   * Returns the header fields of a complete response; `bodyBytes` is null if the length is unknown when the head is
   * sent.
   */
  readonly responseFields: (status: number, bodyBytes: number | null) => readonly HeaderField[]
  readonly requestBodyBytes: number
  readonly responseBodyBytes: number
}

export interface ExchangeContext {
  readonly workload: RequestingWorkload
  readonly path: RequestedPath
  /** The pod of the request, if the workload names none; null for a typical pod. */
  readonly pod: string | null
  /** The x of the cluster's version, Kubernetes 1.x. */
  readonly minor: number
  /** The x of the client's version, Kubernetes 1.x. */
  readonly clientMinor: number
  /** The protocol of an upgraded connection. */
  readonly protocol: StreamingProtocol
  /** Host and port that the client dials, as `HOST:PORT`. */
  readonly authority: string
  /** Length of the bearer token; 0 if none is sent. */
  readonly tokenBytes: number
}

/** The part of a workload on which its requests depend. */
export interface RequestingWorkload {
  readonly kind: WorkloadKind
  readonly objects: { readonly resource: ObjectKind; readonly count: number; readonly encoding: ObjectEncoding } | null
  readonly target: { readonly resource: 'pods' | 'nodes' | 'services'; readonly names: readonly string[] } | null
  readonly arrivals: { readonly kind: string }
  readonly requestBytes: number
  readonly responseBytes: number
  readonly hasInput?: true
  readonly fetchesDiscovery?: true
  readonly skipsKubeletVerification?: true
}

/** The part of a path on which its requests depend. */
export interface RequestedPath {
  /** The host of the client. */
  readonly from: string
  readonly port: number
  /** The TLS settings of the path; null for plain HTTP. */
  readonly tls: object | null
}

export function isUpgrading({ kind }: RequestingWorkload): boolean {
  return isCommand(kind) || kind === 'port-forward'
}

/**
 * Returns the protocols that a client tries for an upgraded connection, in their order. kubectl tries SPDY after any
 * refused handshake of a WebSocket (kubectl pkg/cmd/exec, attach, portforward; httpstream.IsUpgradeFailure).
 */
export function protocolsTried(
  { kind }: Pick<RequestingWorkload, 'kind'>,
  { upgradesTo }: Pick<PathRequests, 'upgradesTo'>,
  { execProtocol, portForwardProtocol }: Abilities['client'],
): readonly [StreamingProtocol, ...StreamingProtocol[]] {
  if (upgradesTo !== 'as-client') return [upgradesTo]
  const isPort = kind === 'port-forward'
  if ((isPort ? portForwardProtocol : execProtocol) === 'spdy') return ['spdy']
  return [isPort ? 'tunnel' : 'websocket', 'spdy']
}

/** A pod with a name as a Deployment generates it. */
export const TYPICAL_POD = { namespace: 'default', pod: 'web-5d4f8c7b9d-x2x4z', container: 'web' }
const SHELL: readonly string[] = ['sh']

/** The commands of kubectl cp in the pod (kubectl pkg/cmd/cp/cp.go, newTarPipe, copyToPod). */
export function commandOf({ kind, hasInput }: Pick<RequestingWorkload, 'kind' | 'hasInput'>): readonly string[] {
  if (kind !== 'cp') return SHELL
  return hasInput === true ? ['tar', '-xmf', '-', '-C', '/tmp'] : ['tar', 'cf', '-', '/tmp/file']
}

/** The streams of a command: a terminal where keys are typed, and input where it has some. */
export function terminalOf({ arrivals, hasInput }: RequestingWorkload): Terminal {
  const isTyped = arrivals.kind === 'open'
  return { stdin: isTyped || hasInput === true, tty: isTyped }
}

/** The port to which `port-forward` requests lead. */
export const FORWARDED_PORT = 8080
