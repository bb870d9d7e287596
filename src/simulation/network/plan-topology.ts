import { assert } from '../../engine/assert.ts'
import { AddressBook, parseAddress } from '../../network/address-book.ts'
import type { LinkOptions } from '../../network/link-options.ts'
import { Routing, type StaticRoute } from '../../network/routing.ts'
import type { Blueprint, RouteBlueprint, SegmentBlueprint, VirtualAddressBlueprint } from '../blueprint.ts'
import { byName, indexByName, lookUp } from '../by-name.ts'

/** The connections between hosts and switches: enough to route a packet, without random numbers. */
export interface Topology {
  /** The number of each host, by name. Hosts are numbered in the order of names. */
  readonly hostIndex: ReadonlyMap<string, number>
  readonly switches: readonly Switch[]
  readonly addresses: AddressBook
  /** All link directions, in the order of names. */
  readonly directions: readonly NamedDirection[]
  readonly directionIndex: ReadonlyMap<string, number>
  readonly routing: Routing
}

/** The switch in the middle of a segment. */
export interface Switch {
  readonly name: string
  /** True if hosts on the segment find each other by ARP. */
  readonly isBridged: boolean
}

/** A link direction between two hosts, or between a host and a switch. */
export interface NamedDirection {
  /** `link/wan/forward`, `loopback/master`, `segment/lan/node-1/in`. */
  readonly name: string
  /** A host or a switch. Switches are numbered after the hosts. */
  readonly fromHost: number
  readonly toHost: number
  readonly mtuBytes: number
  readonly options: LinkOptions
  /** True if accounts pay for packets here. On a segment, they pay only for the first of two directions. */
  readonly isCharged: boolean
}

/** The parts of a blueprint that determine the topology. */
export type TopologyBlueprint = Pick<Blueprint, 'hosts' | 'links' | 'segments' | 'routes' | 'virtualAddresses'>

/** The last topology for each list of hosts. */
const lastOfHosts = new WeakMap<
  TopologyBlueprint['hosts'],
  { readonly of: TopologyBlueprint; readonly topology: Topology }
>()

/**
 * Numbers hosts, switches, addresses and link directions, and computes the routes. The last topology for a list of
 * hosts is cached, so the check of a scenario and its plan share it.
 */
export function planTopology(blueprint: TopologyBlueprint): Topology {
  const last = lastOfHosts.get(blueprint.hosts)
  if (last !== undefined && hasSameParts(last.of, blueprint)) return last.topology
  const { hosts, links, segments, routes, virtualAddresses } = blueprint
  const topology = topologyOf(blueprint)
  lastOfHosts.set(hosts, { of: { hosts, links, segments, routes, virtualAddresses }, topology })
  return topology
}

function hasSameParts(one: TopologyBlueprint, other: TopologyBlueprint): boolean {
  return (
    one.links === other.links &&
    one.segments === other.segments &&
    one.routes === other.routes &&
    one.virtualAddresses === other.virtualAddresses
  )
}

function topologyOf(blueprint: TopologyBlueprint): Topology {
  const hosts = [...blueprint.hosts].sort(byName)
  const hostIndex = indexByName(hosts)
  const switches = blueprint.segments.map(({ name, l2 }) => ({ name, isBridged: l2 === 'bridged' })).sort(byName)
  const addresses = planAddresses(blueprint)
  const directions = planDirections(blueprint, hostIndex, indexByName(switches))
  const directionIndex = indexByName(directions)
  const routing = new Routing(addresses, {
    hostCount: hosts.length,
    switchCount: switches.length,
    directions,
    loopbacks: hosts.map(({ name }) => lookUp(directionIndex, loopbackName(name))),
    staticRoutes: blueprint.routes.map((route) => planRoute(route, hostIndex, directions, directionIndex)),
    gateways: planGateways(blueprint.virtualAddresses, hostIndex, addresses),
  })
  return { hostIndex, switches, addresses, directions, directionIndex, routing }
}

/** Returns the name of a direction of a link: `link/wan/forward`. */
export function directionName(link: string, direction: 'forward' | 'backward'): string {
  return `link/${link}/${direction}`
}

