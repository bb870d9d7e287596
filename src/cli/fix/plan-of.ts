import { isDeepStrictEqual } from 'node:util'
import type { CheckedScenario } from '../../scenario/load.ts'
import { expandBlueprint } from '../../simulation/expansion/expand.ts'
import { makePlan } from '../../simulation/plan/make-plan.ts'
import type { Plan } from '../../simulation/plan/plan.ts'

/** The plan of a scenario, which a simulation derives from and nothing else. */
export class PlanOf {
  readonly #scenario: CheckedScenario
  #plan: Plan | null = null

  constructor(scenario: CheckedScenario) {
    this.#scenario = scenario
  }

  /** Returns whether another scenario has the same plan, so that its simulation is the same too. */
  isThatOf({ blueprint }: CheckedScenario): boolean {
    if (blueprint === this.#scenario.blueprint) return true
    this.#plan ??= makePlan(expandBlueprint(this.#scenario.blueprint))
    return isDeepStrictEqual(makePlan(expandBlueprint(blueprint)), this.#plan)
  }
}
