import type { PlanContext } from '../plan-context.ts'
import type { PlannedWorkloads } from '../workloads/plan-workloads.ts'

/** The context for planning attackers, after all requests have been planned. */
export interface AttackContext extends PlanContext {
  readonly planned: PlannedWorkloads
}
