import type { IdentityBlueprint, KonnectivityTunnelBlueprint } from '../blueprint.ts'

/** Everything of Konnectivity in a scenario. */
export interface ExpandedKonnectivity {
  readonly servers: readonly KonnectivityServerBlueprint[]
  /** In the order of names. */
  readonly agents: readonly KonnectivityAgentBlueprint[]
  /** The certificates of servers and agents, and their CAs. They are not among `identities`: no step can name them. */
  readonly identities: readonly IdentityBlueprint[]
  /** By the name of a path that leads through agents. */
  readonly choices: ReadonlyMap<string, AgentChoiceBlueprint>
}

/** A Konnectivity server (`proxy-server`). */
export interface KonnectivityServerBlueprint {
  readonly host: string
  /** The port that agents dial (`--agent-port`). */
  readonly port: number
  /** How it authenticates agents. */
  readonly authentication: KonnectivityTunnelBlueprint['authentication']
  readonly keepaliveNs: number
  /** Its certificate and the CA that issues those of its agents too, by name among the identities of Konnectivity. */
  readonly certificate: string
  readonly authority: string
  /** False where no path leads through it: agents that dial it are refused by the host. */
  readonly isListening: boolean
  readonly origin: string
}

/** A Konnectivity agent (`proxy-agent`). */
export interface KonnectivityAgentBlueprint {
  /** `konnectivity/master/node-1`. */
  readonly name: string
  readonly host: string
  /** The host of its server. */
  readonly server: string
  /** Whether workloads wait for its first connection. */
  readonly isWarm: boolean
  /** When it first dials; null: when an attacker's step starts it. */
  readonly startNs: number | null
  /** The client certificate that it presents, by name; null: none. */
  readonly certificate: string | null
  /** The token in its metadata: the one that its kubelet mounts and refreshes, or a name among `identities`. */
  readonly token: { readonly kind: 'mounted' } | { readonly kind: 'identity'; readonly name: string } | null
  /** The agent whose id it sends, by name: its own or another's. */
  readonly idOf: string
  /** `--agent-identifiers`, as in its metadata: `ipv4=10.0.0.2&default-route=true`. */
  readonly identifiers: string
  /** The address to which it connects whatever the server requests, dotted; null: the requested one. */
  readonly onward: string | null
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
