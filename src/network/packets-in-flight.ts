import { assert } from '../engine/assert.ts'
import { PACKET_ARRIVAL } from '../engine/event-kinds.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { LinkDirectionTable } from './link-direction.ts'
import { PACKET_PLACES, type PacketTable } from './packet.ts'
import type { Packet } from './rows.ts'

const { next: NEXT, serial: SERIAL, arrivalTick: ARRIVAL_TICK, takenTick: TAKEN_TICK, isHeld: IS_HELD } = PACKET_PLACES

/**
 * The packets on each link direction, and their arrival events.
 *
 * Nearly all packets arrive in the order in which they were put on the link. They wait in line: only the first of them has
 * a pending event, and the next gets its own when the first has arrived. A packet that arrives before one that is ahead of
 * it (as with jitter that reorders), or that a rule delays, is apart from the line and has an event of its own. Each packet
 * arrives in an event of its own in either case, at the same place in the order of events.
 */
export class PacketsInFlight {
  private readonly directions: LinkDirectionTable
  private readonly packets: PacketTable
  private readonly timeline: Timeline
  private readonly firstTarget: number

  /** `firstTarget` is the event target of direction 0. */
  constructor(directions: LinkDirectionTable, packets: PacketTable, timeline: Timeline, firstTarget: number) {
    this.directions = directions
    this.packets = packets
    this.timeline = timeline
    this.firstTarget = firstTarget
  }

  /** Adds a packet that arrives at `arrivalTick`. `isApart`: it must not hold up those that are added later. */
  add(direction: number, packet: Packet, arrivalTick: number, isApart: boolean): void {
    const { directions, packets, timeline } = this
    const last = directions.lastInLine[direction]
    const { int32s: words, float64s: ticks } = packets
    ticks[packet + ARRIVAL_TICK] = arrivalTick
    ticks[packet + TAKEN_TICK] = timeline.now
    words[packet + IS_HELD] = 0
    words[packet + NEXT] = NONE
    if (isApart || (last !== NONE && !this.isBehind(packet, last))) {
      const lastApart = directions.lastApart[direction]
      if (lastApart === NONE) directions.firstApart[direction] = packet
      else packets.next[lastApart] = packet
      directions.lastApart[direction] = packet
    } else {
      directions.lastInLine[direction] = packet
      if (last !== NONE) {
        words[last + NEXT] = packet
        return
      }
      directions.firstInLine[direction] = packet
    }
    timeline.schedule(arrivalTick, this.firstTarget + direction, PACKET_ARRIVAL, words[packet + SERIAL] >>> 0)
  }

  /** Returns whether a packet with this number that arrives at `arrivalTick` arrives after all packets in line. */
  isNextInLine(direction: number, arrivalTick: number, serial: number): boolean {
    const last = this.directions.lastInLine[direction]
    if (last === NONE) return true
    const lastTick = this.packets.float64s[last + ARRIVAL_TICK]
    return arrivalTick > lastTick || (arrivalTick === lastTick && serial > this.packets.int32s[last + SERIAL] >>> 0)
  }

  /** Adds linked packets, of which the first is next in line, whose numbers and ticks are set. */
  append(direction: number, first: Packet, last: Packet): void {
    const { directions, packets } = this
    const before = directions.lastInLine[direction]
    directions.lastInLine[direction] = last
    if (before !== NONE) {
      packets.next[before] = first
      return
    }
    directions.firstInLine[direction] = first
    const { int32s: words, float64s: ticks } = packets
    const target = this.firstTarget + direction
    this.timeline.schedule(ticks[first + ARRIVAL_TICK], target, PACKET_ARRIVAL, words[first + SERIAL] >>> 0)
  }

  /**
   * Handles the event PACKET_ARRIVAL: removes the packet with this number, and schedules the arrival of the next in
   * line.
   */
  take(direction: number, serial: number): Packet {
    const { directions, packets } = this
    const first = directions.firstInLine[direction]
    const { int32s: words, float64s: ticks } = packets
    if (first === NONE || words[first + SERIAL] !== (serial | 0)) return this.takeApart(direction, serial)
    const next = packets.rowAt(words[first + NEXT])
    directions.firstInLine[direction] = next
    if (next === NONE) directions.lastInLine[direction] = NONE
    else {
      const target = this.firstTarget + direction
      this.timeline.scheduleFollowing(ticks, next + ARRIVAL_TICK, target, PACKET_ARRIVAL, words[next + SERIAL] >>> 0)
    }
    return first
  }

  /** Returns the packets on a link direction, in no order, for observers. */
  on(direction: number): Packet[] {
    const { directions, packets } = this
    const found: Packet[] = []
    for (const first of [directions.firstInLine[direction], directions.firstApart[direction]])
      for (let packet = first; packet !== NONE; packet = packets.next[packet]) found.push(packet)
    return found
  }

  /** Returns whether the arrival of `packet` comes after that of `last` in the order of events. */
  private isBehind(packet: Packet, last: Packet): boolean {
    const { int32s: words, float64s: ticks } = this.packets
    const tick = ticks[packet + ARRIVAL_TICK]
    const lastTick = ticks[last + ARRIVAL_TICK]
    return tick > lastTick || (tick === lastTick && words[packet + SERIAL] >>> 0 > words[last + SERIAL] >>> 0)
  }

  private takeApart(direction: number, serial: number): Packet {
    const { directions, packets } = this
    let before: Packet = NONE
    let packet = directions.firstApart[direction]
    while (packet !== NONE && packets.serial[packet] !== serial) {
      before = packet
      packet = packets.next[packet]
    }
    assert(packet !== NONE, 'each PACKET_ARRIVAL has a packet in flight')
    const after = packets.next[packet]
    if (before === NONE) directions.firstApart[direction] = after
    else packets.next[before] = after
    if (after === NONE) directions.lastApart[direction] = before
    return packet
  }
}
