import type { VerdictResult } from '../../measure/verdict.ts'
import type { Blueprint } from '../blueprint.ts'

/** Returns a verdict for each attacked path that does not exist in this configuration. */
export function absentVerdicts({ attackers }: Blueprint): VerdictResult[] {
  return attackers.flatMap(({ name, vantage, absent }) =>
    absent.map(({ technique, path }) => ({
      attacker: name,
      vantage,
      technique,
      path,
      victim: '',
      scope: 'other',
      outcomes: ['not-applicable'],
      worst: 'not-applicable',
      asIdentity: null,
      exposure: { messages: 0, of: 0, bytes: 0 },
      secrets: [],
      noticed: 'none',
      noticedBy: [],
      firstEffectNs: null,
      outageNs: 0,
      recoveredNs: null,
      privileges: [],
      credentials: [],
      evidence: [],
    })),
  )
}
