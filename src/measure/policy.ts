import type { Vantage } from '../attack/vantages.ts'
import type { Outcome, VerdictResult } from './verdict.ts'

/** A rule of a policy: outcomes that no attacker may reach. */
export interface PolicyRule {
  /** The rule as the user wrote it, or as the named policy has it. */
  readonly text: string
  readonly outcomes: readonly Outcome[]
  /** The vantages of the attackers to whom it applies; null for all. */
  readonly vantages: readonly Vantage[] | null
  /** The path as the scenario declares it; null for all. */
  readonly path: string | null
  /** `other` leaves out what was the attacker's own from the start. */
  readonly scope: 'other' | 'any'
}

/** The outcomes of a verdict that one rule of a policy forbids. */
export interface Breach {
  readonly rule: PolicyRule
  readonly outcomes: readonly Outcome[]
}

/**
 * Returns the breaches of a policy by a verdict, one for each rule that it breaks.
 * @param path the path that a rule can name; it differs from that of the verdict at a kubelet's read-only port
 */
export function breachesOf(policy: readonly PolicyRule[], verdict: VerdictResult, path: string): readonly Breach[] {
  return policy.flatMap((rule) => {
    const { vantages } = rule
    const isAbout =
      (rule.scope === 'any' || verdict.scope === 'other') &&
      (rule.path === null || rule.path === path) &&
      (vantages === null || vantages.some((vantage) => vantage === verdict.vantage))
    const isOthers = (outcome: Outcome) => rule.scope === 'any' || outcome !== 'privilege' || hasGainedRights(verdict)
    const outcomes = isAbout ? verdict.outcomes.filter((one) => rule.outcomes.includes(one) && isOthers(one)) : []
    return outcomes.length === 0 ? [] : [{ rule, outcomes }]
  })
}

/** Returns whether an attacker may do what none of the credentials that it has from the start permits. */
function hasGainedRights({ privileges }: VerdictResult): boolean {
  return privileges.length === 0 || privileges.some(({ held }) => held !== true)
}
