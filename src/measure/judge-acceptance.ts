import { type Acceptance, isOver, tolerates } from './acceptance.ts'
import type { AttackExpectation, Expectation } from './expectation.ts'
import { verdictsAbout, violating } from './judge-attack.ts'
import type { Result } from './result.ts'
import { OUTCOMES, type Outcome, type VerdictResult } from './verdict.ts'

/** The acceptances that apply to one expectation that was not met. */
export interface Tolerance {
  /** The line of `expect:`. */
  readonly expect: string
  /** Whether an acceptance covers every verdict that violates the expectation. */
  readonly isAccepted: boolean
  /** The acceptances of such verdicts that apply today. */
  readonly accepted: readonly Acceptance[]
  /** The acceptances of such verdicts whose last day has passed. */
  readonly expired: readonly Acceptance[]
}

/**
 * Compares the expectations that were not met with the acceptances. Returns one tolerance for each such expectation, in
 * the same order.
 * @param today a date such as 2027-03-01
 */
export function judgeAcceptances(
  { expectations: judged, verdicts }: Pick<Result, 'expectations' | 'verdicts'>,
  expectations: readonly Expectation[],
  acceptances: readonly Acceptance[],
  today: string,
): readonly Tolerance[] {
  return expectations.flatMap((expectation, index): Tolerance[] => {
    if (judged[index]?.met !== false) return []
    const violations = violationsOf(expectation, verdicts)
    const claims = violations.map(({ outcome, verdict }) =>
      acceptances.filter((one) => tolerates(one, outcome, verdict)),
    )
    const inForce = claims.map((claim) => claim.filter((one) => !isOver(one, today)))
    return [
      {
        expect: expectation.text,
        isAccepted: inForce.length > 0 && inForce.every((claim) => claim.length > 0),
        accepted: [...new Set(inForce.flat())],
        expired: [...new Set(claims.flat().filter((one) => isOver(one, today)))],
      },
    ]
  })
}

function isOfAttack(expectation: Expectation): expectation is AttackExpectation {
  return 'attacker' in expectation
}

/** A verdict with an outcome that an expectation forbids. */
export interface Violation {
  readonly verdict: VerdictResult
  readonly outcome: Outcome
}

/**
 * Returns the verdicts with outcomes that an expectation forbids. An expectation that asks for an outcome has no
 * violations.
 */
export function violationsOf(expectation: Expectation, verdicts: readonly VerdictResult[]): readonly Violation[] {
  if (!isOfAttack(expectation)) return []
  const unwanted = (outcomes: readonly Outcome[]) => (verdict: VerdictResult) =>
    verdict.outcomes.filter((outcome) => outcomes.includes(outcome)).map((outcome) => ({ verdict, outcome }))
  if (expectation.kind === 'never') return violating(verdicts, expectation).flatMap(unwanted(expectation.outcomes))
  if (expectation.kind !== 'verdict' || expectation.mode === 'includes') return []
  const about = verdictsAbout(verdicts, expectation)
  if (expectation.mode === 'excludes') return about.flatMap(unwanted([expectation.outcome]))
  return about.flatMap(unwanted(OUTCOMES.slice(0, OUTCOMES.indexOf(expectation.outcome))))
}
