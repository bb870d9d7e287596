import type { Result, WorkloadResult } from '../../measure/result.ts'
import { visibleIn } from '../../scenario/problems/visible.ts'
import { heads } from '../columns.ts'
import { formatCount, formatNumber } from '../format-number.ts'
import { judgedLines } from '../judged-lines.ts'
import { commandLines, hangingLines } from '../screen/lines.ts'
import type { Screen } from '../screen/screen.ts'
import { stylesOf } from '../screen/styles.ts'
import { isTooWide, tableLines, tableText } from '../screen/table.ts'
import { doneText, failureLines } from './requests.ts'
import type { JointOptions, RunFormat } from './run-format.ts'
import { type JointRow, MOST_ROWS, tellingRows } from './telling-rows.ts'

const FIGURES = heads('set-up ms', 'p50 ms', 'p99 ms', 'Mbps')
const HEAD = ['', ...heads('medium', 'protection', 'scenario', 'workload'), ...FIGURES, ...heads('bytes', 'done')]
const WORD_COLUMNS = 5

export const joint: RunFormat = { meaning: 'print one table for all files, sorted by path and medium', all: jointTable }

/**
 * Returns one table for several results, sorted by the letter of the path, then by medium and workload. A long table is
 * reduced to the most telling rows, unless all are asked for.
 */
export function jointTable(given: readonly Result[], { screen, showsAll, reproduce }: JointOptions): string {
  const results = visibleIn(given)
  const rows = results
    .flatMap((result) => result.workloads.map((workload) => ({ result, workload })))
    .sort((a, b) => compare(keyOf(a.result, a.workload), keyOf(b.result, b.workload)))
  const isWhole = showsAll || rows.length <= MOST_ROWS
  const failures = results.flatMap((result) => failureLines(result).map((line) => `${result.scenario}: ${line}`))
  const parts = [
    isWhole ? allRows(rows, screen) : someRows(rows, screen),
    failures.flatMap((line) => hangingLines(line, screen)),
    isWhole ? results.flatMap((result) => identity(result, screen)) : digests(results, screen),
    (isWhole ? reproduce : reproduce.slice(0, 1)).flatMap((line) =>
      commandLines(isWhole || reproduce.length === 1 ? 'reproduce: ' : 'reproduce one: ', line, screen),
    ),
  ]
  return `${parts.flatMap((lines) => (lines.length === 0 ? [] : [lines.join('\n')])).join('\n\n')}\n`
}

function allRows(rows: readonly JointRow[], screen: Screen): string[] {
  const cells = rows.map(({ result, workload }) => rowOf(result, workload))
  const table = { head: HEAD, rows: cells, wordColumns: WORD_COLUMNS, keyColumns: WORD_COLUMNS }
  return [tableText(isTooWide(table, screen) ? table : { ...table, rows: withoutRepetition(cells) }, screen)]
}

const SHORT_HEAD = [...heads('path'), ...FIGURES, ...heads('done')]

/** Returns the most telling rows, each followed by the protection of its path. */
function someRows(all: readonly JointRow[], screen: Screen): string[] {
  const { network, rows } = tellingRows(all)
  const table = tableLines(
    {
      head: SHORT_HEAD,
      rows: rows.map(({ workload }) => {
        const { letter, kind } = workload
        return [`${letter.padEnd(3)}${kind}`, ...figuresOf(workload), doneText(workload)]
      }),
      wordColumns: 1,
      keyColumns: 1,
    },
    screen,
  )
  const { quiet } = stylesOf(screen)
  const rest = `${rows.length} of ${formatCount(all.length, 'row')}: of each kind of path over ${network}, the workload with the most requests; --all shows all rows`
  return [
    ...table.head,
    ...rows.flatMap(({ workload }, i) => [
      ...table.rows[i],
      ...hangingLines(workload.protection, screen, '   ').map((line) => quiet(line)),
    ]),
    '',
    ...hangingLines(rest, screen),
  ]
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
  const { letter, kind, medium, protection, name, wireBytes } = workload
  return [
    letter === '' ? kind : letter,
    medium,
    protection,
    scenarioOf(result),
    name,
    ...figuresOf(workload),
    `${wireBytes}`,
    doneText(workload),
  ]
}

function figuresOf({ setupMs, latencyMs, throughputMbps }: WorkloadResult): string[] {
  return [setupMs, latencyMs.p50, latencyMs.p99, throughputMbps].map(formatNumber)
}

function scenarioOf({ scenario, kubernetes }: Result): string {
  return kubernetes === null ? scenario : `${scenario} (${kubernetes})`
}

/** Removes leading cells that equal those in the row above. */
function withoutRepetition(rows: readonly (readonly string[])[]): string[][] {
  return rows.map((row, i) => {
    const above = rows[i - 1]
    const differing = above === undefined ? 0 : row.findIndex((text, column) => text !== above[column])
    const same = differing < 0 ? WORD_COLUMNS : differing
    return row.map((text, column) => (column < Math.min(same, WORD_COLUMNS - 1) ? '' : text))
  })
}

/** Returns the digest of a result, and its unmet expectations. */
function identity(result: Result, screen: Screen): string[] {
  const { scenario, seed, digest, trafficDigest, packets, expectations } = result
  const verdict = expectations.length > 0 && missedOf(result).length === 0 ? '   all expectations met' : ''
  const about = `${scenario}: ${formatCount(packets, 'packet')}   seed ${seed}   digest ${digest}   traffic ${trafficDigest}${verdict}`
  return [...hangingLines(about, screen), ...missedLines(result, screen)]
}

/** Returns a line with the digest of each result, followed by its unmet expectations. */
function digests(results: readonly Result[], screen: Screen): string[] {
  const { head, rows } = tableLines(
    {
      head: heads('scenario', 'digest', 'seed', 'packets', 'expectations'),
      rows: results.map((result) => {
        const { scenario, digest, seed, packets, expectations } = result
        const met = expectations.length - missedOf(result).length
        const judged = expectations.length === 0 ? '-' : `${met} of ${expectations.length} met`
        return [scenario, digest, `${seed}`, `${packets}`, judged]
      }),
      wordColumns: 2,
      keyColumns: 1,
    },
    screen,
  )
  return [...head, ...results.flatMap((result, i) => [...rows[i], ...missedLines(result, screen)])]
}

function missedOf({ expectations }: Result): Result['expectations'] {
  return expectations.filter(({ met }) => !met)
}

function missedLines(result: Result, screen: Screen): string[] {
  const judged = missedOf(result).map(({ expect, measured }) => ({ expect, judgement: 'unmet', measured }) as const)
  return judgedLines(judged, screen)
}
