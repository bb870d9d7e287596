import { TWO_POW_32 } from '../engine/hash.ts'
import { NONE } from '../engine/table.ts'
import type { AddressBook } from './address-book.ts'

/** A link direction as routing sees it. Directions are numbered in the order of their names. */
export interface RoutedDirection {
  /** A host, or a switch. */
  readonly fromHost: number
  readonly toHost: number
  readonly mtuBytes: number
}

/** Packets of `host` to addresses under `prefix` (`prefixBits` long) leave by `direction`. */
export interface StaticRoute {
  readonly host: number
  readonly prefix: number
  readonly prefixBits: number
  readonly direction: number
}

/** What joins what. Switches, one in the middle of each segment, are numbered behind the hosts. */
export interface Topology {
  readonly hostCount: number
  readonly switchCount: number
  /** Loopbacks too. */
  readonly directions: readonly RoutedDirection[]
  /** By host. */
  readonly loopbacks: readonly number[]
  readonly staticRoutes: readonly StaticRoute[]
  /** Of virtual addresses, by index into the address book: the hosts that put another in its place. */
  readonly gateways: ReadonlyMap<number, readonly number[]>
}

/** By host or switch: the directions that end there. */
interface Arrivals {
  readonly fromHosts: readonly (readonly number[])[]
  readonly fromSwitches: readonly (readonly number[])[]
}

/** In a table that several addresses share: here the way ends, but for the last step, which each has for itself. */
const LAST_STEP = -2

/**
 * Which link direction a host sends a packet to an address by. Static routes come first, longest prefix first;
 * otherwise the way with the fewest links, and of equal ones that whose next link has the lower name. A segment counts
 * as one link. Links that are down stay on the map, as they do for a host without a routing protocol.
 *
 * A packet to a virtual address goes the same way to the nearest host that will put another address in its place.
 */
export class Routing {
  private readonly addresses: AddressBook
  private readonly topology: Topology
  private readonly staticRoutes: readonly StaticRoute[]
  private readonly arrivingAt: Arrivals
  /** By direction: where it comes from. */
  private readonly origins: Int32Array
  /** By address: where each host and switch sends a packet to it. */
  private readonly tables: (Int32Array | undefined)[] = []
  private readonly lastSteps: number[] = []
  private readonly tableByEnd = new Map<number, Int32Array>()

  constructor(addresses: AddressBook, topology: Topology) {
    this.addresses = addresses
    this.topology = topology
    this.arrivingAt = arrivingByPlace(topology)
    this.origins = Int32Array.from(topology.directions, ({ fromHost }) => fromHost)
    this.staticRoutes = [...topology.staticRoutes].sort((a, b) => b.prefixBits - a.prefixBits)
  }

  /** NONE where no way leads there, and at a host that puts another address in its place. */
  nextDirection(host: number, address: number): number {
    if (this.isOwn(host, address)) return this.topology.loopbacks[host]
    const table = this.tables[address] ?? this.towards(address)
    const direction = table[host]
    return direction === LAST_STEP ? this.lastSteps[address] : direction
  }

  isOwn(host: number, address: number): boolean {
    return this.addresses.hostOf(address, host) === host
  }

  isVirtual(address: number): boolean {
    return this.topology.gateways.has(address)
  }

  /** The host that puts another address in a virtual one's place for `host`: itself, or one on the way; else NONE. */
  gatewayFrom(host: number, address: number): number {
    const gateways = this.topology.gateways.get(address) ?? []
    let at = host
    for (let hops = 0; hops <= this.placeCount; hops++) {
      if (gateways.includes(at)) return at
      const direction = this.nextDirection(at, address)
      if (direction === NONE) return NONE
      at = this.topology.directions[direction].toHost
    }
    return NONE
  }

  /**
   * The smallest MTU on the way, or NONE where no way leads there (or one that runs in a circle). The way to a virtual
   * address ends where another takes its place; one that ends where it begins has no limit.
   */
  smallestMtuBytes(host: number, address: number): number {
    const { directions } = this.topology
    const end = this.isVirtual(address) ? this.gatewayFrom(host, address) : this.addresses.hostOf(address, host)
    if (end === host && this.isVirtual(address)) return Number.POSITIVE_INFINITY
    let mtuBytes = Number.POSITIVE_INFINITY
    let at = host
    for (let hops = 0; hops <= this.placeCount; hops++) {
      const direction = this.nextDirection(at, address)
      if (direction === NONE) return NONE
      mtuBytes = Math.min(mtuBytes, directions[direction].mtuBytes)
      at = directions[direction].toHost
      if (at === end) return mtuBytes
    }
    return NONE
  }

