import { TWO_POW_32 } from '../engine/hash.ts'
import { NONE } from '../engine/table.ts'
import type { AddressBook } from './address-book.ts'

/** A link direction as routing needs it. Directions are numbered in the order of their names. */
export interface RoutedDirection {
  /** A host or a switch. */
  readonly fromHost: number
  readonly toHost: number
  readonly mtuBytes: number
}

/** Packets of `host` to addresses under `prefix` (of `prefixBits` bits) leave by `direction`. */
export interface StaticRoute {
  readonly host: number
  readonly prefix: number
  readonly prefixBits: number
  readonly direction: number
}

/** The vertices and edges of the network. Switches, one in the middle of each segment, are numbered after the hosts. */
export interface Topology {
  readonly hostCount: number
  readonly switchCount: number
  /** All link directions, loopbacks included. */
  readonly directions: readonly RoutedDirection[]
  /** The loopback direction of each host. */
  readonly loopbacks: readonly number[]
  readonly staticRoutes: readonly StaticRoute[]
  /** For each virtual address (an index into the address book), the hosts that replace it by another. */
  readonly gateways: ReadonlyMap<number, readonly number[]>
}

/** For each host or switch, the directions that end there, from hosts and from switches. */
interface Arrivals {
  readonly fromHosts: readonly (readonly number[])[]
  readonly fromSwitches: readonly (readonly number[])[]
}

/** For each host or switch, the directions that begin there, to hosts and to switches. */
interface Departures {
  readonly toHosts: readonly (readonly number[])[]
  readonly toSwitches: readonly (readonly number[])[]
}

/** The most directions among which a neighbour is looked for with each packet. */
const FEW = 8

/** The distance of two hosts among the routes that are kept beside the tables. */
const HOST_STRIDE = 17

/** The fewest and the most pairs of routes that are kept. With many hosts, as many are kept as may be in use. */
const FEWEST_PAIRS = 512
const MOST_PAIRS = 131_072

/**
 * The numbers of a route that is kept: host, address, direction, and an unused one, so that a pair is in one cache
 * line.
 */
const ROUTE_NUMBERS = 4
const PAIR_NUMBERS = 2 * ROUTE_NUMBERS

/**
 * An entry of a table that several addresses share: the route ends here, except for the last direction, which each
 * address has in `lastDirections`.
 */
const LAST_DIRECTION = -2

/** Returns how many pairs are kept, a power of two: room for twice the two routes of each host, from it and to it. */
function recentPairCount(hosts: number): number {
  let count = FEWEST_PAIRS
  while (count < 2 * hosts && count < MOST_PAIRS) count *= 2
  return count
}

/**
 * Decides which link direction a host uses for a packet to an address. Static routes come first, the longest prefix
 * first. Otherwise it is the route with the fewest links and, of equal routes, the one whose next link has the lower
 * name. A segment counts as one link. Links that are down stay in the routes, as for a host without a routing protocol.
 *
 * A packet to a virtual address takes the route to the nearest host that replaces the address.
 */
export class Routing {
  private readonly addresses: AddressBook
  private readonly topology: Topology
  private readonly staticRoutes: readonly StaticRoute[]
  private readonly arrivingAt: Arrivals
  private readonly leaving: Departures
  /** The host or switch where each direction begins. */
  private readonly origins: Int32Array
  /** For each address, the next direction at each host and switch. */
  private readonly tables: (Int32Array | undefined)[] = []
  private readonly lastDirections: number[] = []
  private readonly tableByEnd = new Map<number, Int32Array>()
  /** The directions that were found last, each with its host and address: two for each hash of both. */
  private readonly recent: Int32Array
  /** The number of pairs in `recent`, a power of two. */
  private readonly recentPairs: number

  constructor(addresses: AddressBook, topology: Topology) {
    this.addresses = addresses
    this.topology = topology
    this.arrivingAt = arrivingByPlace(topology)
    this.leaving = leavingByPlace(topology)
    this.origins = Int32Array.from(topology.directions, ({ fromHost }) => fromHost)
    this.staticRoutes = [...topology.staticRoutes].sort((a, b) => b.prefixBits - a.prefixBits)
    this.recentPairs = recentPairCount(this.vertexCount)
    this.recent = new Int32Array(this.recentPairs * PAIR_NUMBERS).fill(NONE)
  }

