import type { Arena } from '../../engine/arena.ts'
import type { Timeline } from '../../engine/timeline.ts'
import { Interceptions } from '../../network/interception.ts'
import { Middleboxes } from '../../network/middleboxes.ts'
import { type Bridge, Neighbours } from '../../network/neighbours.ts'
import { PacketFilter } from '../../network/packet-filter.ts'
import type { NetworkNames } from '../../network/packet-view.ts'
import { Translation } from '../../network/translation.ts'
import type { Plan } from '../plan.ts'

/** Builds the address translation; returns null if no address is virtual, so that packets cost nothing. */
export function buildTranslation(arena: Arena, timeline: Timeline, plan: Plan): Translation | null {
  const { addresses, routing, virtualAddresses } = plan
  return virtualAddresses.length === 0 ? null : new Translation(arena, timeline, addresses, routing, virtualAddresses)
}

/** Builds the firewall; returns null if none is declared. */
export function buildFilter(arena: Arena, timeline: Timeline, plan: Plan): PacketFilter | null {
  const { firewall, addresses, hosts } = plan
  return firewall === null
    ? null
    : new PacketFilter(arena, timeline, addresses, hosts.length, firewall.rules, firewall.otherwise)
}

/** Builds the middleboxes; returns null if none is declared. */
export function buildMiddleboxes(arena: Arena, timeline: Timeline, plan: Plan): Middleboxes | null {
  const { middleboxes, hosts, targets } = plan
  return middleboxes.length === 0
    ? null
    : new Middleboxes(arena, timeline, hosts.length, middleboxes, targets.firstHost)
}

/** Builds the proxies' interceptions; returns null if no proxy is declared. */
export function buildInterceptions({ proxies, addresses, hosts }: Plan): Interceptions | null {
  return proxies.length === 0 ? null : new Interceptions(addresses, hosts.length, proxies)
}

/** Builds the ARP tables; returns null if no segment is bridged. */
export function buildNeighbours(arena: Arena, { addresses, hosts, switches, directions }: Plan): Neighbours | null {
  const bridges = switches.flatMap(({ isBridged }, index): Bridge[] => {
    if (!isBridged) return []
    const switchIndex = hosts.length + index
    const ports = directions.flatMap(({ fromHost, toHost }, direction): [number, number][] =>
      fromHost === switchIndex ? [[toHost, direction]] : [],
    )
    return [{ switchIndex, ports: new Map(ports) }]
  })
  return bridges.length === 0 ? null : new Neighbours(arena, addresses, bridges)
}

/** Returns the names that observers and rules see. */
export function namesOfNetwork({ directions, hosts, switches }: Plan): NetworkNames {
  return {
    directions: directions.map(({ name }) => name),
    places: [...hosts, ...switches].map(({ name }) => name),
  }
}
