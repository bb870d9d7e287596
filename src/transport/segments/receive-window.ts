import { NONE } from '../../engine/table.ts'
import { type ConnectionTable, NO_ROLE } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import { isTimestampBefore, timestampAt } from '../timing/timestamps.ts'
import { advertisedWindow, usesLinuxWindow } from './window-selection.ts'

const NS_PER_TIMESTAMP = 1_000_000
const LEAST_WINDOW_NS = 1000
/** Smaller segments do not grow the window (net/ipv4/tcp_input.c, tcp_event_data_recv). */
const LEAST_GROWING_BYTES = 128
/** Segments of the sender's first round trip (TCP_INIT_CWND). */
const FIRST_SEGMENTS = 10
/** Bytes of window per 256 bytes of memory, before the first segment is measured (TCP_DEFAULT_SCALING_RATIO). */
const FIRST_SHARE = 128
/** The same ratio for segments of 1448 bytes. */
const USUAL_SHARE = 160
/** Smaller segments are not measured (TCP_MSS_DEFAULT). */
const LEAST_MEASURED_BYTES = 536
/** Memory of a packet besides its data: its descriptor, the headroom, the headers, and the tail. */
const DESCRIPTOR_BYTES = 256 // sizeof(struct sk_buff), in whole cache lines
const SHARED_INFO_BYTES = 320 // sizeof(struct skb_shared_info)
const OVERHEAD_BYTES = 64 + 52 + SHARED_INFO_BYTES // NET_SKB_PAD, IP and TCP with timestamps
const LEAST_DATA_BYTES = 512
const PAGE_BYTES = 4096
const PAGED_OVERHEAD_BYTES = 832 // the head and its description, as `ss -tm` shows them
/** The largest buffer of page fragments: MAX_SKB_FRAGS of 32 KiB (SKB_FRAG_PAGE_ORDER). */
const LARGEST_PAGED_BYTES = 17 * 32_768

/**
 * Prepares the receive window of a new connection. `receiveBufferBytes` is the present size of the buffer, which grows
 * one round trip later than a sender in slow start needs it (tcp_rcv_space_adjust). `receiveThresholdBytes` is the part
 * that may be advertised, which grows by two segments per segment (tcp_grow_window). After Linux 6.18,
 * net/ipv4/tcp_input.c. `chosen`: the configured size, or null.
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
  connections.bufferMemoryBytes[connection] = grows
    ? profile.firstReceiveBufferBytes
    : Math.floor((largest * 256) / USUAL_SHARE)
  connections.windowShare[connection] = grows || profile.hasSocketBuffer ? FIRST_SHARE : 0
  connections.receiveBufferBytes[connection] = usesLinuxWindow(connections, connection)
    ? bufferOf(connections, connection)
    : largest
  connections.receiveThresholdBytes[connection] = Number.POSITIVE_INFINITY
  connections.receiveSpaceBytes[connection] = grows ? NOTHING_READ : FIXED
}

/** Gives the buffer a fixed memory, as SO_RCVBUF does. */
export function fixReceiveMemory(connections: ConnectionTable, connection: Connection, memoryBytes: number): void {
  if (connections.windowShare[connection] === 0) connections.windowShare[connection] = FIRST_SHARE
  connections.bufferMemoryBytes[connection] = memoryBytes
  connections.receiveBufferBytes[connection] = bufferOf(connections, connection)
  connections.largestReceiveBufferBytes[connection] = connections.receiveBufferBytes[connection]
  connections.receiveSpaceBytes[connection] = FIXED
}

/** Changes the memory of the buffer of an open connection, and fixes it. What the peer was told stays. */
export function changeReceiveMemory(connections: ConnectionTable, connection: Connection, memoryBytes: number): void {
  connections.receiveSpaceBytes[connection] = FIXED
  connections.plainRole[connection] = NO_ROLE
  connections.bufferMemoryBytes[connection] = memoryBytes
  if (usesLinuxWindow(connections, connection))
    connections.receiveBufferBytes[connection] = bufferOf(connections, connection)
}

/**
 * Begins the window once the options of both ends are known (tcp_init_buffer_space). `windowBytes`: the window that our
 * SYN advertises.
 */
export function beginReceiveWindow(
  connections: ConnectionTable,
  connection: Connection,
  windowBytes: number,
  tick: number,
): void {
  connections.receiveWindowEdge[connection] = windowBytes
  if (!usesLinuxWindow(connections, connection)) return
  const segmentBytes = connections.ownSegmentBytes(connection)
  const spaceBytes = connections.receiveBufferBytes[connection]
  // Linux reserves one segment of the buffer (tcp_init_buffer_space).
  connections.receiveBufferBytes[connection] = Math.max(
    spaceBytes - segmentBytes,
    Math.min(spaceBytes, 2 * segmentBytes),
  )
  connections.receiveThresholdBytes[connection] = Math.min(windowBytes, connections.receiveBufferBytes[connection])
  if (connections.receiveSpaceBytes[connection] === FIXED) return
  connections.receiveSpaceBytes[connection] = Math.min(windowBytes, FIRST_SEGMENTS * segmentBytes)
  connections.receiveSpaceTick[connection] = tick
}

