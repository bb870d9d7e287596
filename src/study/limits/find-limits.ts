import { isNameOf, namesOf } from '../../engine/registry.ts'
import { boundaryOf, valuesToTest } from '../../measure/limits/boundary.ts'
import type { Limit, LimitPoint, LimitsResult } from '../../measure/limits/limits-result.ts'
import { shareInterval } from '../../measure/limits/share-interval.ts'
import type { Result } from '../../measure/result.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { checkArgument, checkShape, InvalidOptions } from '../../simulation/given/check-given.ts'
import { checkSimulator, LIMITS_SHAPE, LIMITS_SUBJECT } from '../given.ts'
import { simulateAll } from '../simulator/simulate-all.ts'
import type { Simulator } from '../simulator/simulator.ts'
import { LIMIT_AXES, type LimitAxisName } from './axes.ts'
import { constantsOf } from './constants.ts'
import { LIMIT_CRITERIA, type LimitCriterionName } from './criteria.ts'
import type { LimitCriterion, Measured } from './criterion.ts'
import { LATENCY_PROFILES, type LatencyProfileName } from './latency-profiles.ts'
import { type LimitRun, scenarioOf } from './limit-run.ts'
import type { LimitsSubject } from './read-limits.ts'

/** The scope of a search. Default: everything that can be measured. */
export interface LimitsOptions {
  readonly axes?: readonly string[] | undefined
  readonly criteria?: readonly string[] | undefined
  /** The columns: the unchanged timers of the cluster, and OpenShift's worker latency profiles. */
  readonly profiles?: readonly string[] | undefined
  /** The seeds for the runs of each value. Default: 1 to 5. */
  readonly seeds?: readonly number[] | undefined
}

const DEFAULT_SEEDS = [1, 2, 3, 4, 5]

/** The axes and criteria of a search, and its runs. */
interface LimitsSearch {
  readonly axes: readonly LimitAxisName[]
  readonly criteria: readonly LimitCriterionName[]
  readonly profiles: readonly LatencyProfileName[]
  readonly seeds: readonly number[]
}

/** The runs of an axis with one profile: for each value, the judgements of each seed by each criterion. */
interface Line {
  readonly axis: LimitAxisName
  readonly profile: LatencyProfileName
  readonly tried: Map<number, ReadonlyMap<LimitCriterionName, readonly Measured[]>>
}

/**
 * Finds limits. It tries the grid of each axis, then halves the ranges in which criteria begin to break. All lines
 * advance together, so that all threads always have work.
 * @throws InvalidOptions for names that do not exist, or that cannot be measured here
 */
export async function findLimits(
  subject: LimitsSubject,
  options: LimitsOptions,
  simulator: Simulator,
): Promise<LimitsResult> {
  checkArgument('subject of findLimits', subject, LIMITS_SUBJECT)
  checkShape('option of findLimits', options, LIMITS_SHAPE)
  checkSimulator('findLimits', simulator)
  const search = searchOf(options, subject)
  const { axes, profiles, seeds } = search
  const lines = axes.flatMap((axis) => profiles.map((profile): Line => ({ axis, profile, tried: new Map() })))
  let simulations = 0
  for (;;) {
    const wanted = lines.flatMap((line) => valuesFor(line, search).map((value) => ({ line, value })))
    if (wanted.length === 0) break
    const runs = wanted.flatMap(({ line: { axis, profile }, value }) =>
      seeds.map((seed): LimitRun => ({ axis, profile, value, seed })),
    )
    const scenarios = runs.map((run) => scenarioOf(subject, run))
    const simulated = await simulateAll(scenarios, simulator)
    simulations += simulated.simulations
    for (const [i, { line, value }] of wanted.entries()) {
      const own = scenarios.slice(i * seeds.length, (i + 1) * seeds.length)
      line.tried.set(value, measure(own, simulated.results, search.criteria))
    }
  }
  const limits = lines.flatMap((line) => limitsOf(line, search))
  return resultOf(subject, search, limits, simulations)
}

function searchOf(
  { axes: axis, criteria: only, profiles, seeds }: LimitsOptions,
  subject: LimitsSubject,
): LimitsSearch {
  const criteria = namesIn('criterion', only, LIMIT_CRITERIA)
  const axes = namesIn('axis', axis, LIMIT_AXES)
  const measurable = criteria.filter((name) => !subject.absent.has(name))
  const applicable = axes.filter((name) => absenceOf(name, subject) === null)
  if (measurable.length === 0) throw new InvalidOptions(reasonsOf(criteria.map((name) => subject.absent.get(name))))
  if (applicable.length === 0) throw new InvalidOptions(reasonsOf(axes.map((name) => absenceOf(name, subject))))
  return {
    criteria: measurable,
    axes: applicable,
    profiles: namesIn('profile', profiles, LATENCY_PROFILES),
    seeds: seeds ?? DEFAULT_SEEDS,
  }
}

function reasonsOf(reasons: readonly (string | null | undefined)[]): string {
  return `nothing can be measured: ${[...new Set(reasons.filter((one) => typeof one === 'string'))].join('; ')}`
}

function absenceOf(name: LimitAxisName, { links }: LimitsSubject): string | null {
  const applies = LIMIT_AXES[name].appliesTo(links)
  if ('absent' in applies) return applies.absent
  return applies.length === 0 ? 'no link leads from the control plane to a node' : null
}

function namesIn<Name extends string>(
  what: string,
  given: readonly string[] | undefined,
  registry: Readonly<Record<Name, unknown>>,
): readonly Name[] {
  const names = namesOf(registry)
  if (given === undefined) return names
  const unknown = given.find((name) => !isNameOf(registry, name))
  if (unknown !== undefined) throw new InvalidOptions(`there is no ${what} ${unknown}; there are ${names.join(', ')}`)
  return names.filter((name) => given.includes(name))
}

function measure(
  scenarios: readonly CheckedScenario[],
  results: ReadonlyMap<CheckedScenario, Result>,
  criteria: readonly LimitCriterionName[],
): ReadonlyMap<LimitCriterionName, readonly Measured[]> {
  const own = scenarios.map((scenario) => results.get(scenario)!)
  return new Map(criteria.map((name) => [name, own.map((result) => LIMIT_CRITERIA[name].measure(result))]))
}

/** Returns the next values of a line to try: those of the grid, or those that narrow down a limit. */
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

function resultOf(
  subject: LimitsSubject,
  search: LimitsSearch,
  limits: readonly Limit[],
  simulations: number,
): LimitsResult {
  const { scenario, kubernetes, nodes, nodesInAll, links, blueprint, absent } = subject
  return {
    schemaVersion: 1,
    scenario,
    kubernetes,
    seeds: search.seeds,
    nodes: { observed: nodes, of: nodesInAll },
    simulations,
    profiles: search.profiles.map((name) => ({ name, title: LATENCY_PROFILES[name].title })),
    constants: constantsOf(blueprint, search.profiles),
    axes: search.axes.map((name) => {
      const { title, meaning, unit, appliesTo } = LIMIT_AXES[name]
      const media = appliesTo(links)
      return { name, title, meaning, unit, media: 'absent' in media ? [] : media }
    }),
    absent: [...absent].map(([name, reason]) => ({ what: LIMIT_CRITERIA[name].title, reason })),
    limits,
  }
}
