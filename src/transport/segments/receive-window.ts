import { NONE } from '../../engine/table.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import { isTimestampBefore, timestampAt } from '../timing/timestamps.ts'
import { advertisedWindow, usesLinuxWindow } from './window-selection.ts'

const NS_PER_TIMESTAMP = 1_000_000
/** Segments of less say nothing of what a buffer holds (net/ipv4/tcp_input.c, tcp_event_data_recv). */
const LEAST_TELLING_BYTES = 128
/** TCP_INIT_CWND: what the sender's first round trip is taken to bring. */
const FIRST_SEGMENTS = 10
const FIRST_BUFFER_BYTES = 131_072 // net.ipv4.tcp_rmem, default
/** Of 256 bytes of memory so many are window, before a segment tells (TCP_DEFAULT_SCALING_RATIO). */
const FIRST_SHARE = 128
/** And where segments carry 1448 bytes. */
const USUAL_SHARE = 160
/** A segment of less tells nothing of that (TCP_MSS_DEFAULT). */
const LEAST_MEASURED_BYTES = 536
/** Of a packet in memory: what describes it, what is before its headers, they, and what is behind its data. */
const DESCRIPTION_BYTES = 256 // sizeof(struct sk_buff), in whole cache lines
const OVERHEAD_BYTES = 64 + 52 + 320 // NET_SKB_PAD, IP and TCP with timestamps, sizeof(struct skb_shared_info)
const PAGE_BYTES = 4096
const PAGED_OVERHEAD_BYTES = 832 // the head and its description, as `ss -tm` shows them
/**
 * How far the receive window opens by itself. `receiveBufferBytes` is what the buffer holds now: it grows as a sender in
 * slow start would need it, one round trip late (tcp_rcv_space_adjust); `receiveThresholdBytes`, what is promised of it,
 * follows by two segments a segment (tcp_grow_window). Linux 6.18, net/ipv4/tcp_input.c.
 */
export function initializeReceiveWindow(
  connections: ConnectionTable,
  connection: Connection,
  chosen: number | null,
): void {
  const profile = connections.profileOf(connection)
  const grows = chosen === null && profile.growsReceiveBuffer
  const largest = chosen ?? profile.receiveBufferBytes
  connections.largestReceiveBufferBytes[connection] = largest
  connections.bufferMemoryBytes[connection] = grows ? FIRST_BUFFER_BYTES : Math.floor((largest * 256) / USUAL_SHARE)
  connections.windowShare[connection] = grows || profile.hasSocketBuffer ? FIRST_SHARE : 0
  connections.receiveBufferBytes[connection] = usesLinuxWindow(connections, connection)
    ? bufferOf(connections, connection)
    : largest
  connections.receiveThresholdBytes[connection] = Number.POSITIVE_INFINITY
  connections.receiveSpaceBytes[connection] = grows ? NOTHING_READ : FIXED
}

/** The options of both ends are known; `windowBytes` are what our SYN tells or told (tcp_init_buffer_space). */
export function beginReceiveWindow(
  connections: ConnectionTable,
  connection: Connection,
  windowBytes: number,
  tick: number,
): void {
  connections.receiveWindowEdge[connection] = windowBytes
  if (!usesLinuxWindow(connections, connection)) return
  const segmentBytes = connections.maximumSegmentBytes[connection]
  const spaceBytes = connections.receiveBufferBytes[connection]
  // One segment is always held back.
  connections.receiveBufferBytes[connection] = Math.max(
    spaceBytes - segmentBytes,
    Math.min(spaceBytes, 2 * segmentBytes),
  )
  connections.receiveThresholdBytes[connection] = Math.min(windowBytes, connections.receiveBufferBytes[connection])
  if (connections.receiveSpaceBytes[connection] === FIXED) return
  connections.receiveSpaceBytes[connection] = Math.min(windowBytes, FIRST_SEGMENTS * segmentBytes)
  connections.receiveSpaceTick[connection] = tick
}

/** What is window of the memory that the buffer has (tcp_win_from_space). */
function bufferOf(connections: ConnectionTable, connection: Connection): number {
  return Math.floor((connections.bufferMemoryBytes[connection] * connections.windowShare[connection]) / 256)
}

/**
 * What a packet with so many bytes of data takes of the memory: a power of two, and its description (skb->truesize). One
 * that is larger than a page, as on a loopback, lies in pieces of pages, which count as they are used (sk_page_frag).
 */
function memoryOf(payloadBytes: number): number {
  if (payloadBytes > PAGE_BYTES) return payloadBytes + PAGED_OVERHEAD_BYTES
  let bytes = 512
  while (bytes < payloadBytes + OVERHEAD_BYTES) bytes *= 2
  return bytes + DESCRIPTION_BYTES
}

/** What does not fill a segment lies behind the last full one, where that has left room for it (skb_try_coalesce). */
function memoryOfRest(restBytes: number, segmentBytes: number, segments: number): number {
  const tailBytes = memoryOf(segmentBytes) - DESCRIPTION_BYTES - OVERHEAD_BYTES - segmentBytes
  return restBytes === 0 || (segments > 0 && restBytes <= tailBytes) ? 0 : memoryOf(restBytes)
}

/** A segment larger than those before tells how much of the memory is window (tcp_measure_rcv_mss, tcp_set_window_clamp). */
export function measureBuffer(connections: ConnectionTable, connection: Connection, payloadBytes: number): void {
  if (!usesLinuxWindow(connections, connection) || payloadBytes < LEAST_MEASURED_BYTES) return
  const share = Math.floor((payloadBytes * 256) / memoryOf(payloadBytes))
  if (share === connections.windowShare[connection]) return
  connections.windowShare[connection] = share
  const before = connections.receiveBufferBytes[connection]
  const bufferBytes = bufferOf(connections, connection)
  connections.receiveBufferBytes[connection] = bufferBytes
  connections.receiveThresholdBytes[connection] =
    bufferBytes < before
      ? Math.min(connections.receiveThresholdBytes[connection], bufferBytes)
      : Math.max(
          connections.receiveThresholdBytes[connection],
          Math.min(advertisedWindow(connections, connection), bufferBytes),
        )
}

