import type { PolicyRule } from '../cluster/access/access-rule.ts'
import type {
  ApiserverConfiguration,
  ControllerManagerConfiguration,
  KubeletConfiguration,
} from '../cluster/flags/configuration.ts'
import type { KubernetesVersion } from '../cluster/versions/kubernetes-version.ts'

/** A cluster as a checked scenario has it: who is there, and how each is set up. Names of hosts are those of `hosts`. */
export interface ClusterBlueprint {
  readonly version: KubernetesVersion
  readonly apiserver: {
    readonly host: string
    readonly configuration: ApiserverConfiguration
    readonly servingCertificate: string
  }
  readonly controllerManager: ControllerManagerConfiguration
  readonly nodes: readonly NodeBlueprint[]
  readonly pods: readonly PodBlueprint[]
  readonly services: readonly ServiceBlueprint[]
  readonly users: readonly UserBlueprint[]
  /** null: the apiserver uses no Konnectivity server. */
  readonly konnectivity: KonnectivityBlueprint | null
  /** Whether pods can read from the cloud's metadata server what it has for their node: the bootstrap token too. */
  readonly metadataServer: 'open' | 'concealed'
}

export interface NodeBlueprint {
  /** Of the Node object and of its host. */
  readonly name: string
  readonly pool: string
  readonly zone: string | null
  readonly version: KubernetesVersion
  readonly kubelet: KubeletConfiguration
  readonly clientCertificate: string
  readonly servingCertificate: string
  /** `tls`: it begins with a bootstrap token and asks for its client certificate (TLS bootstrapping). */
  readonly bootstrap: null | { readonly token: string; readonly verify: 'none' | 'ca' }
  /** How many pods it runs that have no host of their own here; they count in sizes. */
  readonly anonymousPods: number
}

/** A pod that takes part in traffic; its host has the pod's name and a link to the node's host. */
export interface PodBlueprint {
  readonly name: string
  /** The name under `pods` in the scenario: its replicas share it. */
  readonly app: string
  /** Or the apiserver's host. */
  readonly node: string
  /** "namespace/account". */
  readonly account: string
  /** A service-account token by name; null: none is mounted. */
  readonly token: string | null
  /** null: it serves nothing. */
  readonly listens: number | null
  readonly scheme: 'http' | 'https'
  /** It has no network of its own: its host is the node's. */
  readonly hostNetwork: boolean
  readonly capabilities: readonly string[]
}

export interface ServiceBlueprint {
  readonly name: string
  /** Dotted; lies outside the addresses of all hosts. */
  readonly clusterAddress: string
  readonly port: number
  readonly targetPort: number
  /** Names of pods; of `kubernetes`, the apiserver's host. */
  readonly endpoints: readonly string[]
}

export interface UserBlueprint {
  readonly name: string
  readonly groups: readonly string[]
  readonly rules: readonly PolicyRule[]
  /** Its client certificate by name. */
  readonly certificate: string
}

export interface KonnectivityBlueprint {
  readonly serverHost: string
  readonly agentPort: number
  readonly strategy: 'default' | 'destHost' | 'defaultRoute'
  readonly authentication: 'certificate' | 'token'
  readonly keepaliveNs: number
  /** Names of nodes. */
  readonly agents: readonly string[]
}
