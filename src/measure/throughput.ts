import { nearestRank } from './order-statistics.ts'

const BITS_PER_BYTE = 8
/** One bit per nanosecond is a thousand megabits per second. */
const MBPS_PER_BIT_PER_NS = 1_000

/** Returns megabits per second; null when no time passed. */
export function megabitsPerSecond(bytes: number, ns: number): number | null {
  return ns > 0 ? (bytes * BITS_PER_BYTE * MBPS_PER_BIT_PER_NS) / ns : null
}

/**
 * Returns the median over requests of the bits of a body divided by the time of its request; null if there are no
 * requests.
 */
export function medianThroughputMbps(bodyBytes: number, latenciesNs: readonly number[]): number | null {
  const ascending = [...latenciesNs].sort((a, b) => b - a).flatMap((ns) => megabitsPerSecond(bodyBytes, ns) ?? [])
  return nearestRank(ascending, 50)
}
