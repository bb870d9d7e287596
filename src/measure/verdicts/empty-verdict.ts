import type { Outcome, VerdictResult } from '../verdict.ts'

/** The properties of a verdict that identify its subject. */
export type VerdictSubject = Pick<VerdictResult, 'attacker' | 'vantage' | 'technique' | 'path' | 'victim' | 'scope'>

/** Returns the verdict on a technique that had no effect at all. */
export function emptyVerdict(subject: VerdictSubject, outcome: Outcome): VerdictResult {
  return {
    ...subject,
    outcomes: [outcome],
    worst: outcome,
    asIdentity: null,
    exposure: { messages: 0, of: 0, bytes: 0 },
    secrets: [],
    noticed: 'none',
    noticedBy: [],
    firstEffectNs: null,
    outageNs: 0,
    recoveredNs: null,
    requests: [],
    privileges: [],
    credentials: [],
    evidence: [],
  }
}
