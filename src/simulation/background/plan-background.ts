import type { Bearer } from '../../cluster/access/bearer.ts'
import type { ObjectStorePlan } from '../../cluster/objects/object-store.ts'
import type { Workload } from '../../workload/workload.ts'
import { GatheredObjects, ObjectPlans } from '../object-watches/plan-objects.ts'
import type { PlanContext } from '../plan-context.ts'
import { forAllPrograms, type ProgramPlans } from './programs.ts'

/** The plan of the programs of a cluster that work without any workload. Immutable. */
export interface BackgroundPlan {
  readonly store: ObjectStorePlan
  readonly programs: ProgramPlans
}

/** Plans the programs; returns null without a cluster. */
export function planBackground(context: PlanContext, workloads: readonly Workload[]): BackgroundPlan | null {
  const { cluster } = context.blueprint
  if (cluster === null) return null
  const gathered = new GatheredObjects()
  const programs = forAllPrograms<ProgramPlans>((name, { plan }) =>
    plan({ ...context, cluster, workloads, objects: new ObjectPlans(name, gathered, context) }),
  )
  return { store: gathered.plan(), programs }
}

/** Returns the credentials of these requests, by index of the HttpRequest. */
export function bearersOfBackground(background: BackgroundPlan | null): ReadonlyMap<number, Bearer> {
  const bearers = new Map<number, Bearer>()
  for (const [request, { bearer }] of background?.store.requests ?? [])
    if (bearer !== null) bearers.set(request, bearer)
  return bearers
}
