import { median } from 'simple-statistics'
import {
  type Comparison,
  changePercent,
  type FigureChange,
  type Judgement,
  type Pair,
} from '../../report/comparison/comparison.ts'
import { configurationChanges } from '../../report/comparison/configuration-changes.ts'
import { type Interval, LEAST_PAIRS, medianInterval } from '../../report/comparison/paired-interval.ts'
import { FIGURES, type Figure } from './figures.ts'
import { pairByName } from './pair-by-name.ts'
import { sweepsSentence } from './sentence.ts'
import type { SweepSamples } from './sweep-samples.ts'
import { sweepVerdictChanges } from './sweep-verdict-changes.ts'
import type { SweepVerdicts } from './sweep-verdicts.ts'

export interface LabelledSweep {
  readonly label: string
  readonly samples: readonly SweepSamples[]
  /** The verdicts at each point; empty if there are no attackers or no recorded verdicts. */
  readonly verdicts: readonly SweepVerdicts[]
  /** The scenario with its grid, as plain values; null if unknown. */
  readonly scenario: unknown
}

/**
 * Compares two sweeps over their common seeds. The differences are paired by seed, so both sides have the same random
 * decisions. A figure is better or worse only if the interval of the median difference excludes zero.
 */
export function compareSweeps(a: LabelledSweep, b: LabelledSweep): Comparison {
  const named = pairByName(a.samples, b.samples)
  const both = named.both.filter((pair) => commonSeeds(pair.a, pair.b).length > 0)
  const withoutSeed = named.both.filter((pair) => !both.includes(pair)).map((pair) => pair.a.name)
  const [onlyInA, onlyInB] = [named.onlyInA, named.onlyInB].map((names) => [...names, ...withoutSeed])
  const pairs = both.map((pair) => comparePoints(pair.a, pair.b))
  const seeds = Math.min(...both.map((pair) => commonSeeds(pair.a, pair.b).length))
  const areKnown = a.scenario != null && b.scenario != null
  const runs = [runsOf(a), runsOf(b)]
  const verdicts = sweepVerdictChanges(a.verdicts, b.verdicts, (point, seed) =>
    runs.every((all) => all.get(point)?.has(seed) === true),
  )
  return {
    schemaVersion: 1,
    kind: 'sweep',
    a: { label: a.label, identity: null },
    b: { label: b.label, identity: null },
    configuration: areKnown ? configurationChanges(a.scenario, b.scenario) : null,
    verdicts,
    pairs,
    onlyInA,
    onlyInB,
    sentence: sweepsSentence({
      verdicts,
      pairs,
      onlyInA,
      onlyInB,
      seeds: both.length === 0 ? 0 : seeds,
      needed: LEAST_PAIRS,
    }),
  }
}

/** Returns the seeds of the runs at each point, over all workloads. */
function runsOf({ samples }: LabelledSweep): ReadonlyMap<string, ReadonlySet<string>> {
  const byPoint = new Map<string, Set<string>>()
  for (const { point, bySeed } of samples)
    byPoint.set(point, new Set([...(byPoint.get(point) ?? []), ...bySeed.keys()]))
  return byPoint
}

function comparePoints(a: SweepSamples, b: SweepSamples): Pair {
  const seeds = commonSeeds(a, b)
  return {
    name: a.name,
    figures: FIGURES.map((figure, i) => {
      const values = seeds.flatMap((seed) => {
        const [x, y] = [a.bySeed.get(seed)?.[i] ?? null, b.bySeed.get(seed)?.[i] ?? null]
        return x === null || y === null ? [] : [{ x, y }]
      })
      return compareFigure(figure, values)
    }),
  }
}

function commonSeeds(a: SweepSamples, b: SweepSamples): readonly string[] {
  return [...a.bySeed.keys()].filter((seed) => b.bySeed.has(seed))
}

function compareFigure(figure: Figure, values: readonly { readonly x: number; readonly y: number }[]): FigureChange {
  const { name, unit } = figure
  const shared = { figure: name, unit, spread: null }
  if (values.length === 0)
    return { ...shared, a: null, b: null, interval: null, changePercent: null, judgement: 'identical' }
  const differences = values.map(({ x, y }) => y - x)
  const medians = { a: median(values.map(({ x }) => x)), b: median(values.map(({ y }) => y)) }
  const interval = medianInterval(differences)
  return {
    ...shared,
    ...medians,
    interval,
    changePercent: changePercent(medians.a, medians.b),
    judgement: differences.every((difference) => difference === 0) ? 'identical' : judge(figure, interval),
  }
}

function judge({ better }: Figure, interval: Interval | null): Judgement {
  if (interval === null || (interval.low <= 0 && interval.high >= 0)) return 'unclear'
  if (better === 'neither') return 'different'
  return interval.high < 0 === (better === 'lower') ? 'better' : 'worse'
}
