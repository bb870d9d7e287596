import type { PlanContext } from '../plan-context.ts'
import type { PlannedWorkloads } from '../workloads/plan-workloads.ts'

/** What is known when attackers are planned, after all requests. */
export interface AttackContext extends PlanContext {
  readonly planned: PlannedWorkloads
}
