import { formatChange, formatNumber } from '../../src/report/format-number.ts'
import { PLAIN_SCREEN } from '../../src/report/screen/screen.ts'
import { tableText } from '../../src/report/screen/table.ts'
import type { Judgement } from './judge-cell.ts'
import { isWithin, type KindJudgement } from './judge-kind.ts'
import { nameOf, unitOf } from './measured-cell.ts'
import type { Spread } from './statistics.ts'

/** Returns a table with a line for each cell: medians, with the quartiles in brackets. */
export function cellTable(judgements: readonly Judgement[]): string {
  const rows = judgements.map(({ cell, measured, allowed, outcome }) => [
    outcome.kind,
    nameOf(cell),
    unitOf(cell),
    spreadText(measured),
    ...('error' in outcome
      ? [spreadText(outcome.predicted), formatChange(outcome.error * 100)]
      : [outcome.reason.slice(0, 60), '']),
    `${formatNumber(allowed.low)} to ${formatNumber(allowed.high)}`,
  ])
  const head = ['outcome', 'cell', 'unit', 'measured', 'predicted', 'error', 'allowed']
  return tableText({ head, rows, wordColumns: 3, keyColumns: 3 }, PLAIN_SCREEN)
}

/** Returns a table with a line for each kind of cell. */
export function kindTable(kinds: readonly KindJudgement[]): string {
  const rows = kinds.map((kind) => [
    stateOf(kind),
    kind.kind,
    `${kind.within}`,
    `${kind.asMeasured}`,
    `${kind.documented}`,
    `${kind.outside}`,
    `${kind.notModelled}`,
    formatPercent(kind.bias),
    formatPercent(kind.meanAbsoluteError),
    kind.overAll === null
      ? '-'
      : `${formatPercent(Math.abs(kind.overAll.error))} of ${formatPercent(kind.overAll.bound)}`,
  ])
  const head = [
    '',
    'kind',
    'within',
    'as measured',
    'documented',
    'outside',
    'not modelled',
    'bias',
    'mean |error|',
    'over all',
  ]
  return tableText({ head, rows, wordColumns: 2, keyColumns: 2 }, PLAIN_SCREEN)
}

function stateOf(kind: KindJudgement): string {
  if (kind.within + kind.asMeasured + kind.documented + kind.outside === 0) return '-'
  return isWithin(kind) ? 'holds' : 'BROKEN'
}

function spreadText({ lowerQuartile, median, upperQuartile }: Spread): string {
  return `${formatNumber(median)} [${formatNumber(lowerQuartile)} ${formatNumber(upperQuartile)}]`
}

function formatPercent(ratio: number | null): string {
  return ratio === null ? '-' : `${(ratio * 100).toFixed(1)}%`
}
