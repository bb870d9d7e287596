import type { Result } from './result.ts'
import type { Outcome, VerdictResult } from './verdict.ts'
import { isWorse } from './verdicts/outcomes.ts'

/** A verdict that is worse than it was in an earlier run. */
export interface Worsening {
  readonly verdict: VerdictResult
  /** Of the same attacker, technique, path and victim; `absent` where there was none. */
  readonly was: Outcome
  /** What it did not bring then; none: only more of the same. */
  readonly gained: readonly Outcome[]
}

/** A worse outcome than any then, one more beside the worst, or more of the messages. */
export function worsenings(result: Pick<Result, 'verdicts'>, baseline: Pick<Result, 'verdicts'>): readonly Worsening[] {
  return result.verdicts.flatMap((verdict): Worsening[] => {
    const before = baseline.verdicts.find((one) => nameOf(one) === nameOf(verdict))
    const was = before?.worst ?? 'absent'
    const gained = verdict.outcomes.filter(
      (outcome) => !(before?.outcomes ?? []).includes(outcome) && isWorse(outcome, 'metadata'),
    )
    // What stands in the place of something worse is better.
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

/** Lines that were not met then either: what somebody gates against is what is new. */
export function newlyUnmet(
  { expectations }: Pick<Result, 'expectations'>,
  baseline: Pick<Result, 'expectations'>,
): readonly string[] {
  const known = new Set(baseline.expectations.filter(({ met }) => !met).map(({ expect }) => expect))
  return expectations.filter(({ met, expect }) => !met && !known.has(expect)).map(({ expect }) => expect)
}
