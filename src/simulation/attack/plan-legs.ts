import type { Leg } from '../../attack/planned-attackers.ts'
import type { Diversion } from '../../cluster/konnectivity/konnectivity-agent.ts'
import { SSH_PORT } from '../../cluster/paths/path.ts'
import { NONE } from '../../engine/table.ts'
import { parseAddress } from '../../network/address-book.ts'
import type { PathBlueprint } from '../blueprint.ts'
import { connectionPathsOf, placesOf } from '../lookups/server-places.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlanContext } from '../plan-context.ts'

/** The index of 127.0.0.1 in the address book. */
const LOOPBACK = 0

/** Returns the connections that carry packets of a path. */
export function legsOf(path: PathBlueprint, context: PlanContext): readonly Leg[] {
  const index = lookUp(context.paths.pathIndex, path.name)
  const legs = connectionPathsOf(path, context.blueprint).flatMap((way) => legsOfWay(way, index, context))
  return legs.flatMap((leg) => [leg, ...legsBehindProxies(leg, context)])
}

/** Returns the connections of proxies to the server of a leg, for each proxy that the client's packets cross. */
function legsBehindProxies(leg: Leg, { network }: PlanContext): Leg[] {
  const { proxies, addresses, routing } = network
  const { clientAddress, serverAddress, serverPort } = leg
  const client = addresses.hostOf(clientAddress, NONE)
  const server = addresses.hostOf(serverAddress, NONE)
  return proxies
    .filter((proxy) => proxy.server === server && proxy.ports.has(serverPort))
    .filter(({ host }) => client !== NONE && routing.passes(client, serverAddress, host))
    .map(({ host }) => ({ ...leg, clientAddress: addresses.mainAddressOf(host) }))
}

function legsOfWay(way: PathBlueprint, path: number, context: PlanContext): Leg[] {
  const { blueprint, network, paths } = context
  const replica = lookUp(paths.pathIndex, way.name)
  const { localAddress, tunnels, ownTunnel, konnectivity } = paths.paths[replica]
  const ends = placesOf(way, blueprint).map(({ address, port }) => ({
    address: network.addresses.indexOf(parseAddress(address)),
    port,
  }))
  const last = (clientAddress: number): Leg[] =>
    ends.map(({ address, port }) => ({
      path,
      replica,
      clientAddress: address === LOOPBACK ? LOOPBACK : clientAddress,
      serverAddress: address,
      serverPort: port,
      isSpare: false,
    }))
  if (konnectivity !== null) {
    const agents = [...new Set([...konnectivity.agents, ...konnectivity.others])]
    return agents.flatMap((agent) => {
      const { localAddress: from, remoteAddress, remotePort, diversions } = paths.konnectivity.agents[agent]
      const outward = tunnelLeg(path, from, remoteAddress, remotePort)
      return [outward, ...last(from).map((leg) => diverted(leg, diversions))]
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

/** Returns the leg from an agent to the host that it dials in place of this server. */
function diverted(leg: Leg, diversions: readonly Diversion[]): Leg {
  const { serverAddress: address, serverPort } = leg
  const diversion = diversions.find((each) => each.address === address && each.port === serverPort)
  return diversion === undefined ? leg : { ...leg, serverAddress: diversion.to }
}

function tunnelLeg(path: number, clientAddress: number, serverAddress: number, serverPort: number): Leg {
  return { path, replica: path, clientAddress, serverAddress, serverPort, isSpare: false }
}
