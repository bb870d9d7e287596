import type { StreamKey } from '../../engine/streams.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { AgentToken } from './agent-token.ts'

/** An agent, which connects to the Konnectivity server on another host. Immutable; other parts know it by its index. */
export interface KonnectivityAgent {
  /** `konnectivity/SERVER/HOST`, such as `konnectivity/master/node-1`. */
  readonly name: string
  readonly host: number
  readonly serverHost: number
  readonly localAddress: number
  readonly remoteAddress: number
  /** The port on which the server listens for agents. */
  readonly remotePort: number
  /** Index of a TlsClient. */
  readonly tlsClient: number
  /** Index of Http2Parameters. */
  readonly http2: number
  readonly nameHigh: number
  readonly nameLow: number
  /** Key of the stream of random numbers that its pauses are drawn from. */
  readonly jitterKey: StreamKey
  /** Workloads begin only once it has connected, or failed to connect, for the first time. */
  readonly isWarm: boolean
  /** The flag `--agent-identifiers` in the form that the agent sends in its metadata: `ipv4=10.0.0.2`. */
  readonly identifiers: string
  /** Time of the first dial; null for an agent that dials on command (`KonnectivityAgents.start`). */
  readonly startNs: number | null
  /** Index of the agent whose identifier it presents: itself, or another one. */
  readonly claimedAgent: number
  /** The token with which the agent authenticates; null for none. */
  readonly token: AgentToken | null
  /** Its server authenticates agents by token (`--authentication-audience`), not by certificate. */
  readonly needsToken: boolean
  /**
   * Address that it connects to instead of any requested target, as an index into the address book; NONE for an
   * honest agent.
   */
  readonly fixedTarget: number
}

/** The agents among which the server chooses one for each connection along a path. Immutable. */
export interface PathAgents {
  readonly agents: readonly number[]
  /** Agents of attackers at the same server, which it may choose as well. */
  readonly others: readonly number[]
  /** Agents that claim the address of the dialled host, where the proxy strategy chooses by that (`destHost`). */
  readonly claimants: readonly number[]
  /** Key of the random choice among several. */
  readonly choiceKey: StreamKey
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
