import { nearestRank } from './order-statistics.ts'

const BITS_PER_BYTE = 8
/** Bits a nanosecond are thousands of megabits a second. */
const MBPS_PER_BIT_A_NS = 1_000

/** Megabits a second; null where no time passed. */
export function megabitsPerSecond(bytes: number, ns: number): number | null {
  return ns > 0 ? (bytes * BITS_PER_BYTE * MBPS_PER_BIT_A_NS) / ns : null
}

/** The median over requests of the bits of each body over its own time. */
export function medianThroughputMbps(bodyBytes: number, latenciesNs: readonly number[]): number | null {
  const ascending = [...latenciesNs].sort((a, b) => b - a).flatMap((ns) => megabitsPerSecond(bodyBytes, ns) ?? [])
  return nearestRank(ascending, 50)
}
