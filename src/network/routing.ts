import { NONE } from '../engine/table.ts'
import type { AddressBook } from './address-book.ts'

/** A link direction as routing sees it. Directions are numbered in the order of their names. */
export interface RoutedDirection {
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

/**
 * Which link direction a host sends a packet to an address by. Static routes come first, longest prefix first;
 * otherwise the way with the fewest links, and of equal ones that whose next link has the lower name. Links that
 * are down stay on the map, as they do for a host without a routing protocol.
 */
export class Routing {
  private readonly addresses: AddressBook
  private readonly hostCount: number
  private readonly directions: readonly RoutedDirection[]
  private readonly staticRoutes: readonly StaticRoute[]
  private readonly loopbacks: readonly number[]
  /** Directions that end at a host, by host. */
  private readonly arrivingAt: readonly (readonly number[])[]
  private readonly cache = new Map<number, Int32Array>()

  /** `loopbacks` by host; `directions` holds loopbacks too. */
  constructor(
    addresses: AddressBook,
    hostCount: number,
    directions: readonly RoutedDirection[],
    loopbacks: readonly number[],
    staticRoutes: readonly StaticRoute[],
  ) {
    this.addresses = addresses
    this.hostCount = hostCount
    this.directions = directions
    this.loopbacks = loopbacks
    this.arrivingAt = arrivingByHost(hostCount, directions)
    this.staticRoutes = [...staticRoutes].sort((a, b) => b.prefixBits - a.prefixBits)
  }

  /** NONE where no way leads there. */
  nextDirection(host: number, address: number): number {
    if (this.addresses.hostOf(address, host) === host) return this.loopbacks[host]
    return this.towards(address)[host]
  }

  /** The smallest MTU on the way, or NONE where no way leads there (or one that runs in a circle). */
  smallestMtuBytes(host: number, address: number): number {
    let mtuBytes = Number.POSITIVE_INFINITY
    let at = host
    for (let hops = 0; hops <= this.hostCount; hops++) {
      const direction = this.nextDirection(at, address)
      if (direction === NONE) return NONE
      mtuBytes = Math.min(mtuBytes, this.directions[direction].mtuBytes)
      at = this.directions[direction].toHost
      if (at === this.addresses.hostOf(address, host)) return mtuBytes
    }
    return NONE
  }

  private towards(address: number): Int32Array {
    const known = this.cache.get(address)
    if (known !== undefined) return known
    const next = this.fewestLinks(this.addresses.hostOf(address, NONE))
    for (const route of [...this.staticRoutes].reverse()) {
      if (isUnder(this.addresses.valueOf(address), route)) next[route.host] = route.direction
    }
    this.cache.set(address, next)
    return next
  }

  private fewestLinks(destination: number): Int32Array {
    const next = new Int32Array(this.hostCount).fill(NONE)
    const distance = new Int32Array(this.hostCount).fill(NONE)
    distance[destination] = 0
    for (let frontier = [destination], links = 1; frontier.length > 0; links++) {
      const reached: number[] = []
      const arriving = frontier.flatMap((host) => this.arrivingAt[host]).sort((a, b) => a - b)
      for (const direction of arriving) {
        const { fromHost } = this.directions[direction]
        if (distance[fromHost] !== NONE) continue
        distance[fromHost] = links
        next[fromHost] = direction
        reached.push(fromHost)
      }
      frontier = reached
    }
    return next
  }
}

function isUnder(address: number, route: StaticRoute): boolean {
  const blockSize = blockSizeOf(route.prefixBits)
  return address - (address % blockSize) === route.prefix
}

function blockSizeOf(prefixBits: number): number {
  return prefixBits === 0 ? 4294967296 : (1 << (32 - prefixBits)) >>> 0
}

function arrivingByHost(hostCount: number, directions: readonly RoutedDirection[]): number[][] {
  const arriving: number[][] = Array.from({ length: hostCount }, () => [])
  directions.forEach(({ toHost }, direction) => {
    arriving[toHost].push(direction)
  })
  return arriving
}