  /** Where a direction leads. */
  endOf(direction: number): number {
    return this.topology.directions[direction].toHost
  }

  /** Hosts and switches. */
  get placeCount(): number {
    return this.topology.hostCount + this.topology.switchCount
  }

  private towards(address: number): Int32Array {
    const isUnderRoute = (route: StaticRoute) => isUnder(this.addresses.valueOf(address), route)
    let table = this.fewestLinksTowards(address)
    if (this.staticRoutes.some(isUnderRoute)) {
      table = table.map((direction) => (direction === LAST_STEP ? this.lastSteps[address] : direction))
      for (const route of [...this.staticRoutes].reverse()) if (isUnderRoute(route)) table[route.host] = route.direction
    }
    this.tables[address] = table
    return table
  }

  /** A host with one way in is reached as whatever stands before it is, and then by that way: they share a table. */
  private fewestLinksTowards(address: number): Int32Array {
    const gateways = this.topology.gateways.get(address)
    if (gateways !== undefined) return this.fewestLinks(gateways)
    const host = this.addresses.hostOf(address, NONE)
    const { fromHosts, fromSwitches } = this.arrivingAt
    const waysIn = [...fromHosts[host], ...fromSwitches[host]].filter((direction) => this.origins[direction] !== host)
    if (waysIn.length !== 1) return this.tableTo(host)
    this.lastSteps[address] = waysIn[0]
    return this.tableTo(this.topology.directions[waysIn[0]].fromHost)
  }

  private tableTo(end: number): Int32Array {
    const known = this.tableByEnd.get(end)
    if (known !== undefined) return known
    const table = this.fewestLinks([end])
    table[end] = LAST_STEP
    this.tableByEnd.set(end, table)
    return table
  }

  private fewestLinks(ends: readonly number[]): Int32Array {
    const next = new Int32Array(this.placeCount).fill(NONE)
    const isReached = new Uint8Array(this.placeCount)
    for (const end of ends) isReached[end] = 1
    for (let frontier = ends; frontier.length > 0; ) frontier = this.step(frontier, next, isReached)
    return next
  }

  /**
   * The hosts that are one link further away, each by its direction of the lowest name. A switch is as near as the
   * nearest host behind it, so that host, switch, host is one link.
   */
  private step(frontier: readonly number[], next: Int32Array, isReached: Uint8Array): number[] {
    const { fromSwitches, fromHosts } = this.arrivingAt
    const switches: number[] = []
    for (const place of frontier) this.reach(fromSwitches[place], next, isReached, switches)
    for (const place of switches) isReached[place] = 1
    const reached: number[] = []
    for (const place of frontier) this.reach(fromHosts[place], next, isReached, reached)
    for (const place of switches) {
      this.reach(fromSwitches[place], next, isReached, reached)
      this.reach(fromHosts[place], next, isReached, reached)
    }
    for (const place of reached) isReached[place] = 1
    return reached
  }

  /** Adds to `reached` where these directions come from, unless it is there or was reached in an earlier step. */
  private reach(directions: readonly number[], next: Int32Array, isReached: Uint8Array, reached: number[]): void {
    const { origins } = this
    for (const direction of directions) {
      const from = origins[direction]
      if (isReached[from] === 1) continue
      const other = next[from]
      if (other === NONE) reached.push(from)
      if (other === NONE || direction < other) next[from] = direction
    }
  }
}

function isUnder(address: number, route: StaticRoute): boolean {
  const blockSize = route.prefixBits === 0 ? TWO_POW_32 : (1 << (32 - route.prefixBits)) >>> 0
  return address - (address % blockSize) === route.prefix
}

function arrivingByPlace({ hostCount, switchCount, directions }: Topology): Arrivals {
  const none = (): number[][] => Array.from({ length: hostCount + switchCount }, () => [])
  const [fromHosts, fromSwitches] = [none(), none()]
  for (const [direction, { fromHost, toHost }] of directions.entries()) {
    const arriving = fromHost < hostCount ? fromHosts : fromSwitches
    arriving[toHost].push(direction)
  }
  return { fromHosts, fromSwitches }
}
