import { TWO_POW_32 } from '../engine/hash.ts'
import { NONE } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { AccountTable } from './account.ts'
import type { ActivityTable } from './activity.ts'
import {
  BITS_PER_BYTE,
  HAS_BURSTS,
  HAS_JITTER,
  HAS_LOSS,
  IS_CHARGED,
  IS_DOWN,
  IS_SLOW_WHEN_COLD,
  type LinkDirectionTable,
  MAY_REORDER,
} from './link-direction.ts'
import { PACKET_PLACES, type PacketTable } from './packet.ts'
import type { PacketsInFlight } from './packets-in-flight.ts'

const {
  next: NEXT,
  serial: SERIAL,
  arrivalTick: ARRIVAL_TICK,
  takenTick: TAKEN_TICK,
  isHeld: IS_HELD,
  headerBytes: HEADER_BYTES,
  payloadBytes: PAYLOAD_BYTES,
  account: ACCOUNT,
  activity: ACTIVITY,
} = PACKET_PLACES

/** Features that a burst cannot have. */
const NOT_PLAIN = IS_DOWN | HAS_LOSS | HAS_BURSTS | HAS_JITTER | IS_SLOW_WHEN_COLD

/** Returned by `put` where the packets must be put on the link one by one. */
export const ONE_BY_ONE = -1

/**
 * Puts the packets of a burst on a link direction as `Network` does, in one loop, without what cannot apply.
 *
 * It may assume that the packets are of one connection and of one size, that no rule and no observer sees them, and that
 * they were made in the present event. It leaves the burst to the general path unless each packet is either put on the
 * link, in the order of the burst and behind all others, or finds the queue full: so where packets are lost or delayed at
 * random, where the link is down or its host is slow after a pause, and where others wait for the activity.
 */
export class BurstTransmission {
  private readonly directions: LinkDirectionTable
  private readonly packets: PacketTable
  private readonly accounts: AccountTable
  private readonly activities: ActivityTable
  private readonly inFlight: PacketsInFlight
  private readonly timeline: Timeline

  constructor(
    directions: LinkDirectionTable,
    packets: PacketTable,
    accounts: AccountTable,
    activities: ActivityTable,
    inFlight: PacketsInFlight,
    timeline: Timeline,
  ) {
    this.directions = directions
    this.packets = packets
    this.accounts = accounts
    this.activities = activities
    this.inFlight = inFlight
    this.timeline = timeline
  }

  /**
   * Puts the first `count` packets of a list on a link direction. Returns how many of them the queue took,
   * which the rest found full; or ONE_BY_ONE, when nothing was done.
   */
  put(direction: number, burst: Int32Array, count: number): number {
    const { directions, packets, activities } = this
    const { now } = this.timeline
    const { int32s: words, float64s: ticks } = packets
    const first = burst[0]
    const activity = activities.rowAt(words[first + ACTIVITY])
    const wireBytes = words[first + HEADER_BYTES] + words[first + PAYLOAD_BYTES]
    const row = directions.rowOf(direction)
    const features = directions.features[row]
    const firstSerial = directions.nextSerial[row]
    const isPlain =
      (features & NOT_PLAIN) === 0 &&
      wireBytes <= directions.mtuBytes[row] &&
      firstSerial + count <= TWO_POW_32 &&
      activities.isAlone(activity)
    if (!isPlain) return ONE_BY_ONE
    const lengthNs = Math.ceil((wireBytes * BITS_PER_BYTE * NS_PER_S) / directions.rateBps[row])
    const delayNs = directions.delayNs[row]
    const limitNs = directions.queueLimitNs[row]
    const busyUntil = directions.busyUntilTick[row]
    let start = busyUntil > now ? busyUntil : now
    const earliest = Math.max(now + 1, (features & MAY_REORDER) === 0 ? directions.lastArrivalTick[row] : 0)
    // Only the first can be ahead of others, or of the next tick.
    if (!this.inFlight.isNextInLine(direction, Math.max(start + lengthNs + delayNs, earliest), firstSerial))
      return ONE_BY_ONE
    let arrival = 0
    let taken = 0
    for (; taken < count && start - now <= limitNs; taken++) {
      const packet = burst[taken]
      const end = start + lengthNs
      arrival = end + delayNs
      if (arrival < earliest) arrival = earliest
      words[packet + SERIAL] = firstSerial + taken
      ticks[packet + ARRIVAL_TICK] = arrival
      ticks[packet + TAKEN_TICK] = now
      words[packet + IS_HELD] = 0
      words[packet + NEXT] = NONE
      if (taken > 0) words[burst[taken - 1] + NEXT] = packet
      start = end
    }
    for (let nth = taken; nth < count; nth++) words[burst[nth] + SERIAL] = firstSerial + nth
    directions.nextSerial[row] = firstSerial + count
    if (taken === 0) return 0
    directions.busyUntilTick[row] = start
    directions.lastArrivalTick[row] = arrival
    if ((features & IS_CHARGED) !== 0)
      this.accounts.chargeAll(this.accounts.rowAt(words[first + ACCOUNT]), taken, taken * wireBytes)
    activities.recordTransmission(activity, start - lengthNs - now, lengthNs)
    this.inFlight.append(direction, packets.rowAt(first), packets.rowAt(burst[taken - 1]))
    return taken
  }
}
