import { formatChange, formatCount } from '../format-number.ts'
import type { FigureChange, Judgement, Pair } from './comparison.ts'
import type { VerdictChange } from './verdict-changes.ts'

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

/** Names the change that a reader should look at first: the largest one for the worse, else the largest for the better. */
function largest(pairs: readonly Pair[]): string {
  const changes = pairs.flatMap(({ name, figures }) => figures.map((figure) => ({ name, ...figure })))
  for (const judgement of ['worse', 'better'] as const) {
    const [first] = changes
      .filter((change) => change.judgement === judgement && change.changePercent !== null)
      .toSorted((x, y) => Math.abs(y.changePercent ?? 0) - Math.abs(x.changePercent ?? 0))
    if (first !== undefined) return ` Largest: ${first.name} ${first.figure} ${formatChange(first.changePercent)}.`
  }
  return ''
}

function countOf(figures: readonly FigureChange[], judgement: Judgement): number {
  return figures.filter((figure) => figure.judgement === judgement).length
}
