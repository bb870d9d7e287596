import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { ModelError } from '../../src/engine/assert.ts'
import { EventHeap } from '../../src/engine/event-heap.ts'
import { KIND_LIMIT, TARGET_LIMIT } from '../../src/engine/pending-event-set.ts'
import { RadixQueue } from '../../src/engine/radix-queue.ts'
import { LAST_TICK } from '../../src/engine/ticks.ts'
import { DELAY_MIXES, drain, type Event, IMPLEMENTATIONS, inOrder, push, steps, take, taken } from './pending-events.ts'

/** 500 events within 60 us, of which several share a tick, and eight times as many later. */
const MANY: readonly Event[] = [
  ...Array.from({ length: 500 }, (_, i): Event => [65_540 + ((i * 7919) % 400) * 150, i % 7, 1, i]),
  ...Array.from({ length: 4_000 }, (_, i): Event => [2 ** 20 + 50_000 * i, 0, 0, i]),
]

describe.each(IMPLEMENTATIONS)('the pending event set $name', ({ create, manyTies }) => {
  const emptyQueue = () => create(new Arena())

  test('a pending event set is empty at first', () => {
    const queue = emptyQueue()
    expect(queue.size).toBe(0)
    expect(queue.nextTick()).toBe(Infinity)
    expect(queue.pop()).toBe(false)
  })

  test('a pending event set returns events in the order of their ticks', () => {
    const queue = emptyQueue()
    push(queue, [
      [300, 0, 0, 0],
      [0, 1, 1, 1],
      [70_000, 2, 2, 2],
      [299, 3, 3, 3],
    ])
    expect(drain(queue)).toEqual([
      [0, 1, 1, 1],
      [299, 3, 3, 3],
      [300, 0, 0, 0],
      [70_000, 2, 2, 2],
    ])
  })

  test('a pending event set returns events of one tick by target, then kind, then argument, whatever the order of the pushes', () => {
    const ordered: Event[] = [
      [5, 0, KIND_LIMIT - 1, 4294967295],
      [5, 1, 0, 9],
      [5, 1, 2, 0],
      [5, 1, 2, 2147483647],
      [5, 1, 2, 2147483648],
      [5, TARGET_LIMIT - 1, 0, 0],
    ]
    const forth = emptyQueue()
    const back = emptyQueue()
    push(forth, ordered)
    push(back, ordered.toReversed())
    expect(drain(forth)).toEqual(ordered)
    expect(drain(back)).toEqual(ordered)
  })

  test('a pending event set returns an event twice when it was pushed twice', () => {
    const queue = emptyQueue()
    push(queue, [
      [8, 1, 2, 3],
      [8, 1, 2, 3],
    ])
    expect(drain(queue)).toEqual([
      [8, 1, 2, 3],
      [8, 1, 2, 3],
    ])
  })

  test('a pending event set returns its size and the next tick without taking an event', () => {
    const queue = emptyQueue()
    push(queue, [
      [20, 0, 0, 1],
      [10, 0, 0, 2],
    ])
    expect([queue.size, queue.nextTick(), queue.nextTick()]).toEqual([2, 10, 10])
    queue.pop()
    expect([queue.size, queue.nextTick()]).toEqual([1, 20])
    queue.pop()
    expect([queue.size, queue.nextTick()]).toEqual([0, Infinity])
  })

  test('a pending event set accepts ticks of every order of magnitude up to the last tick', () => {
    const queue = emptyQueue()
    const ticks = Array.from({ length: 53 }, (_, bits) => 2 ** bits).flatMap((power) => [2 * power - 1, power])
    const events = [...new Set(ticks)].map((tick): Event => [tick, 0, 0, 0])
    push(queue, events)
    expect(drain(queue)).toEqual(events.toSorted((a, b) => a[0] - b[0]))
    expect(queue.tick).toBe(LAST_TICK)
  })

  test('a pending event set accepts an event for the next tick while older events wait for later ticks', () => {
    const queue = emptyQueue()
    push(queue, [
      [1000, 0, 0, 0],
      [1001, 0, 0, 0],
      [1003, 0, 0, 0],
    ])
    queue.pop()
    queue.push(1001, 0, 0, 1)
    queue.push(1002, 0, 0, 0)
    expect(drain(queue)).toEqual([
      [1001, 0, 0, 0],
      [1001, 0, 0, 1],
      [1002, 0, 0, 0],
      [1003, 0, 0, 0],
    ])
  })

  test('a pending event set accepts an event before the tick that nextTick has returned', () => {
    const queue = emptyQueue()
    push(queue, [
      [10, 0, 0, 0],
      [2 ** 50, 0, 0, 0],
    ])
    queue.pop()
    expect(queue.nextTick()).toBe(2 ** 50)
    push(queue, [
      [2 ** 40, 0, 0, 0],
      [11, 0, 0, 0],
      [2 ** 50 + 1, 0, 0, 0],
    ])
    expect(drain(queue).map(([tick]) => tick)).toEqual([11, 2 ** 40, 2 ** 50, 2 ** 50 + 1])
  })

  test('a pending event set accepts many events before one that has waited long, while others wait behind it', () => {
    const queue = emptyQueue()
    push(queue, [
      [1, 0, 0, 0],
      [2 ** 20, 0, 0, 0],
      [2 ** 50, 0, 0, 0],
    ])
    const crowd = Array.from({ length: 200 }, (_, i): Event => [2 + ((i * 37) % 200), 0, 0, i])
    queue.pop()
    expect(queue.nextTick()).toBe(2 ** 20)
    push(queue, crowd)
    expect(drain(queue).map(([tick]) => tick)).toEqual([...crowd.keys()].map((i) => i + 2).concat(2 ** 20, 2 ** 50))
  })

  test('a pending event set accepts many events before a crowd, after nextTick has looked for the first of the crowd', () => {
    const queue = emptyQueue()
    const late = Array.from({ length: 40 }, (_, i): Event => [2 ** 50 + 300 * i, 0, 0, i])
    const early = Array.from({ length: 200 }, (_, i): Event => [2 + ((i * 37) % 200), 0, 0, i])
    push(queue, [[1, 0, 0, 0], ...late])
    queue.pop()
    expect(queue.nextTick()).toBe(2 ** 50)
    push(queue, early)
    expect(drain(queue)).toEqual([...early.toSorted((a, b) => a[0] - b[0]), ...late])
  })

  test('a pending event set accepts many events before some within 256 ticks, after nextTick has looked for the first of these', () => {
    const queue = emptyQueue()
    const close = Array.from({ length: 40 }, (_, i): Event => [65_792 + 6 * i, 0, 0, i])
    const late = Array.from({ length: 1000 }, (_, i): Event => [66_304 + 60 * i, 0, 0, i])
    const early = Array.from({ length: 200 }, (_, i): Event => [2 + ((i * 37) % 200), 0, 0, i])
    push(queue, [[1, 0, 0, 0], ...close, ...late])
    queue.pop()
    expect(queue.nextTick()).toBe(65_792)
    push(queue, early)
    expect(drain(queue)).toEqual(inOrder([...early, ...close, ...late]))
  })

  test.each([30, 200])(
    'a pending event set accepts %d events among many close together, at equal ticks too',
    (count) => {
      const queue = emptyQueue()
      push(queue, [[1, 0, 0, 0], ...MANY])
      queue.pop()
      const first = drain(queue, 50)
      const among = MANY.slice(60, 60 + count).map(
        ([tick, target]): Event => [Math.max(tick, queue.tick + 1), target, 1, 7],
      )
      push(queue, among)
      expect([...first, ...drain(queue)]).toEqual(inOrder([...MANY, ...among]))
    },
  )

  test('a pending event set accepts a second crowd that is larger than the first one', () => {
    const queue = emptyQueue()
    push(queue, MANY)
    const first = drain(queue, 1000)
    const larger = Array.from({ length: 3000 }, (_, i): Event => [2 ** 28 + ((i * 48271) % 60_000), 0, 0, i])
    const last = Array.from({ length: 30_000 }, (_, i): Event => [2 ** 29 + 70_000 * i, 0, 0, i])
    push(queue, [...larger, ...last])
    expect([...first, ...drain(queue)]).toEqual(inOrder([...MANY, ...larger, ...last]))
  })

  test('a fork of a pending event set and its origin both continue with many events close together', () => {
    const [arena, forkedArena] = [new Arena(), new Arena()]
    const [queue, fork] = [create(arena), create(forkedArena)]
    push(queue, MANY)
    const first = drain(queue, 50)
    forkedArena.copyFrom(arena)
    fork.push(fork.tick + 1, 0, 2, 0)
    expect([...first, ...drain(queue)]).toEqual(inOrder(MANY))
    expect([...first, ...drain(fork)]).toEqual(inOrder([...MANY, [first[49][0] + 1, 0, 2, 0]]))
  })

  test('a pending event set returns events before thousands of one far tick in order, then these', () => {
    const queue = emptyQueue()
    const far = Array.from({ length: 3000 }, (_, i): Event => [2 ** 45, (i * 7919) % 3000, 0, i])
    const early = Array.from({ length: 500 }, (_, i): Event => [1000 + ((i * 37) % 500) * 40_000, i % 3, 0, i])
    const atTheSameTick = Array.from({ length: 100 }, (_, i): Event => [2 ** 45, 3000 + i, 0, i])
    push(queue, [...far, ...early])
    const first = drain(queue, 100)
    push(queue, atTheSameTick)
    expect([...first, ...drain(queue)]).toEqual(inOrder([...far, ...early, ...atTheSameTick]))
  })

  test('a pending event set keeps the order of ticks across a carry into the next digit', () => {
    const queue = emptyQueue()
    push(queue, [
      [255, 0, 0, 0],
      [257, 0, 0, 0],
    ])
    queue.pop()
    queue.push(256, 0, 0, 0)
    expect(drain(queue).map(([tick]) => tick)).toEqual([256, 257])
  })

  test('a pending event set accepts an event of the same timer again for a later deadline', () => {
    const queue = emptyQueue()
    const [rto, timer, segment] = [200, 9, 1]
    push(queue, [
      [rto, 0, timer, 0],
      [150, 0, segment, 0],
    ])
    queue.pop()
    const deadline = queue.tick + rto
    queue.pop()
    expect(taken(queue)).toEqual([200, 0, timer, 0])
    queue.push(deadline, 0, timer, 0)
    expect(drain(queue)).toEqual([[350, 0, timer, 0]])
  })

  test(`a pending event set returns ${manyTies} events of one tick in order`, () => {
    const queue = emptyQueue()
    const scattered = Array.from({ length: manyTies }, (_, i): Event => [77, i % 3, 0, (i * 48271) % manyTies])
    push(queue, [[76, 0, 0, 0], ...scattered])
    expect(queue.size).toBe(manyTies + 1)
    queue.pop()
    const byTargetThenArgument = scattered.toSorted((a, b) => a[1] - b[1] || a[3] - b[3])
    expect(drain(queue)).toEqual(byTargetThenArgument)
  })

  test.each([
    ['the current tick', 40],
    ['an earlier tick', 39],
    ['a fraction of a tick', 40.5],
    ['a tick after the last one', 2 ** 53],
    ['Infinity', Infinity],
    ['NaN', NaN],
  ])('a pending event set throws when an event is pushed for %s', (_, tick) => {
    const queue = emptyQueue()
    queue.push(40, 0, 0, 0)
    queue.pop()
    expect(() => queue.push(tick, 0, 0, 1)).toThrow(ModelError)
    expect(queue.size).toBe(0)
  })

  test('a pending event set accepts an event of the current tick that comes after the one taken last, and returns it in its place', () => {
    const queue = emptyQueue()
    push(queue, [
      [40, 1, 0, 5],
      [40, 1, 0, 7],
      [40, 2, 0, 0],
    ])
    queue.pop()
    const ticks = Float64Array.of(40, 41)
    queue.pushAfterTaken(ticks, 0, 1, 0, 6)
    queue.pushAfterTaken(ticks, 0, 1, 1, 0)
    queue.pushAfterTaken(ticks, 1, 0, 0, 0)
    expect(drain(queue)).toEqual([
      [40, 1, 0, 6],
      [40, 1, 0, 7],
      [40, 1, 1, 0],
      [40, 2, 0, 0],
      [41, 0, 0, 0],
    ])
  })

  test.each<[string, Event]>([
    ['the event taken last', [40, 1, 1, 5]],
    ['an event of a lower argument', [40, 1, 1, 4]],
    ['an event of a lower kind', [40, 1, 0, 9]],
    ['an event of a lower target', [40, 0, 9, 9]],
    ['an event of an earlier tick', [39, 9, 9, 9]],
    ['a fraction of a tick', [40.5, 9, 9, 9]],
    ['a tick after the last one', [2 ** 53, 9, 9, 9]],
  ])('a pending event set throws when %s is pushed to come after the one taken last', (_, [tick, ...rest]) => {
    const queue = emptyQueue()
    queue.push(40, 1, 1, 5)
    queue.pop()
    expect(() => queue.pushAfterTaken(Float64Array.of(tick), 0, ...rest)).toThrow(ModelError)
    expect(queue.size).toBe(0)
  })

  test.each([-1, -0.5])('a pending event set throws when the first event is pushed before tick 0, at %d', (tick) => {
    expect(() => emptyQueue().push(tick, 0, 0, 0)).toThrow(ModelError)
  })
})

