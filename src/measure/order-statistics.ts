import { NS_PER_MS } from '../engine/ticks.ts'
import { AscendingLatencies, type Latencies } from './latencies.ts'
import type { LatencySummary } from './result.ts'

/** The fewest samples for which a percentile is reported: one in twenty lies above p95, one in a hundred above p99. */
const SAMPLES_FOR_P95 = 20
const SAMPLES_FOR_P99 = 100

/**
 * Returns the smallest value that at least `percent` per cent of the values do not exceed (nearest-rank method); null
 * if there are no values.
 */
export function nearestRank(ascending: readonly number[], percent: number): number | null {
  if (ascending.length === 0) return null
  return ascending[Math.max(1, Math.ceil((percent * ascending.length) / 100)) - 1]
}

/** Returns the median by the nearest-rank method; null if there are no values. */
export function median(values: readonly number[]): number | null {
  return nearestRank(sorted(values), 50)
}

/** Summarizes latencies as order statistics in milliseconds. */
export function summarizeLatencies(latencies: Latencies): LatencySummary {
  const ascending = new AscendingLatencies(latencies)
  const { count, sumNs } = ascending
  return {
    min: milliseconds(count > 0 ? ascending.at(1) : null),
    p50: milliseconds(ascending.nearestRank(50)),
    p95: milliseconds(count >= SAMPLES_FOR_P95 ? ascending.nearestRank(95) : null),
    p99: milliseconds(count >= SAMPLES_FOR_P99 ? ascending.nearestRank(99) : null),
    max: milliseconds(count > 0 ? ascending.at(count) : null),
    mean: milliseconds(count > 0 ? Math.round(sumNs / count) : null),
  }
}

/** Converts nanoseconds to milliseconds; null stays null. */
export function milliseconds(ns: number | null): number | null {
  return ns === null ? null : ns / NS_PER_MS
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b)
}
