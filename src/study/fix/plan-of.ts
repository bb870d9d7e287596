import type { CheckedScenario } from '../../scenario/load.ts'
import { expandBlueprint } from '../../simulation/expand.ts'
import type { ExpandedBlueprint } from '../../simulation/expanded-blueprint.ts'
import { makePlan } from '../../simulation/make-plan.ts'
import type { Plan } from '../../simulation/plan.ts'
import { isDeepEqual } from './deep-equal.ts'
import { withIdleKubeletsAsBefore } from './idle-kubelets.ts'

/** The plan of a scenario. A simulation depends on nothing else. */
export class PlanOf {
  readonly #scenario: CheckedScenario
  #expanded: ExpandedBlueprint | null = null
  #plan: Plan | null = null

  constructor(scenario: CheckedScenario) {
    this.#scenario = scenario
  }

  /**
   * Returns whether another scenario has the same plan, apart from kubelets without clients. Then the simulation is the
   * same.
   */
  isThatOf({ blueprint }: CheckedScenario): boolean {
    if (blueprint === this.#scenario.blueprint) return true
    this.#expanded ??= expandBlueprint(this.#scenario.blueprint)
    this.#plan ??= makePlan(this.#expanded)
    const expanded = expandBlueprint(blueprint)
    const other = withIdleKubeletsAsBefore(this.#expanded, expanded, blueprint)
    return isDeepEqual(makePlan(other === blueprint ? expanded : expandBlueprint(other)), this.#plan)
  }
}
