import { namesOf } from '../../engine/registry.ts'
import { BREAKDOWN_PARTS, type BreakdownNs, type Result } from '../../measure/result.ts'
import type { WorkloadHistory } from '../../simulation/run-history.ts'

/** The time of completed requests, split by cause. */
export interface BreakdownView {
  /** The parts, in the order in which bars show them. */
  readonly parts: readonly PartView[]
  readonly rows: readonly BreakdownRow[]
}

export interface PartView {
  readonly part: keyof BreakdownNs
  readonly meaning: string
}

/** The time of the completed requests of a workload. */
export interface BreakdownRow {
  readonly workload: string
  readonly path: string
  readonly requests: number
  /** The sum of the parts. It equals the sum of the latencies of these requests. */
  readonly totalNs: number
  /** The sum of the recorded latencies of these requests. It equals `totalNs`. */
  readonly latencySumNs: number
  /** In the order of the parts. */
  readonly partsNs: readonly number[]
  /** The part with the longest time. */
  readonly largest: keyof BreakdownNs
}

/** Returns the breakdown of time for each workload with completed requests. */
export function viewBreakdown({ workloads }: Result, histories: readonly WorkloadHistory[]): BreakdownView {
  const parts = namesOf(BREAKDOWN_PARTS).map((part) => ({ part, meaning: BREAKDOWN_PARTS[part] }))
  const rows = workloads.flatMap(({ name, path, completed, breakdownNs }): BreakdownRow[] => {
    const partsNs = parts.map(({ part }) => breakdownNs[part])
    const totalNs = partsNs.reduce((sum, ns) => sum + ns, 0)
    if (completed === 0 || totalNs === 0) return []
    const latencySumNs = histories.find((history) => history.name === name)?.latencySumNs ?? 0
    const largest = parts[partsNs.indexOf(Math.max(...partsNs))].part
    return [{ workload: name, path, requests: completed, totalNs, latencySumNs, partsNs, largest }]
  })
  return { parts, rows }
}
