import type { UsedTechnique } from '../attack/techniques.ts'
import type { Vantage } from '../attack/vantages.ts'
import type { Outcome, VerdictResult } from './verdict.ts'

/**
 * A verdict that is known and tolerated. It does not change a result; it changes whether a command that checks results
 * succeeds.
 */
export interface Acceptance {
  /** The entry as the user wrote it. */
  readonly text: string
  readonly outcomes: readonly Outcome[]
  /** The name of the attacker; null for any. */
  readonly attacker: string | null
  readonly vantage: Vantage | null
  readonly technique: UsedTechnique | null
  /** The path as the scenario names it. */
  readonly path: string
  readonly reason: string
  /** The last day on which it applies, such as 2027-03-01; null for no end. */
  readonly untilDate: string | null
}

/**
 * Returns whether an acceptance tolerates this outcome of a verdict.
 * @param path the path that the scenario declares, also where the verdict is about the read-only port of its kubelet
 */
export function tolerates(
  acceptance: Acceptance,
  outcome: Outcome,
  verdict: Pick<VerdictResult, 'attacker' | 'vantage' | 'technique' | 'path'>,
  path = verdict.path,
): boolean {
  const { outcomes, attacker, vantage, technique } = acceptance
  return (
    acceptance.path === path &&
    outcomes.includes(outcome) &&
    (attacker === null || attacker === verdict.attacker) &&
    (vantage === null || vantage === verdict.vantage) &&
    (technique === null || technique === verdict.technique)
  )
}

/** Returns whether the last day of an acceptance has passed. Dates in this form sort as texts. */
export function isOver({ untilDate }: Acceptance, today: string): boolean {
  return untilDate !== null && untilDate < today
}
