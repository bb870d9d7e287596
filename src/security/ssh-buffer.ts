import { RELAY_READ_BYTES } from '../transport/streams/relay.ts'
import type { SshChannel } from './rows.ts'
import type { SshChannelTable } from './ssh-session.ts'

/**
 * The buffer in which sshd keeps data that it has read from a socket and not yet sent (OpenSSH sshbuf.c). Sent data stays
 * at the front until it is half of the buffer (sshbuf_maybe_pack). Before each read there must be space for the largest
 * read. Where there is none, sshd copies all data to a new allocation that is larger by that size (sshbuf_allocate),
 * whose pages the kernel must provide.
 */

/** SSHBUF_PACK_MIN and SSHBUF_SIZE_INC of OpenSSH's sshbuf.c. */
const LEAST_PACKED_BYTES = 8192
const STEP_BYTES = 256

/**
 * Records that sshd has read the channel's data up to offset `readBytes`. Returns the size in bytes of the new
 * allocation that this needed; 0 if it needed none.
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
