import type { StreamKey, Streams } from '../../engine/streams.ts'
import { NONE } from '../../engine/table.ts'
import { NOISE_PROFILES } from '../../network/noise-profiles.ts'
import type { CpuProfile } from '../../security/cpu-profile.ts'
import type { CpuProfileName } from '../../security/cpu-profiles.ts'
import type { HostBlueprint } from '../blueprint.ts'
import { byName, lookUp } from '../by-name.ts'
import type { ExpandedBlueprint } from '../expanded-blueprint.ts'
import { planFirewall, planMiddleboxes, planProxies, planVirtualAddresses } from './plan-edges.ts'
import { directionName, planTopology, portName } from './plan-topology.ts'
import type { PlannedHost, PlannedNetwork } from './planned-network.ts'

export { directionName, lookUp, portName }

/** The cost figures of each CPU profile, by name. */
export type CpuProfiles = Readonly<Record<CpuProfileName, CpuProfile>>

/** Plans hosts, links, addresses, routes and the firewall. */
export function planNetwork(blueprint: ExpandedBlueprint, streams: Streams, cpuProfiles: CpuProfiles): PlannedNetwork {
  const topology = planTopology(blueprint)
  const { hostIndex, addresses } = topology
  const virtuals = [...blueprint.virtualAddresses, ...blueprint.externalAddresses]
  return {
    ...topology,
    hosts: [...blueprint.hosts].sort(byName).map((host) => planHost(host, hostIndex, streams, cpuProfiles)),
    virtualAddresses: planVirtualAddresses(virtuals, hostIndex, addresses, streams),
    firewall: planFirewall(blueprint, hostIndex),
    middleboxes: planMiddleboxes(blueprint, topology),
    proxies: planProxies(blueprint.proxies, hostIndex),
  }
}

/**
 * Draws how long a host has been up, at most 18 minutes. So the clocks of hosts tick at different times, while timers
 * of less than nine hours still expire within 17 minutes of each other (`timer-wheel.ts`).
 */
function uptimeNs({ hi, lo }: StreamKey): number {
  return (hi & 0xff) * 0x1_0000_0000 + (lo >>> 0)
}

function planHost(
  { name, cores, coresOf, cpu, noise, tcp }: HostBlueprint,
  hostIndex: ReadonlyMap<string, number>,
  streams: Streams,
  cpuProfiles: CpuProfiles,
): PlannedHost {
  const { profile, congestion, overrides, receiveBufferBytes, sendBufferBytes } = tcp
  return {
    name,
    cores,
    coresOf: coresOf === undefined ? NONE : lookUp(hostIndex, coresOf),
    cpu: cpuProfiles[cpu],
    noise: NOISE_PROFILES[noise].figures,
    tcp: {
      profile,
      congestion,
      ...(overrides === undefined ? {} : { overrides }),
      receiveBufferBytes,
      sendBufferBytes,
      portKey: streams.lazyKey(`host/${name}/ports`),
      sequenceKey: streams.lazyKey(`host/${name}/sequence-numbers`),
      uptimeNs: uptimeNs(streams.key(`host/${name}/uptime`)),
      cycleKey: streams.lazyKey(`host/${name}/bbr-cycles`),
    },
  }
}
