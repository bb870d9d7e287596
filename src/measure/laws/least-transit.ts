import { judgeEach, type Law } from './law.ts'
import type { DirectionLog, PacketLog } from './packet-log.ts'

const BITS_PER_BYTE = 8
const NS_PER_S = 1_000_000_000

export const leastTransit: Law<PacketLog> = {
  name: 'least transit',
  sentence: 'No packet arrives before it could be serialized and its signal could travel.',
  exceptions: ['Where the delay varies, the least delay of a packet is not known.'],
  judge: ({ directions }) =>
    judgeEach(
      directions.filter(({ constantDelayNs }) => constantDelayNs !== null),
      breachOf,
    ),
}

function breachOf({ name, rateBps, constantDelayNs, packets }: DirectionLog): string | null {
  for (const { bytes, sentTick, arrivedTick } of packets) {
    const serializationNs = rateBps === null ? 0 : (bytes * BITS_PER_BYTE * NS_PER_S) / rateBps
    const least = sentTick + serializationNs + (constantDelayNs ?? 0)
    if (arrivedTick !== null && arrivedTick < Math.floor(least))
      return `${name} delivered a packet of ${bytes} bytes, sent at ${sentTick}, at ${arrivedTick}, before ${least}`
  }
  return null
}
