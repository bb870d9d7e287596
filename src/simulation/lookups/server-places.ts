import type { Blueprint, PathBlueprint } from '../blueprint.ts'
import { byName } from '../by-name.ts'
import { isToEndpointOf } from './lookups.ts'
import { hostNamed } from './members.ts'

/** The address and port of a server. */
export interface ServerPlace {
  /** In dotted form. */
  readonly address: string
  readonly port: number
}

/**
 * Returns the places of a path's server: that which its client dials, then, for a virtual address, those of its
 * endpoints.
 */
export function placesOf(path: PathBlueprint, blueprint: Blueprint): readonly ServerPlace[] {
  const dialled = { address: path.address ?? mainAddress(path.to, blueprint), port: path.port }
  return [dialled, ...behind(dialled, blueprint)]
}

/** Returns the endpoints by which hosts on the path replace a virtual address; none where it is real. */
function behind({ address, port }: ServerPlace, { virtualAddresses }: Blueprint): readonly ServerPlace[] {
  const virtual = virtualAddresses.find((each) => each.address === address && each.port === port)
  return virtual?.endpoints ?? []
}

/** Returns a real address and port of the server, for clients whose packets to a virtual address no host translates. */
export function realPlaceOf(path: PathBlueprint, blueprint: Blueprint): ServerPlace {
  const places = placesOf(path, blueprint)
  return places.length > 1 ? places[1] : places[0]
}

/** Returns the path itself, or, for a service, the paths to each of its endpoints, which connections take. */
export function connectionPathsOf(path: PathBlueprint, { paths }: Blueprint): readonly PathBlueprint[] {
  const ends = paths.filter((end) => isToEndpointOf(path, end)).sort(byName)
  return ends.length === 0 ? [path] : ends
}

/** Returns the first address of a host, dotted. */
export function mainAddress(host: string, blueprint: Blueprint): string {
  return hostNamed(blueprint, host).addresses[0]
}

/** The address of the loopback. */
export const LOOPBACK_ADDRESS = '127.0.0.1'
