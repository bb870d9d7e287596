import type { AttackPlan } from './attack-plan.ts'
import type { AttackState } from './state/attack-state.ts'
import type { Decisions } from './state/decisions.ts'
import type { EventCounts } from './state/event-counts.ts'
import type { KnowledgeLog } from './state/knowledge-log.ts'
import type { PassedOnLog } from './state/passed-on-log.ts'
import type { Refusals } from './state/refusals.ts'

/** All that is recorded about attackers. Verdicts derive from it. */
export interface AttackRecord {
  readonly plan: AttackPlan
  readonly state: AttackState
  readonly events: EventCounts
  readonly knowledge: KnowledgeLog
  readonly decisions: Decisions
  readonly refusals: Refusals
  readonly passedOn: PassedOnLog
}
