import type { FigureChange, Judgement, Pair } from '../../report/comparison/comparison.ts'
import type { VerdictChange } from '../../report/comparison/verdict-changes.ts'
import { formatChange, formatCount, formatNumber } from '../../report/format-number.ts'

interface Found {
  readonly pairs: readonly Pair[]
  readonly onlyInA: readonly string[]
  readonly onlyInB: readonly string[]
}

/** Returns the summary of a comparison of two runs. */
export function resultsSentence(
  found: Found & {
    readonly isSameDigest: boolean
    readonly verdicts: readonly VerdictChange[]
    readonly interrupted: readonly string[]
  },
): string {
  const figures = found.pairs.flatMap((pair) => pair.figures)
  const [worse, better, other] = (['worse', 'better', 'different'] as const).map((kind) => countOf(figures, kind))
  const changed = worse + better + other
  const all = formatCount(figures.length, 'figure')
  const summary =
    changed > 0
      ? `${changed} of ${all} changed: ${worse} worse, ${better} better, ${other} other.${largest(found.pairs)}`
      : found.isSameDigest
        ? `All ${all} and all packets are identical.`
        : `All ${all} are identical, but the digests differ.`
  const draw = changed > 0 && found.pairs.length > 0 ? ` ${ONE_DRAW}` : ''
  const partial = found.interrupted.map((side) => ` ${side} was interrupted, so its figures are partial.`).join('')
  return `${verdictCounts(found.verdicts)}${sentences(found, summary, 'workload')}${partial}${draw}`
}

const ONE_DRAW =
  'One seed is one draw: sweep both over the same seeds (`onpath sweep FILE --seeds 1..30 --out DIR`) and compare the sweeps to see whether figures differ beyond chance.'

function verdictCounts(verdicts: readonly VerdictChange[]): string {
  const [worse, better] = (['worse', 'better'] as const).map(
    (judgement) => verdicts.filter((one) => one.judgement === judgement).length,
  )
  return worse + better === 0 ? '' : `${formatCount(worse, 'verdict')} worse, ${better} better. `
}

/** Returns the summary of a comparison of two sweeps over `seeds` common seeds. */
export function sweepsSentence(
  found: Found & { readonly verdicts: readonly VerdictChange[]; readonly seeds: number; readonly needed: number },
): string {
  const figures = found.pairs.flatMap((pair) => pair.figures)
  const [worse, better, other, unclear] = (['worse', 'better', 'different', 'unclear'] as const).map((kind) =>
    countOf(figures, kind),
  )
  const over = `over ${formatCount(found.seeds, 'common seed')}`
  const few = found.seeds < found.needed ? ` An interval needs ${found.needed} common seeds.` : ''
  const summary = `${formatCount(figures.length, 'figure')} ${over}: ${worse} worse, ${better} better, ${other} other, ${unclear} within chance.${few}${largest(found.pairs)}`
  return `${verdictCounts(found.verdicts)}${sentences(found, summary, 'workload at a common point and seed')}`
}

/** Returns the summary of a comparison of two benchmark files. */
export function benchSentence(found: Found): string {
  const figures = found.pairs.flatMap((pair) => pair.figures)
  const [slower, faster, unclear] = (['worse', 'better', 'unclear'] as const).map((kind) => countOf(figures, kind))
  const all = formatCount(figures.length, 'benchmark')
  const counts = `${slower} of ${all} slower, ${faster} faster, ${unclear} unclear.${largest(found.pairs)}`
  return sentences(found, slower + faster === 0 ? `No clear difference in ${all}.` : counts, 'benchmark')
}

function sentences(found: Found, summary: string, noun: string): string {
  if (found.pairs.length === 0) return `A and B have no ${noun} in common, so nothing was compared.`
  return [summary, ...missing('A', found.onlyInA), ...missing('B', found.onlyInB)].join(' ')
}

function missing(side: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`Only in ${side}: ${names.join(', ')}.`]
}

interface Change extends FigureChange {
  readonly name: string
}

/** Names the largest change of all figures, and the largest change for the worse if it is another one. */
function largest(pairs: readonly Pair[]): string {
  const changes = pairs
    .flatMap(({ name, figures }) => figures.map((figure): Change => ({ name, ...figure })))
    .filter(({ judgement }) => judgement === 'worse' || judgement === 'better' || judgement === 'different')
    .filter((change) => factorOf(change) > 1)
    .toSorted((x, y) => (factorOf(x) === factorOf(y) ? 0 : factorOf(y) - factorOf(x)))
  const [first] = changes
  if (first === undefined) return ''
  const worst = changes.find(({ judgement }) => judgement === 'worse')
  const ofWorse = worst === undefined || worst === first ? '' : ` Largest for the worse: ${changeText(worst)}.`
  return ` Largest: ${changeText(first)}.${ofWorse}`
}

/**
 * Returns the factor by which a figure rose or fell. Half as much and twice as much give the same factor, so the order
 * of A and B does not matter. Infinity if a figure was or became zero; 1 if a side has no figure.
 */
function factorOf({ a, b, changePercent }: FigureChange): number {
  const hasRatio = a !== null && b !== null && (changePercent !== null || a === 0)
  return !hasRatio || a === b ? 1 : Math.max(b / a, a / b)
}

/** Describes a change: `get latency p50 20.4 to 80.4 ms (+294%)`. */
function changeText({ name, figure, unit, a, b, changePercent }: Change): string {
  const percent = changePercent === null ? '' : ` (${formatChange(changePercent)})`
  return `${name} ${figure} ${formatNumber(a)} to ${formatNumber(b)} ${unit}${percent}`
}

function countOf(figures: readonly FigureChange[], judgement: Judgement): number {
  return figures.filter((figure) => figure.judgement === judgement).length
}
