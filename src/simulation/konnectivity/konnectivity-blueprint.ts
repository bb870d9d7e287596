import type { ExtraAgentBlueprint } from '../../attack/additions.ts'
import type { IdentityBlueprint } from '../blueprint.ts'
import type { AgentAuthenticationBlueprint } from '../blueprint-cluster.ts'

/** The Konnectivity servers and agents of a scenario. */
export interface ExpandedKonnectivity {
  readonly servers: readonly KonnectivityServerBlueprint[]
  /** All agents, in the order of names. */
  readonly agents: readonly KonnectivityAgentBlueprint[]
  /**
   * The certificates of servers and agents, and their CAs. They are not among the blueprint's `identities`, which a
   * scenario can refer to.
   */
  readonly identities: readonly IdentityBlueprint[]
  /** The agents for each path that leads through some, by the name of the path. */
  readonly choices: ReadonlyMap<string, AgentChoiceBlueprint>
}

/** A Konnectivity server (`proxy-server`). */
export interface KonnectivityServerBlueprint {
  readonly host: string
  /** The port that agents dial (`--agent-port`). */
  readonly port: number
  readonly authentication: AgentAuthenticationBlueprint
  readonly keepaliveNs: number
  /** The names of its certificate and of the CA that issues it. */
  readonly certificate: string
  readonly authority: string
  /** The name of the CA of agents' certificates; null where it requests none. */
  readonly agentAuthority: string | null
  /** Whether it runs. Without a path through it the host refuses agents that dial it. */
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
  /** Whether workloads wait for its first connection. */
  readonly isWarm: boolean
  /** The time at which it first dials; null: it dials when an attacker's step starts it. */
  readonly startNs: number | null
  /** The client certificate that it presents, by name; null: none. */
  readonly certificate: string | null
  /** The token in its metadata: the one that its kubelet mounts and refreshes, or another by name; null: none. */
  readonly token: { readonly kind: 'mounted' } | { readonly kind: 'identity'; readonly name: string } | null
  /** The name of the agent whose id it sends: its own, or another's that it claims. */
  readonly idOf: string
  /** `--agent-identifiers`, as in its metadata: `ipv4=10.0.0.2&default-route=true`. */
  readonly identifiers: string
  /** The targets for which it connects to another address, in dotted form, at the same port. */
  readonly diversions: ExtraAgentBlueprint['diversions']
  readonly origin: string
}

/** The agents that may carry the connections of a path, by name. */
export interface AgentChoiceBlueprint {
  readonly agents: readonly string[]
  /** Agents of attackers at the same server, to which it may assign a connection as well. */
  readonly others: readonly string[]
  /** Agents that claim the dialled address, where the strategy is `destHost`. */
  readonly claimants: readonly string[]
}
