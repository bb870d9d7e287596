import { cumulativeStdNormalProbability, median, medianAbsoluteDeviation, wilcoxonRankSum } from 'simple-statistics'
import {
  type Comparison,
  changePercent,
  type FigureChange,
  type Judgement,
} from '../../report/comparison/comparison.ts'
import type { BenchSamples } from './bench-csv.ts'
import { pairByName } from './pair-by-name.ts'
import { benchSentence } from './sentence.ts'

export interface LabelledBenches {
  readonly label: string
  readonly benches: readonly BenchSamples[]
}

/** Compares benchmarks. Times vary from run to run, so a difference counts only if it is larger than the spread. */
export function compareBenches(a: LabelledBenches, b: LabelledBenches): Comparison {
  const { both, onlyInA, onlyInB } = pairByName(a.benches, b.benches)
  const pairs = both.map((pair) => ({ name: pair.a.name, figures: [compareTimings(pair.a, pair.b)] }))
  return {
    schemaVersion: 1,
    kind: 'bench',
    a: { label: a.label, identity: null },
    b: { label: b.label, identity: null },
    configuration: null,
    verdicts: [],
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
    interval: null,
    changePercent: a.unit === b.unit ? changePercent(medians.a, medians.b) : null,
    judgement: a.unit === b.unit ? judge(x, y) : 'different',
  }
}

/** The fewest samples for which the rank test can reach SIGNIFICANCE. */
const MIN_SAMPLES = 6
const SIGNIFICANCE = 0.01

/**
 * Judges the difference of two benchmarks. It counts only if the Mann-Whitney test finds it and it exceeds the spread
 * of both sides. (A loaded machine shifts whole processes slightly, which the test alone would call significant.)
 */
function judge(a: number[], b: number[]): Judgement {
  if (a.length === b.length && a.every((sample, i) => sample === b[i])) return 'identical'
  if (Math.min(a.length, b.length) < MIN_SAMPLES || mannWhitneyP(a, b) >= SIGNIFICANCE) return 'unclear'
  const change = median(b) - median(a)
  if (Math.abs(change) <= Math.max(medianAbsoluteDeviation(a), medianAbsoluteDeviation(b))) return 'unclear'
  return change < 0 ? 'better' : 'worse'
}

/** Returns the two-sided p-value of the Mann-Whitney test, by the normal approximation with continuity correction. */
function mannWhitneyP(a: number[], b: number[]): number {
  const expected = (a.length * (a.length + b.length + 1)) / 2
  const deviation = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12)
  const distance = Math.max(0, Math.abs(wilcoxonRankSum(a, b) - expected) - 0.5)
  return 2 * (1 - cumulativeStdNormalProbability(distance / deviation))
}
