import { pathKind } from '../../cluster/paths/path-kinds.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { PathBlueprint, WorkloadBlueprint } from '../../simulation/blueprint.ts'

/** Enough that a fraction of them says something, and over in a moment. */
const MAX_REQUESTS = 12
const MAX_BODY_BYTES = 65_536
const LONGEST_NS = 3 * NS_PER_S
/** Nodes renew their leases every ten seconds. */
const LONGEST_HEARTBEATS_NS = 45 * NS_PER_S

/** When all that was to be made before stands: tunnels, also across an ocean, and what an attacker asked servers for. */
export const STANDING_NS = 2 * NS_PER_S

/** A matrix is about who gets what, not about how fast: every workload of a path is cut to a few requests. */
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
 * Each of its connections is drawn anew: to which endpoint it goes, or where its tunnel ends. A single one would show
 * what came of one draw; of as many as there are requests, a fraction passes by whoever sits at one place.
 */
function choosesEndAtRandom({ kind, to, tunnel }: PathBlueprint): boolean {
  if (pathKind(kind).dials === 'endpoint') return true
  if (tunnel === null) return false
  return tunnel.kind === 'ssh' ? !tunnel.via.includes(to) : tunnel.strategy === 'default'
}
