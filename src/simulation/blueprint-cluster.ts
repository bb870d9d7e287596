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
  /** The Node object of the apiserver's host; null if the host is not a node, as in hosted clusters. */
  readonly controlPlaneNode: null | { readonly zone: string | null }
  /** The mode in which kube-proxies translate service addresses. */
  readonly kubeProxy: { readonly mode: 'iptables' | 'ipvs' }
  /** `bridged`: the pods of a node share a bridge on it. */
  readonly podNetwork: 'routed' | 'bridged'
  readonly nodes: readonly NodeBlueprint[]
  readonly pods: readonly PodBlueprint[]
  readonly services: readonly ServiceBlueprint[]
  readonly users: readonly UserBlueprint[]
  readonly accounts: readonly AccountBlueprint[]
  /** The permissions of all members of groups. */
  readonly groups: readonly GroupBlueprint[]
  /** The policies of the authorization mode ABAC; empty if it is off. */
  readonly policies: readonly AbacPolicy[]
  /** The Konnectivity server and its agents; null if the apiserver uses none. */
  readonly konnectivity: KonnectivityBlueprint | null
  /** `open`: pods can read their node's entry on the cloud's metadata server, including the bootstrap token. */
  readonly metadataServer: 'open' | 'concealed'
  /** True if the ClusterRoleBinding system:node has the group system:nodes as its subject. */
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
  /** True if nobody has approved the kubelet's request for a serving certificate. Then it has none to present. */
  readonly isServingPending: boolean
  /**
   * TLS bootstrapping: the kubelet starts with a bootstrap token and requests its client certificate. null: it has a
   * certificate.
   */
  readonly bootstrap: null | { readonly token: string; readonly verify: 'none' | 'ca' }
  /** The number of pods on the node without a host of their own. They count in the sizes of lists. */
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
  /** The name of the mounted service-account token; null if none is mounted. */
  readonly token: string | null
  /** The port on which it serves; null if it serves nothing. */
  readonly listens: number | null
  readonly scheme: 'http' | 'https'
  /** The name of its HTTPS certificate; null if it does not serve HTTPS. */
  readonly servingCertificate: string | null
  /** True if the pod uses the network of its node. Then its host is the node's host. */
  readonly hostNetwork: boolean
  /** True if it belongs to a DaemonSet. Such pods are never evicted. */
  readonly isOfDaemonSet: boolean
  readonly capabilities: readonly string[]
  /** Present if the pod is an assumption. Then a check does not fail because of what attackers get from it. */
  readonly isAssumed?: true
}

/** A service of the cluster. Nodes translate its address to an endpoint. */
export interface ServiceBlueprint {
  readonly name: string
  /** The virtual IPv4 address of the service (`clusterIP`), in dotted form. No host has it. */
  readonly clusterAddress: string
  readonly port: number
  readonly targetPort: number
  /** The names of pods; for the service `kubernetes`, the apiserver's host. */
  readonly endpoints: readonly string[]
}

/** A user of the apiserver, who authenticates with a client certificate. */
export interface UserBlueprint {
  readonly name: string
  readonly groups: readonly string[]
  readonly rules: readonly PolicyRule[]
  /** The name of the user's client certificate. */
  readonly certificate: string
  /** True if these rules are an assumption. Then findings about the user make no check fail. */
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
