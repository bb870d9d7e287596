import { congestionControlOf } from '../congestion/congestion-controls.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/**
 * What the kernel's buffers add to a segment: MAX_TCP_HEADER and skb_shared_info, and beside them a sk_buff, as the test
 * bed has them (`ss -tm` shows 46,080 at first, and 832 for each skb; a kernel for wireless networks has 87,040).
 */
const HEAD_BYTES = 256 + 320
const SOCKET_BUFFER_BYTES = 256
/** What a unit of the queue takes beside its data. */
const OVERHEAD_BYTES = HEAD_BYTES + SOCKET_BUFFER_BYTES
const LEAST_SEGMENTS = 10 // TCP_INIT_CWND
/** Fast recovery sends a window while another is being acknowledged; BBR asks for more (bbr_sndbuf_expand). */
const WINDOWS = 2
/** sk_stream_is_writeable: a writer who was held back hears of room when a third of the buffer is free. */
const WRITABLE_SHARE = 2 / 3

/** Of a buffer that is fixed, so many share a unit (tcp_min_tso_segs): what its bytes take of memory. */
const SEGMENTS_A_UNIT = 2

/**
 * How much a writer may leave in the send buffer. Linux counts memory, and makes the buffer as large as two windows of
 * segments take at worst, some three of them as a rule (net/ipv4/tcp_input.c, tcp_sndbuf_expand), up to
 * net.ipv4.tcp_wmem's maximum. A buffer that is fixed has the memory for as many bytes as it says, or holds just these.
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
  beginSendBuffer(connections, connection)
}

/** Also when the handshake is over, and says how large segments are (tcp_init_buffer_space). */
export function beginSendBuffer(connections: ConnectionTable, connection: Connection): void {
  if (connections.growsSendBuffer[connection] === 1) return expandSendBuffer(connections, connection)
  const bytes = connections.largestSendBufferBytes[connection]
  const unitBytes = SEGMENTS_A_UNIT * connections.maximumSegmentBytes[connection]
  const overheadBytes = countsMemory(connections, connection) ? Math.floor((bytes * OVERHEAD_BYTES) / unitBytes) : 0
  connections.sendBufferBytes[connection] = bytes + overheadBytes
}

function countsMemory(connections: ConnectionTable, connection: Connection): boolean {
  return connections.profileOf(connection).growsSendBuffer
}

/** A writer is held back, and the window is not full: a larger window asks for a larger buffer (tcp_new_space). */
export function growSendBuffer(connections: ConnectionTable, connection: Connection): void {
  if (connections.growsSendBuffer[connection] === 0) return
  if (connections.segmentsInFlight(connection) >= Math.floor(connections.congestionWindow[connection])) return
  expandSendBuffer(connections, connection)
}

/** Whether somebody may write who holds back where he may not; `bufferedBytes` are not acknowledged yet. */
export function hasSendRoom(connections: ConnectionTable, connection: Connection, bufferedBytes: number): boolean {
  return usedBytes(connections, connection, bufferedBytes) < connections.sendBufferBytes[connection]
}

/** Whether there is enough room to wake somebody who was held back. */
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
  let segmentMemory = 1
  while (segmentMemory < connections.maximumSegmentBytes[connection] + HEAD_BYTES) segmentMemory *= 2
  const control = congestionControlOf(connections, connection)
  const wanted = (control.sendBufferWindows ?? WINDOWS) * segments * (segmentMemory + SOCKET_BUFFER_BYTES)
  const most = connections.largestSendBufferBytes[connection]
  if (wanted > connections.sendBufferBytes[connection]) connections.sendBufferBytes[connection] = Math.min(wanted, most)
}