/** Returns the bytes of data that fit the buffer's memory with the overhead of packets (tcp_win_from_space). */
function bufferOf(connections: ConnectionTable, connection: Connection): number {
  return Math.floor((connections.bufferMemoryBytes[connection] * connections.windowShare[connection]) / 256)
}

/**
 * Notes that data arrive in page fragments, as bulk from another process over a loopback does (sk_page_frag). What is
 * waiting then forms a single buffer, since each packet is merged with the one before it (tcp_try_coalesce), and its
 * memory is free only when all of it was read (tcp_eat_recv_skb). The memory of segments smaller than a page, and of
 * programs that read all at once, is counted as that of packets from a link, since hardly anything of it ever waits.
 */
export function noteMerging(connections: ConnectionTable, connection: Connection, payloadBytes: number): void {
  if (payloadBytes >= PAGE_BYTES) connections.mergesWaiting[connection] = 1
}

function isMerged(connections: ConnectionTable, connection: Connection): boolean {
  return connections.mergesWaiting[connection] === 1
}

/**
 * Frees the memory of what was read of merged packets: that of whole buffers. Where everything was read, no memory of
 * waiting data counts, and the next data begin a buffer of their own.
 */
export function freeReadMemory(connections: ConnectionTable, connection: Connection): void {
  const readOffset = connections.readOffset[connection]
  const readBytes = readOffset - connections.freedOffset[connection]
  connections.freedOffset[connection] = readOffset - (readBytes % LARGEST_PAGED_BYTES)
}

/**
 * Returns the memory of a packet with `payloadBytes` of data (skb->truesize): a power of two and its descriptor, or page
 * fragments, which count by use. Packets larger than a page are made of these.
 */
function memoryOf(payloadBytes: number, isMerged: boolean): number {
  if (isMerged || payloadBytes > PAGE_BYTES) return payloadBytes + PAGED_OVERHEAD_BYTES
  const bytes = Math.max(payloadBytes + OVERHEAD_BYTES, LEAST_DATA_BYTES)
  return (1 << (32 - Math.clz32(bytes - 1))) + DESCRIPTOR_BYTES
}

/**
 * Returns the memory of data that fill no segment. They share the memory of the last full segment, if it has room for
 * them (skb_try_coalesce).
 */
function memoryOfRest(restBytes: number, segmentBytes: number, segments: number): number {
  const tailBytes = memoryOf(segmentBytes, false) - DESCRIPTOR_BYTES - OVERHEAD_BYTES - segmentBytes
  return restBytes === 0 || (segments > 0 && restBytes <= tailBytes) ? 0 : memoryOf(restBytes, false)
}

/**
 * Adjusts the ratio of window to memory after a segment larger than those before (tcp_measure_rcv_mss,
 * tcp_set_window_clamp).
 */
export function measureBuffer(connections: ConnectionTable, connection: Connection, payloadBytes: number): void {
  if (!usesLinuxWindow(connections, connection) || payloadBytes < LEAST_MEASURED_BYTES) return
  const share = Math.floor((payloadBytes * 256) / memoryOf(payloadBytes, isMerged(connections, connection)))
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

/**
 * Grows the window after a data segment. `heldBytes`: data in the buffer besides it; `ownBytes`: its own data, as far
 * as they count already.
 */
export function growReceiveWindow(
  connections: ConnectionTable,
  connection: Connection,
  payloadBytes: number,
  heldBytes: number,
  ownBytes: number,
): void {
  if (!usesLinuxWindow(connections, connection)) return
  const used = isMerged(connections, connection)
    ? windowOf(connections, connection, heldBytes + ownBytes)
    : windowOf(connections, connection, heldBytes) + memoryShare(connections, connection, ownBytes)
  growByRoom(connections, connection, payloadBytes, used)
}

/**
 * Returns whether the memory of the buffer is used up, even after what waits was copied into whole pages
 * (tcp_try_rmem_schedule, tcp_collapse).
 */
export function isBufferFull(connections: ConnectionTable, connection: Connection, heldBytes: number): boolean {
  if (heldBytes === 0 || !usesLinuxWindow(connections, connection)) return false
  const pages = Math.ceil(heldBytes / (PAGE_BYTES - SHARED_INFO_BYTES))
  return pages * (PAGE_BYTES + DESCRIPTOR_BYTES) > connections.bufferMemoryBytes[connection]
}

/** Grows the window of Linux after a data segment, if the buffer has room beside `used`, the part of the window in use. */
export function growByRoom(
  connections: ConnectionTable,
  connection: Connection,
  payloadBytes: number,
  used: number,
): void {
  if (payloadBytes < LEAST_GROWING_BYTES) return
  const room = connections.receiveBufferBytes[connection] - used - connections.receiveThresholdBytes[connection]
  if (room <= 0) return
  const step = 2 * Math.max(connections.ownSegmentBytes(connection), payloadBytes)
  connections.receiveThresholdBytes[connection] += Math.min(room, step)
  // The sender should know of it at once.
  connections.quickAcks[connection] |= 1
}

/** Returns how much of the window a packet of `payloadBytes` uses up. */
export function memoryShare(connections: ConnectionTable, connection: Connection, payloadBytes: number): number {
  if (payloadBytes === 0) return 0
  return Math.floor((memoryOf(payloadBytes, false) * connections.windowShare[connection]) / 256)
}

/** Returns how much of the window `heldBytes` in the buffer use up. */
export function windowOf(connections: ConnectionTable, connection: Connection, heldBytes: number): number {
  if (heldBytes === 0 || !usesLinuxWindow(connections, connection)) return heldBytes
  const memoryBytes = isMerged(connections, connection)
    ? memoryOf(heldBytes, true)
    : memoryOfSegments(connections.receiveSegmentBytes[connection], heldBytes)
  return Math.floor((memoryBytes * connections.windowShare[connection]) / 256)
}

function memoryOfSegments(segmentBytes: number, heldBytes: number): number {
  const restBytes = heldBytes % segmentBytes
  const segments = (heldBytes - restBytes) / segmentBytes
  return segments * memoryOf(segmentBytes, false) + memoryOfRest(restBytes, segmentBytes, segments)
}

/**
 * Takes a round-trip sample at the receiver from a full segment that echoes a timestamp (tcp_rcv_rtt_measure_ts). A round
 * trip within one tick of that clock gives none, since Linux 6.16 ("remove zero TCP TS samples for autotuning"); of
 * programs that read all at once it counts as one tick, as before.
 */
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
  if (echo === 0 || isTimestampBefore(now, echo) || (now === echo && isMerged(connections, connection))) return
  const rttNs = Math.max(1, (now - echo) | 0) * NS_PER_TIMESTAMP
  const known = connections.receiverRttNs[connection]
  connections.receiverRttNs[connection] = known === 0 || rttNs < known ? rttNs : known + (rttNs - known) / 8
}

