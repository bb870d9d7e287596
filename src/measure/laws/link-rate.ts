import { type Judged, judgeEach, type Law } from './law.ts'
import type { DirectionLog, PacketLog } from './packet-log.ts'

const BITS_PER_BYTE = 8
const NS_PER_S = 1_000_000_000

export const linkRate: Law<PacketLog> = {
  name: 'link rate',
  sentence: 'Between two ticks, no more bytes leave a link direction than its rate lets through, and one packet.',
  exceptions: [
    'Where the delay varies (jitter, noise of a host, rules, changes), arrivals do not tell when packets left.',
    'A link without a rate lets everything through.',
  ],
  judge: ({ directions }): Judged =>
    judgeEach(
      directions.filter(({ rateBps, constantDelayNs }) => rateBps !== null && constantDelayNs !== null),
      breachOf,
    ),
}

/**
 * Finds two packets between which more bytes left than the rate allows. Ticks are integers, so a packet may leave up to
 * 1 ns early.
 */
function breachOf({ name, rateBps, packets, constantDelayNs }: DirectionLog): string | null {
  const left = packets
    .flatMap(({ arrivedTick, bytes }) =>
      arrivedTick === null ? [] : [{ tick: arrivedTick - (constantDelayNs ?? 0), bytes }],
    )
    .sort((a, b) => a.tick - b.tick)
  let bytes = 0
  // The least value of (the time that the bytes up to a packet need, minus the packet's tick). Each packet is compared
  // with the earliest packet that gives the worst pair.
  let leastNs = Number.POSITIVE_INFINITY
  for (const packet of left) {
    const neededNs = (bytes * BITS_PER_BYTE * NS_PER_S) / (rateBps ?? 1) - packet.tick
    const excessNs = neededNs + (packet.bytes * BITS_PER_BYTE * NS_PER_S) / (rateBps ?? 1) - leastNs
    if (excessNs > 1)
      return `${name} let through more than ${rateBps} bit/s: a packet of ${packet.bytes} bytes left at ${packet.tick}, ${Math.round(excessNs)} ns too early`
    bytes += packet.bytes
    leastNs = Math.min(leastNs, neededNs + (packet.bytes * BITS_PER_BYTE * NS_PER_S) / (rateBps ?? 1))
  }
  return null
}
