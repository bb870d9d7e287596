import type { Result, WorkloadResult } from '../../measure/result.ts'
import {
  type Comparison,
  changePercent,
  type FigureChange,
  type Judgement,
  type Pair,
} from '../../report/comparison/comparison.ts'
import { configurationChanges } from '../../report/comparison/configuration-changes.ts'
import { verdictChanges } from '../../report/comparison/verdict-changes.ts'
import { FIGURES, type Figure } from './figures.ts'
import { pairByName } from './pair-by-name.ts'
import { resultsSentence } from './sentence.ts'

export interface LabelledResult {
  readonly label: string
  readonly result: Result
  /** The scenario as plain values; null if unknown. */
  readonly scenario?: unknown
}

/**
 * Compares the results of two runs. Simulated figures are exact, so every difference is real for this seed; another
 * seed can give another difference.
 */
export function compareResults(a: LabelledResult, b: LabelledResult): Comparison {
  const { both, onlyInA, onlyInB } = pairByName(a.result.workloads, b.result.workloads)
  const pairs = both.map((pair) => compareWorkloads(pair.a, pair.b))
  const areKnown = a.scenario != null && b.scenario != null
  const configuration = areKnown ? configurationChanges(a.scenario, b.scenario) : null
  const verdicts = verdictChanges(a.result, b.result)
  return {
    schemaVersion: 1,
    kind: 'results',
    a: { label: a.label, identity: identity(a.result) },
    b: { label: b.label, identity: identity(b.result) },
    configuration,
    verdicts,
    pairs,
    onlyInA,
    onlyInB,
    sentence: resultsSentence({
      verdicts,
      pairs,
      onlyInA,
      onlyInB,
      isSameDigest: a.result.digest === b.result.digest,
      interrupted: interrupted(a, b),
    }),
  }
}

function compareWorkloads(a: WorkloadResult, b: WorkloadResult): Pair {
  return { name: a.name, figures: FIGURES.map((figure) => compareFigure(figure, figure.value(a), figure.value(b))) }
}

function compareFigure(figure: Figure, a: number | null, b: number | null): FigureChange {
  return {
    figure: figure.name,
    unit: figure.unit,
    a,
    b,
    spread: null,
    interval: null,
    changePercent: changePercent(a, b),
    judgement: judge(figure, a, b),
  }
}

/**
 * Judges a figure. A figure that only one side has is neither better nor worse, because failures have a figure of their
 * own.
 */
function judge(figure: Figure, a: number | null, b: number | null): Judgement {
  if (a === b) return 'identical'
  if (a === null || b === null || figure.better === 'neither') return 'different'
  return b < a === (figure.better === 'lower') ? 'better' : 'worse'
}

/** Returns the letters of the sides whose runs were interrupted, so that their figures are partial. */
function interrupted(a: LabelledResult, b: LabelledResult): readonly string[] {
  const sides = [
    { letter: 'A', ended: a.result.ended },
    { letter: 'B', ended: b.result.ended },
  ]
  return sides.flatMap(({ letter, ended }) => (ended === 'interrupted' ? [letter] : []))
}

function identity(result: Result): string {
  const partial = result.ended === 'interrupted' ? ', interrupted' : ''
  return `${result.scenario}, seed ${result.seed}, digest ${result.digest}${partial}`
}
