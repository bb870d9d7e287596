import type { AttackPlan } from './attack-plan.ts'
import type { AttackState } from './state/attack-state.ts'
import type { Decisions } from './state/decisions.ts'
import type { KnowledgeLog } from './state/knowledge-log.ts'
import type { PassedRequests } from './state/passed-requests.ts'
import type { Refusals } from './state/refusals.ts'
import type { Tally } from './state/tally.ts'

/** All that attackers leave behind: what verdicts are made of. */
export interface AttackRecord {
  readonly plan: AttackPlan
  readonly state: AttackState
  readonly tally: Tally
  readonly knowledge: KnowledgeLog
  readonly decisions: Decisions
  readonly refusals: Refusals
  readonly passed: PassedRequests
}
