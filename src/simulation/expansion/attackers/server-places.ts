import type { Blueprint, PathBlueprint } from '../../blueprint.ts'
import { byName } from '../../by-name.ts'
import { isToEndpointOf } from '../lookups.ts'
import { hostNamed } from '../members.ts'

/** Where a path's server is to be found. */
export interface ServerPlace {
  /** Dotted. */
  readonly address: string
  readonly port: number
}

/** As its client dials it: a virtual address comes before what stands behind it. */
export function placesOf(path: PathBlueprint, blueprint: Blueprint): readonly ServerPlace[] {
  const dialled = { address: path.address ?? mainAddress(path.to, blueprint), port: path.port }
  return [dialled, ...behind(dialled, blueprint)]
}

/** What hosts on the way put in its place; nothing where no host does. */
function behind({ address, port }: ServerPlace, { virtualAddresses }: Blueprint): readonly ServerPlace[] {
  const virtual = virtualAddresses.find((each) => each.address === address && each.port === port)
  return virtual?.endpoints ?? []
}

/** The place of the server itself, for who is not behind a host that translates. */
export function realPlaceOf(path: PathBlueprint, blueprint: Blueprint): ServerPlace {
  const places = placesOf(path, blueprint)
  return places.length > 1 ? places[1] : places[0]
}

/** Itself, or, of a service, one to each of its endpoints: that is where connections go. */
export function waysOf(path: PathBlueprint, { paths }: Blueprint): readonly PathBlueprint[] {
  const ends = paths.filter((end) => isToEndpointOf(path, end)).sort(byName)
  return ends.length === 0 ? [path] : ends
}

export function mainAddress(host: string, blueprint: Blueprint): string {
  return hostNamed(blueprint, host).addresses[0]
}

export const LOOPBACK_ADDRESS = '127.0.0.1'
