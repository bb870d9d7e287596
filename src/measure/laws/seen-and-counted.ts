import { judgeEach, type Law } from './law.ts'
import type { DirectionLog, PacketLog } from './packet-log.ts'

export const seenAndCounted: Law<PacketLog> = {
  name: 'seen and counted',
  sentence: 'A link counts the packets and bytes that arrive and are dropped, each once.',
  exceptions: [],
  judge: ({ directions }) => judgeEach(directions, breachOf),
}

function breachOf({ name, packets, deliveredPackets, deliveredBytes, droppedPackets }: DirectionLog): string | null {
  const arrived = packets.filter(({ arrivedTick }) => arrivedTick !== null)
  const seen = [
    arrived.length,
    arrived.reduce((sum, { bytes }) => sum + bytes, 0),
    packets.filter(({ isDropped }) => isDropped).length,
  ]
  const counted = [deliveredPackets, deliveredBytes, droppedPackets]
  return seen.every((value, i) => value === counted[i])
    ? null
    : `${name} counted ${counted.join(', ')} packets and bytes delivered and packets dropped, and ${seen.join(', ')} were seen`
}
