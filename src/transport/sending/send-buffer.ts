import { congestionControlOf } from '../congestion/congestion-controls.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/**
 * Memory that the kernel adds to a segment: MAX_TCP_HEADER and skb_shared_info, and a sk_buff, as measured with `ss
 * -tm` on the test machine (46,080 bytes at first, and 832 for each skb). A kernel for wireless networks has 87,040.
 */
const HEAD_BYTES = 256 + 320
const SOCKET_BUFFER_BYTES = 256
/** Memory of a unit of the queue besides its data. */
const OVERHEAD_BYTES = HEAD_BYTES + SOCKET_BUFFER_BYTES
const LEAST_SEGMENTS = 10 // TCP_INIT_CWND
/**
 * Congestion windows that the buffer holds: fast recovery sends one while another is acknowledged. BBR needs more
 * (bbr_sndbuf_expand).
 */
const WINDOWS = 2
/** A waiting writer is woken when a third of the buffer is free (sk_stream_is_writeable). */
const WRITABLE_SHARE = 2 / 3

/** Segments per unit by which the memory of a fixed buffer is computed (tcp_min_tso_segs). */
const SEGMENTS_A_UNIT = 2

/**
 * Sets up the send buffer: how many unacknowledged bytes a writer may leave in it. Linux counts memory, and sizes the
 * buffer for two windows of segments at their worst use of memory, which is usually three windows
 * (net/ipv4/tcp_input.c, tcp_sndbuf_expand), up to the maximum of net.ipv4.tcp_wmem. A buffer of fixed size has the
 * memory for that many bytes, or holds exactly that many. `chosen`: the configured size, or null.
 */
export function initializeSendBuffer(
  connections: ConnectionTable,
  connection: Connection,
  chosen: number | null,
): void {
  const profile = connections.profileOf(connection)
  const grows = chosen === null && profile.growsSendBuffer
  connections.largestSendBufferBytes[connection] = chosen ?? profile.sendBufferBytes
  connections.growsSendBuffer[connection] = grows ? 1 : 0
  if (grows) connections.sendBufferBytes[connection] = profile.firstSendBufferBytes
  beginSendBuffer(connections, connection)
}

/** Sizes the buffer, again when the handshake has determined the segment size (tcp_init_buffer_space). */
export function beginSendBuffer(connections: ConnectionTable, connection: Connection): void {
  if (connections.hasFixedSendMemory[connection] === 1) return
  if (connections.growsSendBuffer[connection] === 1) return expandSendBuffer(connections, connection)
  const bytes = connections.largestSendBufferBytes[connection]
  const unitBytes = SEGMENTS_A_UNIT * connections.maximumSegmentBytes[connection]
  const overheadBytes = countsMemory(connections, connection) ? Math.floor((bytes * OVERHEAD_BYTES) / unitBytes) : 0
  connections.sendBufferBytes[connection] = bytes + overheadBytes
}

/** Gives the buffer a fixed memory, as SO_SNDBUF does. */
export function fixSendMemory(connections: ConnectionTable, connection: Connection, memoryBytes: number): void {
  connections.growsSendBuffer[connection] = 0
  connections.sendBufferBytes[connection] = memoryBytes
  connections.largestSendBufferBytes[connection] = memoryBytes
  connections.hasFixedSendMemory[connection] = 1
}

function countsMemory(connections: ConnectionTable, connection: Connection): boolean {
  return connections.profileOf(connection).growsSendBuffer
}

/** Grows the buffer when a writer waits and the congestion window is not full (tcp_new_space). */
export function growSendBuffer(connections: ConnectionTable, connection: Connection): void {
  if (connections.growsSendBuffer[connection] === 0) return
  if (connections.segmentsInFlight(connection) >= Math.floor(connections.congestionWindow[connection])) return
  expandSendBuffer(connections, connection)
}

/** Returns whether the buffer has room for a writer. `bufferedBytes` are not acknowledged yet. */
export function hasSendRoom(connections: ConnectionTable, connection: Connection, bufferedBytes: number): boolean {
  return usedBytes(connections, connection, bufferedBytes) < connections.sendBufferBytes[connection]
}

/** Returns whether there is enough room to wake a waiting writer. */
export function isWorthWaking(connections: ConnectionTable, connection: Connection, bufferedBytes: number): boolean {
  if (!countsMemory(connections, connection)) return hasSendRoom(connections, connection, bufferedBytes)
  const writableBytes = connections.sendBufferBytes[connection] * WRITABLE_SHARE
  return usedBytes(connections, connection, bufferedBytes) <= writableBytes
}

function usedBytes(connections: ConnectionTable, connection: Connection, bufferedBytes: number): number {
  if (!countsMemory(connections, connection)) return bufferedBytes
  return bufferedBytes + connections.buffersHeld[connection] * OVERHEAD_BYTES
}

function expandSendBuffer(connections: ConnectionTable, connection: Connection): void {
  const segments = Math.max(LEAST_SEGMENTS, Math.floor(connections.congestionWindow[connection]))
  // The next power of two.
  const segmentMemory = 1 << (32 - Math.clz32(connections.maximumSegmentBytes[connection] + HEAD_BYTES - 1))
  const control = congestionControlOf(connections, connection)
  const wanted = (control.sendBufferWindows ?? WINDOWS) * segments * (segmentMemory + SOCKET_BUFFER_BYTES)
  const most = connections.largestSendBufferBytes[connection]
  if (wanted > connections.sendBufferBytes[connection]) connections.sendBufferBytes[connection] = Math.min(wanted, most)
}
