import { NS_PER_S } from '../../engine/ticks.ts'
import type { ConnectionTable } from '../connection.ts'

/** TCP_INIT_CWND: so many go out unpaced at first (net/ipv4/tcp_output.c, tcp_update_skb_after_send). */
const UNPACED_SEGMENTS = 10
/** Below this rate a burst is one segment, else at least two (tcp_bbr.c, bbr_min_tso_rate: 1.2 Mbps). */
const SLOW_BYTES_PER_S = 1_200_000 / 8
/** sk_pacing_shift = 10: a burst is what the rate gives in a millisecond. */
const BURSTS_PER_S = 1024
const LARGEST_BURST_BYTES = 65_536 - 1 - 320 // GSO_LEGACY_MAX_SIZE less headers (MAX_TCP_HEADER)

/** Segments that go out together (tcp_tso_autosize, bbr_tso_segs_goal). */
export function burstSegments(connections: ConnectionTable, connection: number): number {
  const bytesPerS = connections.pacingBytesPerS[connection]
  const bytes = Math.min(bytesPerS / BURSTS_PER_S, LARGEST_BURST_BYTES)
  const least = bytesPerS < SLOW_BYTES_PER_S ? 1 : 2
  return Math.min(Math.max(Math.floor(bytes / connections.maximumSegmentBytes[connection]), least), 127)
}

/** Whether a segment may go now; where not, `paceTick` says when. */
export function maySendPaced(connections: ConnectionTable, connection: number, tick: number): boolean {
  if (connections.pacingBytesPerS[connection] === 0) return true
  if (connections.paceTick[connection] <= tick) {
    connections.burstLeft[connection] = burstSegments(connections, connection)
    return true
  }
  return connections.burstLeft[connection] > 0
}

/** A segment went; half of its time is let off to a sender that comes late. */
export function notePacedSend(
  connections: ConnectionTable,
  connection: number,
  payloadBytes: number,
  tick: number,
): void {
  const bytesPerS = connections.pacingBytesPerS[connection]
  const sent = connections.deliveredSegments[connection] + connections.segmentsOut[connection]
  if (bytesPerS === 0 || sent < UNPACED_SEGMENTS) return
  const lengthNs = (payloadBytes * NS_PER_S) / bytesPerS
  const due = connections.paceTick[connection]
  const creditNs = Math.max(tick - due, 0)
  connections.paceTick[connection] = Math.max(due, tick) + Math.round(lengthNs - Math.min(lengthNs / 2, creditNs))
  connections.burstLeft[connection]--
}
