import type { Result, WorkloadResult } from '../../measure/result.ts'

/** A workload, and the result that contains it. */
export interface JointRow {
  readonly result: Result
  readonly workload: WorkloadResult
}

/** The most rows that are shown unless all are asked for. */
export const MOST_ROWS = 8

/**
 * Returns the most telling rows in the given order: one for each letter, all over the network that most letters cross,
 * so that they are comparable. The row of a letter is its workload with the most requests. If there are more than
 * MOST_ROWS letters, those with the most requests are kept.
 */
export function tellingRows(rows: readonly JointRow[]): {
  readonly network: string
  readonly rows: readonly JointRow[]
} {
  const network = commonNetwork(rows)
  const best = new Map<string, JointRow>()
  for (const row of rows) {
    const other = best.get(letterOf(row))
    if (networksOf(row).includes(network) && (other === undefined || isBetter(row, other))) best.set(letterOf(row), row)
  }
  const ranked = [...best.values()].toSorted((a, b) => lettered(b) - lettered(a) || requestsOf(b) - requestsOf(a))
  const chosen = new Set(ranked.slice(0, MOST_ROWS))
  return { network, rows: rows.filter((row) => chosen.has(row)) }
}

function letterOf({ workload: { letter, path } }: JointRow): string {
  return letter === '' ? path : letter
}

/** Returns 1 for a path kind with a letter, and 0 for others. */
function lettered({ workload }: JointRow): number {
  return workload.letter === '' ? 0 : 1
}

/** Returns the networks that a path crosses: `pod-network, public-network`, `ssh tunnel over public-network`. */
function networksOf({ workload: { medium } }: JointRow): string[] {
  return medium.split(/, | over /)
}

function requestsOf({ workload }: JointRow): number {
  return workload.completed
}

function isBetter(row: JointRow, other: JointRow): boolean {
  const more = requestsOf(row) - requestsOf(other)
  if (more !== 0) return more > 0
  return (row.workload.setupMs ?? Number.POSITIVE_INFINITY) < (other.workload.setupMs ?? Number.POSITIVE_INFINITY)
}

/** Returns the network that most letters cross; if there are several, the slowest. */
function commonNetwork(rows: readonly JointRow[]): string {
  const all = [...new Set(rows.flatMap(networksOf))].map((network) => {
    const over = rows.filter((row) => networksOf(row).includes(network))
    const letters = new Set(over.map(letterOf)).size
    return { network, letters, slowestMs: Math.max(...over.map(({ workload }) => workload.latencyMs.p50 ?? 0)) }
  })
  const [most] = all.toSorted((a, b) => b.letters - a.letters || b.slowestMs - a.slowestMs)
  return most?.network ?? ''
}
