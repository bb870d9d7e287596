import { NS_PER_US } from '../../engine/ticks.ts'
import type { CongestionColumns } from '../connections/congestion-control.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { RateSample } from '../connections/rate-sample.ts'
import type { SegmentTable } from '../connections/segment-table.ts'
import type { Connection, Segment } from '../rows.ts'

const NO_SAMPLE = -1

/** Notes that a segment is sent, for the first time or again (tcp_rate_skb_sent). */
export function noteRateAtSend(
  connections: ConnectionTable,
  connection: Connection,
  segments: SegmentTable,
  segment: Segment,
  tick: number,
): void {
  if (connections.segmentsOut[connection] === 0) {
    connections.firstSentTick[connection] = tick
    connections.deliveredTick[connection] = tick
  }
  segments.firstSentAtSend[segment] = connections.firstSentTick[connection]
  segments.deliveredTickAtSend[segment] = connections.deliveredTick[connection]
  segments.wasAppLimited[segment] = connections.appLimitedUntil[connection] > 0 ? 1 : 0
}

/** Notes that a segment has arrived. An ACK samples the segment that was sent last (tcp_rate_skb_delivered). */
export function noteRateAtArrival(
  connections: ConnectionTable,
  connection: Connection,
  segments: SegmentTable,
  segment: Segment,
): void {
  const sentTick = segments.sentTick[segment]
  const endOffset = segments.endOffset[segment]
  const first = connections.firstSentTick[connection]
  const isLater = sentTick > first || (sentTick === first && endOffset > connections.rateEnd[connection])
  if (connections.ratePriorDelivered[connection] !== NO_SAMPLE && !isLater) return
  connections.ratePriorDelivered[connection] = segments.deliveredAtSend[segment]
  connections.ratePriorTick[connection] = segments.deliveredTickAtSend[segment]
  connections.rateIsAppLimited[connection] = segments.wasAppLimited[segment]
  connections.rateEnd[connection] = endOffset
  connections.firstSentTick[connection] = sentTick
  connections.rateSendNs[connection] = sentTick - segments.firstSentAtSend[segment]
  connections.rateSendUs[connection] = microsecondsBetween(segments.firstSentAtSend[segment], sentTick)
}

/** Called before an ACK is processed. */
export function beginRateSample(connections: ConnectionTable, connection: Connection): void {
  connections.ratePriorDelivered[connection] = NO_SAMPLE
}

/** Completes the sample after an ACK by which `acknowledged` segments arrived (tcp_rate_gen). */
export function takeRateSample(
  connections: ConnectionTable,
  connection: Connection,
  sample: RateSample,
  acknowledged: number,
  lost: number,
  tick: number,
): void {
  const total = connections.deliveredSegments[connection]
  const limit = connections.appLimitedUntil[connection]
  if (limit > 0 && total > limit) connections.appLimitedUntil[connection] = 0
  if (acknowledged > 0) connections.deliveredTick[connection] = tick
  sample.acknowledged = acknowledged
  sample.lost = lost
  sample.delivered = -1
  sample.intervalUs = -1
  const prior = connections.ratePriorDelivered[connection]
  if (prior === NO_SAMPLE) return
  sample.priorDelivered = prior
  sample.delivered = total - prior
  sample.isAppLimited = connections.rateIsAppLimited[connection] === 1
  const priorTick = connections.ratePriorTick[connection]
  // No segment arrives within less than the smallest round-trip time.
  const intervalNs = Math.max(connections.rateSendNs[connection], tick - priorTick)
  if (intervalNs >= connections.minimumRttNs[connection])
    sample.intervalUs = Math.max(connections.rateSendUs[connection], microsecondsBetween(priorTick, tick))
}

/** Returns a duration by Linux's clock, which has whole microseconds (tcp_stamp_us_delta). */
export function microsecondsBetween(from: number, to: number): number {
  return Math.floor(to / NS_PER_US) - Math.floor(from / NS_PER_US)
}

/** Notes that the user, and not the window, limits the sender (tcp_rate_check_app_limited). */
export function noteAppLimited(connections: CongestionColumns, connection: Connection): void {
  const until = connections.deliveredSegments[connection] + connections.segmentsInFlight(connection)
  connections.appLimitedUntil[connection] = Math.max(until, 1)
}
