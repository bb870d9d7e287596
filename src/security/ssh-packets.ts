/** The encryption of one direction of an SSH connection after NEWKEYS. */
export type SshCipher = 'aes128-gcm' | 'chacha20-poly1305' | 'aes128-ctr+hmac-sha2-256-etm'

interface SealShape {
  /** The encrypted part of a packet without the length field is a multiple of this. */
  readonly blockBytes: number
  /** The size of the AEAD tag or the MAC. */
  readonly tagBytes: number
}

/** RFC 5647 and OpenSSH's PROTOCOL; PROTOCOL.chacha20poly1305; RFC 4344, RFC 6668 with encrypt-then-MAC. */
const SEALS: Readonly<Record<SshCipher, SealShape>> = {
  'aes128-gcm': { blockBytes: 16, tagBytes: 16 },
  'chacha20-poly1305': { blockBytes: 8, tagBytes: 16 },
  'aes128-ctr+hmac-sha2-256-etm': { blockBytes: 16, tagBytes: 32 },
}

/** The fields packet_length (uint32) and padding_length (byte) of RFC 4253 section 6. */
const LENGTH_BYTES = 4
const PADDING_LENGTH_BYTES = 1
const MIN_PADDING_BYTES = 4

/** The size of a packet after NEWKEYS. In all modelled modes the length field is outside of the padded blocks. */
export function sealedPacketBytes(payloadBytes: number, cipher: SshCipher): number {
  const { blockBytes, tagBytes } = SEALS[cipher]
  return LENGTH_BYTES + paddedBytes(PADDING_LENGTH_BYTES + payloadBytes, blockBytes) + tagBytes
}

/**
 * The size of a packet before NEWKEYS. The length field is inside of the padded blocks. RFC 4253 requires multiples of 8,
 * which OpenSSH uses; x/crypto pads to multiples of 16.
 */
export function plainPacketBytes(payloadBytes: number, blockBytes: 8 | 16): number {
  return paddedBytes(LENGTH_BYTES + PADDING_LENGTH_BYTES + payloadBytes, blockBytes)
}

/** Both implementations add the smallest padding that is allowed. */
function paddedBytes(contentBytes: number, blockBytes: number): number {
  return Math.ceil((contentBytes + MIN_PADDING_BYTES) / blockBytes) * blockBytes
}
