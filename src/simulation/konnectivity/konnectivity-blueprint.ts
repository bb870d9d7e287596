import type { ExtraAgentBlueprint } from '../../attack/additions.ts'
import type { IdentityBlueprint } from '../blueprint.ts'
import type { AgentAuthenticationBlueprint } from '../blueprint-cluster.ts'

/** The Konnectivity servers and agents of a scenario. */
export interface ExpandedKonnectivity {
  readonly servers: readonly KonnectivityServerBlueprint[]
  /** All agents, in the order of names. */
  readonly agents: readonly KonnectivityAgentBlueprint[]
  /**
   * The certificates of servers and agents, and their CAs. They are not in the blueprint's `identities`, because a
   * scenario cannot refer to them.
   */
  readonly identities: readonly IdentityBlueprint[]
  /** The agents that each path can use, by the name of the path. */
  readonly choices: ReadonlyMap<string, AgentChoiceBlueprint>
}

/** A Konnectivity server (`proxy-server`). */
export interface KonnectivityServerBlueprint {
  readonly host: string
  /** The port that agents dial (`--agent-port`). */
  readonly port: number
  readonly authentication: AgentAuthenticationBlueprint
  readonly keepaliveNs: number
  /** The name of its certificate, and of the CA that issues it. */
  readonly certificate: string
  readonly authority: string
  /** The name of the CA of agents' certificates; null if it requests none. */
  readonly agentAuthority: string | null
  /** True if it runs. It runs only if a path leads through it; otherwise the host refuses agents that dial it. */
  readonly isListening: boolean
  readonly origin: string
}

/** A Konnectivity agent (`proxy-agent`). */
export interface KonnectivityAgentBlueprint {
  /** `konnectivity/master/node-1`. */
  readonly name: string
  readonly host: string
  /** The host of the Konnectivity server that it dials. */
  readonly server: string
  /** True if workloads wait for its first connection. */
  readonly isWarm: boolean
  /** The time at which it first dials; null if an attacker's step starts it. */
  readonly startNs: number | null
  /** The client certificate that it presents, by name; null for none. */
  readonly certificate: string | null
  /**
   * The token in its metadata: the mounted token that its kubelet refreshes, or another token by name; null for none.
   */
  readonly token: { readonly kind: 'mounted' } | { readonly kind: 'identity'; readonly name: string } | null
  /** The name of the agent whose id it sends: its own, or another agent's id that it claims. */
  readonly idOf: string
  /** `--agent-identifiers` in its metadata: `ipv4=10.0.0.2&default-route=true`. */
  readonly identifiers: string
  /** The targets that it connects to at another address, in dotted form, with the same port. */
  readonly diversions: ExtraAgentBlueprint['diversions']
  readonly origin: string
}

/** The agents that may carry the connections of a path, by name. */
export interface AgentChoiceBlueprint {
  readonly agents: readonly string[]
  /** Agents of attackers at the same server. The server may also assign connections to them. */
  readonly others: readonly string[]
  /** Agents that claim the dialled address, if the strategy is `destHost`. */
  readonly claimants: readonly string[]
}
