import { cumulativeStdNormalProbability, median, medianAbsoluteDeviation, wilcoxonRankSum } from 'simple-statistics'
import type { BenchSamples } from './bench-csv.ts'
import { type Comparison, changePercent, type FigureChange, type Judgement } from './comparison.ts'
import { pairByName } from './pair-by-name.ts'
import { benchSentence } from './sentence.ts'

export interface LabelledBenches {
  readonly label: string
  readonly benches: readonly BenchSamples[]
}

/** Timings differ from run to run, so a difference counts only where the samples' spread lets it be told. */
export function compareBenches(a: LabelledBenches, b: LabelledBenches): Comparison {
  const { both, onlyInA, onlyInB } = pairByName(a.benches, b.benches)
  const pairs = both.map((pair) => ({ name: pair.a.name, figures: [compareTimings(pair.a, pair.b)] }))
  return {
    schemaVersion: 1,
    kind: 'bench',
    a: { label: a.label, identity: null },
    b: { label: b.label, identity: null },
    pairs,
    onlyInA,
    onlyInB,
    sentence: benchSentence({ pairs, onlyInA, onlyInB }),
  }
}

function compareTimings(a: BenchSamples, b: BenchSamples): FigureChange {
  const [x, y] = [[...a.samples], [...b.samples]]
  const medians = { a: median(x), b: median(y) }
  return {
    figure: 'time',
    unit: a.unit === b.unit ? a.unit : `${a.unit}, ${b.unit}`,
    ...medians,
    spread: { a: medianAbsoluteDeviation(x), b: medianAbsoluteDeviation(y) },
    changePercent: a.unit === b.unit ? changePercent(medians.a, medians.b) : null,
    judgement: a.unit === b.unit ? judge(x, y) : 'different',
  }
}

/** Below this the rank test cannot reach SIGNIFICANCE, whatever the samples are. */
const MIN_SAMPLES = 6
const SIGNIFICANCE = 0.01

/**
 * A difference is told where the Mann-Whitney test finds it, and where it also exceeds the spread within either
 * side: a loaded machine shifts whole processes by a little, which the test alone would call significant.
 */
function judge(a: number[], b: number[]): Judgement {
  if (a.length === b.length && a.every((sample, i) => sample === b[i])) return 'identical'
  if (Math.min(a.length, b.length) < MIN_SAMPLES || mannWhitneyP(a, b) >= SIGNIFICANCE) return 'unclear'
  const change = median(b) - median(a)
  if (Math.abs(change) <= Math.max(medianAbsoluteDeviation(a), medianAbsoluteDeviation(b))) return 'unclear'
  return change < 0 ? 'better' : 'worse'
}

/** Two-sided, by the normal approximation with continuity correction. */
function mannWhitneyP(a: number[], b: number[]): number {
  const expected = (a.length * (a.length + b.length + 1)) / 2
  const deviation = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12)
  const distance = Math.max(0, Math.abs(wilcoxonRankSum(a, b) - expected) - 0.5)
  return 2 * (1 - cumulativeStdNormalProbability(distance / deviation))
}
