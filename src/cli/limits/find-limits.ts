import { boundaryOf, valuesToTest } from '../../measure/limits/boundary.ts'
import type { Limit, LimitPoint } from '../../measure/limits/limits-result.ts'
import { shareInterval } from '../../measure/limits/share-interval.ts'
import type { Result } from '../../measure/result.ts'
import { LIMIT_AXES, type LimitAxisName } from '../../scenario/limits/axes.ts'
import type { LimitCriterion, Measured } from '../../scenario/limits/criteria/criterion.ts'
import { LIMIT_CRITERIA, type LimitCriterionName } from '../../scenario/limits/criteria.ts'
import type { LatencyProfileName } from '../../scenario/limits/latency-profiles.ts'
import { type LimitRun, scenarioOf } from '../../scenario/limits/limit-run.ts'
import type { LimitsSubject } from '../../scenario/limits/read-limits.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import type { Context } from '../context.ts'
import { simulateAll } from '../simulation/simulate-all.ts'

/** The axes and criteria of a search, and its runs. */
export interface LimitsSearch {
  readonly axes: readonly LimitAxisName[]
  readonly criteria: readonly LimitCriterionName[]
  readonly profiles: readonly LatencyProfileName[]
  readonly seeds: readonly number[]
  readonly jobs: number
}

export interface FoundLimits {
  readonly limits: readonly Limit[]
  readonly simulations: number
}

/** The runs of an axis with one profile: by value, what each seed says about each criterion. */
interface Line {
  readonly axis: LimitAxisName
  readonly profile: LatencyProfileName
  readonly tried: Map<number, ReadonlyMap<LimitCriterionName, readonly Measured[]>>
}

/**
 * Finds limits: tries the grid of each axis, and then halves the ranges in which criteria begin to be broken. All
 * lines take a step at a time, so that there is always enough to do for all threads. Returns null when the user
 * interrupts it.
 */
export async function findLimits(
  subject: LimitsSubject,
  search: LimitsSearch,
  context: Context,
): Promise<FoundLimits | null> {
  const { axes, profiles } = search
  const lines = axes.flatMap((axis) => profiles.map((profile): Line => ({ axis, profile, tried: new Map() })))
  let simulations = 0
  for (;;) {
    const wanted = lines.flatMap((line) => valuesFor(line, search).map((value) => ({ line, value })))
    if (wanted.length === 0) return { limits: lines.flatMap((line) => limitsOf(line, search)), simulations }
    const runs = wanted.flatMap(({ line: { axis, profile }, value }) =>
      search.seeds.map((seed): LimitRun => ({ axis, profile, value, seed })),
    )
    const scenarios = runs.map((run) => scenarioOf(subject, run))
    const simulated = await simulateAll(scenarios, search.jobs, context)
    if (simulated === null) return null
    simulations += simulated.simulations
    for (const [i, { line, value }] of wanted.entries()) {
      const own = scenarios.slice(i * search.seeds.length, (i + 1) * search.seeds.length)
      line.tried.set(value, measure(own, simulated.results, search.criteria))
    }
  }
}

function measure(
  scenarios: readonly CheckedScenario[],
  results: ReadonlyMap<CheckedScenario, Result>,
  criteria: readonly LimitCriterionName[],
): ReadonlyMap<LimitCriterionName, readonly Measured[]> {
  const own = scenarios.map((scenario) => results.get(scenario)!)
  return new Map(criteria.map((name) => [name, own.map((result) => LIMIT_CRITERIA[name].measure(result))]))
}

/** Returns the values of a line that are to be tried next: those of the grid, or those that narrow a limit down. */
function valuesFor(line: Line, { criteria }: LimitsSearch): readonly number[] {
  const axis = LIMIT_AXES[line.axis]
  if (line.tried.size === 0) return axis.grid
  const values = criteria.flatMap((name) => valuesToTest(pointsOf(line, name), axis.between))
  return [...new Set(values)].filter((value) => !line.tried.has(value))
}

function pointsOf({ tried }: Line, criterion: LimitCriterionName): readonly LimitPoint[] {
  return [...tried]
    .sort(([a], [b]) => a - b)
    .map(([value, measured]) => {
      const seeds = measured.get(criterion)!
      const broken = seeds.filter(({ isBroken }) => isBroken).length
      const figures = seeds.map(({ figure }) => figure)
      return { value, broken, of: seeds.length, interval: shareInterval(broken, seeds.length), figures }
    })
}

function limitsOf(line: Line, { criteria }: LimitsSearch): readonly Limit[] {
  return criteria.map((name) => {
    const { title, meaning, unit }: LimitCriterion = LIMIT_CRITERIA[name]
    const points = pointsOf(line, name)
    return {
      axis: line.axis,
      profile: line.profile,
      criterion: name,
      title,
      meaning,
      unit,
      ...boundaryOf(points),
      points,
    }
  })
}
