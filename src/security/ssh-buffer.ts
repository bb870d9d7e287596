import { RELAY_READ_BYTES } from '../transport/streams/relay.ts'
import type { SshChannel } from './rows.ts'
import type { SshChannelTable } from './ssh-session.ts'

/**
 * Where sshd keeps what it has read from a socket and not yet sent: OpenSSH's sshbuf.c. What has been sent stays at the
 * front until it is half of all (sshbuf_maybe_pack), and before each read there is to be room for the largest one. Where
 * there is none, everything moves to a new piece of memory that is larger by just that (sshbuf_allocate), which the
 * kernel must provide page by page.
 */

/** sshbuf.c, SSHBUF_PACK_MIN and SSHBUF_SIZE_INC. */
const LEAST_PACKED_BYTES = 8192
const STEP_BYTES = 256

/**
 * sshd has read up to `readBytes` of what came for the channel. Returns how large the piece of memory is that it had to
 * take for that; 0: none.
 */
export function noteRead(channels: SshChannelTable, channel: SshChannel, readBytes: number): number {
  const { bufferedBytes, packedBytes, sentBytes, bufferSizeBytes } = channels
  const before = bufferedBytes[channel]
  if (readBytes === before) return 0
  bufferedBytes[channel] = readBytes
  const leftBytes = before - sentBytes[channel]
  const goneBytes = sentBytes[channel] - packedBytes[channel]
  const isHalfGone = goneBytes >= LEAST_PACKED_BYTES && goneBytes >= Math.floor((goneBytes + leftBytes) / 2)
  if (leftBytes === 0 || isHalfGone) packedBytes[channel] = sentBytes[channel]
  const neededBytes = before - packedBytes[channel] + RELAY_READ_BYTES
  if (neededBytes <= bufferSizeBytes[channel]) return 0
  bufferSizeBytes[channel] = Math.ceil(neededBytes / STEP_BYTES) * STEP_BYTES
  return bufferSizeBytes[channel]
}