test('the radix queue takes no event from its heap before a crowd of one far tick', () => {
  const queue = new RadixQueue(new Arena())
  const takenFromHeap = vi.spyOn(EventHeap.prototype, 'removeFirst')
  push(
    queue,
    Array.from({ length: 3000 }, (_, i): Event => [2 ** 45, i, 0, 0]),
  )
  push(
    queue,
    Array.from({ length: 500 }, (_, i): Event => [1000 + 40_000 * i, 0, 0, i]),
  )
  for (let taken = 0; taken < 500; taken++) {
    queue.pop()
    queue.push(queue.tick + 20_000_000, 0, 1, taken)
  }
  expect(takenFromHeap).not.toHaveBeenCalled()
  takenFromHeap.mockRestore()
})

describe.each(DELAY_MIXES)('with %s', (_, delay) => {
  test('every pending event set returns the same events, sizes and next ticks as the reference', () => {
    fc.assert(
      fc.property(steps(delay), (story) => {
        const [radix, reference] = IMPLEMENTATIONS.map(({ create }) => create(new Arena()))
        for (const step of story) expect(take(radix, step)).toEqual(take(reference, step))
        expect(drain(radix)).toEqual(drain(reference))
      }),
    )
  })

  test.each(IMPLEMENTATIONS)(
    'a fork of $name at any moment and its origin both continue as if there had been no fork',
    ({ create }) => {
      fc.assert(
        fc.property(steps(delay), steps(delay), steps(delay), (past, future, otherFuture) => {
          const [arena, forkedArena] = [new Arena(), new Arena()]
          const [queue, fork] = [create(arena), create(forkedArena)]
          const [neverForked, otherNeverForked] = [create(new Arena()), create(new Arena())]
          for (const step of past) for (const each of [queue, neverForked, otherNeverForked]) take(each, step)
          // The fork's buffer has been used before.
          for (const step of otherFuture) take(fork, step)

          forkedArena.copyFrom(arena)

          expect(taken(fork)).toEqual(taken(queue))
          for (const step of future) expect(take(queue, step)).toEqual(take(neverForked, step))
          for (const step of otherFuture) expect(take(fork, step)).toEqual(take(otherNeverForked, step))
          expect(drain(queue)).toEqual(drain(neverForked))
          expect(drain(fork)).toEqual(drain(otherNeverForked))
        }),
        { numRuns: 10 },
      )
    },
  )
})
