import { type ConnectionTable, TIMESTAMP_OPTION_BYTES } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

const LARGEST_UNSCALED_WINDOW = 65_535
/** A window smaller than the buffer divided by this is advertised as closed (Linux). */
const LEAST_PART = 16

/**
 * Whether the window is selected as in Linux. Otherwise all free room is advertised, as for a configured buffer size.
 */
export function usesLinuxWindow(connections: ConnectionTable, connection: Connection): boolean {
  return connections.windowShare[connection] > 0
}

/**
 * Returns the window of a SYN, which is not scaled: whole segments of the initial buffer (tcp_select_initial_window).
 */
export function synWindow(connections: ConnectionTable, connection: Connection, hasOptionsOfPeer: boolean): number {
  const spaceBytes = connections.receiveBufferBytes[connection]
  if (!usesLinuxWindow(connections, connection)) return Math.min(spaceBytes, LARGEST_UNSCALED_WINDOW)
  const optionBytes = connections.hasTimestamps(connection) && !hasOptionsOfPeer ? TIMESTAMP_OPTION_BYTES : 0
  const segmentBytes = connections.ownSegmentBytes(connection) + optionBytes
  const whole = spaceBytes > segmentBytes ? Math.floor(spaceBytes / segmentBytes) * segmentBytes : spaceBytes
  return Math.min(whole, LARGEST_UNSCALED_WINDOW)
}

/**
 * Returns the window from `receiveNext` on, without regard to the edge advertised before (net/ipv4/tcp_output.c,
 * __tcp_select_window). Without scaling it consists of whole segments and moves by at least one. A very small window is
 * advertised as closed.
 */
export function selectWindow(connections: ConnectionTable, connection: Connection, heldBytes: number): number {
  const bufferBytes = connections.receiveBufferBytes[connection]
  const unit = 1 << connections.windowScale[connection]
  const segmentBytes = Math.min(connections.receiveSegmentBytes[connection], bufferBytes)
  let free = bufferBytes - heldBytes
  if (free < bufferBytes / 2) {
    connections.quickAcks[connection] = 0
    free = Math.floor(free / unit) * unit
    if (free < bufferBytes / LEAST_PART || free < segmentBytes) return 0
  }
  free = Math.min(free, connections.receiveThresholdBytes[connection])
  if (unit > 1) return Math.ceil(free / unit) * unit
  const told = advertisedWindow(connections, connection)
  if (told <= free - segmentBytes || told > free) return Math.floor(free / segmentBytes) * segmentBytes
  return told
}

/** Returns the window that the last ACK has advertised. */
export function advertisedWindow(connections: ConnectionTable, connection: Connection): number {
  return connections.receiveWindowEdge[connection] - connections.lastAckSent[connection]
}
