import { NONE } from '../engine/table.ts'
import { parseAddress } from '../network/address-book.ts'
import { lookUp } from '../simulation/plan/by-name.ts'
import { planTopology, type Topology, type TopologyBlueprint } from '../simulation/plan/plan-topology.ts'

/** Whether packets of one host find another, as the simulation will route them. */
export class Reachability {
  readonly #topology: Topology
  readonly #virtuals: TopologyBlueprint['virtualAddresses']

  constructor(blueprint: TopologyBlueprint) {
    this.#topology = planTopology(blueprint)
    this.#virtuals = blueprint.virtualAddresses
  }

  /** The main address of the other, and both ways, since answers must come back. */
  isConnected(from: string, to: string): boolean {
    const [near, far] = [this.#host(from), this.#host(to)]
    return near === far || (this.#leadsTo(near, this.#mainAddress(far)) && this.#leadsTo(far, this.#mainAddress(near)))
  }

  /** A virtual address: to a host that puts an endpoint in its place, from there to each endpoint, and back from it. */
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
