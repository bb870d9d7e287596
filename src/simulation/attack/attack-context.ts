import type { PlanContext } from '../plan-context.ts'
import type { PlannedRequests } from '../plan-requests.ts'

/** The context for planning attackers, after all requests have been planned. */
export interface AttackContext extends PlanContext {
  readonly planned: PlannedRequests
}
