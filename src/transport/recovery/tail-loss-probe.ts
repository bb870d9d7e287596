import { NS_PER_MS } from '../../engine/ticks.ts'
import { type ConnectionTable, ESTABLISHED } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import { isRecovering } from './undo.ts'

/** The value of `probeEnd` while no probe is unacknowledged. */
export const NO_PROBE = -1

/** Linux, include/net/tcp.h, TCP_TIMEOUT_MIN_US. */
const MARGIN_NS = 2 * NS_PER_MS

/**
 * Whether a tail loss probe may be scheduled (RFC 8985 section 7; net/ipv4/tcp_output.c, tcp_schedule_loss_probe). No
 * later segment reveals a lost tail. After two round trips without an ACK the last segment is sent again, or a new one,
 * so that its ACK does. There is no probe while segments are out of order or being recovered, nor where the peer could not
 * say which segment has arrived.
 */
export function canProbeTail(connections: ConnectionTable, connection: Connection): boolean {
  return (
    connections.profileOf(connection).probesTail &&
    connections.hasSelectiveAcks(connection) &&
    connections.segmentsOut[connection] > 0 &&
    !isRecovering(connections, connection) &&
    connections.segmentsSacked[connection] === 0 &&
    connections.state[connection] >= ESTABLISHED
  )
}

/** Returns the time without an ACK before a probe. The ACK of a single segment may be delayed. */
export function probeTimeoutNs(connections: ConnectionTable, connection: Connection): number {
  const smoothedNs = connections.smoothedRttNs[connection]
  const isSingle = connections.segmentsOut[connection] === 1
  return isSingle && smoothedNs > 0
    ? 2 * smoothedNs + connections.profileOf(connection).timeoutFloorNs
    : soonestProbeNs(connections, connection)
}

/** Returns the time without an ACK before a probe while several segments are in flight, usually the shortest there is. */
export function soonestProbeNs(connections: ConnectionTable, connection: Connection): number {
  const smoothedNs = connections.smoothedRttNs[connection]
  return smoothedNs === 0 ? connections.profileOf(connection).initialTimeoutNs : 2 * smoothedNs + MARGIN_NS
}
