import { formatChange, formatCount } from '../format-number.ts'
import type { FigureChange, Judgement, Pair } from './comparison.ts'

interface Found {
  readonly pairs: readonly Pair[]
  readonly onlyInA: readonly string[]
  readonly onlyInB: readonly string[]
}

/** What a comparison of two runs comes to, in one sentence. */
export function resultsSentence(found: Found & { readonly isSameDigest: boolean }): string {
  const figures = found.pairs.flatMap((pair) => pair.figures)
  const [worse, better, different] = (['worse', 'better', 'different'] as const).map((kind) => countOf(figures, kind))
  const clauses = [
    worse + better + different === 0
      ? `B has the same figures as A in ${formatCount(found.pairs.length, 'workload')}${found.isSameDigest ? ', to the last packet' : ', but another digest'}`
      : `B is ${[`worse in ${worse}`, `better in ${better}`, ...(different > 0 ? [`neither, but different, in ${different}`] : [])].join(', ')} of ${formatCount(figures.length, 'figure')}${largest(found.pairs)}`,
  ]
  return sentence(found, clauses, 'workload')
}

/** What a comparison of two benchmark files comes to, in one sentence. */
export function benchSentence(found: Found): string {
  const figures = found.pairs.flatMap((pair) => pair.figures)
  const [slower, faster, unclear] = (['worse', 'better', 'unclear'] as const).map((kind) => countOf(figures, kind))
  const same = countOf(figures, 'identical')
  const told = `B is slower in ${slower} and faster in ${faster} of ${formatCount(figures.length, 'benchmark')}${largest(found.pairs)}`
  const untold = unclear > 0 ? [`in ${unclear} nothing can be told`] : []
  const clauses =
    slower + faster === 0
      ? [`No difference between A and B can be told in ${formatCount(unclear + same, 'benchmark')}`]
      : [told, ...untold]
  return sentence(found, clauses, 'benchmark')
}

function sentence(found: Found, clauses: readonly string[], noun: string): string {
  if (found.pairs.length === 0) return `A and B have no ${noun} in common, so nothing was compared.`
  return `${[...clauses, ...missing('A', found.onlyInA), ...missing('B', found.onlyInB)].join('; ')}.`
}

function missing(side: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`only ${side} has ${names.join(', ')}`]
}

/** Names the change that a reader should look at first: the largest for the worse, else for the better. */
function largest(pairs: readonly Pair[]): string {
  const changes = pairs.flatMap(({ name, figures }) => figures.map((figure) => ({ name, ...figure })))
  for (const judgement of ['worse', 'better'] as const) {
    const [first] = changes
      .filter((change) => change.judgement === judgement && change.changePercent !== null)
      .toSorted((x, y) => Math.abs(y.changePercent ?? 0) - Math.abs(x.changePercent ?? 0))
    if (first !== undefined)
      return `, most of all ${first.figure} of ${first.name} (${formatChange(first.changePercent)})`
  }
  return ''
}

function countOf(figures: readonly FigureChange[], judgement: Judgement): number {
  return figures.filter((figure) => figure.judgement === judgement).length
}
