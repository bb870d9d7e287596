import type { CountedRefusal } from '../../attack/state/refusals.ts'
import type { PathHistory } from '../../measure/verdicts/history.ts'
import type { Simulation } from '../simulation.ts'
import { type Delivery, deliveryOf } from './collect-deliveries.ts'
import { collectHistories } from './collect-history.ts'

/** The parts of a run that an attack can make worse. */
export interface Aftermath {
  /** The history of each path of the plan. */
  readonly histories: readonly PathHistory[]
  readonly refusals: readonly CountedRefusal[]
  readonly delivery: Delivery
}

/** The aftermath of a run with the effect of a step, and of the same run without it. */
export interface Comparison {
  readonly attacked: Aftermath
  readonly counterpart: Aftermath
}

/** Returns the aftermath of a simulation that has ended. */
export function aftermathOf(simulation: Simulation): Aftermath {
  const histories = collectHistories(simulation)
  const refusals = simulation.attack?.refusals.all() ?? []
  return { histories, refusals, delivery: deliveryOf(simulation, histories) }
}
