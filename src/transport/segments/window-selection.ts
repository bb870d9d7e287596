import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import { TIMESTAMP_OPTION_BYTES } from '../timing/timestamps.ts'

const LARGEST_UNSCALED_WINDOW = 65_535
/** Linux: below this part of the buffer the window is closed rather than told byte by byte. */
const LEAST_PART = 16

/** Whether it is told as Linux tells it; else all the room that there is, as where a size was chosen for it. */
export function usesLinuxWindow(connections: ConnectionTable, connection: Connection): boolean {
  return connections.windowShare[connection] > 0
}

/** Of a SYN, which no scale applies to: whole segments of what the buffer begins with (tcp_select_initial_window). */
export function synWindow(connections: ConnectionTable, connection: Connection, hasOptionsOfPeer: boolean): number {
  const spaceBytes = Math.min(connections.receiveBufferBytes[connection], LARGEST_UNSCALED_WINDOW + 1)
  if (!usesLinuxWindow(connections, connection)) return Math.min(spaceBytes, LARGEST_UNSCALED_WINDOW)
  const { hasTimestamps } = connections.profileOf(connection)
  const optionBytes = hasTimestamps && !hasOptionsOfPeer ? TIMESTAMP_OPTION_BYTES : 0
  const segmentBytes = connections.maximumSegmentBytes[connection] + optionBytes
  const whole = spaceBytes > segmentBytes ? Math.floor(spaceBytes / segmentBytes) * segmentBytes : spaceBytes
  return Math.min(whole, LARGEST_UNSCALED_WINDOW)
}

/**
 * Bytes from what is received in order on that the sender may fill, of which the edge that was promised is no part
 * (net/ipv4/tcp_output.c, __tcp_select_window). A window that cannot be scaled keeps to whole segments, and moves by one
 * at least; nothing is told of a room that is hardly any.
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

/** As the last ACK told it. */
export function advertisedWindow(connections: ConnectionTable, connection: Connection): number {
  return connections.receiveWindowEdge[connection] - connections.lastAckSent[connection]
}
