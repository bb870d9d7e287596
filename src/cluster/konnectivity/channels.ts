/**
 * How much each part of Konnectivity holds for somebody who does not read, before it makes others wait
 * (cmd/agent/app/options and cmd/server/app/options, --xfr-channel-size; konnectivity-client/pkg/client/client.go).
 */

/** Of each connection, between what the agent reads from the tunnel and what it writes to the target, and back. */
export const AGENT_CHANNEL_PACKETS = 150
/** The agent reads so much from the target at once (pkg/agent/client.go, remoteToSendChannel). */
export const AGENT_READ_BYTES = 4096
/** Of all connections of an agent together, at the server. */
export const SERVER_CHANNEL_PACKETS = 10
/** Of each connection, at the apiserver. */
export const READER_CHANNEL_PACKETS = 10
/** Of each connection, between server and apiserver: the window of a gRPC stream of its own, over a Unix socket. */
const FRONTEND_WINDOW_BYTES = 65_535
/** What a writer that had to wait sends at once: Go's io.Copy, and the server's reads in the mode http-connect. */
export const WRITE_BYTES = 32 * 1024

/** Whether another packet finds no place: the reader's channel is full, and the window behind it. */
export function isReaderFull(queuedPackets: number, queuedBytes: number): boolean {
  if (queuedPackets < READER_CHANNEL_PACKETS) return false
  return queuedBytes * (1 - READER_CHANNEL_PACKETS / queuedPackets) >= FRONTEND_WINDOW_BYTES
}

export function isTargetFull(queuedPackets: number): boolean {
  return queuedPackets >= AGENT_CHANNEL_PACKETS
}
