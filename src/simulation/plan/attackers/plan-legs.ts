import type { Leg } from '../../../attack/planned-attackers.ts'
import { SSH_PORT } from '../../../cluster/paths/path.ts'
import { NONE } from '../../../engine/table.ts'
import { parseAddress } from '../../../network/address-book.ts'
import type { PathBlueprint } from '../../blueprint.ts'
import { connectionPathsOf, placesOf } from '../../expansion/attackers/server-places.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlanContext } from '../plan-context.ts'

/** The index of 127.0.0.1 in the address book. */
const LOOPBACK = 0

/** Returns the connections that carry packets of a path. */
export function legsOf(path: PathBlueprint, context: PlanContext): readonly Leg[] {
  const index = lookUp(context.paths.pathIndex, path.name)
  return connectionPathsOf(path, context.blueprint).flatMap((way) => legsOfWay(way, index, context))
}

function legsOfWay(way: PathBlueprint, path: number, context: PlanContext): Leg[] {
  const { blueprint, network, paths } = context
  const { localAddress, tunnels, ownTunnel, konnectivity } = paths.paths[lookUp(paths.pathIndex, way.name)]
  const ends = placesOf(way, blueprint).map(({ address, port }) => ({
    address: network.addresses.indexOf(parseAddress(address)),
    port,
  }))
  const last = (clientAddress: number): Leg[] =>
    ends.map(({ address, port }) => ({
      path,
      clientAddress: address === LOOPBACK ? LOOPBACK : clientAddress,
      serverAddress: address,
      serverPort: port,
      isSpare: false,
    }))
  if (konnectivity !== null) {
    const agents = [...new Set([...konnectivity.agents, ...konnectivity.others])]
    return agents.flatMap((agent) => {
      const { localAddress: from, remoteAddress, remotePort, fixedTarget } = paths.konnectivity.agents[agent]
      const outward = tunnelLeg(path, from, remoteAddress, remotePort)
      const hop = last(from)
      return [outward, ...(fixedTarget === NONE ? hop : hop.map((leg) => ({ ...leg, serverAddress: fixedTarget })))]
    })
  }
  if (tunnels.length === 0) return last(localAddress)
  return tunnels.flatMap((tunnel) => {
    const { localAddress: from, remoteAddress, viaHost } = paths.tunnels[tunnel]
    const isSpare = ownTunnel !== NONE && ownTunnel !== tunnel
    const hop = last(network.addresses.mainAddressOf(viaHost)).map((leg) => ({ ...leg, isSpare }))
    return [{ ...tunnelLeg(path, from, remoteAddress, SSH_PORT), isSpare }, ...hop]
  })
}

function tunnelLeg(path: number, clientAddress: number, serverAddress: number, serverPort: number): Leg {
  return { path, clientAddress, serverAddress, serverPort, isSpare: false }
}
