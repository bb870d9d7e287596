import '../../src/simulation/event-kinds.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { Timeline } from '../../src/engine/timeline.ts'
import { ConnectionTable } from '../../src/transport/connections/connection.ts'
import {
  DELAYED_ACK_TIMER,
  LINGER_TIMER,
  RETRANSMISSION_TIMER,
  TIMER_LIMIT,
  Timers,
} from '../../src/transport/timing/timers.ts'
import { SortedQueue } from '../engine/sorted-queue.ts'

function wind() {
  const arena = new Arena()
  const queue = new SortedQueue(arena)
  const timeline = new Timeline(queue)
  const connections = new ConnectionTable(arena)
  const timers = new Timers(connections, timeline, [{ tickNs: 0, uptimeNs: 0 }], 0)
  const connection = connections.allocate()
  connections.ordinal[connection] = 3
  connections.host[connection] = 0
  timers.initialize(connection)
  /** Runs until `untilTick`, and returns which timers fired when. */
  const goOn = (untilTick = Number.POSITIVE_INFINITY) => {
    const rung: [timer: number, tick: number][] = []
    while (queue.nextTick() <= untilTick && queue.pop()) {
      timeline.now = queue.tick
      const timer = queue.argument % TIMER_LIMIT
      timeline.isIdleWakeUp = false
      const isDue = timers.isDue(connection, timer)
      if (isDue) rung.push([timer, timeline.now])
      expect(timeline.isIdleWakeUp).toBe(!isDue)
    }
    if (untilTick !== Number.POSITIVE_INFINITY) timeline.now = untilTick
    return rung
  }
  return { timeline, timers, connection, queue, goOn }
}

describe('a timer', () => {
  test('a TCP timer fires once, when it is due', () => {
    const { timers, connection, goOn } = wind()
    timers.arm(connection, RETRANSMISSION_TIMER, 100)
    expect(timers.isArmed(connection, RETRANSMISSION_TIMER)).toBe(true)
    expect(goOn()).toEqual([[RETRANSMISSION_TIMER, 100]])
    expect(timers.isArmed(connection, RETRANSMISSION_TIMER)).toBe(false)
    timers.arm(connection, RETRANSMISSION_TIMER, 250)
    expect(goOn()).toEqual([[RETRANSMISSION_TIMER, 250]])
  })

  test('a TCP timer fires only at the new time when it is postponed, without a new event for each postponement', () => {
    const { timers, connection, queue, goOn } = wind()
    for (let tick = 100; tick <= 5_000; tick++) timers.arm(connection, RETRANSMISSION_TIMER, tick)
    expect(queue.size).toBe(1)
    expect(goOn()).toEqual([[RETRANSMISSION_TIMER, 5_000]])
  })

  test('a TCP timer fires only at the new time when it is brought forward', () => {
    const { timers, connection, goOn } = wind()
    timers.arm(connection, LINGER_TIMER, 1_000)
    timers.arm(connection, LINGER_TIMER, 200)
    expect(goOn(200)).toEqual([[LINGER_TIMER, 200]])
    timers.arm(connection, LINGER_TIMER, 1_000)
    expect(goOn()).toEqual([[LINGER_TIMER, 1_000]])
  })

  test('a TCP timer does not fire when it is stopped, and can be armed again for before, at or after its old time', () => {
    for (const again of [50, 100, 150]) {
      const { timers, connection, goOn } = wind()
      timers.arm(connection, DELAYED_ACK_TIMER, 100)
      timers.stop(connection, DELAYED_ACK_TIMER)
      timers.arm(connection, DELAYED_ACK_TIMER, again)
      expect(goOn()).toEqual([[DELAYED_ACK_TIMER, again]])
      timers.arm(connection, DELAYED_ACK_TIMER, 300)
      timers.stop(connection, DELAYED_ACK_TIMER)
      expect(goOn()).toEqual([])
    }
  })

  test('a TCP timer that is brought forward to after its first check has one event until its deadline', () => {
    const { timers, connection, queue, goOn } = wind()
    timers.armFor(connection, RETRANSMISSION_TIMER, 1_000, 40)
    timers.armFor(connection, RETRANSMISSION_TIMER, 60)
    expect(queue.size).toBe(1)
    expect(goOn()).toEqual([[RETRANSMISSION_TIMER, 60]])
  })

  test('a TCP timer that is not stopped or armed again before its first check fires when it is due', () => {
    const { timers, connection, goOn } = wind()
    timers.armFor(connection, RETRANSMISSION_TIMER, 1_000, 39.5)
    expect(goOn(40)).toEqual([])
    expect(goOn()).toEqual([[RETRANSMISSION_TIMER, 1_000]])
  })

  test('a TCP timer behaves like a plain list of deadlines under any sequence of calls', () => {
    const step = fc.record({
      timer: fc.constantFrom(RETRANSMISSION_TIMER, DELAYED_ACK_TIMER, LINGER_TIMER),
      delay: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 })),
      look: fc.option(fc.integer({ min: 1, max: 60 })),
      goesOn: fc.integer({ min: 0, max: 40 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { timeline, timers, connection, goOn } = wind()
        const deadlines = new Map<number, number>()
        const due = (untilTick: number) => {
          const rung = [...deadlines].filter(([, tick]) => tick <= untilTick)
          for (const [timer] of rung) deadlines.delete(timer)
          return rung.sort(([timer, tick], [otherTimer, otherTick]) => tick - otherTick || timer - otherTimer)
        }
        for (const { timer, delay, look, goesOn } of steps) {
          const { now } = timeline
          if (delay === 0) {
            timers.stop(connection, timer)
            deadlines.delete(timer)
          } else {
            if (look === null) timers.arm(connection, timer, now + delay)
            else timers.armFor(connection, timer, delay, look)
            deadlines.set(timer, now + delay)
          }
          expect(goOn(now + goesOn)).toEqual(due(now + goesOn))
        }
        expect(goOn()).toEqual(due(Number.POSITIVE_INFINITY))
      }),
    )
  })
})
