import { TWO_POW_32 } from '../engine/hash.ts'
import { NONE } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { AccountTable } from './account.ts'
import type { ActivityTable } from './activity.ts'
import { nextDepartureTick, noteDepartures } from './departure.ts'
import {
  BITS_PER_BYTE,
  HAS_BURSTS,
  HAS_JITTER,
  HAS_LOSS,
  HAS_NOISE,
  IS_CHARGED,
  IS_DOWN,
  type LinkDirectionTable,
  MARKS_WAITING,
  MAY_REORDER,
  TAKES_TIME_TO_SEND,
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
  senderNameHigh: NAME_HIGH,
  senderNameLow: NAME_LOW,
  account: ACCOUNT,
  activity: ACTIVITY,
} = PACKET_PLACES

/** Features that a burst cannot have. */
const NOT_PLAIN = IS_DOWN | HAS_LOSS | HAS_BURSTS | HAS_JITTER | MARKS_WAITING

/**
 * Puts the packets of a burst on a link direction as `Network` does, in one loop, without what cannot apply.
 *
 * It may assume that the packets are of one connection and of one size, that no rule and no observer sees them, and that
 * they were made in the present event. It leaves packets to the general path unless each is put on the link, in the order
 * of the burst and behind all others: so where packets are lost or delayed at random, where the link is down or its queue
 * full, and where others wait for the activity.
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

  /** Puts the first packets of a list of `count` on a link direction. Returns how many; the general path takes the rest. */
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
    if (!isPlain) return 0
    const lengthNs = Math.ceil((wireBytes * BITS_PER_BYTE * NS_PER_S) / directions.rateBps[row])
    const delayNs = directions.delayNs[row]
    const limitNs = directions.queueLimitNs[row]
    const takesTime = (features & TAKES_TIME_TO_SEND) !== 0
    const packetNs = takesTime ? directions.packetNs[row] : 0
    let leaves = takesTime ? nextDepartureTick(directions, row, now) : now
    let freeTick = directions.busyUntilTick[row]
    const earliest = Math.max(now + 1, (features & MAY_REORDER) === 0 ? directions.lastArrivalTick[row] : 0)
    const hasNoise = (features & HAS_NOISE) !== 0
    const nameHigh = words[first + NAME_HIGH]
    const nameLow = words[first + NAME_LOW]
    // Only the first can be ahead of others, or of the next tick.
    let firstArrival = Math.max(Math.max(freeTick, leaves) + lengthNs + delayNs, earliest)
    if (hasNoise) firstArrival = directions.takenUpTick(row, nameHigh, nameLow, firstArrival)
    if (!this.inFlight.isNextInLine(direction, firstArrival, firstSerial)) return 0
    let start = 0
    let arrival = 0
    let taken = 0
    for (; taken < count && freeTick - leaves <= limitNs; taken++) {
      const packet = burst[taken]
      start = freeTick > leaves ? freeTick : leaves
      freeTick = start + lengthNs
      arrival = freeTick + delayNs
      if (arrival < earliest) arrival = earliest
      leaves += packetNs
      words[packet + SERIAL] = firstSerial + taken
      ticks[packet + ARRIVAL_TICK] = hasNoise ? directions.takenUpTick(row, nameHigh, nameLow, arrival) : arrival
      ticks[packet + TAKEN_TICK] = now
      words[packet + IS_HELD] = 0
      words[packet + NEXT] = NONE
      if (taken > 0) words[burst[taken - 1] + NEXT] = packet
    }
    if (taken === 0) return 0
    directions.nextSerial[row] = firstSerial + taken
    if (takesTime) noteDepartures(directions, row, now, leaves)
    directions.busyUntilTick[row] = freeTick
    directions.lastArrivalTick[row] = arrival
    if ((features & IS_CHARGED) !== 0)
      this.accounts.chargeAll(this.accounts.rowAt(words[first + ACCOUNT]), taken, taken * wireBytes)
    activities.recordTransmission(activity, start - now, lengthNs)
    this.inFlight.append(direction, packets.rowAt(first), packets.rowAt(burst[taken - 1]))
    return taken
  }
}