/**
 * Takes the time in which a whole window arrived as a sample of the round-trip time, where it is the smallest
 * (tcp_rcv_rtt_measure): on a loopback, whose round trips are shorter than a tick of the clock of timestamps.
 */
export function measureByWindow(connections: ConnectionTable, connection: Connection, tick: number): void {
  const next = connections.receiveNext[connection]
  if (next < connections.receiverRttEdge[connection] || !isMerged(connections, connection)) return
  const began = connections.receiverRttTick[connection]
  connections.receiverRttEdge[connection] = next + advertisedWindow(connections, connection)
  connections.receiverRttTick[connection] = tick
  if (began === 0) return
  const known = connections.receiverRttNs[connection]
  const windowNs = Math.max(tick - began, LEAST_WINDOW_NS)
  if (known === 0 || windowNs < known) connections.receiverRttNs[connection] = windowNs
}

/**
 * Notes the timestamp that an ACK without data echoes. Linux processes the first packet after the SYN-ACK on its slow
 * path (tcp_finish_connect sets no header prediction), where this echo is noted, so that data with the same echo give
 * no sample.
 */
export function noteEmptySegment(connections: ConnectionTable, connection: Connection, echo: number): void {
  if (connections.receiverRttEcho[connection] === 0 && connections.listener[connection] === NONE)
    connections.receiverRttEcho[connection] = echo
}

/**
 * Adjusts the buffer when the user reads, after which `waitingBytes` that arrived in order are still unread
 * (tcp_rcv_space_adjust, tcp_rcvbuf_grow). These are subtracted, since they say nothing about the path. `spanBytes`: from
 * `receiveNext` to the end of what arrived out of order.
 */
export function adjustReceiveSpace(
  connections: ConnectionTable,
  connection: Connection,
  waitingBytes: number,
  spanBytes: number,
  tick: number,
): void {
  const readOffset = connections.receiveNext[connection] - waitingBytes
  const space = connections.receiveSpaceBytes[connection]
  const rttNs = connections.receiverRttNs[connection]
  if (space === FIXED || rttNs === 0 || tick - connections.receiveSpaceTick[connection] < rttNs) return
  const copied = readOffset - connections.receiveSpaceOffset[connection] - waitingBytes
  if (copied > space) {
    // The estimate is one round trip old, and in slow start the next round trip brings twice as much.
    const wanted = 2 * copied + 2 * Math.floor((2 * copied * (copied - space)) / space) + spanBytes
    growBuffer(connections, connection, wanted)
    connections.receiveSpaceBytes[connection] = copied
  }
  connections.receiveSpaceOffset[connection] = readOffset
  connections.receiveSpaceTick[connection] = tick
}

/**
 * Grows the buffer for data out of order, so that they and the gap before them do not use up the window
 * (tcp_data_queue_ofo).
 */
export function makeRoomForDisorder(connections: ConnectionTable, connection: Connection, spanBytes: number): void {
  const space = connections.receiveSpaceBytes[connection]
  if (space !== FIXED) growBuffer(connections, connection, 2 * space + spanBytes)
}

/** Returns the bytes from `receiveNext` to the end of what arrived out of order. */
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

/** Values of `receiveSpaceBytes`: the buffer has a fixed size; it will grow, and nothing was read yet. */
const FIXED = 0
const NOTHING_READ = 1
