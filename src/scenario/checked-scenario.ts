import type { Acceptance } from '../measure/acceptance.ts'
import type { Expectation } from '../measure/expectation.ts'
import type { PolicyRule } from '../measure/policy.ts'
import type { AcceptedUnknown, Unknown } from '../measure/unknown.ts'
import type { Blueprint } from '../simulation/blueprint.ts'

/** A scenario without problems, which can be simulated. */
export interface CheckedScenario {
  readonly blueprint: Blueprint
  readonly expectations: readonly Expectation[]
  /** Tolerated verdicts. They are not in the blueprint, because they do not change the run. Default: none. */
  readonly acceptances?: readonly Acceptance[]
  /**
   * The outcomes that no attacker may reach. They are not in the blueprint, because they do not change the run.
   * Default: none.
   */
  readonly policy?: readonly PolicyRule[]
  /** The questions that an import left open. They do not change the run. Default: none. */
  readonly unknowns?: readonly Unknown[]
  /** The questions that may stay open. Default: none. */
  readonly acceptedUnknowns?: readonly AcceptedUnknown[]
}
