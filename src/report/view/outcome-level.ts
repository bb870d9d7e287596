import type { Outcome } from '../../measure/verdict.ts'

/**
 * The severity of an outcome. `taken`: the attacker takes what others own. `harmed`: it interrupts or slows them.
 * `seen`: it learns who talks with whom. `nothing`: it achieves nothing. `untried`: the attack could not be tried, so
 * nothing was shown.
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

/** Returns the severity of an outcome. */
export function levelOf(outcome: Outcome): OutcomeLevel {
  return LEVELS[outcome]
}
