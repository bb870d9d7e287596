import type { Workload } from '../../workload/workload.ts'
import type { ClusterBlueprint } from '../blueprint-cluster.ts'
import type { PlanContext } from '../plan-context.ts'
import type { ObjectPlans } from './plan-objects.ts'

/** The context for planning the programs of a cluster. */
export interface ProgramContext extends PlanContext {
  readonly cluster: ClusterBlueprint
  readonly workloads: readonly Workload[]
  /** The objects and requests of the program that is being planned. */
  readonly objects: ObjectPlans
}
