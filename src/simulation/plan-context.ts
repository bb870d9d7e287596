import type { ProxiedRequestPlan } from '../cluster/apiserver/proxied-request-plan.ts'
import type { Streams } from '../engine/streams.ts'
import type { PlannedResponse } from '../workload/planned-response.ts'
import type { ExpandedBlueprint } from './expanded-blueprint.ts'
import type { HttpCatalogue } from './http/plan-http.ts'
import type { PlannedNetwork } from './network/planned-network.ts'
import type { PlannedPaths } from './plan-paths.ts'
import type { Identities } from './security/plan-security.ts'

/** The context for planning workloads, attackers and the programs of a cluster. */
export interface PlanContext {
  readonly blueprint: ExpandedBlueprint
  readonly network: PlannedNetwork
  readonly paths: PlannedPaths
  readonly identities: Identities
  readonly streams: Streams
  /** The requests and responses of the scenario; planning adds to it. */
  readonly catalogue: HttpCatalogue
  /** The planned response to each request; planning adds to it. */
  readonly answers: PlannedResponse[]
  /** The request that the apiserver sends on behalf of each request that it receives; planning adds to it. */
  readonly proxied: Map<number, ProxiedRequestPlan>
}

/** Returns the name or address and the port that the client of a path dials: the authority of its requests. */
export function authorityOf({ paths }: Pick<PlanContext, 'paths'>, path: number): string {
  const { serverName, port } = paths.paths[path]
  return `${serverName}:${port}`
}
