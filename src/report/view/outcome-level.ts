import type { Outcome } from '../../measure/verdict.ts'

/**
 * The severity of an outcome, in four steps: the attacker takes what others own, it interrupts or slows them, it learns
 * who talks with whom, or it achieves nothing. `untried`: nothing was shown, since the attack could not be tried.
 */
export type OutcomeLevel = 'taken' | 'harmed' | 'seen' | 'nothing' | 'untried'

const LEVELS: Readonly<Record<Outcome, OutcomeLevel>> = {
  privilege: 'taken',
  credential: 'taken',
  relayed: 'taken',
  impersonated: 'taken',
  modified: 'taken',
  read: 'taken',
  outage: 'harmed',
  disrupted: 'harmed',
  degraded: 'harmed',
  metadata: 'seen',
  'no-effect': 'nothing',
  unreachable: 'nothing',
  'not-tried': 'untried',
  'not-applicable': 'untried',
}

/** Returns how bad an outcome is. */
export function levelOf(outcome: Outcome): OutcomeLevel {
  return LEVELS[outcome]
}
