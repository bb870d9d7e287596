import type { ProxiedRequestPlan } from '../../cluster/apiserver/proxied-request-plan.ts'
import type { Streams } from '../../engine/streams.ts'
import { formatAddress } from '../../network/address-book.ts'
import type { PlannedResponse } from '../../workload/planned-response.ts'
import type { ExpandedBlueprint } from '../expansion/expanded-blueprint.ts'
import type { HttpCatalogue } from './http/plan-http.ts'
import type { PlannedNetwork } from './network/planned-network.ts'
import type { PlannedPaths } from './paths/plan-paths.ts'
import type { Identities } from './security/plan-security.ts'

/** What is known when workloads, attackers and the programs of a cluster are planned. */
export interface PlanContext {
  readonly blueprint: ExpandedBlueprint
  readonly network: PlannedNetwork
  readonly paths: PlannedPaths
  readonly identities: Identities
  readonly streams: Streams
  /** Planning adds requests and responses to it. */
  readonly catalogue: HttpCatalogue
  /** By request; planning adds to it. */
  readonly answers: PlannedResponse[]
  /** By request to the apiserver: the requests that it sends on its behalf; planning adds to it. */
  readonly proxied: Map<number, ProxiedRequestPlan>
}

/** The address and port that the client of a path dials, as the authority of its requests: `10.0.0.1:6443`. */
export function authorityOf({ network, paths }: Pick<PlanContext, 'network' | 'paths'>, path: number): string {
  const { remoteAddress, port } = paths.paths[path]
  return `${formatAddress(network.addresses.valueOf(remoteAddress))}:${port}`
}
