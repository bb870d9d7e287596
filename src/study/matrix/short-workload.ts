import { USED_TECHNIQUES } from '../../attack/techniques.ts'
import { pathKind } from '../../cluster/paths/path-kinds.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Blueprint, ClosedLoop, OpenLoop, PathBlueprint, WorkloadBlueprint } from '../../simulation/blueprint.ts'

/** The number of requests of a workload: few, but enough to show a share. */
const MAX_REQUESTS = 12
const MAX_BODY_BYTES = 65_536
const LONGEST_NS = 3 * NS_PER_S
/** The duration of heartbeats. It covers several renewals, because nodes renew their leases every ten seconds. */
const LONGEST_HEARTBEATS_NS = 45 * NS_PER_S

/** The time at which warm tunnels are set up, even over long delays, and early steps of attackers are done. */
export const STANDING_NS = 2 * NS_PER_S

/** The latest start of a workload. Later ones are moved forward, so that they take part before the run ends. */
const LATEST_START_NS = 90 * NS_PER_S

/**
 * Shortens a workload to a few requests, because a matrix shows gains and not speed. If each connection chooses one of
 * several ends, each request gets its own connection, and there are enough requests to use every end (see
 * `Blueprint.choosesInTurn`). A stream, which is a single connection, becomes several.
 */
export function shortWorkload(
  workload: WorkloadBlueprint,
  path: PathBlueprint,
  blueprint: Pick<Blueprint, 'cluster' | 'attackers'>,
): readonly WorkloadBlueprint[] {
  const { arrivals, kind, requestBytes, responseBytes, startNs } = workload
  const choices = choicesOf(path, blueprint)
  const longestNs = kind === 'heartbeat' ? LONGEST_HEARTBEATS_NS : LONGEST_NS
  const short: WorkloadBlueprint = {
    ...workload,
    ...(choices > 1 ? { connection: 'per-request' } : {}),
    requestBytes: Math.min(requestBytes, MAX_BODY_BYTES),
    responseBytes: Math.min(responseBytes, MAX_BODY_BYTES),
    startNs: Math.min(Math.max(startNs, STANDING_NS), LATEST_START_NS),
  }
  if (arrivals.kind !== 'flow') return [{ ...short, arrivals: shortArrivals(arrivals, longestNs, choices) }]
  const flow = { ...arrivals, forNs: Math.min(arrivals.forNs ?? longestNs, longestNs) }
  return Array.from({ length: choices }, (_, nth) => ({
    ...short,
    name: nth === 0 ? workload.name : `${workload.name}~${nth + 1}`,
    arrivals: flow,
  }))
}

function shortArrivals(arrivals: ClosedLoop | OpenLoop, longestNs: number, choices: number): ClosedLoop | OpenLoop {
  if (arrivals.kind === 'closed') {
    const requests = Math.min(arrivals.requests, MAX_REQUESTS)
    return { ...arrivals, requests: choices === 1 ? requests : Math.ceil(requests / choices) * choices }
  }
  const forNs = Math.min(arrivals.forNs ?? longestNs, longestNs)
  const isEnough = choices === 1 || (arrivals.ratePerS * forNs) / NS_PER_S >= choices
  return isEnough ? { ...arrivals, forNs } : { kind: 'closed', requests: choices, concurrency: 1 }
}

/**
 * Returns the largest number of equally likely choices for each connection of a path: the endpoints of a service, times
 * the ends of tunnels or Konnectivity agents, including attackers' agents; 1 if there is no choice.
 */
export function choicesOf(
  { kind, service, tunnel }: PathBlueprint,
  { cluster, attackers }: Pick<Blueprint, 'cluster' | 'attackers'>,
): number {
  const endpoints = cluster?.services.find(({ name }) => name === service)?.endpoints.length ?? 1
  const targets = pathKind(kind).dials === 'endpoint' ? Math.max(1, endpoints) : 1
  if (tunnel === null) return targets
  if (tunnel.kind === 'ssh') return tunnel.own === null ? targets * tunnel.via.length : targets
  const rogue = attackers.filter(({ plan }) =>
    plan.some(({ technique }) => USED_TECHNIQUES[technique].serves?.carries === true),
  )
  return targets * (tunnel.via.length + rogue.length)
}
