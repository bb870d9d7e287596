/** What may be in a simulation and has no keys in a scenario: whoever makes it up adds it. Left out: nothing. */
export interface AdditionsBlueprint {
  readonly agents?: readonly ExtraAgentBlueprint[]
  /** What requests may create (`Caller.service`). */
  readonly services?: readonly ExternalServiceBlueprint[]
  /** What requests may ask to be signed (`Caller.certificate`). */
  readonly certificates?: readonly ExtraCertificateBlueprint[]
  /** What requests may write into the status of Nodes (`Caller.nodeAddress`). */
  readonly addresses?: readonly NodeAddressBlueprint[]
}

/** An address that the apiserver may come to look for a node at. */
export interface NodeAddressBlueprint {
  readonly node: string
  /** Dotted; of any host. */
  readonly address: string
}

/** A client certificate of a node's that some request may ask for, as a kubelet that joins does. */
export interface ExtraCertificateBlueprint {
  readonly name: string
  /** Whose name it has. */
  readonly node: string
  /** By name, among `identities`: what is wanted. It is good from when it is signed, for as long as it says. */
  readonly certificate: string
  /** The bootstrap token that may ask for it. */
  readonly token: string
}

/** A service with an address in `spec.externalIPs`, which whoever may create services may choose. */
export interface ExternalServiceBlueprint {
  readonly name: string
  /** Dotted; of a host. */
  readonly externalAddress: string
  readonly port: number
  /** Where kube-proxies send what is for it; `host` is a pod's, or any other (endpoints may be written by hand). */
  readonly endpoints: readonly { readonly host: string; readonly port: number }[]
}

/** A Konnectivity agent besides those that paths lead through: any program that speaks the protocol may be one. */
export interface ExtraAgentBlueprint {
  /** No host that has an agent at this server has this name. */
  readonly name: string
  readonly host: string
  /** The host of the Konnectivity server. */
  readonly server: string
  readonly credential: AgentCredentialBlueprint
  readonly claims: AgentClaimsBlueprint
  /** null: when it is told to (`KonnectivityAgents.start`). */
  readonly startNs: number | null
  /** It connects to this address, dotted, whatever it is asked for; null: to what it is asked for. The port stays. */
  readonly onward: string | null
}

export type AgentCredentialBlueprint =
  | { readonly kind: 'none' }
  /** What the cluster's own agents have, whichever kind their server asks for. */
  | { readonly kind: 'own' }
  /** By name, among `identities`. */
  | { readonly kind: 'certificate'; readonly certificate: string }
  | { readonly kind: 'token'; readonly token: string }

/** What it says of itself in metadata, which its credential says nothing about. */
export interface AgentClaimsBlueprint {
  /** The host whose agent's id it says that it has; null: one of its own. */
  readonly agentIdOf: string | null
  /** `--agent-identifiers`: addresses (`ipv4=`) and names (`host=`), for the strategy `destHost`. */
  readonly identifiers: readonly string[]
  /** `default-route=true`, for the strategy `defaultRoute`. */
  readonly defaultRoute: boolean
}
