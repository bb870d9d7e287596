import type { ExternalServiceBlueprint } from '../attack/additions.ts'
import type { ServiceKind } from '../cluster/paths/path.ts'
import type { TlsServer } from '../security/tls-parameters.ts'
import type {
  Blueprint,
  HostBlueprint,
  IdentityBlueprint,
  PathBlueprint,
  ProxyBlueprint,
  VirtualAddressBlueprint,
} from './blueprint.ts'
import type { NodeBlueprint, PodBlueprint, ServiceBlueprint } from './blueprint-cluster.ts'
import type { ExpandedKonnectivity } from './konnectivity/konnectivity-blueprint.ts'
import type { KubeProxyHost } from './kube-proxy/kube-proxy-hosts.ts'
import type { SharedSshTunnel } from './ssh-tunnels/expand-ssh-tunnels.ts'

/**
 * A blueprint with everything that a cluster and attackers add: all paths, hosts, identities and servers of the
 * simulation, including hidden ones (`~kind/node`). Added objects have an `origin`. The plan only looks names up in it.
 */
export interface ExpandedBlueprint extends Blueprint {
  readonly activity: ClusterActivity
  readonly sshTunnels: readonly SharedSshTunnel[]
  readonly konnectivity: ExpandedKonnectivity
  /** All HTTP servers except attackers' servers. In addition, sshd runs on each `via` of an SSH tunnel. */
  readonly servers: readonly ServerBlueprint[]
  readonly proxies: readonly ExpandedProxy[]
  readonly externalAddresses: readonly ExternalAddress[]
  readonly lookups: Lookups
}

/** The activity of a cluster's programs in this simulation. Lists are in the order of names. */
export interface ClusterActivity {
  /** Nodes whose kubelet may request a client certificate during a run. */
  readonly certifiedNodes: readonly NodeBlueprint[]
  /** Pods that an event restarts or deletes. */
  readonly restartingPods: readonly PodBlueprint[]
  /** Services that have such a pod as an endpoint. */
  readonly changingServices: readonly ServiceBlueprint[]
  /** Services that requests may create with the address of a host. */
  readonly externalServices: readonly ExternalServiceBlueprint[]
  /** Hosts whose kube-proxy has changes to receive. A connection without changes would be idle, so it is left out. */
  readonly kubeProxies: readonly KubeProxyHost[]
}

/** The address of a host that a service may claim. */
export interface ExternalAddress extends VirtualAddressBlueprint {
  /**
   * For each of its hosts, by name, the hosts whose packets it does not translate. A host that is absent translates
   * all.
   */
  readonly exempt: ReadonlyMap<string, readonly string[]>
}

/** Parts of a blueprint by name. If several paths qualify, the first by name is used. */
export interface Lookups {
  readonly hosts: ReadonlyMap<string, HostBlueprint>
  readonly identities: ReadonlyMap<string, IdentityBlueprint>
  readonly nodes: ReadonlyMap<string, NodeBlueprint>
  readonly pods: ReadonlyMap<string, PodBlueprint>
  readonly services: ReadonlyMap<string, ServiceBlueprint>
  readonly paths: PathLookups
}

/** Paths, indexed by their ends. */
export interface PathLookups {
  /** The instances of each declared path, by declared name. */
  readonly byDeclaration: ReadonlyMap<string, readonly PathBlueprint[]>
  /** The paths of each client, by host. */
  readonly byClient: ReadonlyMap<string, readonly PathBlueprint[]>
  /** The path to the apiserver on which a kubelet sends all its requests (client-go), by node. */
  readonly ofKubelet: ReadonlyMap<string, PathBlueprint>
  /** The path from the apiserver to a kubelet, by node. */
  readonly toKubelet: ReadonlyMap<string, PathBlueprint>
  /** The path from the apiserver to a kubelet that it verifies on other paths but not on this one, by node. */
  readonly toKubeletUnverified: ReadonlyMap<string, PathBlueprint>
  /** The path from the apiserver to a pod's port, by pod. */
  readonly toPod: ReadonlyMap<string, PathBlueprint>
  /** The path from the apiserver to a service's endpoints, by service. */
  readonly toService: ReadonlyMap<string, PathBlueprint>
  /** The paths to the endpoints of a service, in the order of names, by the name of the path to the service. */
  readonly toEndpoints: ReadonlyMap<string, readonly PathBlueprint[]>
}

/** A proxy whose ports are known. */
export interface ExpandedProxy extends ProxyBlueprint {
  readonly ports: readonly number[]
}

/** A program that listens for HTTP on a port of a host. */
export interface ServerBlueprint {
  readonly host: string
  readonly port: number
  /** The address on which it listens, dotted; null: all addresses of the host. */
  readonly bindAddress: string | null
  readonly service: ServiceKind
  /** Its HTTP/2 settings: those of the apiserver, or the defaults of Go's net/http. */
  readonly http2: 'apiserver' | 'go'
  /** The TLS settings; null for plain HTTP. */
  readonly tls: ServerTlsBlueprint | null
  /** The reason why it exists, as text. */
  readonly origin: string
}

interface ServerTlsBlueprint extends Pick<TlsServer, 'clientCertificates' | 'protocol' | 'isUnissued'> {
  /** The name of its certificate. */
  readonly certificate: string
  /** The CA that it trusts for client certificates, by name; null for none. */
  readonly clientCa: string | null
}
