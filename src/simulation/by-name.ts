import { assert } from '../engine/assert.ts'
import { hashString32 } from '../engine/hash.ts'

/** Compares names by UTF-16 code units. The order is the same in every locale. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

/** Returns the position of each name in a sorted list. */
export function indexByName(list: readonly { readonly name: string }[]): ReadonlyMap<string, number> {
  return new Map(list.map(({ name }, index) => [name, index]))
}

/** Returns the number of a name. Asserts that the name exists, as in every checked scenario. */
export function lookUp(index: ReadonlyMap<string, number>, name: string): number {
  const found = index.get(name)
  assert(found !== undefined, `a checked scenario names what exists: ${name}`)
  return found
}

/** The seeds of the two halves of a name's hash. */
const HIGH_LANE = 0x6f6e7061
const LOW_LANE = 0x74682d31

/** The 64-bit hash of a name, in two halves. */
export function nameLanes(name: string): { readonly nameHigh: number; readonly nameLow: number } {
  return { nameHigh: hashString32(name, HIGH_LANE), nameLow: hashString32(name, LOW_LANE) }
}
