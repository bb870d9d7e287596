import { formatChange, formatCount, formatNumber } from '../format-number.ts'
import { plainTable } from '../plain-table.ts'
import type { Comparison, FigureChange, Side } from './comparison.ts'
import type { ComparisonFormat } from './comparison-format.ts'

/** Prints a comparison for people: a line for each difference, the number of identical figures, and a summary. */
export const comparisonTable: ComparisonFormat = {
  meaning: 'print a table',
  write(comparison, options) {
    const parts = [
      `${side('A', comparison.a)}\n${side('B', comparison.b)}`,
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

function changes(comparison: Comparison, hasColor: boolean): string {
  const rows = comparison.pairs.flatMap(({ name, figures }) =>
    figures.filter((change) => change.judgement !== 'identical').map((change) => changeRow(name, change)),
  )
  const head = [comparison.kind === 'bench' ? 'benchmark' : 'workload', 'figure', 'unit', '', 'A', 'B', 'change']
  return rows.length === 0 ? '' : plainTable({ head, rows, wordColumns: 4, hasColor }).join('\n')
}

function changeRow(name: string, change: FigureChange): string[] {
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
