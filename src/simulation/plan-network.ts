import { assert } from '../engine/assert.ts'
import type { Streams } from '../engine/streams.ts'
import { AddressBook, parseAddress } from '../network/address-book.ts'
import { Routing, type StaticRoute } from '../network/routing.ts'
import type { CpuProfile } from '../security/cpu-profile.ts'
import type { CpuProfileName } from '../security/cpu-profiles.ts'
import type { Blueprint, HostBlueprint, RouteBlueprint } from './blueprint.ts'
import { byName, indexByName } from './by-name.ts'
import type { PlannedDirection, PlannedHost } from './plan.ts'

export interface PlannedNetwork {
  readonly hosts: readonly PlannedHost[]
  readonly hostIndex: ReadonlyMap<string, number>
  readonly addresses: AddressBook
  readonly directions: readonly PlannedDirection[]
  readonly directionIndex: ReadonlyMap<string, number>
  readonly routing: Routing
}

/** What each CPU profile costs, by name. */
export type CpuProfiles = Readonly<Record<CpuProfileName, CpuProfile>>

export function planNetwork(blueprint: Blueprint, streams: Streams, cpuProfiles: CpuProfiles): PlannedNetwork {
  const sorted = [...blueprint.hosts].sort(byName)
  const hosts = sorted.map((host) => planHost(host, streams, cpuProfiles))
  const hostIndex = indexByName(hosts)
  const addresses = planAddresses(sorted)
  const directions = planDirections(blueprint, hostIndex, streams)
  const directionIndex = indexByName(directions)
  const loopbacks = hosts.map(({ name }) => lookUp(directionIndex, loopbackName(name)))
  const routes = blueprint.routes.map((route) => planRoute(route, hostIndex, directions, directionIndex))
  return {
    hosts,
    hostIndex,
    addresses,
    directions,
    directionIndex,
    routing: new Routing(addresses, hosts.length, directions, loopbacks, routes),
  }
}

export function lookUp(index: ReadonlyMap<string, number>, name: string): number {
  const found = index.get(name)
  assert(found !== undefined, `a checked scenario names what exists: ${name}`)
  return found
}

export function directionName(link: string, direction: 'forward' | 'backward'): string {
  return `link/${link}/${direction}`
}

function loopbackName(host: string): string {
  return `loopback/${host}`
}

function planHost({ name, cores, cpu, tcp }: HostBlueprint, streams: Streams, cpuProfiles: CpuProfiles): PlannedHost {
  const { profile, congestion, receiveBufferBytes, sendBufferBytes } = tcp
  return {
    name,
    cores,
    cpu: cpuProfiles[cpu],
    tcp: {
      profile,
      congestion,
      receiveBufferBytes,
      sendBufferBytes,
      portKey: streams.key(`host/${name}/ports`),
      sequenceKey: streams.key(`host/${name}/sequence-numbers`),
    },
  }
}

function planAddresses(hosts: readonly HostBlueprint[]): AddressBook {
  const book = new AddressBook()
  hosts.forEach((host, index) => {
    for (const address of host.addresses) book.add(index, parseAddress(address))
  })
  return book
}

function planDirections(
  blueprint: Blueprint,
  hostIndex: ReadonlyMap<string, number>,
  streams: Streams,
): PlannedDirection[] {
  const directions = blueprint.hosts.map(({ name, loopback }) => ({
    name: loopbackName(name),
    from: name,
    to: name,
    options: loopback,
  }))
  for (const { name, between, forward, backward } of blueprint.links) {
    const [first, second] = between
    directions.push({ name: directionName(name, 'forward'), from: first, to: second, options: forward })
    directions.push({ name: directionName(name, 'backward'), from: second, to: first, options: backward })
  }
  return directions.sort(byName).map(({ name, from, to, options }) => ({
    name,
    fromHost: lookUp(hostIndex, from),
    toHost: lookUp(hostIndex, to),
    mtuBytes: options.mtuBytes,
    options,
    streams: { loss: streams.key(`${name}/loss`), jitter: streams.key(`${name}/jitter`) },
  }))
}

function planRoute(
  { host, destination, link }: RouteBlueprint,
  hostIndex: ReadonlyMap<string, number>,
  directions: readonly PlannedDirection[],
  directionIndex: ReadonlyMap<string, number>,
): StaticRoute {
  const from = lookUp(hostIndex, host)
  const [prefix, bits] = destination.split('/')
  const forward = lookUp(directionIndex, directionName(link, 'forward'))
  const backward = lookUp(directionIndex, directionName(link, 'backward'))
  const direction = directions[forward].fromHost === from ? forward : backward
  return { host: from, prefix: parseAddress(prefix), prefixBits: Number(bits), direction }
}
