import type { HeaderField } from '../../../http/hpack/header-fields.ts'
import type { WorkloadKind } from '../../../workload/workload-kind.ts'
import type { UpgradeProtocol } from '../../messages/apiserver-requests.ts'
import type { ObjectEncoding, ObjectKind } from '../../messages/object-sizes.ts'
import type { RequestLine } from '../../messages/operations.ts'

/** What requests on a path look like. */
export interface PathRequests {
  /** As the client's User-Agent names it. */
  readonly program: string
  /** In which the client accepts objects. */
  readonly encoding: ObjectEncoding
  /** What an upgraded connection speaks. `as-client`: what kubectl of the cluster's version speaks. */
  readonly upgradesTo: UpgradeProtocol | 'as-client'
  readonly planExchange: (context: ExchangeContext) => PlannedExchange
}

/** A request and its response, as a workload makes them. */
export interface PlannedExchange {
  readonly line: RequestLine
  readonly isUpgrade: boolean
  readonly requestFields: readonly HeaderField[]
  /** Of a whole response; `bodyBytes` is null where it is unknown when the head is sent. */
  readonly responseFields: (status: number, bodyBytes: number | null) => readonly HeaderField[]
  readonly requestBodyBytes: number
  readonly responseBodyBytes: number
}

export interface ExchangeContext {
  readonly workload: RequestingWorkload
  readonly path: RequestedPath
  /** The pod that it is about, where the workload does not say; null: a typical one. */
  readonly pod: string | null
  /** Of Kubernetes 1.x. */
  readonly minor: number
  /** Host and port, as the client dials them. */
  readonly authority: string
  /** Of a bearer token; 0: none is sent. */
  readonly tokenBytes: number
}

/** A workload, as far as its requests depend on it. */
export interface RequestingWorkload {
  readonly kind: WorkloadKind
  readonly objects: { readonly resource: ObjectKind; readonly count: number; readonly encoding: ObjectEncoding } | null
  readonly target: { readonly resource: 'pods' | 'nodes' | 'services'; readonly names: readonly string[] } | null
  readonly requestBytes: number
  readonly responseBytes: number
}

/** A path, as far as its requests depend on it. */
export interface RequestedPath {
  /** The host of the client. */
  readonly from: string
  readonly port: number
  /** null: plain HTTP. */
  readonly tls: object | null
}

export function isUpgrading({ kind }: RequestingWorkload): boolean {
  return kind === 'exec' || kind === 'keystrokes' || kind === 'port-forward'
}

/** A pod as a Deployment names it. */
export const TYPICAL_POD = { namespace: 'default', pod: 'web-5d4f8c7b9d-x2x4z', container: 'web' }
export const SHELL: readonly string[] = ['sh']
export const TERMINAL = { stdin: true, tty: true }
/** As `exec` and `port-forward` name it. */
export const FORWARDED_PORT = 8080
