import { nearestRank } from '../../measure/order-statistics.ts'
import type { WorkloadResult } from '../../measure/result.ts'
import type { WorkloadHistory } from '../../simulation/run-history.ts'

/** The latencies of workloads as histograms on one logarithmic axis, so that paths are comparable. */
export interface DistributionView {
  /** The ends of the axis; both are 0 without any completed request. */
  readonly lowNs: number
  readonly highNs: number
  readonly bins: number
  readonly paths: readonly { readonly path: string; readonly rows: readonly DistributionRow[] }[]
}

/** The latencies of one workload. Percentiles are exact order statistics; null if there are too few requests. */
export interface DistributionRow {
  readonly workload: string
  /** The number of requests in each bin. The first bin begins at `lowNs`. */
  readonly counts: readonly number[]
  readonly minNs: number
  readonly p50Ns: number
  readonly p95Ns: number | null
  readonly p99Ns: number | null
  readonly maxNs: number
}

const BINS = 64

/** Returns the distributions of all workloads with completed requests, by path. */
export function viewDistributions(
  workloads: readonly WorkloadResult[],
  histories: readonly WorkloadHistory[],
): DistributionView {
  const known = histories.filter(({ latencyNs }) => latencyNs.length > 0)
  const lowNs = known.reduce((low, { latencyNs }) => latencyNs.reduce((a, b) => Math.min(a, b), low), Number.MAX_VALUE)
  const highNs = known.reduce((high, { latencyNs }) => latencyNs.reduce((a, b) => Math.max(a, b), high), 0)
  if (known.length === 0) return { lowNs: 0, highNs: 0, bins: BINS, paths: [] }
  const axis = { lowNs: Math.max(1, lowNs * 0.9), highNs: highNs * 1.1 }
  const paths = [...new Set(workloads.map(({ path }) => path))].flatMap((path) => {
    const names = workloads.filter((one) => one.path === path).map(({ name }) => name)
    const rows = known.filter(({ name }) => names.includes(name)).map((history) => rowOf(history, axis))
    return rows.length === 0 ? [] : [{ path, rows }]
  })
  return { ...axis, bins: BINS, paths }
}

function rowOf(
  { name, latencyNs }: WorkloadHistory,
  { lowNs, highNs }: Pick<DistributionView, 'lowNs' | 'highNs'>,
): DistributionRow {
  const counts = new Array<number>(BINS).fill(0)
  const width = Math.log(highNs / lowNs) / BINS
  for (const ns of latencyNs) counts[Math.min(BINS - 1, Math.max(0, Math.floor(Math.log(ns / lowNs) / width)))]++
  const ascending = [...latencyNs].sort((a, b) => a - b)
  return {
    workload: name,
    counts,
    minNs: ascending[0],
    p50Ns: nearestRank(ascending, 50) ?? ascending[0],
    p95Ns: ascending.length < 20 ? null : nearestRank(ascending, 95),
    p99Ns: ascending.length < 100 ? null : nearestRank(ascending, 99),
    maxNs: ascending[ascending.length - 1],
  }
}
