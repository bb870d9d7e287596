/**
 * The buffer sizes of Konnectivity's programs: how much each holds for a slow reader before it delays its senders
 * (apiserver-network-proxy, cmd/agent/app/options and cmd/server/app/options, `--xfr-channel-size`;
 * konnectivity-client/pkg/client/client.go).
 */

/** Packets that an agent holds for each connection and direction, between the tunnel and the target. */
export const AGENT_CHANNEL_PACKETS = 150
/** Bytes that the agent reads from a target at once (pkg/agent/client.go, remoteToSendChannel). */
export const AGENT_READ_BYTES = 4096
/** Packets that the server holds for each agent, over all its connections. */
export const SERVER_CHANNEL_PACKETS = 10
/** Packets that the apiserver holds for each connection. */
export const READER_CHANNEL_PACKETS = 10
/**
 * Bytes in flight for each connection between server and apiserver: the window of its gRPC stream over a Unix socket.
 */
const FRONTEND_WINDOW_BYTES = 65_535
/**
 * Bytes that a writer sends at once after waiting. Go's io.Copy and the server's reads in mode http-connect use this
 * size.
 */
export const WRITE_BYTES = 32 * 1024

/** Returns whether the apiserver cannot hold another packet, because its channel and the window behind it are full. */
export function isReaderFull(queuedPackets: number, queuedBytes: number): boolean {
  if (queuedPackets < READER_CHANNEL_PACKETS) return false
  return queuedBytes * (1 - READER_CHANNEL_PACKETS / queuedPackets) >= FRONTEND_WINDOW_BYTES
}

export function isTargetFull(queuedPackets: number): boolean {
  return queuedPackets >= AGENT_CHANNEL_PACKETS
}
