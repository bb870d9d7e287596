/**
 * The file `packets.digest`, in which `replay` finds the first packet that differs. It has four bytes for each
 * delivered packet, little-endian, in the order of delivery. In a run with more than FULL_PACKETS, it has every
 * THINNED_STRIDE-th.
 */
const FULL_PACKETS = 100_000
const THINNED_STRIDE = 1_000

/** Returns the number of packets that each digest in the file covers. */
export function strideOf(packets: number): number {
  return packets > FULL_PACKETS ? THINNED_STRIDE : 1
}

/** Returns the length of `packets.digest` in bytes. */
export function digestsLength(packets: number): number {
  return Math.floor(packets / strideOf(packets)) * 4
}

/** Returns the content of `packets.digest`. */
export function encodePacketDigests(digests: Uint32Array): Uint8Array {
  const stride = strideOf(digests.length)
  const kept = Math.floor(digests.length / stride)
  const bytes = new Uint8Array(kept * 4)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < kept; i++) view.setUint32(i * 4, digests[(i + 1) * stride - 1], true)
  return bytes
}
