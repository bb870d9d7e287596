import type { AbacPolicy } from '../cluster/access/abac.ts'
import type { PolicyRule } from '../cluster/access/access-rule.ts'
import type {
  ApiserverConfiguration,
  ControllerManagerConfiguration,
  KubeletConfiguration,
} from '../cluster/flags/configuration.ts'
import type { KubernetesVersion } from '../cluster/versions/kubernetes-version.ts'

/** The cluster of a checked scenario: its members and their configuration. Names of hosts refer to `hosts`. */
export interface ClusterBlueprint {
  readonly version: KubernetesVersion
  readonly apiserver: {
    readonly host: string
    readonly configuration: ApiserverConfiguration
    readonly servingCertificate: string
  }
  readonly controllerManager: ControllerManagerConfiguration
  /** The Node object of the apiserver's host; null where the host is no node, as in hosted clusters. */
  readonly controlPlaneNode: null | { readonly zone: string | null }
  /** The mode in which kube-proxies translate the addresses of services. */
  readonly kubeProxy: { readonly mode: 'iptables' | 'ipvs' }
  /** `bridged`: the pods of a node share a bridge of it. */
  readonly podNetwork: 'routed' | 'bridged'
  readonly nodes: readonly NodeBlueprint[]
  readonly pods: readonly PodBlueprint[]
  readonly services: readonly ServiceBlueprint[]
  readonly users: readonly UserBlueprint[]
  readonly accounts: readonly AccountBlueprint[]
  /** The permissions of all members of groups. */
  readonly groups: readonly GroupBlueprint[]
  /** The policies of the authorization mode ABAC; none where it is off. */
  readonly policies: readonly AbacPolicy[]
  /** The Konnectivity server and its agents; null when the apiserver uses none. */
  readonly konnectivity: KonnectivityBlueprint | null
  /** Whether pods can read their node's entry on the cloud's metadata server, which holds the bootstrap token too. */
  readonly metadataServer: 'open' | 'concealed'
  /** Whether the ClusterRoleBinding system:node has the group system:nodes as its subject. */
  readonly bindsNodes: boolean
}

/** A node of the cluster, with the configuration of its kubelet. */
export interface NodeBlueprint {
  /** The name of the Node object and of its host. */
  readonly name: string
  readonly pool: string
  readonly zone: string | null
  readonly version: KubernetesVersion
  readonly kubelet: KubeletConfiguration
  readonly clientCertificate: string
  readonly servingCertificate: string
  /** Whether nobody has approved the kubelet's request for a serving certificate, so that it has none to present. */
  readonly isServingPending: boolean
  /**
   * TLS bootstrapping: the kubelet starts with a bootstrap token and requests its client certificate. null: it has one.
   */
  readonly bootstrap: null | { readonly token: string; readonly verify: 'none' | 'ca' }
  /** The number of pods on the node that have no host of their own; they count in the sizes of lists. */
  readonly anonymousPods: number
}

/** A pod that takes part in traffic. Its host has the pod's name and a link to the node's host. */
export interface PodBlueprint {
  readonly name: string
  /** The name under `pods` in the scenario, which all replicas share. */
  readonly app: string
  /** The name of a node, or the apiserver's host. */
  readonly node: string
  /** The service account: "namespace/account". */
  readonly account: string
  /** The mounted service-account token, by name; null: none is mounted. */
  readonly token: string | null
  /** The port on which it serves; null: it serves nothing. */
  readonly listens: number | null
  readonly scheme: 'http' | 'https'
  /** The certificate with which it serves https, by name; null: it serves no https. */
  readonly servingCertificate: string | null
  /** Whether the pod uses the network of its node, so that its host is the node's. */
  readonly hostNetwork: boolean
  /** Whether it belongs to a DaemonSet, whose pods are never evicted. */
  readonly isOfDaemonSet: boolean
  readonly capabilities: readonly string[]
}

/** A service of the cluster, whose address its nodes translate to an endpoint. */
export interface ServiceBlueprint {
  readonly name: string
  /** The virtual IPv4 address of the service (`clusterIP`), in dotted form. No host has it. */
  readonly clusterAddress: string
  readonly port: number
  readonly targetPort: number
  /** Names of pods; for the service `kubernetes`, the apiserver's host. */
  readonly endpoints: readonly string[]
}

/** A user of the apiserver, who authenticates with a client certificate. */
export interface UserBlueprint {
  readonly name: string
  readonly groups: readonly string[]
  readonly rules: readonly PolicyRule[]
  /** The name of the user's client certificate. */
  readonly certificate: string
  /** True if nobody knows that the user has these rules, so that no check fails because of what it gets. */
  readonly isAssumed: boolean
}

/** The permissions that a scenario gives to a service account. */
export interface GroupBlueprint {
  readonly group: string
  readonly rules: readonly PolicyRule[]
}

export interface AccountBlueprint {
  /** "namespace/account". */
  readonly account: string
  readonly rules: readonly PolicyRule[]
}

/** The Konnectivity server of the apiserver, and its agents. */
export interface KonnectivityBlueprint {
  readonly serverHost: string
  readonly agentPort: number
  readonly strategy: 'default' | 'destHost' | 'defaultRoute'
  readonly authentication: AgentAuthenticationBlueprint
  readonly keepaliveNs: number
  /** Names of the nodes on which an agent runs. */
  readonly agents: readonly string[]
}

/** The method by which a Konnectivity server authenticates agents. */
export type AgentAuthenticationBlueprint =
  /** Any host that reaches the port can register. */
  | { readonly kind: 'none' }
  /** By a token of this account (`namespace/account`) for this audience. */
  | { readonly kind: 'token'; readonly audience: string; readonly account: string }
  /** By a client certificate of the CA with this name; null: a CA that issues certificates of agents only. */
  | { readonly kind: 'certificate'; readonly authority: string | null }
