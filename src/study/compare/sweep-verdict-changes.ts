import { type JudgedVerdict, nameOfVerdict, regressions, shareOf } from '../../measure/judge-baseline.ts'
import { medianInterval } from '../../report/comparison/paired-interval.ts'
import { changeOf, type VerdictChange } from '../../report/comparison/verdict-changes.ts'
import { pairByName } from './pair-by-name.ts'
import type { SweepVerdicts } from './sweep-verdicts.ts'

/**
 * Returns the verdicts that got worse, then those that got better, at each point over the common seeds of both sweeps.
 * A verdict got worse if it has a worse outcome at more seeds than it has a better one. If outcomes are equal, a change
 * of the share of exposed messages counts if the interval of the median difference excludes zero.
 */
export function sweepVerdictChanges(
  a: readonly SweepVerdicts[],
  b: readonly SweepVerdicts[],
  isCommonRun: (point: string, seed: string) => boolean,
): readonly VerdictChange[] {
  const everywhere = [...new Set([...a, ...b].map(({ name }) => name))]
  const filled = (side: readonly SweepVerdicts[]) =>
    everywhere.map((name) => side.find((one) => one.name === name) ?? { name, bySeed: new Map() })
  const changes = pairByName(filled(a), filled(b)).both.flatMap((pair) => {
    const seeds = [...new Set([...pair.a.bySeed.keys(), ...pair.b.bySeed.keys()])]
    const common = seeds.filter((seed) => isCommonRun(pair.a.name, seed))
    return changesAt(pair.a, pair.b, common)
  })
  return (['worse', 'better'] as const).flatMap((judgement) => changes.filter((one) => one.judgement === judgement))
}

interface PairOfRuns {
  readonly x: readonly JudgedVerdict[]
  readonly y: readonly JudgedVerdict[]
}

function changesAt(a: SweepVerdicts, b: SweepVerdicts, seeds: readonly string[]): readonly VerdictChange[] {
  const runs = seeds.map((seed): PairOfRuns => ({ x: a.bySeed.get(seed) ?? [], y: b.bySeed.get(seed) ?? [] }))
  const names = [...new Set(runs.flatMap(({ x, y }) => [...x, ...y].map(nameOfVerdict)))]
  return names.flatMap((name) => {
    const only = (verdicts: readonly JudgedVerdict[]) => verdicts.filter((one) => nameOfVerdict(one) === name)
    const change = changeOver(runs.map(({ x, y }) => ({ x: only(x), y: only(y) })))
    return change === null ? [] : [{ ...change, point: a.name }]
  })
}

/** Returns the change of a verdict over pairs of runs; null if it did not change, or only by chance. */
function changeOver(runs: readonly PairOfRuns[]): VerdictChange | null {
  const worse = runs.flatMap(({ x, y }) => regressions({ verdicts: y }, { verdicts: x }))
  const better = runs.flatMap(({ x, y }) => regressions({ verdicts: x }, { verdicts: y }))
  const [gained, lost] = [worse, better].map((all) => all.filter(({ gained }) => gained.length > 0))
  if (gained.length !== lost.length) {
    const [some, judgement] = gained.length > lost.length ? ([gained, 'worse'] as const) : ([lost, 'better'] as const)
    return { ...changeOf(some[0], judgement), seeds: { changed: some.length, of: runs.length } }
  }
  const interval = medianInterval(runs.map(({ x, y }) => shareIn(y) - shareIn(x)))
  if (interval === null || (interval.low <= 0 && interval.high >= 0)) return null
  const [some, judgement] = interval.low > 0 ? ([worse, 'worse'] as const) : ([better, 'better'] as const)
  const shares = some.filter((one) => one.gained.length === 0)
  return shares.length === 0
    ? null
    : { ...changeOf(shares[0], judgement), seeds: { changed: shares.length, of: runs.length } }
}

function shareIn([verdict]: readonly JudgedVerdict[]): number {
  return verdict === undefined ? 0 : shareOf(verdict)
}
