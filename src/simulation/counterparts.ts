import type { AttackRecord } from '../attack/attack-record.ts'
import { NEVER } from '../attack/state/attack-state.ts'
import { USED_TECHNIQUES, type UsedTechnique } from '../attack/techniques.ts'
import { type Aftermath, aftermathOf, type Comparison } from './collect/aftermath.ts'
import type { Plan } from './plan/plan.ts'
import { Simulation } from './simulation.ts'

/** Steps of one attacker with the same technique and the same paths, which a counterpart omits together. */
interface Intervention {
  readonly steps: readonly number[]
  /** The tick of the first action of these steps. */
  readonly firstActTick: number
}

type RunUntil = (simulation: Simulation, untilTick: number) => void

/**
 * Returns, for each step, the run with its effect and the run without it, forked at its first action. Steps that began
 * earlier are active in both, steps that began later in neither. So no damage is attributed to two steps, and the
 * damages of all steps add up to that of the run. A step that did nothing is compared with the same run.
 *
 * `before` is the simulation before any step began; null: a new one is begun.
 */
export function compareSteps(simulation: Simulation, before: Simulation | null, runUntil: RunUntil): Comparison[] {
  const { attack, plan } = simulation
  if (attack === null) return []
  const interventions = interventionsOf(attack)
  const whole = aftermathOf(simulation)
  const withFirst = [...aftermathsOfCounterparts(plan, interventions, before, runUntil), whole]
  return attack.plan.steps.map((_, step) => {
    const nth = interventions.findIndex(({ steps }) => steps.includes(step))
    return nth < 0
      ? { attacked: whole, counterpart: whole }
      : { attacked: withFirst[nth + 1], counterpart: withFirst[nth] }
  })
}

/** Returns whether a step may change something for others, so that its run is compared with one without it. */
export function needsCounterpart({ technique }: { readonly technique: UsedTechnique }): boolean {
  return USED_TECHNIQUES[technique].isPassive !== true
}

/** Returns the interventions in the order of their first action. */
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

/**
 * Returns the aftermath of the run without any intervention, with the first, with the first two, and so on without the
 * last.
 */
function aftermathsOfCounterparts(
  plan: Plan,
  interventions: readonly Intervention[],
  before: Simulation | null,
  runUntil: RunUntil,
): Aftermath[] {
  // One more run through the scenario, from which the counterparts are forked.
  const stem = interventions.length > 1 ? (before?.fork() ?? begunWithout(plan, [])) : null
  return interventions.map(({ firstActTick }, nth) => {
    const leftOut = interventions.slice(nth).flatMap(({ steps }) => steps)
    const counterpart =
      nth === 0 || stem === null
        ? runWithoutAttackers(plan, before)
        : forkWithout(stem, firstActTick, leftOut, runUntil)
    runUntil(counterpart, Number.POSITIVE_INFINITY)
    const aftermath = aftermathOf(counterpart)
    counterpart.release()
    return aftermath
  })
}

/** A run in which no attacker acts. */
function runWithoutAttackers(plan: Plan, before: Simulation | null): Simulation {
  const counterpart = before ?? new Simulation(plan)
  counterpart.attack?.state.disableAll()
  if (before === null) counterpart.begin()
  return counterpart
}

function forkWithout(stem: Simulation, tick: number, leftOut: readonly number[], runUntil: RunUntil): Simulation {
  if (tick === 0) return begunWithout(stem.plan, leftOut)
  runUntil(stem, tick - 1)
  const counterpart = stem.fork()
  counterpart.attack?.state.disable(leftOut)
  return counterpart
}

function begunWithout(plan: Plan, leftOut: readonly number[]): Simulation {
  const simulation = new Simulation(plan)
  simulation.attack?.state.disable(leftOut)
  simulation.begin()
  return simulation
}
