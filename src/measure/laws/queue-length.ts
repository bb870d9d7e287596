import { judgeEach, type Law } from './law.ts'
import type { DirectionLog, LoggedPacket, PacketLog } from './packet-log.ts'

const NS_PER_S = 1_000_000_000
const BITS_PER_BYTE = 8

export const queueLength: Law<PacketLog> = {
  name: 'queue length',
  sentence:
    "The integral of a queue's length over time is the sum of the times that packets spend in it, those still there counted to the end; both in link time.",
  exceptions: [
    'Where the delay varies, arrivals do not tell when packets left.',
    'Bursts of losses take link time for packets that never arrive, and a link that goes down forgets its queue.',
  ],
  judge: ({ directions, endTick }) =>
    judgeEach(
      directions.filter(({ hasPlainQueue, packets }) => hasPlainQueue && packets.length > 0),
      (direction) => breachOf(direction, endTick),
    ),
}

function breachOf(direction: DirectionLog, endTick: number): string | null {
  const [seen, spent] = [integralOf(direction, endTick), timesOf(direction, endTick)]
  return seen === spent
    ? null
    : `${direction.name} has a queue of ${seen / 2n} ns^2, and its packets spent ${spent / 2n}`
}

/**
 * Returns twice the integral of the backlog that the link has: at each packet what it found, and its own link time, from
 * which a nanosecond goes in a nanosecond.
 */
function integralOf({ packets, rateBps }: DirectionLog, endTick: number): bigint {
  let twice = 0n
  for (const [nth, packet] of packets.entries()) {
    const afterNs = packet.backlogNs + (packet.isDropped ? 0 : serializationNs(packet, rateBps))
    const untilTick = Math.min(packets[nth + 1]?.queuedTick ?? endTick, endTick)
    const drainedNs = Math.min(afterNs, Math.max(untilTick - packet.queuedTick, 0))
    twice += BigInt(drainedNs) * (2n * BigInt(afterNs) - BigInt(drainedNs))
  }
  return twice
}

/** Returns twice the sum of what each packet adds: all of its link time while it waits, what is left while it is sent. */
function timesOf({ packets, rateBps, constantDelayNs }: DirectionLog, endTick: number): bigint {
  let twice = 0n
  let lastTick = 0
  for (const packet of packets.filter(({ isDropped }) => !isDropped)) {
    const ownNs = serializationNs(packet, rateBps)
    // Of packets that are under way at the end only the order tells when they leave.
    const leavesTick =
      packet.arrivedTick === null
        ? Math.max(lastTick, packet.queuedTick) + ownNs
        : packet.arrivedTick - (constantDelayNs ?? 0)
    lastTick = leavesTick
    if (packet.queuedTick >= endTick) continue
    const beginsTick = Math.min(leavesTick - ownNs, endTick)
    const sendingNs = BigInt(Math.max(Math.min(leavesTick, endTick) - beginsTick, 0))
    twice += 2n * BigInt(ownNs) * (BigInt(beginsTick - packet.queuedTick) + sendingNs) - sendingNs * sendingNs
  }
  return twice
}

function serializationNs({ bytes }: LoggedPacket, rateBps: number | null): number {
  return rateBps === null ? 0 : Math.ceil((bytes * BITS_PER_BYTE * NS_PER_S) / rateBps)
}
