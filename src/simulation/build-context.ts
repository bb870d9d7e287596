import type { Arena } from '../engine/arena.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Http } from '../http/http.ts'
import type { AccountTable } from '../network/account.ts'
import type { ActivityTable } from '../network/activity.ts'
import type { Middleboxes } from '../network/middleboxes.ts'
import type { Network } from '../network/network.ts'
import type { Processors } from '../network/processor.ts'
import type { CpuProfile } from '../security/cpu-profile.ts'
import type { Ssh } from '../security/ssh.ts'
import type { Tls } from '../security/tls.ts'
import type { ByteStreams } from '../transport/streams/byte-stream.ts'
import type { Relays } from '../transport/streams/relay.ts'
import type { Tcp } from '../transport/tcp.ts'
import type { TcpProxies } from '../transport/tcp-proxies.ts'
import type { Responder } from '../workload/responder.ts'
import type { StreamSessions } from '../workload/streaming/stream-sessions.ts'
import type { Plan } from './plan.ts'

/** The context from which every part is built. */
export interface BuildContext {
  readonly plan: Plan
  readonly arena: Arena
  readonly timeline: Timeline
  /** The CPU profile of each host. */
  readonly cpus: readonly CpuProfile[]
  /** The event target of the first host. */
  readonly firstHostTarget: number
}

/** The parts of the network layer. */
export interface NetworkParts {
  readonly activities: ActivityTable
  readonly accounts: AccountTable
  readonly network: Network
  /** Null if no middlebox is declared. */
  readonly middleboxes: Middleboxes | null
  readonly processors: Processors
}

/** The parts of the transport layer. */
export interface TransportParts {
  readonly streams: ByteStreams
  readonly tcp: Tcp
  readonly tcpProxies: TcpProxies
  readonly relays: Relays
}

/** The parts of the security layer. */
export interface SecurityParts {
  readonly tls: Tls
  readonly ssh: Ssh
}

/** HTTP, and the protocols of upgraded connections. */
export interface HttpParts {
  readonly http: Http
  readonly sessions: StreamSessions
}

/** The parts from which the services of a cluster are built. */
export type ServiceContext = BuildContext &
  NetworkParts &
  TransportParts &
  SecurityParts &
  HttpParts & { readonly answers: Responder }
