import type { ProxiedRequestPlan } from '../../../cluster/apiserver/proxied-request-plan.ts'
import type { PlannedResponse } from '../../../workload/planned-response.ts'
import type { ExpandedBlueprint } from '../../expansion/expanded-blueprint.ts'
import type { HttpCatalogue } from '../http/plan-http.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'
import type { PlannedPaths } from '../paths/plan-paths.ts'
import type { Identities } from '../security/plan-security.ts'
import type { BackgroundPlan } from './plan-background.ts'

/** What is known of a scenario when its cluster is planned. */
export interface ClusterContext {
  readonly blueprint: ExpandedBlueprint
  readonly network: PlannedNetwork
  readonly paths: PlannedPaths
  readonly identities: Identities
  readonly catalogue: HttpCatalogue
  readonly answers: readonly PlannedResponse[]
  readonly proxied: ReadonlyMap<number, ProxiedRequestPlan>
  readonly background: BackgroundPlan | null
}
