import type { AttackRecord } from '../attack/attack-record.ts'
import { NEVER } from '../attack/state/attack-state.ts'
import { USED_TECHNIQUES, type UsedTechnique } from '../attack/techniques.ts'
import { type Aftermath, aftermathOf, type Comparison } from './attack/aftermath.ts'
import { Simulation, type SimulationState } from './simulation.ts'

/** Steps of one attacker with the same technique and paths. A counterpart disables all of them. */
interface Intervention {
  readonly steps: readonly number[]
  /** The tick of the first action of these steps. */
  readonly firstActTick: number
}

/** A simulation before any step began. */
export interface Beginning {
  readonly state: SimulationState
  /** True after `begin` was called. */
  readonly hasBegun: boolean
}

type RunUntil = (simulation: Simulation, untilTick: number) => void

/** Finds and keeps the quiet run of this scenario, in which no attacker does anything. */
export interface KnownQuietRun {
  find(): Aftermath | null
  keep(aftermath: Aftermath): void
}

/**
 * Returns, for each step, the run with its effect and the run without it. The two are forked at its first action. Steps
 * that began earlier are active in both, steps that began later in neither. So no harm is attributed to two steps, and
 * the harms of all steps add up to the harm in the run. A step that did nothing is compared with the run itself.
 *
 * `before` is the simulation before any step began; null if no step changes anything. The counterparts run in
 * `simulation`, whose own state is restored at the end, because building another simulation takes longer than a short
 * run. If it is observed, they run in another simulation. A quiet run that `quiet` finds is not run again.
 */
export function compareSteps(
  simulation: Simulation,
  before: Beginning | null,
  isObserved: boolean,
  runUntil: RunUntil,
  quiet: KnownQuietRun | null = null,
): Comparison[] {
  const { attack } = simulation
  if (attack === null) return []
  const interventions = before === null ? [] : interventionsOf(attack)
  const whole = aftermathOf(simulation)
  const withFirst = [whole]
  const known = interventions.length === 0 ? null : (quiet?.find() ?? null)
  if (known !== null && interventions.length === 1) withFirst.unshift(known)
  else if (before !== null && interventions.length > 0) {
    const other = isObserved ? emptyCopyOf(simulation) : simulation
    const end = other.exchangeState(before.state)
    try {
      const counterparts = aftermathsOfCounterparts(other, interventions, before.hasBegun, runUntil, known)
      if (known === null) quiet?.keep(counterparts[0])
      withFirst.unshift(...counterparts)
    } finally {
      other.exchangeState(end)
    }
  }
  return attack.plan.steps.map((_, step) => {
    const nth = interventions.findIndex(({ steps }) => steps.includes(step))
    return nth < 0
      ? { attacked: whole, counterpart: whole }
      : { attacked: withFirst[nth + 1], counterpart: withFirst[nth] }
  })
}

/** Returns whether a step may change something for others. Then its run is compared with a run without it. */
export function needsCounterpart({ technique }: { readonly technique: UsedTechnique }): boolean {
  return USED_TECHNIQUES[technique].isPassive !== true
}

/** Returns the interventions, ordered by their first action. */
function interventionsOf({ plan, state }: AttackRecord): Intervention[] {
  const stepsByKey = new Map<string, number[]>()
  plan.steps.forEach(({ attacker, technique, paths }, step) => {
    if (!needsCounterpart({ technique }) || state.firstActTick(step) === NEVER) return
    const key = [attacker, technique, ...paths].join('/')
    const known = stepsByKey.get(key)
    if (known === undefined) stepsByKey.set(key, [step])
    else known.push(step)
  })
  return [...stepsByKey.values()]
    .map((steps) => ({ steps, firstActTick: Math.min(...steps.map((step) => state.firstActTick(step))) }))
    .sort((a, b) => a.firstActTick - b.firstActTick || a.steps[0] - b.steps[0])
}

/** Returns a new simulation with the same plan and rules, and without observers. */
function emptyCopyOf({ plan, network }: Simulation): Simulation {
  const copy = new Simulation(plan)
  copy.network.rules.shareOf(network.rules)
  return copy
}

/**
 * Returns the aftermath of the run without any intervention, then with the first one, then with the first two, and so
 * on up to all but the last. `simulation` is at its beginning. If the first aftermath is `known`, it is not computed.
 */
function aftermathsOfCounterparts(
  simulation: Simulation,
  interventions: readonly Intervention[],
  hasBegunAtFirst: boolean,
  runUntil: RunUntil,
  known: Aftermath | null,
): Aftermath[] {
  let hasBegun = hasBegunAtFirst
  // The run from which each counterpart but the first is forked.
  let stem: SimulationState | null = null
  return interventions.map(({ firstActTick }, nth) => {
    if (stem !== null) simulation.exchangeState(stem)
    const state = simulation.attack?.state
    if (nth > 0 && firstActTick > 0) {
      if (!hasBegun) simulation.begin()
      hasBegun = true
      runUntil(simulation, firstActTick - 1)
    }
    stem = nth + 1 < interventions.length ? simulation.copyState() : null
    if (nth === 0 && known !== null) return known
    if (nth === 0) state?.disableAll()
    else state?.disable(interventions.slice(nth).flatMap(({ steps }) => steps))
    if (!hasBegun) simulation.begin()
    runUntil(simulation, Number.POSITIVE_INFINITY)
    return aftermathOf(simulation)
  })
}
