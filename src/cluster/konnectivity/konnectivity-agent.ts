import type { StreamKey } from '../../engine/streams.ts'

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
  readonly chance: StreamKey
  /** Workloads wait until it is connected, or has failed to connect. */
  readonly isWarm: boolean
}

/** How a path chooses an agent for a connection. Immutable. */
export interface PathAgents {
  readonly agents: readonly number[]
  /** The one on the target's host, where the strategy asks for it (`destHost`); NONE: any. */
  readonly ownAgent: number
  /** Of the choice among several. */
  readonly key: StreamKey
}

/** What agents and the server say first, by index in the HttpDirectory. */
export interface KonnectivityHeads {
  /** By agent. */
  readonly requests: readonly number[]
  readonly response: number
}

/** cmd/server/app/options/options.go, AgentPort. */
export const AGENT_PORT = 8091
