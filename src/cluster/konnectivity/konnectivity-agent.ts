import type { StreamKey } from '../../engine/streams.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { AgentToken } from './agent-token.ts'

/** An agent, which dials out to the Konnectivity server on another host. Immutable; known by its index. */
export interface KonnectivityAgent {
  /** `konnectivity/master/node-1`. */
  readonly name: string
  readonly host: number
  readonly serverHost: number
  readonly localAddress: number
  readonly remoteAddress: number
  /** Index of a TlsClient. */
  readonly tlsClient: number
  /** Index of Http2Parameters. */
  readonly http2: number
  readonly nameHigh: number
  readonly nameLow: number
  /** Of its jitter. */
  readonly jitterKey: StreamKey
  /** Workloads wait until it is connected, or has failed to connect. */
  readonly isWarm: boolean
  /** When it dials for the first time; null: when it is told to. */
  readonly startNs: number | null
  /** The agent whose id it says that it has: its own, or another's. */
  readonly claimedAgent: number
  /** What its `authorization` metadata holds; null: nothing. */
  readonly token: AgentToken | null
  /** Its server lets in by token (`--authentication-audience`), not by certificate. */
  readonly needsToken: boolean
  /** It connects to this address whatever it is asked for; NONE: to what it is asked for. */
  readonly fixedTarget: number
}

/** How a path chooses an agent for a connection. Immutable. */
export interface PathAgents {
  readonly agents: readonly number[]
  /** Others at the server that it might hand a connection to as well. */
  readonly others: readonly number[]
  /** Those that say that the dialled host is theirs, where the strategy goes by that (`destHost`). */
  readonly claimants: readonly number[]
  /** Of the choice among several. */
  readonly choiceKey: StreamKey
}

/** What agents and the server say first, by index in the HttpDirectory. */
export interface KonnectivityHeads {
  /** By agent. */
  readonly requests: readonly number[]
  readonly response: number
  /** To an agent that it does not let in. */
  readonly refusal: number
}

/** cmd/server/app/options/options.go, AgentPort. */
export const AGENT_PORT = 8091

/** cmd/agent/app/options/options.go and cmd/server/app/options/options.go, KeepaliveTime. */
export const DEFAULT_KEEPALIVE_NS = 3600 * NS_PER_S
