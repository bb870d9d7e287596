import type { CheckResult } from '../../measure/check.ts'

/** Returns whether a check passed; where a fix is written, whether it does now, and nothing is left to be done by hand. */
export function isFine({ passed, fix }: Pick<CheckResult, 'passed' | 'fix'>): boolean {
  if (fix?.verification.written !== true) return passed
  const { holds, passed: isPolicyMet, byHand } = fix.verification
  return holds && isPolicyMet && byHand === 0
}
