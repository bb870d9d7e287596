import { pathKind } from '../../cluster/paths/path-kinds.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { PathBlueprint, WorkloadBlueprint } from '../../simulation/blueprint.ts'

/** The number of requests of a workload: few, but enough to show a share of them. */
const MAX_REQUESTS = 12
const MAX_BODY_BYTES = 65_536
const LONGEST_NS = 3 * NS_PER_S
/** The duration of heartbeats, since nodes renew their leases only every ten seconds. */
const LONGEST_HEARTBEATS_NS = 45 * NS_PER_S

/** The time at which warm tunnels are set up, also those with a long delay, and early steps of attackers are done. */
export const STANDING_NS = 2 * NS_PER_S

/** Shortens a workload to a few requests, since a matrix shows what attackers get and not how fast. */
export function shortWorkload(workload: WorkloadBlueprint, path: PathBlueprint): WorkloadBlueprint {
  const { arrivals, kind, connection, requestBytes, responseBytes, startNs } = workload
  const longestNs = kind === 'heartbeat' ? LONGEST_HEARTBEATS_NS : LONGEST_NS
  return {
    ...workload,
    connection: choosesEndAtRandom(path) ? 'per-request' : connection,
    requestBytes: Math.min(requestBytes, MAX_BODY_BYTES),
    responseBytes: Math.min(responseBytes, MAX_BODY_BYTES),
    startNs: Math.max(startNs, STANDING_NS),
    arrivals:
      arrivals.kind === 'closed'
        ? { ...arrivals, requests: Math.min(arrivals.requests, MAX_REQUESTS) }
        : { ...arrivals, forNs: Math.min(arrivals.forNs ?? longestNs, longestNs) },
  }
}

/**
 * Whether each connection of a path chooses an endpoint or the end of its tunnel at random. Then each request gets a
 * connection of its own, so that the share that passes the attacker shows.
 */
function choosesEndAtRandom({ kind, tunnel }: PathBlueprint): boolean {
  if (pathKind(kind).dials === 'endpoint') return true
  if (tunnel === null) return false
  return tunnel.kind === 'ssh' ? tunnel.own === null : tunnel.strategy === 'default'
}
