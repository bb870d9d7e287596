/**
 * Flow control of an SSH channel (RFC 4254 section 5.2), with the constants that OpenSSH (channels.h, CHAN_TCP_*) and
 * x/crypto (ssh/channel.go) have in common.
 */

const MAX_PACKET_BYTES = 32_768

/** The limits of a channel. Tests have smaller ones, with a window of more than three packets. */
export const SSH_CHANNEL = {
  /** The largest amount of data in one packet. */
  maxPacketBytes: MAX_PACKET_BYTES,
  /** The initial window: how much a side may send before the other grants more. */
  windowBytes: 64 * MAX_PACKET_BYTES,
}

/**
 * The window in bytes that a receiver grants after its reader has consumed data: all data consumed since the last
 * grant, as soon as the window is more than three packets below its initial size, and otherwise 0. (Both implementations
 * have a second condition, less than half of the window left, which the first one implies at these sizes.)
 *
 * @param windowBytes what the sender may still send
 * @param consumedBytes what the reader has consumed since the last grant
 */
export function windowGrantBytes(windowBytes: number, consumedBytes: number): number {
  return SSH_CHANNEL.windowBytes - windowBytes > 3 * SSH_CHANNEL.maxPacketBytes ? consumedBytes : 0
}
