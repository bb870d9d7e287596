import type { Acceptance } from './acceptance.ts'
import type { AttackExpectation, Expectation } from './expectation.ts'
import { offending, verdictsAbout } from './judge-attack.ts'
import type { Result } from './result.ts'
import { OUTCOMES, type Outcome, type VerdictResult } from './verdict.ts'

/** What becomes of an expectation that was not met. */
export interface Tolerance {
  /** The line of `expect`. */
  readonly expect: string
  /** Every verdict that it does not want is accepted. */
  readonly isAccepted: boolean
  /** That hold today, of what it does not want. */
  readonly accepted: readonly Acceptance[]
  /** That would cover it and are over. */
  readonly expired: readonly Acceptance[]
}

/**
 * Holds what was not met against what is accepted: one answer for each expectation that was not met, in their order.
 *
 * @param today as 2027-03-01
 */
export function judgeAcceptances(
  { expectations: judged, verdicts }: Pick<Result, 'expectations' | 'verdicts'>,
  expectations: readonly Expectation[],
  acceptances: readonly Acceptance[],
  today: string,
): readonly Tolerance[] {
  return expectations.flatMap((expectation, index): Tolerance[] => {
    if (judged[index]?.met !== false) return []
    const offences = isOfAttack(expectation) ? offencesOf(expectation, verdicts) : []
    const claims = offences.map(({ outcome, verdict: { attacker, path } }) =>
      acceptances.filter((one) => one.outcome === outcome && one.attacker === attacker && one.path === path),
    )
    // Days of this form are in the order of their letters.
    const isOver = ({ untilDate }: Acceptance) => untilDate !== null && untilDate < today
    const inForce = claims.map((claim) => claim.filter((one) => !isOver(one)))
    return [
      {
        expect: expectation.text,
        isAccepted: inForce.length > 0 && inForce.every((claim) => claim.length > 0),
        accepted: [...new Set(inForce.flat())],
        expired: [...new Set(claims.flat().filter(isOver))],
      },
    ]
  })
}

function isOfAttack(expectation: Expectation): expectation is AttackExpectation {
  return 'attacker' in expectation
}

interface Offence {
  readonly verdict: VerdictResult
  readonly outcome: Outcome
}

/** What there is and should not be; none where a line misses something. */
function offencesOf(expectation: AttackExpectation, verdicts: readonly VerdictResult[]): readonly Offence[] {
  const unwanted = (outcomes: readonly Outcome[]) => (verdict: VerdictResult) =>
    verdict.outcomes.filter((outcome) => outcomes.includes(outcome)).map((outcome) => ({ verdict, outcome }))
  if (expectation.kind === 'never') return offending(verdicts, expectation).flatMap(unwanted(expectation.outcomes))
  if (expectation.kind !== 'verdict' || expectation.mode === 'includes') return []
  const about = verdictsAbout(verdicts, expectation)
  if (expectation.mode === 'excludes') return about.flatMap(unwanted([expectation.outcome]))
  return about.flatMap(unwanted(OUTCOMES.slice(0, OUTCOMES.indexOf(expectation.outcome))))
}
