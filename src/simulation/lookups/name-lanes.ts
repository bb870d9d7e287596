import { hashString32 } from '../../engine/hash.ts'

/** Seeds of the two lanes of a name's hash. */
const HIGH_LANE = 0x6f6e7061
const LOW_LANE = 0x74682d31

/** The 64-bit hash of a name, in two halves. */
export function nameLanes(name: string): { readonly nameHigh: number; readonly nameLow: number } {
  return { nameHigh: hashString32(name, HIGH_LANE), nameLow: hashString32(name, LOW_LANE) }
}