/**
 * Returns the name of a port's direction. `in`: from the host into the segment; `out`: from the segment to the host.
 */
export function portName(segment: string, host: string, direction: 'in' | 'out'): string {
  return `segment/${segment}/${host}/${direction}`
}

function loopbackName(host: string): string {
  return `loopback/${host}`
}

function planAddresses({ hosts, virtualAddresses }: TopologyBlueprint): AddressBook {
  const book = new AddressBook()
  for (const [index, host] of [...hosts].sort(byName).entries()) {
    for (const address of host.addresses) book.add(index, parseAddress(address))
  }
  const virtual = new Set(virtualAddresses.map(({ address }) => parseAddress(address)))
  for (const address of [...virtual].sort((a, b) => a - b)) book.addVirtual(address)
  return book
}

function planDirections(
  { hosts, links, segments }: TopologyBlueprint,
  hostIndex: ReadonlyMap<string, number>,
  switchIndex: ReadonlyMap<string, number>,
): NamedDirection[] {
  const directions = hosts.map(({ name, loopback }) => {
    const host = lookUp(hostIndex, name)
    return direction(loopbackName(name), host, host, loopback)
  })
  for (const { name, between, forward, backward } of links) {
    const [first, second] = between.map((host) => lookUp(hostIndex, host))
    directions.push(direction(directionName(name, 'forward'), first, second, forward))
    directions.push(direction(directionName(name, 'backward'), second, first, backward))
  }
  for (const segment of segments) {
    const middle = hostIndex.size + lookUp(switchIndex, segment.name)
    for (const host of segment.hosts) directions.push(...portsOf(segment, host, lookUp(hostIndex, host), middle))
  }
  return directions.sort(byName)
}

function direction(
  name: string,
  fromHost: number,
  toHost: number,
  options: LinkOptions,
  isCharged = true,
): NamedDirection {
  return { name, fromHost, toHost, mtuBytes: options.mtuBytes, options, isCharged }
}

/**
 * Returns the two directions of a host's port on the switch of a segment. Rate and queue apply to each port. Options
 * that apply once between two hosts apply on the first direction. Every direction takes at least one tick; without a
 * rate, the second takes its tick from the delay.
 */
function portsOf({ name, options }: SegmentBlueprint, host: string, index: number, middle: number): NamedDirection[] {
  const lastNs = options.rateBps === null ? Math.min(options.delayNs, 1) : 0
  const inward: LinkOptions = { ...options, delayNs: options.delayNs - lastNs }
  const outward: LinkOptions = { ...options, delayNs: lastNs, jitter: { kind: 'none' }, lossRatio: 0, lossBursts: null }
  return [
    direction(portName(name, host, 'in'), index, middle, inward),
    direction(portName(name, host, 'out'), middle, index, outward, false),
  ]
}

function planRoute(
  { host, destination, link }: RouteBlueprint,
  hostIndex: ReadonlyMap<string, number>,
  directions: readonly NamedDirection[],
  directionIndex: ReadonlyMap<string, number>,
): StaticRoute {
  const from = lookUp(hostIndex, host)
  const [prefix, bits] = destination.split('/')
  const names = [directionName(link, 'forward'), directionName(link, 'backward'), portName(link, host, 'in')]
  const leaving = names
    .map((name) => directionIndex.get(name))
    .find((index) => index !== undefined && directions[index].fromHost === from)
  assert(leaving !== undefined, 'a route goes over a link of its host')
  return { host: from, prefix: parseAddress(prefix), prefixBits: Number(bits), direction: leaving }
}

/** Returns the hosts that translate each virtual address. */
function planGateways(
  virtuals: readonly VirtualAddressBlueprint[],
  hostIndex: ReadonlyMap<string, number>,
  addresses: AddressBook,
): ReadonlyMap<number, readonly number[]> {
  const gateways = new Map<number, readonly number[]>()
  for (const { address, hosts } of virtuals) {
    const index = addresses.indexOf(parseAddress(address))
    const all = [...(gateways.get(index) ?? []), ...hosts.map((host) => lookUp(hostIndex, host))]
    gateways.set(index, [...new Set(all)])
  }
  return gateways
}
