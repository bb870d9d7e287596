import { visibleIn } from '../../scenario/problems/visible.ts'
import { heads } from '../columns.ts'
import { formatCount, formatNumber } from '../format-number.ts'
import { type Judged, judgedLines } from '../judged-lines.ts'
import { commandLines, hangingLines } from '../screen/lines.ts'
import type { Screen } from '../screen/screen.ts'
import { tableText } from '../screen/table.ts'
import type { MedianOverSeeds } from './median-over-seeds.ts'
import type { SweepFormat } from './sweep-format.ts'
import { type SweepRow, sweepDigest, sweepRows } from './sweep-rows.ts'
import { describeRun, missedExpectations, type SweepReport, type SweepRun } from './sweep-run.ts'

/** Prints a sweep for human readers: expectations, a row for each workload and point, then seeds and the digest. */
export const sweepTable: SweepFormat = {
  meaning: 'print a table',
  end(given, { screen, again }) {
    const report = visibleIn(given)
    const [one] = [...missedExpectations(report.runs), ...report.runs]
    const rows = sweepRows(report.runs)
    const parts = [
      hangingLines(headline(report), screen),
      expectations(report.runs, screen),
      rows.length === 0 ? [] : figures(report, rows, screen),
      [
        ...hangingLines(identity(report.runs), screen),
        ...commandLines('reproduce: ', again, screen),
        ...(one === undefined ? [] : commandLines('reproduce one run: ', one.reproduce, screen)),
      ],
    ]
    return `${parts.flatMap((lines) => (lines.length === 0 ? [] : [lines.join('\n')])).join('\n\n')}\n`
  },
}

function headline({ scenario, dimensions, runs, planned, shard, isInterrupted }: SweepReport): string {
  const grid = dimensions.map(({ path, count }) => `${path} (${count})`).join(' x ')
  const missing = runs.length < planned ? `, ${runs.length} have ended` : ''
  const part = shard === undefined ? '' : ` (shard ${shard})`
  return `${scenario}: ${formatCount(planned, 'run')}${part}${missing}: ${grid}${isInterrupted ? ' (interrupted, partial result)' : ''}`
}

function figures({ dimensions }: SweepReport, rows: readonly SweepRow[], screen: Screen): string[] {
  const paths = dimensions.map(({ path }) => path).filter((path) => path !== 'seed')
  const hasSeeds = paths.length < dimensions.length
  const hasUnfinished = rows.some(({ unfinished }) => unfinished !== null && unfinished.high > 0)
  const head = [
    ...heads('workload'),
    ...paths,
    ...(hasSeeds ? heads('seeds') : []),
    ...heads('p50 ms', 'p99 ms', 'Mbps', 'failed'),
    ...(hasUnfinished ? heads('unfinished') : []),
    ...heads('digest'),
  ]
  const cells = rows.map((row) => [
    row.workload,
    ...row.labels,
    ...(hasSeeds ? [String(row.runs)] : []),
    ...[row.p50Ms, row.p99Ms, row.throughputMbps, row.failed].map(formatSpread),
    ...(hasUnfinished ? [formatSpread(row.unfinished)] : []),
    row.digest,
  ])
  const keyColumns = 1 + paths.length
  const table = tableText({ head, rows: cells, wordColumns: keyColumns, keyColumns }, screen)
  const isInterval = rows.every(({ p50Ms, failed }) => (p50Ms ?? failed)?.interval === '95 %')
  const note = isInterval
    ? 'Each figure is the median over the seeds (95 % interval of the median).'
    : 'Each figure is the median over the seeds (smallest..greatest).'
  return [table, ...(hasSeeds ? ['', ...hangingLines(note, screen)] : [])]
}

/** Formats a figure: `66.2`, or `66.2 (60.5..70.3)` if it differs between seeds. */
function formatSpread(spread: MedianOverSeeds | null): string {
  if (spread === null) return '-'
  const [median, low, high] = [spread.median, spread.low, spread.high].map(formatNumber)
  return low === high ? median : `${median} (${low}..${high})`
}

/** Returns a line for each expectation: the number of runs that met it, and the first run that did not. */
function expectations(runs: readonly SweepRun[], screen: Screen): string[] {
  const counts = new Map<string, { runs: number; missed: number; first: string }>()
  for (const { point, result } of runs) {
    for (const { expect, met, measured } of result.expectations) {
      const count = counts.get(expect) ?? { runs: 0, missed: 0, first: '' }
      counts.set(expect, count)
      count.runs += 1
      if (met) continue
      if (count.missed === 0) count.first = `first at ${describeRun(point, result.seed)}: ${measured}`
      count.missed += 1
    }
  }
  const judged = [...counts].map(([expect, { runs: all, missed, first }]): Judged => {
    const of = formatCount(all, 'run')
    return missed === 0
      ? { expect, judgement: 'met', measured: `in all ${of}` }
      : { expect, judgement: 'unmet', measured: `in ${missed} of ${of}, ${first}` }
  })
  return judgedLines(judged, screen)
}

function identity(runs: readonly SweepRun[]): string {
  if (runs.length === 0) return ''
  const seeds = [...new Set(runs.map(({ result }) => result.seed))].sort((a, b) => a - b)
  return `${seeds.length === 1 ? 'seed' : 'seeds'} ${formatSeeds(seeds)}   digest of ${formatCount(runs.length, 'run')} ${sweepDigest(runs)}`
}

const SEEDS_IN_FULL = 10

/** Formats seeds: `1..30`, `1, 5, 9`, or the first ones of a longer list. */
function formatSeeds(ascending: readonly number[]): string {
  const first = ascending[0]
  const last = ascending[ascending.length - 1]
  if (ascending.length > 2 && last - first === ascending.length - 1) return `${first}..${last}`
  if (ascending.length <= SEEDS_IN_FULL) return ascending.join(', ')
  return `${ascending.slice(0, SEEDS_IN_FULL).join(', ')} and ${ascending.length - SEEDS_IN_FULL} more`
}
