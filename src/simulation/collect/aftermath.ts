import type { CountedRefusal } from '../../attack/state/refusals.ts'
import type { PathHistory } from '../../measure/verdicts/history.ts'
import type { Simulation } from '../simulation.ts'
import { collectHistories } from './collect-history.ts'

/** All of a run that an attacker may have made worse. */
export interface Aftermath {
  /** By path of the plan. */
  readonly histories: readonly PathHistory[]
  readonly refusals: readonly CountedRefusal[]
}

/** A run with what a step did, and the same without it. */
export interface Comparison {
  readonly attacked: Aftermath
  readonly twin: Aftermath
}

export function aftermathOf(simulation: Simulation): Aftermath {
  return { histories: collectHistories(simulation), refusals: simulation.attack?.refusals.all() ?? [] }
}
