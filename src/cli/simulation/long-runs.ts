import { NS_PER_S } from '../../engine/ticks.ts'
import type { Blueprint } from '../../simulation/blueprint.ts'
import { setFlags } from './engine-flags.ts'

/**
 * The most bytecode of other functions that V8 puts into a function that it optimizes, in bytes, instead of calling them;
 * its own limit is 920. Events take 10 to 18 % less time (docs/performance.md), but optimization takes up to a second and a
 * half longer, so short runs keep V8's limit. Results do not depend on it.
 */
const INLINED_BYTES = 4000

/** The least expected events of a long run. */
const LONG_RUN_EVENTS = 5_000_000

/** Two full segments, their ACK, and so three events. */
const BYTES_PER_EVENT = (2 * 1448) / 3
/** The least events of a request: it arrives, is acknowledged, and so is its response. */
const EVENTS_PER_REQUEST = 4

/** Allows V8 to inline more in this process, if a run of the scenario is long. */
export function prepareForLongRun(blueprint: Blueprint): void {
  if (isLongRun(blueprint)) setFlags(`--max-inlined-bytecode-size-cumulative=${INLINED_BYTES}`)
}

/** Returns whether a run is expected to process many events, judged by the amount of traffic of its workloads. */
export function isLongRun({ workloads, cluster, durationNs }: Blueprint): boolean {
  const seconds = (durationNs ?? 0) / NS_PER_S
  let events = 0
  for (const { arrivals, kind, requestBytes, responseBytes } of workloads) {
    const requestEvents = EVENTS_PER_REQUEST + (requestBytes + responseBytes) / BYTES_PER_EVENT
    const ownSeconds = arrivals.kind === 'closed' || arrivals.forNs === null ? seconds : arrivals.forNs / NS_PER_S
    // Heartbeats of a kubelet take three events a second. More code is optimized for them, so that they count as one.
    if (kind === 'heartbeat') events += (cluster?.nodes.length ?? 1) * seconds
    else if (arrivals.kind === 'closed') events += arrivals.requests * requestEvents
    else if (arrivals.kind === 'open') events += arrivals.ratePerS * ownSeconds * requestEvents
    else events += (arrivals.bytesPerS * ownSeconds) / BYTES_PER_EVENT
  }
  return events >= LONG_RUN_EVENTS
}
