/**
 * The file `packets.digest`, from which `replay` finds the first packet that differs. It has four bytes for each delivered
 * packet, little-endian, in the order of delivery; of a run with more than FULL_PACKETS, for every THINNED_STRIDE-th.
 */
const FULL_PACKETS = 100_000
const THINNED_STRIDE = 1_000

/** Returns the number of packets for which each digest of the file stands. */
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
