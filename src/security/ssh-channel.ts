/**
 * Flow control of a channel (RFC 4254 5.2), with the figures that OpenSSH (channels.h, CHAN_TCP_*) and x/crypto
 * (ssh/channel.go) share.
 */

/** The most data in one packet. */
export const CHANNEL_MAX_PACKET_BYTES = 32_768

/** What a side may send before the other grants more. */
export const CHANNEL_WINDOW_BYTES = 64 * CHANNEL_MAX_PACKET_BYTES

/**
 * How much window a receiver grants when its reader has taken data: all that was taken since the last grant once
 * more than three packets are missing from the window, else nothing yet. (Both implementations name a second
 * condition, less than half the window left, which the first one includes at these figures.)
 *
 * @param windowBytes what the sender may still send
 * @param consumedBytes what the reader has taken and no grant has covered
 */
export function windowGrantBytes(windowBytes: number, consumedBytes: number): number {
  return CHANNEL_WINDOW_BYTES - windowBytes > 3 * CHANNEL_MAX_PACKET_BYTES ? consumedBytes : 0
}
