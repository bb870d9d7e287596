import { NS_PER_S } from '../../engine/ticks.ts'
import type { WorkloadBlueprint } from '../../simulation/blueprint.ts'

/** Enough that a fraction of them says something, and over in a moment. */
const MOST_REQUESTS = 12
const MOST_BODY_BYTES = 65_536
const LONGEST_NS = 3 * NS_PER_S
/** Nodes renew their leases every ten seconds. */
const LONGEST_HEARTBEATS_NS = 45 * NS_PER_S

/** A matrix is about who gets what, not about how fast: every workload is cut to a few requests. */
export function shortWorkload(workload: WorkloadBlueprint): WorkloadBlueprint {
  const { arrivals, kind, requestBytes, responseBytes } = workload
  const longestNs = kind === 'heartbeat' ? LONGEST_HEARTBEATS_NS : LONGEST_NS
  return {
    ...workload,
    requestBytes: Math.min(requestBytes, MOST_BODY_BYTES),
    responseBytes: Math.min(responseBytes, MOST_BODY_BYTES),
    arrivals:
      arrivals.kind === 'closed'
        ? { ...arrivals, requests: Math.min(arrivals.requests, MOST_REQUESTS) }
        : { ...arrivals, forNs: Math.min(arrivals.forNs ?? longestNs, longestNs) },
  }
}
