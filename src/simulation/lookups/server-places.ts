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
 * Returns the places of a path's server: the one that its client dials, and for a virtual address those of its
 * endpoints.
 */
export function placesOf(path: PathBlueprint, blueprint: Blueprint): readonly ServerPlace[] {
  const dialled = { address: path.address ?? mainAddress(path.to, blueprint), port: path.port }
  return [dialled, ...behind(dialled, blueprint)]
}

/** Returns the endpoints that replace a virtual address; none for a real address. */
function behind({ address, port }: ServerPlace, { virtualAddresses }: Blueprint): readonly ServerPlace[] {
  const virtual = virtualAddresses.find((each) => each.address === address && each.port === port)
  return virtual?.endpoints ?? []
}

/** Returns a real address and port of the server, for clients whose packets no host translates. */
export function realPlaceOf(path: PathBlueprint, blueprint: Blueprint): ServerPlace {
  const places = placesOf(path, blueprint)
  return places.length > 1 ? places[1] : places[0]
}

/** Returns the paths that connections take: the path itself, or for a service the paths to its endpoints. */
export function connectionPathsOf(path: PathBlueprint, { paths }: Blueprint): readonly PathBlueprint[] {
  const ends = paths.filter((end) => isToEndpointOf(path, end)).sort(byName)
  return ends.length === 0 ? [path] : ends
}

/** Returns the first address of a host, in dotted form. */
export function mainAddress(host: string, blueprint: Blueprint): string {
  return hostNamed(blueprint, host).addresses[0]
}

/** The address of the loopback. */
export const LOOPBACK_ADDRESS = '127.0.0.1'