  /**
   * Returns the next direction of a packet; NONE where there is no route, and at a host that replaces a virtual
   * address.
   */
  nextDirection(host: number, address: number): number {
    const { recent } = this
    const at = ((host * HOST_STRIDE + address) & (this.recentPairs - 1)) * PAIR_NUMBERS
    if (recent[at] === host && recent[at + 1] === address) return recent[at + 2]
    const second = at + ROUTE_NUMBERS
    if (recent[second] === host && recent[second + 1] === address) return recent[second + 2]
    const direction = this.findDirection(host, address)
    recent.copyWithin(second, at, second)
    recent[at] = host
    recent[at + 1] = address
    recent[at + 2] = direction
    return direction
  }

  private findDirection(host: number, address: number): number {
    if (this.isOwn(host, address)) return this.topology.loopbacks[host]
    const near = this.directionToNeighbour(host, address)
    return near === NONE ? this.directionByTable(host, address) : near
  }

  private directionByTable(host: number, address: number): number {
    const table = this.tables[address] ?? this.tableTowards(address)
    const direction = table[host]
    return direction === LAST_DIRECTION ? this.lastDirections[address] : direction
  }

  isOwn(host: number, address: number): boolean {
    return this.addresses.hostOf(address, host) === host
  }

  isVirtual(address: number): boolean {
    return this.topology.gateways.has(address)
  }

  /**
   * Returns the host that replaces a virtual address for packets of `host`: itself, or the first such host on the
   * route; NONE if there is none.
   */
  gatewayFrom(host: number, address: number): number {
    const gateways = this.topology.gateways.get(address) ?? []
    let at = host
    for (let hops = 0; hops <= this.vertexCount; hops++) {
      if (gateways.includes(at)) return at
      const direction = this.nextDirection(at, address)
      if (direction === NONE) return NONE
      at = this.topology.directions[direction].toHost
    }
    return NONE
  }

  /**
   * Returns the smallest MTU on the route, or NONE where there is no route or it is a loop. The route to a virtual
   * address ends at the host that replaces it; if that is `host` itself, there is no limit (Infinity).
   */
  smallestMtuBytes(host: number, address: number): number {
    const { directions } = this.topology
    const end = this.isVirtual(address) ? this.gatewayFrom(host, address) : this.addresses.hostOf(address, host)
    if (end === host && this.isVirtual(address)) return Number.POSITIVE_INFINITY
    let mtuBytes = Number.POSITIVE_INFINITY
    let at = host
    for (let hops = 0; hops <= this.vertexCount; hops++) {
      const direction = this.nextDirection(at, address)
      if (direction === NONE) return NONE
      mtuBytes = Math.min(mtuBytes, directions[direction].mtuBytes)
      at = directions[direction].toHost
      if (at === end) return mtuBytes
    }
    return NONE
  }

  /** Returns whether the route of a host's packets to an address goes through another host, or ends there. */
  passes(from: number, address: number, through: number): boolean {
    let at = from
    for (let hops = 0; hops <= this.vertexCount; hops++) {
      if (this.isOwn(at, address)) return false
      const direction = this.nextDirection(at, address)
      if (direction === NONE) return false
      at = this.topology.directions[direction].toHost
      if (at === through) return true
    }
    return false
  }

  /** Returns the host or switch where a direction ends. */
  endOf(direction: number): number {
    return this.topology.directions[direction].toHost
  }

  /** The number of hosts and switches. */
  get vertexCount(): number {
    return this.topology.hostCount + this.topology.switchCount
  }

