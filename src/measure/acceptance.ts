import type { Outcome } from './verdict.ts'

/** A verdict that is known and tolerated. Results know nothing of it: whoever gates by them does. */
export interface Acceptance {
  /** As the user wrote it. */
  readonly text: string
  readonly outcome: Outcome
  readonly attacker: string
  /** As the scenario declares it. */
  readonly path: string
  readonly reason: string
  /** The last day, as 2027-03-01; null: for good. */
  readonly untilDate: string | null
}
