import type { Streams } from '../../engine/streams.ts'
import { type AddressBook, parseAddress } from '../../network/address-book.ts'
import type { Middlebox } from '../../network/middleboxes.ts'
import type { VirtualAddress } from '../../network/translation.ts'
import type { TcpProxy } from '../../transport/tcp-proxies.ts'
import type { Blueprint, VirtualAddressBlueprint } from '../blueprint.ts'
import { lookUp } from '../by-name.ts'
import type { ExpandedProxy, ExternalAddress } from '../expanded-blueprint.ts'
import { hostOfPod } from '../lookups/members.ts'
import type { NamedDirection, Topology } from './plan-topology.ts'
import type { PlannedFirewall } from './planned-network.ts'

/**
 * Returns virtual addresses sorted by address and port, the order in which packets look them up. The address book
 * already has them and their endpoints.
 */
export function planVirtualAddresses(
  virtuals: readonly (VirtualAddressBlueprint | ExternalAddress)[],
  hostIndex: ReadonlyMap<string, number>,
  addresses: AddressBook,
  streams: Streams,
): VirtualAddress[] {
  return virtuals
    .map((virtual) => ({
      name: virtual.name,
      address: addresses.indexOf(parseAddress(virtual.address)),
      port: virtual.port,
      hosts: virtual.hosts.map((host) => lookUp(hostIndex, host)).sort((a, b) => a - b),
      endpoints: virtual.endpoints.map((endpoint) => ({
        address: addresses.indexOf(parseAddress(endpoint.address)),
        port: endpoint.port,
      })),
      key: streams.key(`service/${virtual.name}`),
      real: 'exempt' in virtual ? { exempt: planExemptions(virtual.exempt, hostIndex) } : null,
    }))
    .sort((a, b) => a.address - b.address || a.port - b.port)
}

function planExemptions(exempt: ExternalAddress['exempt'], hostIndex: ReadonlyMap<string, number>) {
  const indexOf = (host: string) => lookUp(hostIndex, host)
  return new Map([...exempt].map(([host, senders]) => [indexOf(host), new Set(senders.map(indexOf))]))
}

/** Plans the middleboxes that track connections. Behind each is its host, and the pods of that node. */
export function planMiddleboxes(
  { middleboxes, cluster }: Blueprint,
  { hostIndex, directions }: Pick<Topology, 'hostIndex' | 'directions'>,
): readonly Middlebox[] {
  return middleboxes
    .filter((box) => box.kind !== 'proxy')
    .map(({ before, ports, idleNs, expired }) => {
      const pods = (cluster?.pods ?? []).filter(({ node }) => node === before)
      const hosts = [before, ...pods.map(hostOfPod)].map((name) => lookUp(hostIndex, name))
      return {
        host: lookUp(hostIndex, before),
        behind: new Set([...hosts, ...switchesWithin(new Set(hosts), hostIndex.size, directions)]),
        ports: ports === null ? null : new Set(ports),
        idleNs,
        expired,
      }
    })
}

/** Returns the switches that connect only some of these hosts. */
function switchesWithin(
  hosts: ReadonlySet<number>,
  hostCount: number,
  directions: readonly NamedDirection[],
): readonly number[] {
  const fromSwitches = directions.filter(({ fromHost }) => fromHost >= hostCount)
  const beyond = new Set(fromSwitches.filter(({ toHost }) => !hosts.has(toHost)).map(({ fromHost }) => fromHost))
  return fromSwitches.map(({ fromHost }) => fromHost).filter((place) => !beyond.has(place))
}

/** Plans the proxies, in their order. */
export function planProxies(
  proxies: readonly ExpandedProxy[],
  hostIndex: ReadonlyMap<string, number>,
): readonly TcpProxy[] {
  return proxies.map(({ on, before, ports, clientIdleNs, serverIdleNs, tunnelIdleNs, connectNs }) => ({
    host: lookUp(hostIndex, on),
    server: lookUp(hostIndex, before),
    ports: new Set(ports),
    clientIdleNs,
    serverIdleNs,
    tunnelIdleNs,
    connectNs,
  }))
}

/** Plans the firewall; returns null if there is none. Each rule has an array with 1 for each host that it names. */
export function planFirewall({ firewall }: Blueprint, hostIndex: ReadonlyMap<string, number>): PlannedFirewall | null {
  if (firewall === null) return null
  const mask = (names: readonly string[] | null) => {
    if (names === null) return null
    const isMeant = new Uint8Array(hostIndex.size)
    for (const name of names) isMeant[lookUp(hostIndex, name)] = 1
    return isMeant
  }
  return {
    rules: firewall.rules.map(({ from, to, ports, action }) => ({
      from: mask(from),
      to: mask(to),
      ports: ports === null ? null : new Set(ports),
      action,
    })),
    otherwise: firewall.default,
  }
}
