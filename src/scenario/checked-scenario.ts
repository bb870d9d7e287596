import type { Acceptance } from '../measure/acceptance.ts'
import type { Expectation } from '../measure/expectation.ts'
import type { Blueprint } from '../simulation/blueprint.ts'

export interface CheckedScenario {
  readonly blueprint: Blueprint
  readonly expectations: readonly Expectation[]
  /** Outside the blueprint, since they change nothing of a run. Left out: none. */
  readonly acceptances?: readonly Acceptance[]
}
