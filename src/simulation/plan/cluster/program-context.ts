import type { Streams } from '../../../engine/streams.ts'
import type { Workload } from '../../../workload/workload.ts'
import type { ClusterBlueprint } from '../../blueprint-cluster.ts'
import type { ExpandedBlueprint } from '../../expansion/expanded-blueprint.ts'
import type { HttpCatalogue } from '../http/plan-http.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'
import type { PlannedPaths } from '../paths/plan-paths.ts'
import type { Identities } from '../security/plan-security.ts'
import type { ObjectPlans } from './plan-objects.ts'

/** What is known of a scenario when the cluster's programs are planned. */
export interface ProgramContext {
  readonly cluster: ClusterBlueprint
  readonly blueprint: ExpandedBlueprint
  readonly network: PlannedNetwork
  readonly paths: PlannedPaths
  readonly identities: Identities
  readonly streams: Streams
  readonly catalogue: HttpCatalogue
  readonly workloads: readonly Workload[]
  /** Of the program that is being planned. */
  readonly objects: ObjectPlans
}