  /**
   * Returns the next direction to an address that is one link away, if that is seen from few directions; else NONE. No
   * route has fewer links, so that a network of hosts beside each other needs no tables.
   */
  private directionToNeighbour(from: number, address: number): number {
    if (this.staticRoutes.length > 0) return NONE
    const end = this.addresses.hostOf(address, NONE)
    if (end === NONE) return NONE
    const arriving = this.arrivingAt.fromHosts[end]
    const ports = this.arrivingAt.fromSwitches[end]
    const { toHosts, toSwitches } = this.leaving
    if (ports.length > FEW || toSwitches[from].length > FEW) return NONE
    if (from >= this.topology.hostCount) return this.firstFrom(from, ports)
    const isAmongFew = arriving.length <= FEW
    if (!isAmongFew && toHosts[from].length > FEW) return NONE
    const link = isAmongFew ? this.firstFrom(from, arriving) : this.firstTo(end, toHosts[from])
    const port = this.firstThrough(toSwitches[from], ports)
    return link === NONE || (port !== NONE && port < link) ? port : link
  }

  /** Returns the first of some directions that begins at a place, or NONE. They are in the order of their names. */
  private firstFrom(place: number, directions: readonly number[]): number {
    for (const direction of directions) if (this.origins[direction] === place) return direction
    return NONE
  }

  /** Returns the first of some directions that ends at a place, or NONE. */
  private firstTo(place: number, directions: readonly number[]): number {
    for (const direction of directions) if (this.endOf(direction) === place) return direction
    return NONE
  }

  /** Returns the first of some directions to switches from which one of the others leads on, or NONE. */
  private firstThrough(toSwitches: readonly number[], onwards: readonly number[]): number {
    for (const direction of toSwitches) if (this.firstFrom(this.endOf(direction), onwards) !== NONE) return direction
    return NONE
  }

  private tableTowards(address: number): Int32Array {
    const isUnderRoute = (route: StaticRoute) => isUnder(this.addresses.valueOf(address), route)
    let table = this.fewestLinksTowards(address)
    if (this.staticRoutes.some(isUnderRoute)) {
      table = table.slice()
      for (const route of [...this.staticRoutes].reverse()) if (isUnderRoute(route)) table[route.host] = route.direction
    }
    this.tables[address] = table
    return table
  }

  /**
   * Returns the table towards an address. A host with a single incoming direction is reached through the vertex before
   * it, so hosts behind the same vertex share a table.
   */
  private fewestLinksTowards(address: number): Int32Array {
    const gateways = this.topology.gateways.get(address)
    if (gateways !== undefined) return this.fewestLinks(gateways)
    const host = this.addresses.hostOf(address, NONE)
    const { fromHosts, fromSwitches } = this.arrivingAt
    const incoming = [...fromHosts[host], ...fromSwitches[host]].filter((direction) => this.origins[direction] !== host)
    if (incoming.length !== 1) return this.tableTo(host)
    this.lastDirections[address] = incoming[0]
    return this.tableTo(this.topology.directions[incoming[0]].fromHost)
  }

  private tableTo(end: number): Int32Array {
    const known = this.tableByEnd.get(end)
    if (known !== undefined) return known
    const table = this.fewestLinks([end])
    table[end] = LAST_DIRECTION
    this.tableByEnd.set(end, table)
    return table
  }

  private fewestLinks(ends: readonly number[]): Int32Array {
    const next = new Int32Array(this.vertexCount).fill(NONE)
    const isReached = new Uint8Array(this.vertexCount)
    for (const end of ends) isReached[end] = 1
    for (let frontier = ends; frontier.length > 0; ) frontier = this.step(frontier, next, isReached)
    return next
  }

  /**
   * Returns the hosts that are one link further away, and sets the direction with the lowest name for each. A switch is
   * as near as the nearest host behind it, so host, switch, host is one link.
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

  /** Adds to `reached` the vertices from which these directions lead, except those reached in an earlier step. */
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

function leavingByPlace({ hostCount, switchCount, directions }: Topology): Departures {
  const none = (): number[][] => Array.from({ length: hostCount + switchCount }, () => [])
  const [toHosts, toSwitches] = [none(), none()]
  for (const [direction, { fromHost, toHost }] of directions.entries()) {
    const leaving = toHost < hostCount ? toHosts : toSwitches
    leaving[fromHost].push(direction)
  }
  return { toHosts, toSwitches }
}
