import '../../src/simulation/event-kinds.ts'
import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import type { EventKind } from '../../src/engine/event-kind.ts'
import { RadixQueue } from '../../src/engine/radix-queue.ts'
import { NS_PER_S } from '../../src/engine/ticks.ts'
import { Timeline } from '../../src/engine/timeline.ts'
import { ACK, RST, SYN } from '../../src/network/header-flags.ts'
import { MIDDLEBOX_SWEEP, type Middlebox, Middleboxes } from '../../src/network/middleboxes.ts'
import { PacketTable } from '../../src/network/packet.ts'
import { IS_DROPPED, IS_REFUSED, PASSES } from '../../src/network/translation.ts'

const IDLE_NS = 30 * NS_PER_S
const FIRST_TARGET = 100
const [CLIENT, SERVER] = [7, 8]

/** A timeline whose events are also listed, without their arguments. */
class ListedTimeline extends Timeline {
  readonly events: (readonly [tick: number, target: number, kind: EventKind])[] = []

  override schedule(tick: number, target: number, kind: EventKind, argument: number): void {
    super.schedule(tick, target, kind, argument)
    this.events.push([tick, target, kind])
  }
}

/** Hosts 0 to 2, of which host 1 has a box with the switch 5 behind it. */
function boxed(more: Partial<Middlebox> = {}) {
  const arena = new Arena()
  const timeline = new ListedTimeline(new RadixQueue(arena))
  const packets = new PacketTable(arena)
  const packet = packets.allocate()
  const box: Middlebox = {
    host: 1,
    behind: new Set([1, 5]),
    ports: null,
    idleNs: IDLE_NS,
    expired: 'drop',
    ...more,
  }
  const boxes = new Middleboxes(arena, timeline, 3, [box], FIRST_TARGET)
  const resets: (readonly number[])[] = []
  boxes.resetWith((...reset) => resets.push(reset))
  const judge = (from: number, port: number, to: number, toPort: number, flags: number, acknowledged = 0, host = 1) => {
    packets.source[packet] = from
    packets.sourcePort[packet] = port
    packets.destination[packet] = to
    packets.destinationPort[packet] = toPort
    packets.flags[packet] = flags
    packets.acknowledgementNumber[packet] = acknowledged
    return boxes.judge(host, packets, packet)
  }
  const fromClient = (flags: number, acknowledged?: number, port = 1000) =>
    judge(CLIENT, port, SERVER, 443, flags, acknowledged)
  const fromServer = (flags: number, acknowledged?: number, port = 1000) =>
    judge(SERVER, 443, CLIENT, port, flags, acknowledged)
  const establish = (port = 1000) => [
    fromClient(SYN, 0, port),
    fromServer(SYN | ACK, 101, port),
    fromClient(ACK, 501, port),
  ]
  return { timeline, events: () => timeline.events, boxes, resets, judge, fromClient, fromServer, establish }
}

describe('a middlebox', () => {
  test('a middlebox stands between its host and the neighbours that are not behind it', () => {
    const { boxes } = boxed()
    expect([0, 1, 2, 5, 6].map((neighbour) => boxes.isPassed(1, neighbour))).toEqual([true, false, true, false, true])
    expect([0, 2].map((host) => boxes.isPassed(host, 1))).toEqual([false, false])
    expect([0, 1, 5, 6].map((end) => boxes.isBehind(1, end))).toEqual([false, true, true, false])
    expect([boxes.isBehind(0, 1), boxes.isBehind(2, 5)]).toEqual([false, false])
  })

  test.each([
    ['drop', IS_DROPPED, IS_DROPPED],
    ['reset-on-next', IS_REFUSED, PASSES],
    ['reset-both-at-expiry', IS_DROPPED, PASSES],
  ] as const)(
    'a middlebox that has forgotten a connection treats its next packet and its reset as %s says',
    (expired, next, reset) => {
      const { timeline, fromClient, fromServer, establish } = boxed({ expired })
      expect(establish()).toEqual([PASSES, PASSES, PASSES])
      timeline.now = IDLE_NS
      expect([fromServer(ACK), fromClient(ACK)]).toEqual([PASSES, PASSES])
      timeline.now = 2 * IDLE_NS + 1
      expect([fromServer(ACK), fromClient(ACK), fromServer(RST)]).toEqual([next, next, reset])
      expect(establish()).toEqual([PASSES, PASSES, PASSES])
    },
  )

  test('a middlebox passes packets of other ports, and packets of other hosts', () => {
    const { judge } = boxed({ ports: new Set([443]) })
    expect(judge(CLIENT, 1, SERVER, 80, ACK)).toBe(PASSES)
    expect(judge(CLIENT, 1, SERVER, 443, ACK)).toBe(IS_DROPPED)
    expect(judge(SERVER, 443, CLIENT, 1, ACK)).toBe(IS_DROPPED)
    expect([0, 2].map((host) => judge(CLIENT, 1, SERVER, 443, ACK, 0, host))).toEqual([PASSES, PASSES])
  })

  test('a middlebox passes a SYN-ACK only of a connection that it has seen begin', () => {
    const { fromClient, fromServer } = boxed()
    expect([fromServer(SYN | ACK), fromClient(SYN), fromServer(SYN | ACK)]).toEqual([IS_DROPPED, PASSES, PASSES])
  })
})

describe('a middlebox that resets both ends at the expiry', () => {
  const expired = 'reset-both-at-expiry'

  test('a middlebox resets both ends in each other’s name, with the expected numbers, once a connection is idle', () => {
    const { timeline, events, boxes, resets, fromClient, fromServer, establish } = boxed({ expired })
    establish()
    expect(events()).toEqual([[IDLE_NS, FIRST_TARGET + 1, MIDDLEBOX_SWEEP]])
    timeline.now = 10 * NS_PER_S
    fromServer(ACK, 151)
    fromClient(RST, 9_999, 2000)
    timeline.now = IDLE_NS
    boxes.onSweep(1)
    expect([resets, timeline.isIdleWakeUp]).toEqual([[], true])
    timeline.isIdleWakeUp = false
    expect(events().at(-1)).toEqual([IDLE_NS + 10 * NS_PER_S, FIRST_TARGET + 1, MIDDLEBOX_SWEEP])
    timeline.now = IDLE_NS + 10 * NS_PER_S
    boxes.onSweep(1)
    expect(resets).toEqual([
      [1, SERVER, 443, CLIENT, 1000, 501],
      [1, CLIENT, 1000, SERVER, 443, 151],
    ])
    expect(timeline.isIdleWakeUp).toBe(false)
    expect(fromClient(ACK)).toBe(IS_DROPPED)
  })

  test('a middlebox that resets checks again when the next connection is due, and only while there is one', () => {
    const { timeline, events, boxes, resets, establish } = boxed({ expired })
    establish(1000)
    timeline.now = 5 * NS_PER_S
    establish(2000)
    establish(3000)
    expect(events().length).toBe(1)
    timeline.now = IDLE_NS
    boxes.onSweep(1)
    expect([resets.length, events().at(-1)?.[0]]).toEqual([2, IDLE_NS + 5 * NS_PER_S])
    timeline.now = IDLE_NS + 5 * NS_PER_S
    boxes.onSweep(1)
    expect([resets.length, events().length]).toEqual([6, 2])
    establish(4000)
    expect(events().length).toBe(3)
  })

  test('a middlebox that does not reset never checks, whatever is idle', () => {
    for (const other of ['drop', 'reset-on-next'] as const) {
      const { events, establish } = boxed({ expired: other })
      establish()
      expect(events()).toEqual([])
    }
  })
})
