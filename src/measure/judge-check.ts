import { type Acceptance, isOver, tolerates } from './acceptance.ts'
import type { Tried } from './check.ts'
import { type Judged, joinFindings } from './join-findings.ts'
import { breachesOf, type PolicyRule } from './policy.ts'
import { NOBODY, type Outcome, type VerdictResult } from './verdict.ts'
import { inOrder, isWorse } from './verdicts/outcomes.ts'

/** The outcomes of attackers that did not reach their path. Such verdicts show nothing about the path. */
const WITHOUT_CHANCE: readonly Outcome[] = ['not-tried', 'unreachable', 'not-applicable']

/** Returns whether the attacker reached the path. Only then does the verdict show whether the path resists. */
export function hasReached({ worst }: VerdictResult): boolean {
  return !WITHOUT_CHANCE.includes(worst)
}

export interface Standard {
  readonly policy: readonly PolicyRule[]
  readonly acceptances: readonly Acceptance[]
  /** A date such as 2027-03-01. */
  readonly today: string
}

/** Returns whether a finding makes a check fail. Accepted findings and those about assumptions do not. */
export function isOpen({ isAccepted, isAssumed }: Pick<Judged, 'isAccepted' | 'isAssumed'>): boolean {
  return !isAccepted && !isAssumed
}

/**
 * Returns the verdicts that the policy forbids, the worst first, with the acceptances that apply to them. Equal grants
 * of the same servers on several paths are one finding.
 */
export function judgeTried(tried: readonly Tried[], { policy, acceptances, today }: Standard): readonly Judged[] {
  const found = tried.flatMap((one): Judged[] => {
    const breaches = breachesOf(policy, one.verdict, one.path)
    if (breaches.length === 0) return []
    const forbidden = inOrder(breaches.flatMap(({ outcomes }) => outcomes))
    const claims = forbidden.map((outcome) =>
      acceptances.filter((acceptance) => tolerates(acceptance, outcome, one.verdict, one.path)),
    )
    const inForce = claims.map((claim) => claim.filter((acceptance) => !isOver(acceptance, today)))
    return [
      {
        ...one,
        paths: [one.path],
        victims: [one.verdict.victim],
        forbidden,
        rules: breaches.map(({ rule }) => rule.text),
        isAccepted: inForce.every((claim) => claim.length > 0),
        accepted: [...new Set(inForce.flat())],
        expired: [...new Set(claims.flat())].filter((acceptance) => isOver(acceptance, today)),
      },
    ]
  })
  const sorted = found.sort((a, b) =>
    isWorse(a.forbidden[0], b.forbidden[0]) ? -1 : a.forbidden[0] === b.forbidden[0] ? 0 : 1,
  )
  return joinFindings(sorted)
}

/**
 * The users that servers record for requests without a credential: on ports without authentication, and on ports with
 * it.
 */
export const WITHOUT_CREDENTIAL: readonly string[] = [NOBODY, 'system:anonymous']

/** Returns what a rule covers but no verdict tests: its path, its vantages, or what others own. */
function gapsOfRule({ path, vantages, scope, text }: PolicyRule, reached: readonly Tried[]): readonly string[] {
  const onPath = reached.filter((one) => path === null || one.path === path)
  if (onPath.length === 0) return [`no attacker reached ${path}, which "${text}" is about`]
  const where = path === null ? 'anything' : path
  const byVantage = onPath.filter(({ verdict }) => vantages === null || vantages.includes(verdict.vantage))
  if (byVantage.length === 0)
    return [`no attacker of vantage ${vantages?.join(', ')} reached ${where}, which "${text}" is about`]
  if (scope === 'any' || byVantage.some(({ verdict }) => verdict.scope === 'other')) return []
  return [`no attacker reached ${where} that others own, which "${text}" is about`]
}

/**
 * Returns why a check shows less than was asked for. No attacker reached anything, or none reached what a rule covers.
 * @param asked the names of the attacks that the user asked for
 */
export function gapsOf(
  tried: readonly Tried[],
  policy: readonly PolicyRule[],
  asked: readonly { readonly attack: string; readonly reason: string | null }[],
): readonly string[] {
  const reached = tried.filter(({ verdict }) => hasReached(verdict))
  if (reached.length === 0) return ['no attacker reached anything, so nothing was checked']
  const ofRules = policy.flatMap((rule) => gapsOfRule(rule, reached))
  const ofAttacks = asked.flatMap(({ attack, reason }) =>
    reason === null ? [] : [`the attack ${attack} shows nothing: ${reason}`],
  )
  return [...ofRules, ...ofAttacks]
}
