import type { ConnectionTable } from './connection.ts'
import { profileOf } from './round-trip-time.ts'
import { TIMESTAMP_OPTION_BYTES } from './segment-writer.ts'
import { isTimestampBefore, timestampAt } from './timestamps.ts'

const NS_PER_TIMESTAMP = 1_000_000
/** Segments of less say nothing of what a buffer holds (net/ipv4/tcp_input.c, tcp_event_data_recv). */
const LEAST_TELLING_BYTES = 128
/** TCP_INIT_CWND: what the sender's first round trip is taken to bring. */
const FIRST_SEGMENTS = 10
/**
 * Of a buffer of 131,072 bytes so much is window: a segment of 1448 bytes occupies 2304 of memory (`scaling_ratio`, 160
 * of 256, as measured; jumbo frames would have more of it).
 */
const WINDOW_SHARE = 160 / 256
const FIRST_BUFFER_BYTES = 131_072 // net.ipv4.tcp_rmem, default
const LARGEST_FIRST_WINDOW_BYTES = 65_535 // MAX_TCP_WINDOW

/**
 * How far the receive window opens by itself. `receiveBufferBytes` is what the buffer holds now: it grows as a sender in
 * slow start would need it, one round trip late (tcp_rcv_space_adjust); `receiveThresholdBytes`, what is promised of it,
 * follows by two segments a segment (tcp_grow_window). Linux 6.18, net/ipv4/tcp_input.c.
 */
export function initializeReceiveWindow(connections: ConnectionTable, connection: number, chosen: number | null): void {
  const profile = profileOf(connections, connection)
  const grows = chosen === null && profile.growsReceiveBuffer
  connections.largestReceiveBufferBytes[connection] = chosen ?? profile.receiveBufferBytes
  connections.receiveBufferBytes[connection] = grows
    ? Math.floor(FIRST_BUFFER_BYTES * WINDOW_SHARE)
    : connections.largestReceiveBufferBytes[connection]
  connections.receiveThresholdBytes[connection] = grows ? LARGEST_FIRST_WINDOW_BYTES : Number.POSITIVE_INFINITY
  connections.receiveSpaceBytes[connection] = FIXED
  connections.receiveSpaceOffset[connection] = 0
  connections.receiveSpaceTick[connection] = 0
  connections.receiverRttNs[connection] = 0
  connections.receiverRttEcho[connection] = 0
}

/** The handshake is over. */
export function beginReceiveWindow(connections: ConnectionTable, connection: number, tick: number): void {
  if (connections.receiveThresholdBytes[connection] === Number.POSITIVE_INFINITY) return
  const segmentBytes = connections.maximumSegmentBytes[connection]
  connections.receiveThresholdBytes[connection] =
    Math.floor(LARGEST_FIRST_WINDOW_BYTES / (segmentBytes + TIMESTAMP_OPTION_BYTES)) *
    (segmentBytes + TIMESTAMP_OPTION_BYTES)
  connections.receiveSpaceBytes[connection] = FIRST_SEGMENTS * segmentBytes
  connections.receiveSpaceTick[connection] = tick
}

/** A data segment came. `heldBytes` are in the buffer already. */
export function growReceiveWindow(
  connections: ConnectionTable,
  connection: number,
  payloadBytes: number,
  heldBytes: number,
): void {
  if (connections.receiveSpaceBytes[connection] === FIXED || payloadBytes < LEAST_TELLING_BYTES) return
  const room = connections.receiveBufferBytes[connection] - heldBytes - connections.receiveThresholdBytes[connection]
  if (room <= 0) return
  const step = 2 * Math.max(connections.maximumSegmentBytes[connection], payloadBytes)
  connections.receiveThresholdBytes[connection] += Math.min(room, step)
  // The sender is to hear of it at once.
  connections.quickAcks[connection] |= 1
}

/** Of a full segment that echoes a timestamp: how long it takes from here to there and back (tcp_rcv_rtt_measure_ts). */
export function measureFromReceiver(
  connections: ConnectionTable,
  connection: number,
  payloadBytes: number,
  echo: number,
  tick: number,
): void {
  if (connections.receiveSpaceBytes[connection] === FIXED || echo === connections.receiverRttEcho[connection]) return
  connections.receiverRttEcho[connection] = echo
  if (payloadBytes < connections.receiveSegmentBytes[connection]) return
  const now = timestampAt(tick)
  if (echo === 0 || isTimestampBefore(now, echo)) return
  // What is too short for the clock counts as one tick of it.
  const rttNs = Math.max(1, (now - echo) | 0) * NS_PER_TIMESTAMP
  const known = connections.receiverRttNs[connection]
  connections.receiverRttNs[connection] = known === 0 ? rttNs : known + (rttNs - known) / 8
}

/**
 * The user has read up to `readOffset` (tcp_rcv_space_adjust, tcp_rcvbuf_grow). `spanBytes` reach from what comes next
 * to the end of what came out of order.
 */
export function adjustReceiveSpace(
  connections: ConnectionTable,
  connection: number,
  readOffset: number,
  spanBytes: number,
  tick: number,
): void {
  const space = connections.receiveSpaceBytes[connection]
  const rttNs = connections.receiverRttNs[connection]
  if (space === FIXED || rttNs === 0 || tick - connections.receiveSpaceTick[connection] < rttNs) return
  const copied = readOffset - connections.receiveSpaceOffset[connection]
  if (copied > space) {
    // One round trip late, and in slow start the next one brings twice as much.
    const wanted = 2 * copied + 2 * Math.floor((2 * copied * (copied - space)) / space) + spanBytes
    growBuffer(connections, connection, wanted)
    connections.receiveSpaceBytes[connection] = copied
  }
  connections.receiveSpaceOffset[connection] = readOffset
  connections.receiveSpaceTick[connection] = tick
}

/** Something came out of order: it and what is missing before it are not to use up the window (tcp_data_queue_ofo). */
export function makeRoomForDisorder(connections: ConnectionTable, connection: number, spanBytes: number): void {
  const space = connections.receiveSpaceBytes[connection]
  if (space !== FIXED) growBuffer(connections, connection, 2 * space + spanBytes)
}

function growBuffer(connections: ConnectionTable, connection: number, wantedBytes: number): void {
  const most = connections.largestReceiveBufferBytes[connection] * WINDOW_SHARE
  const bytes = Math.min(wantedBytes, most)
  if (bytes > connections.receiveBufferBytes[connection]) connections.receiveBufferBytes[connection] = bytes
}

/** `receiveSpaceBytes` of a buffer that stays as it is. */
const FIXED = 0
