import type { LinkStreams } from '../../../network/link-direction.ts'
import type { LinkOptions } from '../../../network/link-options.ts'
import type { Middlebox } from '../../../network/middleboxes.ts'
import type { FilterAction, FilterRule } from '../../../network/packet-filter.ts'
import type { RoutedDirection } from '../../../network/routing.ts'
import type { VirtualAddress } from '../../../network/translation.ts'
import type { CpuProfile } from '../../../security/cpu-profile.ts'
import type { TcpHost } from '../../../transport/profiles/tcp-host.ts'
import type { TcpProxy } from '../../../transport/tcp-proxies.ts'
import type { Topology } from './plan-topology.ts'

/** The planned network: topology, hosts, translation and firewall. */
export interface PlannedNetwork extends Topology {
  readonly hosts: readonly PlannedHost[]
  readonly directions: readonly PlannedDirection[]
  readonly virtualAddresses: readonly VirtualAddress[]
  readonly firewall: PlannedFirewall | null
  readonly middleboxes: readonly Middlebox[]
  readonly proxies: readonly TcpProxy[]
}

/** A host of the plan. */
export interface PlannedHost {
  readonly name: string
  readonly cores: number
  /** The index of the host whose cores it shares; NONE: it has its own. */
  readonly coresOf: number
  readonly cpu: CpuProfile
  readonly tcp: TcpHost
}

/** A link direction of the plan. */
export interface PlannedDirection extends RoutedDirection {
  /** `link/wan/forward`, `loopback/master`, `segment/lan/node-1/in`. */
  readonly name: string
  readonly options: LinkOptions
  /** Whether accounts pay for packets here. Over a segment they pay only for the first of two directions. */
  readonly isCharged: boolean
  readonly streams: LinkStreams
}

/** The firewall of the plan. */
export interface PlannedFirewall {
  readonly rules: readonly FilterRule[]
  readonly otherwise: FilterAction
}
