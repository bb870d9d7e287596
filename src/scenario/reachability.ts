import { NONE } from '../engine/table.ts'
import { AddressBook, parseAddress } from '../network/address-book.ts'
import { type RoutedDirection, Routing } from '../network/routing.ts'
import type { HostBlueprint, LinkBlueprint, RouteBlueprint } from '../simulation/blueprint.ts'

/** Whether packets of one host find the main address of another, as the simulation will route them. */
export class Reachability {
  readonly #addresses = new AddressBook()
  readonly #hostByName: ReadonlyMap<string, number>
  readonly #routing: Routing

  constructor(hosts: readonly HostBlueprint[], links: readonly LinkBlueprint[], routes: readonly RouteBlueprint[]) {
    const byName = <T extends { name: string }>(items: readonly T[]) =>
      [...items].sort((a, b) => (a.name < b.name ? -1 : 1))
    const sortedHosts = byName(hosts)
    this.#hostByName = new Map(sortedHosts.map((host, index) => [host.name, index]))
    sortedHosts.forEach((host, index) => {
      for (const address of host.addresses) this.#addresses.add(index, parseAddress(address))
    })
    const directions: RoutedDirection[] = byName(links).flatMap(({ between: [first, second], forward, backward }) => [
      { fromHost: this.#hostByName.get(second)!, toHost: this.#hostByName.get(first)!, mtuBytes: backward.mtuBytes },
      { fromHost: this.#hostByName.get(first)!, toHost: this.#hostByName.get(second)!, mtuBytes: forward.mtuBytes },
    ])
    const linkIndex = new Map(byName(links).map((link, index) => [link.name, index]))
    const staticRoutes = routes.map(({ host, destination, link }) => {
      const [address, bits] = destination.split('/')
      const fromHost = this.#hostByName.get(host)!
      const backward = 2 * linkIndex.get(link)!
      const direction = directions[backward].fromHost === fromHost ? backward : backward + 1
      return { host: fromHost, prefix: parseAddress(address), prefixBits: Number(bits), direction }
    })
    const loopbacks = sortedHosts.map(
      (_, host) => directions.push({ fromHost: host, toHost: host, mtuBytes: 65_535 }) - 1,
    )
    this.#routing = new Routing(this.#addresses, sortedHosts.length, directions, loopbacks, staticRoutes)
  }

  /** Both ways, since answers must come back. */
  isConnected(from: string, to: string): boolean {
    return from === to || (this.#leadsTo(from, to) && this.#leadsTo(to, from))
  }

  #leadsTo(from: string, to: string): boolean {
    const target = this.#addresses.mainAddressOf(this.#hostByName.get(to)!)
    return this.#routing.smallestMtuBytes(this.#hostByName.get(from)!, target) !== NONE
  }
}
