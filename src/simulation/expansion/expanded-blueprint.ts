import type { ExternalServiceBlueprint } from '../../attack/additions.ts'
import type { Blueprint, HostBlueprint, IdentityBlueprint, PathBlueprint } from '../blueprint.ts'
import type { NodeBlueprint, PodBlueprint, ServiceBlueprint } from '../blueprint-cluster.ts'
import type { ExternalAddress } from './external-addresses.ts'
import type { ExpandedKonnectivity } from './konnectivity-blueprint.ts'
import type { ServerBlueprint } from './server-blueprint.ts'
import type { SharedSshTunnel } from './ssh-tunnels.ts'

/**
 * A blueprint with all that a cluster and attackers add to it: every path, host, identity and service of the
 * simulation, hidden ones (`~kind/node`) included. What was added has an `origin`. A plan only looks names up in it.
 */
export interface ExpandedBlueprint extends Blueprint {
  readonly activity: ClusterActivity
  readonly sshTunnels: readonly SharedSshTunnel[]
  readonly konnectivity: ExpandedKonnectivity
  /** What listens for HTTP, attackers' servers apart. Each tunnel's `via` runs sshd besides. */
  readonly servers: readonly ServerBlueprint[]
  readonly lookups: Lookups
}

/** What the programs of a cluster do by themselves in this simulation. Lists are in the order of names. */
export interface ClusterActivity {
  /** Nodes whose kubelet asks for a client certificate within a run. */
  readonly certifiedNodes: readonly NodeBlueprint[]
  /** Pods that an event restarts or deletes. */
  readonly restartingPods: readonly PodBlueprint[]
  /** Services that have such a pod as endpoint. */
  readonly changingServices: readonly ServiceBlueprint[]
  /** Services that requests may create, with addresses of hosts. */
  readonly externalServices: readonly ExternalServiceBlueprint[]
  readonly externalAddresses: readonly ExternalAddress[]
  /** Nodes whose kube-proxy has something to receive: without a change, its connection would be idle. */
  readonly proxyNodes: readonly NodeBlueprint[]
}

/** Parts of a blueprint by name. Of several paths that do, the first by name is meant. */
export interface Lookups {
  readonly hosts: ReadonlyMap<string, HostBlueprint>
  readonly identities: ReadonlyMap<string, IdentityBlueprint>
  readonly nodes: ReadonlyMap<string, NodeBlueprint>
  readonly pods: ReadonlyMap<string, PodBlueprint>
  readonly services: ReadonlyMap<string, ServiceBlueprint>
  readonly paths: PathLookups
}

export interface PathLookups {
  /** By what they are declared as. */
  readonly byDeclaration: ReadonlyMap<string, readonly PathBlueprint[]>
  /** By the host of the client. */
  readonly byClient: ReadonlyMap<string, readonly PathBlueprint[]>
  /** By node: the one connection on which its kubelet sends all that it has to send (client-go). */
  readonly ofKubelet: ReadonlyMap<string, PathBlueprint>
  /** By node: from the apiserver to its kubelet. */
  readonly toKubelet: ReadonlyMap<string, PathBlueprint>
  /** By pod: from the apiserver to its port. */
  readonly toPod: ReadonlyMap<string, PathBlueprint>
  /** By service: from the apiserver to its endpoints. */
  readonly toService: ReadonlyMap<string, PathBlueprint>
  /** By the name of a path to a service: one path to each endpoint, in the order of names. */
  readonly toEndpoints: ReadonlyMap<string, readonly PathBlueprint[]>
}
