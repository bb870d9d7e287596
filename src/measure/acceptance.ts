import type { Outcome } from './verdict.ts'

/**
 * A verdict that is known and tolerated. It does not change a result; it changes whether a command that checks results
 * succeeds.
 */
export interface Acceptance {
  /** The entry as the user wrote it. */
  readonly text: string
  readonly outcome: Outcome
  readonly attacker: string
  /** The path as the scenario names it. */
  readonly path: string
  readonly reason: string
  /** The last day on which it applies, such as 2027-03-01; null for no end. */
  readonly untilDate: string | null
}
