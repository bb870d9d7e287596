import { assert } from '../engine/assert.ts'
import { EventKind } from '../engine/event-kind.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import { LINK_PLACES, type LinkDirectionTable } from './link-direction.ts'
import { PACKET_PLACES, type PacketTable } from './packet.ts'
import type { Packet } from './rows.ts'

/** A packet arrives at the end of a link direction (the target). */
export const PACKET_ARRIVAL = new EventKind('packet arrival')

const { next: NEXT, serial: SERIAL, arrivalTick: ARRIVAL_TICK, takenTick: TAKEN_TICK, isHeld: IS_HELD } = PACKET_PLACES
const { firstInLine: FIRST_IN_LINE, lastInLine: LAST_IN_LINE } = LINK_PLACES

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
    const row = directions.rowOf(direction)
    const { int32s: lines } = directions
    const last = packets.rowAt(lines[row + LAST_IN_LINE])
    const { int32s: words, float64s: ticks } = packets
    ticks[packet + ARRIVAL_TICK] = arrivalTick
    ticks[packet + TAKEN_TICK] = timeline.now
    words[packet + IS_HELD] = 0
    words[packet + NEXT] = NONE
    if (isApart || (last !== NONE && !this.isBehind(packet, last))) {
      const lastApart = directions.lastApart[row]
      if (lastApart === NONE) directions.firstApart[row] = packet
      else packets.next[lastApart] = packet
      directions.lastApart[row] = packet
    } else {
      lines[row + LAST_IN_LINE] = packet
      if (last !== NONE) {
        words[last + NEXT] = packet
        return
      }
      lines[row + FIRST_IN_LINE] = packet
    }
    timeline.schedule(arrivalTick, this.firstTarget + direction, PACKET_ARRIVAL, words[packet + SERIAL] >>> 0)
  }

  /** Returns whether a packet with this number that arrives at `arrivalTick` arrives after all packets in line. */
  isNextInLine(direction: number, arrivalTick: number, serial: number): boolean {
    const { directions, packets } = this
    const last = directions.lastInLine[directions.rowOf(direction)]
    if (last === NONE) return true
    const lastTick = packets.float64s[last + ARRIVAL_TICK]
    return arrivalTick > lastTick || (arrivalTick === lastTick && serial > packets.int32s[last + SERIAL] >>> 0)
  }

  /** Adds linked packets, of which the first is next in line, whose numbers and ticks are set. */
  append(direction: number, first: Packet, last: Packet): void {
    const { directions, packets } = this
    const row = directions.rowOf(direction)
    const { int32s: lines } = directions
    const before = packets.rowAt(lines[row + LAST_IN_LINE])
    lines[row + LAST_IN_LINE] = last
    if (before !== NONE) {
      packets.next[before] = first
      return
    }
    lines[row + FIRST_IN_LINE] = first
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
    const row = directions.rowOf(direction)
    const { int32s: lines } = directions
    const first = packets.rowAt(lines[row + FIRST_IN_LINE])
    const { int32s: words, float64s: ticks } = packets
    if (first === NONE || words[first + SERIAL] !== (serial | 0)) return this.takeApart(direction, serial)
    const next = packets.rowAt(words[first + NEXT])
    lines[row + FIRST_IN_LINE] = next
    if (next === NONE) lines[row + LAST_IN_LINE] = NONE
    else {
      const target = this.firstTarget + direction
      this.timeline.scheduleFollowing(ticks, next + ARRIVAL_TICK, target, PACKET_ARRIVAL, words[next + SERIAL] >>> 0)
    }
    return first
  }

  /** Returns the packets on a link direction, in no order, for observers. */
  on(direction: number): Packet[] {
    const { directions, packets } = this
    const row = directions.rowOf(direction)
    const found: Packet[] = []
    for (const first of [directions.firstInLine[row], directions.firstApart[row]])
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
    const row = directions.rowOf(direction)
    let before: Packet = NONE
    let packet = directions.firstApart[row]
    while (packet !== NONE && packets.serial[packet] !== serial) {
      before = packet
      packet = packets.next[packet]
    }
    assert(packet !== NONE, 'each PACKET_ARRIVAL has a packet in flight')
    const after = packets.next[packet]
    if (before === NONE) directions.firstApart[row] = after
    else packets.next[before] = after
    if (after === NONE) directions.lastApart[row] = before
    return packet
  }
}
