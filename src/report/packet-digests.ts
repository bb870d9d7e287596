/**
 * `packets.digest`: what `replay` walks to name the first packet that differs. Four bytes a delivered packet,
 * little-endian, in delivery order; of a run with more than FULL_PACKETS, only every THINNED_STRIDE-th.
 */
const FULL_PACKETS = 100_000
const THINNED_STRIDE = 1_000

/** How many packets each digest of the file stands for. */
export function strideOf(packets: number): number {
  return packets > FULL_PACKETS ? THINNED_STRIDE : 1
}

export function encodePacketDigests(digests: Uint32Array): Uint8Array {
  const stride = strideOf(digests.length)
  const kept = Math.floor(digests.length / stride)
  const bytes = new Uint8Array(kept * 4)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < kept; i++) view.setUint32(i * 4, digests[(i + 1) * stride - 1], true)
  return bytes
}
