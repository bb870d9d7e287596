import type { Bearer } from '../../../cluster/access/bearer.ts'
import type { ObjectStorePlan } from '../../../cluster/objects/object-store.ts'
import { forAllPrograms, type ProgramPlans } from '../../programs/programs.ts'
import { GatheredObjects, ObjectPlans } from './plan-objects.ts'
import type { ProgramContext } from './program-context.ts'

/** What a cluster's programs do by themselves, beside all workloads. Immutable. */
export interface BackgroundPlan {
  readonly store: ObjectStorePlan
  readonly programs: ProgramPlans
}

export interface BackgroundContext extends Omit<ProgramContext, 'cluster' | 'objects'> {}

/** null: there is no cluster. */
export function planBackground(context: BackgroundContext): BackgroundPlan | null {
  const { blueprint, network, paths, catalogue } = context
  const { cluster } = blueprint
  if (cluster === null) return null
  const gathered = new GatheredObjects()
  const parts = { network, paths, catalogue, minor: cluster.version.minor }
  const programs = forAllPrograms<ProgramPlans>((name, { plan }) =>
    plan({ ...context, cluster, objects: new ObjectPlans(name, gathered, parts) }),
  )
  return { store: gathered.plan(), programs }
}

/** What its requests carry, by index of the HttpRequest. */
export function bearersOfBackground(background: BackgroundPlan | null): ReadonlyMap<number, Bearer> {
  const bearers = new Map<number, Bearer>()
  for (const [request, { bearer }] of background?.store.requests ?? [])
    if (bearer !== null) bearers.set(request, bearer)
  return bearers
}
