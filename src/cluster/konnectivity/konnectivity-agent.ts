import type { StreamKey } from '../../engine/streams.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { SilenceSettings } from '../../transport/lifecycle/keepalive.ts'
import type { AgentToken, TokenRequirement } from './agent-token.ts'

/** An agent, which connects to the Konnectivity server on another host. Immutable; other parts know it by its index. */
export interface KonnectivityAgent {
  /** The name `konnectivity/SERVER/HOST`, such as `konnectivity/master/node-1`. */
  readonly name: string
  readonly host: number
  readonly serverHost: number
  readonly localAddress: number
  readonly remoteAddress: number
  /** The port on which the server listens for agents. */
  readonly remotePort: number
  /** The TLS settings of the agent, as an index of a TlsClient. */
  readonly tlsClient: number
  /** The HTTP/2 settings of the agent, as an index of Http2Parameters. */
  readonly http2: number
  /** The user timeout of its connection to the server. */
  readonly silence: SilenceSettings
  readonly nameHigh: number
  readonly nameLow: number
  /** The key of the random stream from which the agent's pauses are drawn. */
  readonly jitterKey: StreamKey
  /** True if workloads wait until the agent has connected, or failed to connect, for the first time. */
  readonly isWarm: boolean
  /** The flag `--agent-identifiers` in the form that the agent sends in its metadata: `ipv4=10.0.0.2`. */
  readonly identifiers: string
  /** Time of the first dial; null for an agent that dials on command (`KonnectivityAgents.start`). */
  readonly startNs: number | null
  /** Index of the agent whose identifier this agent presents: its own index, or another agent's. */
  readonly claimedAgent: number
  /** The token with which the agent authenticates; null for none. */
  readonly token: AgentToken | null
  /** The token that the server requires; null where it requires none. */
  readonly requires: TokenRequirement | null
  /** The targets that the agent connects to at another host; empty for an honest agent. */
  readonly diversions: readonly Diversion[]
}

/** A target that an agent replaces by another host, at the same port. Immutable. */
export interface Diversion {
  /** Addresses as indices into the address book: the requested address, and the one that the agent connects to. */
  readonly address: number
  readonly port: number
  readonly to: number
}

/** The heads of the agents' requests and of the server's responses, as indices into the HttpDirectory. */
export interface KonnectivityHeads {
  /** The request of each agent, by its index. */
  readonly requests: readonly number[]
  readonly response: number
  /** The response to an agent that the server refuses. */
  readonly refusal: number
}

/**
 * The default port on which the server listens for agents (apiserver-network-proxy, cmd/server/app/options/options.go,
 * AgentPort).
 */
export const AGENT_PORT = 8091

/**
 * Time without traffic after which agents and servers send a gRPC keepalive (apiserver-network-proxy,
 * cmd/agent/app/options/options.go and cmd/server/app/options/options.go, KeepaliveTime).
 */
export const DEFAULT_KEEPALIVE_NS = 3600 * NS_PER_S
