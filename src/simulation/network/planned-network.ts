import type { Middlebox } from '../../network/middleboxes.ts'
import type { NoiseFigures } from '../../network/noise-profiles.ts'
import type { FilterAction, FilterRule } from '../../network/packet-filter.ts'
import type { VirtualAddress } from '../../network/translation.ts'
import type { CpuProfile } from '../../security/cpu-profile.ts'
import type { TcpHost } from '../../transport/profiles/tcp-host.ts'
import type { TcpProxy } from '../../transport/tcp-proxies.ts'
import type { Topology } from './plan-topology.ts'

/** The planned network: topology, hosts, translation and firewall. */
export interface PlannedNetwork extends Topology {
  readonly hosts: readonly PlannedHost[]
  readonly virtualAddresses: readonly VirtualAddress[]
  readonly firewall: PlannedFirewall | null
  readonly middleboxes: readonly Middlebox[]
  readonly proxies: readonly TcpProxy[]
}

/** A host of the plan. */
export interface PlannedHost {
  readonly name: string
  readonly cores: number
  /** The index of the host whose cores it shares; NONE if it has its own. */
  readonly coresOf: number
  readonly cpu: CpuProfile
  readonly noise: NoiseFigures | null
  readonly tcp: TcpHost
}

/** The firewall of the plan. */
export interface PlannedFirewall {
  readonly rules: readonly FilterRule[]
  readonly otherwise: FilterAction
}
