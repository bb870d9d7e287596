import { AscendingLatencies, type Latencies } from './latencies.ts'

const BITS_PER_BYTE = 8
/** One bit per nanosecond is a thousand megabits per second. */
const MBPS_PER_BIT_PER_NS = 1_000

/** Returns megabits per second; null when no time passed. */
export function megabitsPerSecond(bytes: number, ns: number): number | null {
  return ns > 0 ? (bytes * BITS_PER_BYTE * MBPS_PER_BIT_PER_NS) / ns : null
}

/**
 * Returns the median throughput of requests: the bits of a body divided by the time of its request. Null if there are
 * no requests.
 */
export function medianThroughputMbps(bodyBytes: number, latencies: Latencies): number | null {
  const exactNs = Float64Array.from(latencies.exactNs).filter((ns) => ns > 0)
  const ascending = new AscendingLatencies({ ...latencies, exactNs })
  // The throughputs ascend as the times descend.
  const rank = ascending.count + 1 - Math.ceil(ascending.count / 2)
  return ascending.count === 0 ? null : megabitsPerSecond(bodyBytes, ascending.at(rank))
}
