/** How one direction of an SSH connection is sealed once NEWKEYS has gone out. */
export type SshCipher = 'aes128-gcm' | 'chacha20-poly1305' | 'aes128-ctr+hmac-sha2-256-etm'

interface SealShape {
  /** What is encrypted beside the length field is a multiple of this. */
  readonly blockBytes: number
  /** The AEAD's tag or the MAC. */
  readonly tagBytes: number
}

/** RFC 5647 and OpenSSH's PROTOCOL; PROTOCOL.chacha20poly1305; RFC 4344, RFC 6668 with encrypt-then-MAC. */
const SEALS: Readonly<Record<SshCipher, SealShape>> = {
  'aes128-gcm': { blockBytes: 16, tagBytes: 16 },
  'chacha20-poly1305': { blockBytes: 8, tagBytes: 16 },
  'aes128-ctr+hmac-sha2-256-etm': { blockBytes: 16, tagBytes: 32 },
}

/** uint32 packet_length, byte padding_length (RFC 4253 6). */
const LENGTH_BYTES = 4
const PADDING_LENGTH_BYTES = 1
const MIN_PADDING_BYTES = 4

/** A packet on the wire after NEWKEYS. In all these modes the length field stays outside the padded blocks. */
export function sealedPacketBytes(payloadBytes: number, cipher: SshCipher): number {
  const { blockBytes, tagBytes } = SEALS[cipher]
  return LENGTH_BYTES + paddedBytes(PADDING_LENGTH_BYTES + payloadBytes, blockBytes) + tagBytes
}

/**
 * A packet on the wire before NEWKEYS; here the length field is inside the blocks. RFC 4253 asks for multiples of 8;
 * OpenSSH pads so, x/crypto to 16.
 */
export function plainPacketBytes(payloadBytes: number, blockBytes: 8 | 16): number {
  return paddedBytes(LENGTH_BYTES + PADDING_LENGTH_BYTES + payloadBytes, blockBytes)
}

/** Both implementations add the least padding that is allowed. */
function paddedBytes(contentBytes: number, blockBytes: number): number {
  return Math.ceil((contentBytes + MIN_PADDING_BYTES) / blockBytes) * blockBytes
}
