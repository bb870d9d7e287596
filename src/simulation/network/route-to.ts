import { NONE } from '../../engine/table.ts'
import type { Plan } from '../plan.ts'

/**
 * Returns the directions that packets of a host take to an address, in order. For a virtual address, it returns the
 * directions up to the host that translates it.
 */
export function routeTo({ routing, addresses, directions }: Plan, from: number, address: number): number[] {
  const way: number[] = []
  const end = addresses.hostOf(address, from)
  for (let at = from; at !== NONE && way.length <= routing.vertexCount; ) {
    const direction = routing.nextDirection(at, address)
    if (direction === NONE) return way
    way.push(direction)
    at = directions[direction].toHost
    if (at === end) return way
  }
  return way
}
