import { visibleIn } from '../../scenario/problems/visible.ts'
import { formatChange, formatCount, formatNumber } from '../format-number.ts'
import { plainTable } from '../plain-table.ts'
import type { Comparison, FigureChange, Side } from './comparison.ts'
import type { ComparisonFormat } from './comparison-format.ts'

/** Prints a comparison for people: a line for each difference, the number of identical figures, and a summary. */
export const comparisonTable: ComparisonFormat = {
  meaning: 'print a table',
  write(given, options) {
    const comparison = visibleIn(given)
    const parts = [
      `${side('A', comparison.a)}\n${side('B', comparison.b)}`,
      configuration(comparison),
      verdicts(comparison),
      changes(comparison, options.hasColor),
      identicalCount(comparison),
      comparison.sentence,
    ]
    return `${parts.filter((part) => part !== '').join('\n\n')}\n`
  },
}

function side(letter: string, { label, identity }: Side): string {
  return identity === null ? `${letter}  ${label}` : `${letter}  ${label}  (${identity})`
}

/** The most values of the configuration that are printed; JSON has all. */
const MOST_VALUES = 40

function configuration({ kind, configuration: found }: Comparison): string {
  if (found === null) return kind === 'bench' ? '' : 'configuration: not known, since a side has no scenario'
  if (found.length === 0) return 'configuration: the same'
  const lines = found.slice(0, MOST_VALUES).map(({ path, a, b }) => `  ${path}: ${a ?? 'not set'} -> ${b ?? 'not set'}`)
  const more = found.length > MOST_VALUES ? [`  and ${found.length - MOST_VALUES} more (--json has all)`] : []
  return ['configuration', ...lines, ...more].join('\n')
}

function verdicts({ verdicts: found }: Comparison): string {
  const lines = found.map(({ judgement, technique, path, attacker, victim, scope, a, b, outcomes, point, seeds }) => {
    const whose = scope === 'own' ? ', its own' : ''
    const which = outcomes.length === 0 ? ' (another share of messages)' : ` (${outcomes.join(', ')})`
    const where = point === '' ? '' : `, at ${point}`
    const share = seeds === null ? '' : `, at ${seeds.changed} of ${formatCount(seeds.of, 'common seed')}`
    return `  ${judgement}: ${technique} on ${path} by ${attacker} against ${victim}${whose}${where}: ${a} -> ${b}${which}${share}`
  })
  return lines.length === 0 ? '' : ['verdicts', ...lines].join('\n')
}

function changes(comparison: Comparison, hasColor: boolean): string {
  const rows = comparison.pairs.flatMap(({ name, figures }) =>
    figures
      .filter((change) => change.judgement !== 'identical')
      .map((change) => changeRow(name, change, comparison.kind === 'sweep')),
  )
  const head = [comparison.kind === 'bench' ? 'benchmark' : 'workload', 'figure', 'unit', '', 'A', 'B', 'change']
  if (comparison.kind === 'sweep') head.push('95 % interval')
  return rows.length === 0 ? '' : plainTable({ head, rows, wordColumns: 4, hasColor }).join('\n')
}

function changeRow(name: string, change: FigureChange, hasIntervals: boolean): string[] {
  const { a, b, spread, judgement } = change
  const isClear = judgement !== 'unclear'
  return [
    name,
    change.figure,
    change.unit,
    isClear ? judgement : '~',
    withSpread(a, spread?.a),
    withSpread(b, spread?.b),
    isClear ? formatChange(change.changePercent) : '~',
    ...(hasIntervals ? [intervalText(change)] : []),
  ]
}

function withSpread(value: number | null, spread: number | undefined): string {
  return spread === undefined ? formatNumber(value) : `${formatNumber(value)} ±${formatNumber(spread)}`
}

function identicalCount(comparison: Comparison): string {
  const figures = comparison.pairs.flatMap((pair) => pair.figures)
  const identical = figures.filter((change) => change.judgement === 'identical').length
  return identical === 0 ? '' : `${identical} of ${formatCount(figures.length, 'figure')} identical`
}

function intervalText({ interval }: FigureChange): string {
  if (interval === null) return '-'
  const signed = (value: number) => `${value > 0 ? '+' : ''}${formatNumber(value)}`
  return `${signed(interval.low)} .. ${signed(interval.high)}`
}
