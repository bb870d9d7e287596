import type { Result } from './result.ts'
import type { Outcome, VerdictResult } from './verdict.ts'
import { isWorse } from './verdicts/outcomes.ts'

/** The part of a verdict that is compared with a baseline. */
export type JudgedVerdict = Pick<VerdictResult, 'attacker' | 'path' | 'victim' | 'scope' | 'worst' | 'outcomes'> & {
  readonly technique: string
  readonly exposure: Pick<VerdictResult['exposure'], 'messages' | 'of'>
}

/** A verdict that is worse than in an earlier run, the baseline. */
export interface Regression<Verdict extends JudgedVerdict> {
  readonly verdict: Verdict
  /**
   * The worst outcome in the baseline, for the same attacker, technique, path and victim; `not-applicable` if there was
   * no such verdict.
   */
  readonly was: Outcome
  /** The outcomes that the baseline did not have; empty when only more messages are exposed. */
  readonly gained: readonly Outcome[]
}

/**
 * Returns the verdicts that are worse than in the baseline: by their worst outcome, by a further outcome beside it, or
 * by a larger share of exposed messages.
 */
export function regressions<Verdict extends JudgedVerdict>(
  result: { readonly verdicts: readonly Verdict[] },
  baseline: { readonly verdicts: readonly JudgedVerdict[] },
): readonly Regression<Verdict>[] {
  return result.verdicts.flatMap((verdict): Regression<Verdict>[] => {
    const before = baseline.verdicts.find((one) => nameOfVerdict(one) === nameOfVerdict(verdict))
    const was = before?.worst ?? 'not-applicable'
    const gained = verdict.outcomes.filter(
      (outcome) => !(before?.outcomes ?? []).includes(outcome) && isWorse(outcome, 'metadata'),
    )
    // A new outcome is no regression if a worse one disappeared.
    const isGain = gained.length > 0 && !isWorse(was, verdict.worst)
    const isMore = before !== undefined && verdict.worst === was && shareOf(verdict) > shareOf(before)
    return isGain || isMore ? [{ verdict, was, gained }] : []
  })
}

/** Returns a key for the subject of a verdict. Verdicts of two runs are compared if their keys are equal. */
export function nameOfVerdict({ attacker, technique, path, victim }: JudgedVerdict): string {
  return [attacker, technique, path, victim].join('\n')
}

/** Returns the share of a path's messages that are exposed. */
export function shareOf({ exposure: { messages, of } }: JudgedVerdict): number {
  return of === 0 ? 0 : messages / of
}

/** Returns the expectations that this result does not meet, without those that the baseline did not meet either. */
export function newlyUnmet(
  { expectations }: Pick<Result, 'expectations'>,
  baseline: Pick<Result, 'expectations'>,
): readonly string[] {
  const known = new Set(baseline.expectations.filter(({ met }) => !met).map(({ expect }) => expect))
  return expectations.filter(({ met, expect }) => !met && !known.has(expect)).map(({ expect }) => expect)
}
