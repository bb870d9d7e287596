import type { CheckScope } from '../../scenario/check/read-check.ts'
import type { ScenarioOptions } from '../../scenario/load.ts'
import type { Fixable } from './fixable.ts'

/** The scope of the check whose findings a fix closes, and how it is written. */
export interface FixOptions {
  readonly scope: CheckScope
  readonly today: string
  /** The changes of the scenario by options. */
  readonly changes: ScenarioOptions
  /** Writes the changed files; null where they are only shown. */
  readonly write: ((before: Fixable['files'], after: Fixable['files']) => Fixable['files']) | null
}
