import { NONE } from '../../engine/table.ts'
import { parseAddress } from '../../network/address-book.ts'
import type { PathBlueprint } from '../blueprint.ts'
import { lookUp } from '../by-name.ts'
import { planTopology, type Topology, type TopologyBlueprint } from './plan-topology.ts'

/** A link or segment on a route. */
export interface CrossedMedium {
  readonly kind: 'link' | 'segment'
  readonly name: string
  readonly delayNs: number
}

/** Finds routes between hosts, exactly as the simulation routes packets. */
export class Reachability {
  readonly #topology: Topology
  readonly #virtuals: TopologyBlueprint['virtualAddresses']
  readonly #blueprint: TopologyBlueprint

  constructor(blueprint: TopologyBlueprint) {
    this.#topology = planTopology(blueprint)
    this.#virtuals = blueprint.virtualAddresses
    this.#blueprint = blueprint
  }

  /** Returns whether two hosts have routes to each other's main address. */
  isConnected(from: string, to: string): boolean {
    const [near, far] = [this.#host(from), this.#host(to)]
    return near === far || (this.#leadsTo(near, this.#mainAddress(far)) && this.#leadsTo(far, this.#mainAddress(near)))
  }

  /**
   * Returns whether a host can reach a virtual address. The packets need a route to a host that translates it, from
   * there to each endpoint, and back.
   */
  isConnectedTo(from: string, virtual: string): boolean {
    const { addresses, routing } = this.#topology
    const host = this.#host(from)
    const gateway = routing.gatewayFrom(host, addresses.indexOf(parseAddress(virtual)))
    if (gateway === NONE) return false
    return this.#virtuals
      .filter(({ address }) => address === virtual)
      .flatMap(({ endpoints }) => endpoints.map(({ address }) => addresses.indexOf(parseAddress(address))))
      .every((endpoint) => {
        const far = addresses.hostOf(endpoint, NONE)
        return this.#leadsTo(gateway, endpoint) && this.#leadsTo(far, this.#mainAddress(host))
      })
  }

  /** Returns the links and segments on the route to the main address of a host, in order. */
  crossed(from: string, to: string): readonly CrossedMedium[] {
    const { routing, directions } = this.#topology
    const [near, far] = [this.#host(from), this.#host(to)]
    const address = this.#mainAddress(far)
    const crossed = new Map<string, CrossedMedium>()
    for (let at = near, hops = 0; at !== far && hops <= routing.vertexCount; hops++) {
      const direction = routing.nextDirection(at, address)
      if (direction === NONE) return []
      const [kind, name] = directions[direction].name.split('/')
      if (kind === 'link' || kind === 'segment')
        crossed.set(`${kind}/${name}`, { kind, name, delayNs: this.#delayNsOf(kind, name) })
      at = directions[direction].toHost
    }
    return [...crossed.values()]
  }

  /**
   * Returns the links and segments from the client of a path to its server, or to the end of its tunnel.
   * @param node the node at an end of the path, or the node of the pod there
   */
  crossedBy(path: PathBlueprint, node: string | null): readonly CrossedMedium[] {
    return this.crossed(path.from, tunnelEndOf(path, node) ?? path.to)
  }

  /** Returns whether the route to the main address of a host goes through another host. */
  passes(from: string, to: string, through: string): boolean {
    const address = this.#mainAddress(this.#host(to))
    return this.#topology.routing.passes(this.#host(from), address, this.#host(through))
  }

  /** Returns the links and segments of a host, by name. */
  mediaOf(host: string): readonly CrossedMedium[] {
    const { links, segments } = this.#blueprint
    const named = [
      ...links.filter(({ between }) => between.includes(host)).map(({ name }) => ({ kind: 'link' as const, name })),
      ...segments.filter(({ hosts }) => hosts.includes(host)).map(({ name }) => ({ kind: 'segment' as const, name })),
    ]
    return named
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ kind, name }) => ({ kind, name, delayNs: this.#delayNsOf(kind, name) }))
  }

  /** Returns the hosts on a link or segment. */
  hostsOn({ kind, name }: Pick<CrossedMedium, 'kind' | 'name'>): readonly string[] {
    const { links, segments } = this.#blueprint
    const found = kind === 'link' ? links.find((one) => one.name === name)?.between : undefined
    return found ?? segments.find((one) => one.name === name)?.hosts ?? []
  }

  #delayNsOf(kind: 'link' | 'segment', name: string): number {
    const { links, segments } = this.#blueprint
    const options =
      kind === 'link'
        ? links.find((link) => link.name === name)?.forward
        : segments.find((segment) => segment.name === name)?.options
    return options?.delayNs ?? 0
  }

  #host(name: string): number {
    return lookUp(this.#topology.hostIndex, name)
  }

  #mainAddress(host: number): number {
    return this.#topology.addresses.mainAddressOf(host)
  }

  #leadsTo(host: number, address: number): boolean {
    return this.#topology.routing.smallestMtuBytes(host, address) !== NONE
  }
}

/** Returns the medium with the longest delay; if there are several, the first on the route. */
export function longestOf(media: readonly CrossedMedium[]): CrossedMedium | null {
  return media.reduce<CrossedMedium | null>(
    (best, one) => (best === null || one.delayNs > best.delayNs ? one : best),
    null,
  )
}

/**
 * Returns a host at which the tunnel of a path ends: the host that all connections use, otherwise a host other than the
 * server if there is one. Null without a tunnel.
 * @param node the node at an end of the path, or the node of the pod there
 */
export function tunnelEndOf({ tunnel, to }: PathBlueprint, node: string | null): string | null {
  if (tunnel === null) return null
  const own = tunnel.kind === 'ssh' ? tunnel.own : tunnel.strategy === 'destHost' ? to : null
  if (own !== null && tunnel.via.includes(own)) return own
  const vias = [...tunnel.via].sort((a, b) => (a < b ? -1 : 1))
  return vias.find((via) => via !== node && via !== to) ?? vias[0] ?? null
}
