import type { PolicyRule } from './policy.ts'
import type { AcceptedUnknown, CheckAnswer, JudgedUnknown, Unknown } from './unknown.ts'

/**
 * Judges what is not known. A policy that forbids no outcome of an attack asks nothing that it could answer, and then
 * there is nothing to judge.
 */
export function judgeUnknowns(
  unknowns: readonly Unknown[],
  policy: readonly PolicyRule[],
  acceptances: readonly AcceptedUnknown[],
  today: string,
): readonly JudgedUnknown[] {
  if (policy.every(({ outcomes, isOfGranted }) => outcomes.length === 0 && isOfGranted !== true)) return []
  const allowed = new Set(policy.flatMap(({ allowsUnknown = [] }) => allowsUnknown))
  return unknowns.map((unknown): JudgedUnknown => {
    const own = acceptances.filter(({ cause }) => cause === unknown.cause)
    const inForce = own.find(({ untilDate }) => untilDate === null || untilDate >= today)
    const status = allowed.has(unknown.cause) ? 'allowed' : inForce === undefined ? 'open' : 'accepted'
    return { ...unknown, status, acceptance: inForce ?? own[0] ?? null }
  })
}

/**
 * Returns the answer of a check.
 * @param hasFailed whether the policy forbids something that happened, or something that was asked for was not tried
 */
export function answerOf(hasFailed: boolean, unknowns: readonly JudgedUnknown[]): CheckAnswer {
  if (hasFailed) return 'failed'
  return unknowns.some(({ status }) => status === 'open') ? 'not known' : 'passed'
}
