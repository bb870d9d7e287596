import type { Result, WorkloadResult } from '../../measure/result.ts'
import { visibleIn } from '../../scenario/problems/visible.ts'
import { formatCount, formatNumber } from '../format-number.ts'
import { plainTable } from '../plain-table.ts'
import { doneText, failureLines } from './requests.ts'
import type { RunFormat } from './run-format.ts'

const HEAD = ['', 'medium', 'what', 'scenario', 'workload', 'set-up ms', 'p50 ms', 'p99 ms', 'Mbps', 'bytes', 'done']
const WORD_COLUMNS = 5

export const joint: RunFormat = { meaning: 'print one table for all files, sorted by path and medium', all: jointTable }

/** Returns one table for several results, sorted by the letter of the path, then by medium and workload. */
export function jointTable(given: readonly Result[], options: { readonly hasColor: boolean }): string {
  const results = visibleIn(given)
  const rows = results.flatMap((result) => result.workloads.map((workload) => ({ result, workload })))
  const sorted = rows.sort((a, b) => compare(keyOf(a.result, a.workload), keyOf(b.result, b.workload)))
  const cells = sorted.map(({ result, workload }) => rowOf(result, workload))
  const table = plainTable({ head: HEAD, rows: withoutRepetition(cells), wordColumns: WORD_COLUMNS, ...options })
  const failures = results.flatMap((result) => failureLines(result).map((line) => `${result.scenario}: ${line}`))
  const parts = [table.join('\n'), failures.join('\n'), results.map(identity).join('\n')]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function keyOf(result: Result, { letter, kind, medium, protection, name }: WorkloadResult): string[] {
  return [letter === '' ? `~${kind}` : letter, medium, protection, result.scenario, name]
}

function compare(a: readonly string[], b: readonly string[]): number {
  const differing = a.findIndex((text, i) => text !== b[i])
  if (differing < 0) return 0
  return a[differing] < b[differing] ? -1 : 1
}

function rowOf(result: Result, workload: WorkloadResult): string[] {
  const { letter, kind, medium, protection, name, setupMs, latencyMs, throughputMbps, wireBytes } = workload
  const figures = [setupMs, latencyMs.p50, latencyMs.p99, throughputMbps].map(formatNumber)
  return [
    letter === '' ? kind : letter,
    medium,
    protection,
    scenarioOf(result),
    name,
    ...figures,
    `${wireBytes}`,
    doneText(workload),
  ]
}

function scenarioOf({ scenario, kubernetes }: Result): string {
  return kubernetes === null ? scenario : `${scenario} (${kubernetes})`
}

/** Removes leading cells that are the same as in the row above. */
function withoutRepetition(rows: readonly (readonly string[])[]): string[][] {
  return rows.map((row, i) => {
    const above = rows[i - 1]
    const differing = above === undefined ? 0 : row.findIndex((text, column) => text !== above[column])
    const same = differing < 0 ? WORD_COLUMNS : differing
    return row.map((text, column) => (column < Math.min(same, WORD_COLUMNS - 1) ? '' : text))
  })
}

function identity({ scenario, seed, digest, trafficDigest, packets, expectations }: Result): string {
  const missed = expectations.filter(({ met }) => !met)
  const verdict = expectations.length === 0 ? '' : missed.length === 0 ? '   all expectations met' : ''
  const lines = [
    `${scenario}: ${formatCount(packets, 'packet')}   seed ${seed}   digest ${digest}   traffic ${trafficDigest}${verdict}`,
    ...missed.map(({ expect, measured }) => `NOT MET  ${expect}  ${measured}`),
  ]
  return lines.join('\n')
}
