/** Objects that a simulation may have and that a scenario has no keys for, such as those that attackers create. */
export interface AdditionsBlueprint {
  readonly agents?: readonly ExtraAgentBlueprint[]
  /** Services that requests may create (`Caller.service`). */
  readonly services?: readonly ExternalServiceBlueprint[]
  /** Certificates that requests may have signed (`Caller.certificate`). */
  readonly certificates?: readonly ExtraCertificateBlueprint[]
  /** Addresses that requests may write into the status of Nodes (`Caller.nodeAddress`). */
  readonly addresses?: readonly NodeAddressBlueprint[]
}

/** An address that the apiserver may later connect to in order to reach a node. */
export interface NodeAddressBlueprint {
  readonly node: string
  /** The address of any host, in dotted form. */
  readonly address: string
}

/** A node's client certificate that a request may have signed, as a kubelet that joins the cluster does. */
export interface ExtraCertificateBlueprint {
  readonly name: string
  /** The node whose name is the subject of the certificate. */
  readonly node: string
  /** The name of the requested certificate among `identities`. Its validity begins when it is signed. */
  readonly certificate: string
  /** The bootstrap token that may request it. */
  readonly token: string
}

/** A service with an address in `spec.externalIPs`, which any user who may create services can set. */
export interface ExternalServiceBlueprint {
  readonly name: string
  /** The address of a host, in dotted form. */
  readonly externalAddress: string
  readonly port: number
  /**
   * The endpoints to which kube-proxies forward its packets. `host` may be any host, because endpoints can be written
   * by hand.
   */
  readonly endpoints: readonly { readonly host: string; readonly port: number }[]
}

/** A Konnectivity agent in addition to the cluster's own. Any program that speaks the protocol can be one. */
export interface ExtraAgentBlueprint {
  /** The name of the agent. It differs from the names of all hosts that have an agent at this server. */
  readonly name: string
  readonly host: string
  /** The host of the Konnectivity server. */
  readonly server: string
  readonly credential: AgentCredentialBlueprint
  readonly claims: AgentClaimsBlueprint
  /** The time at which it starts, in nanoseconds; null if `KonnectivityAgents.start` starts it. */
  readonly startNs: number | null
  /** The targets for which it connects to another address, in dotted form, at the same port. */
  readonly diversions: readonly { readonly address: string; readonly port: number; readonly to: string }[]
}

export type AgentCredentialBlueprint =
  | { readonly kind: 'none' }
  /** The credential of the cluster's own agent on this host, of the kind that the server requires. */
  | { readonly kind: 'of-agent'; readonly host: string }
  /** A certificate or a token by its name. */
  | { readonly kind: 'identity'; readonly name: string }

/** The claims of a Konnectivity agent about itself, sent as metadata. No credential proves them. */
export interface AgentClaimsBlueprint {
  /** The host whose agent id it claims; null for an id of its own. */
  readonly agentIdOf: string | null
  /** `--agent-identifiers`: addresses (`ipv4=`) and names (`host=`), for the strategy `destHost`. */
  readonly identifiers: readonly string[]
  /** `default-route=true`, for the strategy `defaultRoute`. */
  readonly defaultRoute: boolean
}
