import type { Vantage } from '../attack/vantages.ts'
import type { UnknownCause } from './unknown.ts'
import type { Outcome, VerdictResult } from './verdict.ts'

/** A rule of a policy: outcomes that attackers must not reach. */
export interface PolicyRule {
  /** The rule as the user wrote it, or as the named policy contains it. */
  readonly text: string
  readonly outcomes: readonly Outcome[]
  /** The vantages of the attackers that it applies to; null for all. */
  readonly vantages: readonly Vantage[] | null
  /** The path that the scenario declares; null for all. */
  readonly path: string | null
  /** `other` excludes what belonged to the attacker from the start. */
  readonly scope: 'other' | 'any'
  /** The rule forbids all rights by which their holders get what others own (`never granted`), and no outcome. */
  readonly isOfGranted?: true
  /** The rule permits that these are not known (`unknown: allow remotedialer`), and forbids no outcome. */
  readonly allowsUnknown?: readonly UnknownCause[]
}

/** The outcomes of a verdict that one rule of a policy forbids. */
export interface Breach {
  readonly rule: PolicyRule
  readonly outcomes: readonly Outcome[]
}

/**
 * Returns the breaches of a policy by a verdict, one for each rule that it breaks.
 * @param path the path that the scenario declares, also where the verdict is about the read-only port of its kubelet
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

/** Returns whether a server allowed an attacker something that its initial credentials do not permit. */
function hasGainedRights({ privileges }: VerdictResult): boolean {
  return privileges.length === 0 || privileges.some(({ held }) => held !== true)
}
