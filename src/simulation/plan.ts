import type { AttackPlan } from '../attack/attack-plan.ts'
import type { SocketsPlan } from '../attack/sockets/sockets-plan.ts'
import type { KonnectivityAgent, KonnectivityHeads } from '../cluster/konnectivity/konnectivity-agent.ts'
import type { NodeLifecyclePlan } from '../cluster/node-lifecycle/node-lifecycle.ts'
import type { NodeAddressPlan } from '../cluster/paths/node-addresses.ts'
import type { Listener, Path, Tunnel } from '../cluster/paths/path.ts'
import type { SshTunnelerPlan } from '../cluster/tunnels/ssh-tunneler-plan.ts'
import type { Http2Parameters } from '../http/http2-parameters.ts'
import type { HttpDirectory } from '../http/message.ts'
import type { AddressBook } from '../network/address-book.ts'
import type { Middlebox } from '../network/middleboxes.ts'
import type { Routing } from '../network/routing.ts'
import type { VirtualAddress } from '../network/translation.ts'
import type { SshDirectory } from '../security/ssh.ts'
import type { TlsDirectory } from '../security/tls-peers.ts'
import type { CongestionControlsByName } from '../transport/congestion/congestion-controls.ts'
import type { TcpProxy } from '../transport/tcp-proxies.ts'
import type { PathHttp } from '../workload/path-connections.ts'
import type { PlannedResponse } from '../workload/planned-response.ts'
import type { SessionPlan } from '../workload/streaming/session-plan.ts'
import type { Workload } from '../workload/workload.ts'
import type { ClusterPlan } from './apiserver/plan-cluster.ts'
import type { BackgroundPlan } from './background/plan-background.ts'
import type { PlannedEvent } from './events/plan-events.ts'
import type { NamedDirection, Switch } from './network/plan-topology.ts'
import type { PlannedFirewall, PlannedHost } from './network/planned-network.ts'
import type { PlannedRule } from './own-code/plan-own-code.ts'

/**
 * A blueprint with names turned into numbers. It does not change while a simulation runs, and forks share it. Rows are
 * in the order of names, so the order of declaration has no effect.
 */
export interface Plan {
  readonly name: string
  readonly seed: number
  readonly durationNs: number | null
  /** True if connections take endpoints, tunnels and agents in turn; false if they take them at random. */
  readonly choosesInTurn: boolean
  readonly targets: TargetNumbers
  readonly hosts: readonly PlannedHost[]
  /** The switches of segments. As ends of directions, they are numbered after the hosts. */
  readonly switches: readonly Switch[]
  readonly addresses: AddressBook
  readonly directions: readonly NamedDirection[]
  readonly routing: Routing
  readonly virtualAddresses: readonly VirtualAddress[]
  /** The congestion controls of a library user, in addition to those of the registry. */
  readonly congestionControls: CongestionControlsByName
  /** The packet rules of a library user. */
  readonly rules: readonly PlannedRule[]
  /** The middleboxes that track connections, at most one for a host. */
  readonly middleboxes: readonly Middlebox[]
  /** The proxies. Their listeners are numbered after `listeners`. */
  readonly proxies: readonly TcpProxy[]
  /** The firewall; null when none is declared. */
  readonly firewall: PlannedFirewall | null
  readonly tls: TlsDirectory
  readonly ssh: SshDirectory
  readonly listeners: readonly Listener[]
  readonly tunnels: readonly Tunnel[]
  /** The tunneler of the apiserver; null without one. Then paths dial their tunnels. */
  readonly sshTunneler: SshTunnelerPlan | null
  readonly konnectivity: { readonly agents: readonly KonnectivityAgent[]; readonly heads: KonnectivityHeads }
  readonly paths: readonly Path[]
  readonly pathHttp: readonly PathHttp[]
  readonly http: HttpDirectory
  readonly http2: readonly Http2Parameters[]
  readonly answers: readonly PlannedResponse[]
  /** The sessions that requests begin after an upgrade. */
  readonly sessions: ReadonlyMap<number, SessionPlan>
  readonly workloads: readonly Workload[]
  /** The apiserver and the kubelets; null without a cluster. */
  readonly cluster: ClusterPlan | null
  /** The programs of the cluster that work on their own; null without a cluster. */
  readonly background: BackgroundPlan | null
  readonly nodeLifecycle: NodeLifecyclePlan
  readonly nodeAddresses: NodeAddressPlan
  readonly events: readonly PlannedEvent[]
  /** The plan of the attackers; null if there are none. */
  readonly attack: AttackPlan | null
  readonly attackSockets: SocketsPlan | null
}

/**
 * The numbers of event targets. Events of one tick are processed in the order of their targets: host/..., link/...,
 * loopback/..., segment/..., scenario, tunnel/..., workload/..., attack.
 */
export interface TargetNumbers {
  readonly firstHost: number
  readonly firstDirection: number
  readonly scenario: number
  readonly firstTunnel: number
  readonly firstWorkload: number
  readonly attack: number
}
