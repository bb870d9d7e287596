import type { Result } from './result.ts'
import type { Outcome, VerdictResult } from './verdict.ts'
import { isWorse } from './verdicts/outcomes.ts'

/** A verdict that is worse than in an earlier run, the baseline. */
export interface Regression {
  readonly verdict: VerdictResult
  /**
   * The worst outcome in the baseline, for the same attacker, technique, path and victim; `not-applicable` if there was no such
   * verdict.
   */
  readonly was: Outcome
  /** The outcomes that the baseline did not have; empty when only more messages are exposed. */
  readonly gained: readonly Outcome[]
}

/**
 * Returns the verdicts that have a worse outcome than in the baseline, a further outcome beside the same worst one, or
 * a larger share of exposed messages.
 */
export function regressions(
  result: Pick<Result, 'verdicts'>,
  baseline: Pick<Result, 'verdicts'>,
): readonly Regression[] {
  return result.verdicts.flatMap((verdict): Regression[] => {
    const before = baseline.verdicts.find((one) => nameOf(one) === nameOf(verdict))
    const was = before?.worst ?? 'not-applicable'
    const gained = verdict.outcomes.filter(
      (outcome) => !(before?.outcomes ?? []).includes(outcome) && isWorse(outcome, 'metadata'),
    )
    // A new outcome in place of a worse one is no regression.
    const isGain = gained.length > 0 && !isWorse(was, verdict.worst)
    const isMore = before !== undefined && verdict.worst === was && shareOf(verdict) > shareOf(before)
    return isGain || isMore ? [{ verdict, was, gained }] : []
  })
}

function nameOf({ attacker, technique, path, victim }: VerdictResult): string {
  return [attacker, technique, path, victim].join('\n')
}

function shareOf({ exposure: { messages, of } }: VerdictResult): number {
  return of === 0 ? 0 : messages / of
}

/** Returns the expectations that this result does not meet, and that the baseline met or did not have. */
export function newlyUnmet(
  { expectations }: Pick<Result, 'expectations'>,
  baseline: Pick<Result, 'expectations'>,
): readonly string[] {
  const known = new Set(baseline.expectations.filter(({ met }) => !met).map(({ expect }) => expect))
  return expectations.filter(({ met, expect }) => !met && !known.has(expect)).map(({ expect }) => expect)
}
