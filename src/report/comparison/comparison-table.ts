import { visibleIn } from '../../scenario/problems/visible.ts'
import { heads } from '../columns.ts'
import { formatChange, formatCount, formatNumber } from '../format-number.ts'
import { hangingLines } from '../screen/lines.ts'
import type { Screen } from '../screen/screen.ts'
import { stylesOf } from '../screen/styles.ts'
import { tableText } from '../screen/table.ts'
import type { Comparison, FigureChange, Judgement, Side } from './comparison.ts'
import type { ComparisonFormat } from './comparison-format.ts'

/**
 * Prints a comparison for human readers: a line for each difference, the number of identical figures, and a summary.
 */
export const comparisonTable: ComparisonFormat = {
  meaning: 'print a table',
  write(given, { screen }) {
    const comparison = visibleIn(given)
    const parts = [
      [...hangingLines(side('A', comparison.a), screen), ...hangingLines(side('B', comparison.b), screen)],
      configuration(comparison, screen),
      verdicts(comparison, screen),
      changes(comparison, screen),
      identicalCount(comparison),
      hangingLines(comparison.sentence, screen),
    ]
    return `${parts.flatMap((lines) => (lines.length === 0 ? [] : [lines.join('\n')])).join('\n\n')}\n`
  },
}

function side(letter: string, { label, identity }: Side): string {
  return identity === null ? `${letter}  ${label}` : `${letter}  ${label}  (${identity})`
}

/** The most configuration values that are printed. JSON has all. */
const MOST_VALUES = 40

function configuration({ kind, configuration: found }: Comparison, screen: Screen): string[] {
  if (found === null)
    return kind === 'bench' ? [] : hangingLines('configuration: not known, since a side has no scenario', screen)
  if (found.length === 0) return ['configuration: the same']
  const lines = found.slice(0, MOST_VALUES).map(({ path, a, b }) => `${path}: ${a ?? 'not set'} -> ${b ?? 'not set'}`)
  const more = found.length > MOST_VALUES ? [`and ${found.length - MOST_VALUES} more (--json has all)`] : []
  return ['configuration', ...[...lines, ...more].flatMap((line) => hangingLines(line, screen, '  '))]
}

function verdicts({ verdicts: found }: Comparison, screen: Screen): string[] {
  const lines = found.map(({ judgement, technique, path, attacker, victim, scope, a, b, outcomes, point, seeds }) => {
    const whose = scope === 'own' ? ', its own' : ''
    const which = outcomes.length === 0 ? ' (another share of messages)' : ` (${outcomes.join(', ')})`
    const where = point === '' ? '' : `, at ${point}`
    const share = seeds === null ? '' : `, at ${seeds.changed} of ${formatCount(seeds.of, 'common seed')}`
    return `${judged(judgement, screen)}: ${technique} on ${path} by ${attacker} against ${victim}${whose}${where}: ${a} -> ${b}${which}${share}`
  })
  return lines.length === 0 ? [] : ['verdicts', ...lines.flatMap((line) => hangingLines(line, screen, '  '))]
}

/** Returns the word for the change of a figure or verdict, in its colour. */
function judged(judgement: Judgement, screen: Screen): string {
  const { good, bad } = stylesOf(screen)
  if (judgement === 'worse') return bad(judgement)
  return judgement === 'better' ? good(judgement) : judgement
}

function changes(comparison: Comparison, screen: Screen): string[] {
  const rows = comparison.pairs.flatMap(({ name, figures }) =>
    figures
      .filter((change) => change.judgement !== 'identical')
      .map((change) => changeRow(name, change, comparison.kind === 'sweep', screen)),
  )
  if (rows.length === 0) return []
  const head = [
    ...heads(comparison.kind === 'bench' ? 'benchmark' : 'workload', 'figure', 'unit'),
    '',
    ...heads('A', 'B', 'change'),
    ...(comparison.kind === 'sweep' ? heads('95 % interval') : []),
  ]
  return [tableText({ head, rows, wordColumns: 4, keyColumns: 4 }, screen)]
}

function changeRow(name: string, change: FigureChange, hasIntervals: boolean, screen: Screen): string[] {
  const { a, b, spread, judgement } = change
  const isClear = judgement !== 'unclear'
  return [
    name,
    change.figure,
    change.unit,
    isClear ? judged(judgement, screen) : '~',
    withSpread(a, spread?.a),
    withSpread(b, spread?.b),
    isClear ? formatChange(change.changePercent) : '~',
    ...(hasIntervals ? [intervalText(change)] : []),
  ]
}

function withSpread(value: number | null, spread: number | undefined): string {
  return spread === undefined ? formatNumber(value) : `${formatNumber(value)} ±${formatNumber(spread)}`
}

function identicalCount(comparison: Comparison): string[] {
  const figures = comparison.pairs.flatMap((pair) => pair.figures)
  const identical = figures.filter((change) => change.judgement === 'identical').length
  return identical === 0 ? [] : [`${identical} of ${formatCount(figures.length, 'figure')} identical`]
}

function intervalText({ interval }: FigureChange): string {
  if (interval === null) return '-'
  const signed = (value: number) => `${value > 0 ? '+' : ''}${formatNumber(value)}`
  return `${signed(interval.low)} .. ${signed(interval.high)}`
}
