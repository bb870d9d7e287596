import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { EventKind } from '../../src/engine/event-kind.ts'
import { ProvisionalEvents } from '../../src/engine/provisional-events.ts'
import { Timeline } from '../../src/engine/timeline.ts'
import { SortedQueue } from './sorted-queue.ts'

const unlimited = () => ({ lastTick: Number.POSITIVE_INFINITY })

/** The events that wait, each with the tick of its check. */
function taken(events: ProvisionalEvents): number[][] {
  const all = []
  for (; events.size > 0; events.removeFirst()) {
    const { firstCheckTick, firstTick, firstTarget, firstKind, firstArgument } = events
    all.push([firstCheckTick, firstTick, firstTarget, firstKind, firstArgument])
  }
  return all
}

const addNumbered = (events: ProvisionalEvents, n: number) => events.add(n, 2 ** 40 + n, n, n % 64, 2 ** 32 - 1 - n)
const numbered = (n: number) => [n, 2 ** 40 + n, n, n % 64, 2 ** 32 - 1 - n]

describe('provisional events', () => {
  test('provisional events are returned first in, first out, however many there are', () => {
    const steps = fc.array(fc.record({ adds: fc.nat(90), takes: fc.nat(90) }), { maxLength: 12 })
    fc.assert(
      fc.property(steps, (some) => {
        const events = new ProvisionalEvents(new Arena(), unlimited())
        let added = 0
        let first = 0
        for (const { adds, takes } of some) {
          for (let i = 0; i < adds; i++) addNumbered(events, added++)
          for (let i = 0; i < Math.min(takes, events.size); i++, first++) events.removeFirst()
          expect(events.size).toBe(added - first)
          expect(events.firstCheckTick).toBe(first < added ? first : Number.POSITIVE_INFINITY)
        }
        expect(taken(events)).toEqual(Array.from({ length: added - first }, (_, i) => numbered(first + i)))
      }),
    )
  })

  test('provisional events are copied with the arena', () => {
    const [arena, copy] = [new Arena(), new Arena()]
    const [events, copied] = [arena, copy].map((each) => new ProvisionalEvents(each, unlimited()))
    for (let n = 0; n < 100; n++) addNumbered(events, n)
    events.removeFirst()
    copy.copyFrom(arena)
    const expected = taken(events)
    expect(expected.length).toBe(99)
    expect(taken(copied)).toEqual(expected)
  })

  test('provisional events are exchanged with the state of the arena', () => {
    const arena = new Arena()
    const events = new ProvisionalEvents(arena, unlimited())
    addNumbered(events, 7)
    const before = arena.copy()
    events.removeFirst()
    addNumbered(events, 8)
    const after = arena.exchange(before)
    expect(taken(events)).toEqual([numbered(7)])
    arena.exchange(after)
    expect(taken(events)).toEqual([numbered(8)])
  })

  test('provisional events limit the pending events to the first check', () => {
    const pending = unlimited()
    const events = new ProvisionalEvents(new Arena(), pending)
    for (const n of [5, 6]) addNumbered(events, n)
    expect(pending.lastTick).toBe(5)
  })

  test('provisional events become pending at once if they are due before their check', () => {
    const arena = new Arena()
    const queue = new SortedQueue(arena)
    const events = new ProvisionalEvents(arena, unlimited())
    const timeline = new Timeline(queue, events)
    const kind = Object.assign(new EventKind('timer'), { number: 2 })
    timeline.scheduleProvisionally(2_000_000, 1, kind, 3)
    expect([queue.size, events.size]).toEqual([1, 0])
    timeline.scheduleProvisionally(2_000_001, 1, kind, 3)
    expect([queue.size, events.size]).toEqual([1, 1])
    expect(taken(events)).toEqual([[2_000_000, 2_000_001, 1, 2, 3]])
  })
})