/** A data segment came. `heldBytes` are in the buffer beside it; of its own, `ownBytes` count already. */
export function growReceiveWindow(
  connections: ConnectionTable,
  connection: Connection,
  payloadBytes: number,
  heldBytes: number,
  ownBytes: number,
): void {
  if (!usesLinuxWindow(connections, connection) || payloadBytes < LEAST_TELLING_BYTES) return
  const used = windowOf(connections, connection, heldBytes) + memoryShare(connections, connection, ownBytes)
  const room = connections.receiveBufferBytes[connection] - used - connections.receiveThresholdBytes[connection]
  if (room <= 0) return
  const step = 2 * Math.max(connections.maximumSegmentBytes[connection], payloadBytes)
  connections.receiveThresholdBytes[connection] += Math.min(room, step)
  // The sender is to hear of it at once.
  connections.quickAcks[connection] |= 1
}

function memoryShare(connections: ConnectionTable, connection: Connection, payloadBytes: number): number {
  if (payloadBytes === 0) return 0
  return Math.floor((memoryOf(payloadBytes) * connections.windowShare[connection]) / 256)
}

/** What so many bytes in the buffer take of the window. */
export function windowOf(connections: ConnectionTable, connection: Connection, heldBytes: number): number {
  if (heldBytes === 0 || !usesLinuxWindow(connections, connection)) return heldBytes
  const segmentBytes = connections.receiveSegmentBytes[connection]
  const restBytes = heldBytes % segmentBytes
  const segments = (heldBytes - restBytes) / segmentBytes
  const memoryBytes = segments * memoryOf(segmentBytes) + memoryOfRest(restBytes, segmentBytes, segments)
  return Math.floor((memoryBytes * connections.windowShare[connection]) / 256)
}

/** Of a full segment that echoes a timestamp: how long it takes from here to there and back (tcp_rcv_rtt_measure_ts). */
export function measureFromReceiver(
  connections: ConnectionTable,
  connection: Connection,
  payloadBytes: number,
  echo: number,
  tick: number,
): void {
  if (echo === connections.receiverRttEcho[connection]) return
  connections.receiverRttEcho[connection] = echo
  if (payloadBytes < connections.receiveSegmentBytes[connection]) return
  const now = timestampAt(tick)
  if (echo === 0 || isTimestampBefore(now, echo)) return
  // What is too short for the clock counts as one tick of it.
  const rttNs = Math.max(1, (now - echo) | 0) * NS_PER_TIMESTAMP
  const known = connections.receiverRttNs[connection]
  connections.receiverRttNs[connection] = known === 0 || rttNs < known ? rttNs : known + (rttNs - known) / 8
}

/**
 * An ACK that carries nothing. Linux takes the first packet after a SYN and ACK the long way (tcp_finish_connect sets no
 * header prediction), where its echo is noted, so that data which echo the same measure nothing.
 */
export function noteEmptySegment(connections: ConnectionTable, connection: Connection, echo: number): void {
  if (connections.receiverRttEcho[connection] === 0 && connections.listener[connection] === NONE)
    connections.receiverRttEcho[connection] = echo
}

/**
 * The user reads all that has come in order, of which `freshBytes` are new (tcp_rcv_space_adjust, tcp_rcvbuf_grow).
 * Linux looks after the first packet that is read, and takes off what then still waits: a gap that was filled lets much
 * be read at once, and tells nothing of the path. `spanBytes` reach from what comes next to the end of what came out of
 * order.
 */
export function adjustReceiveSpace(
  connections: ConnectionTable,
  connection: Connection,
  freshBytes: number,
  spanBytes: number,
  tick: number,
): void {
  const waitingBytes = Math.max(0, freshBytes - connections.receiveSegmentBytes[connection])
  const readOffset = connections.receiveNext[connection] - waitingBytes
  const space = connections.receiveSpaceBytes[connection]
  const rttNs = connections.receiverRttNs[connection]
  if (space === FIXED || rttNs === 0 || tick - connections.receiveSpaceTick[connection] < rttNs) return
  const copied = readOffset - connections.receiveSpaceOffset[connection] - waitingBytes
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
export function makeRoomForDisorder(connections: ConnectionTable, connection: Connection, spanBytes: number): void {
  const space = connections.receiveSpaceBytes[connection]
  if (space !== FIXED) growBuffer(connections, connection, 2 * space + spanBytes)
}

/** From what comes next to the end of what came out of order. */
export function spanOfDisorder(connections: ConnectionTable, connection: Connection): number {
  return connections.firstRange[connection] === NONE
    ? 0
    : connections.outOfOrderEnd[connection] - connections.receiveNext[connection]
}

function growBuffer(connections: ConnectionTable, connection: Connection, wantedBytes: number): void {
  const wantedMemory = Math.floor((wantedBytes * 256) / connections.windowShare[connection])
  const memoryBytes = Math.min(wantedMemory, connections.largestReceiveBufferBytes[connection])
  if (memoryBytes <= connections.bufferMemoryBytes[connection]) return
  connections.bufferMemoryBytes[connection] = memoryBytes
  connections.receiveBufferBytes[connection] = bufferOf(connections, connection)
}

/** `receiveSpaceBytes` of a buffer that stays as it is, and of one that will grow. */
const FIXED = 0
const NOTHING_READ = 1
