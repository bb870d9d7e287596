import fc from 'fast-check'
import type { Arena } from '../../src/engine/arena.ts'
import { KIND_LIMIT, type PendingEventSet, TARGET_LIMIT } from '../../src/engine/pending-event-set.ts'
import { RadixQueue } from '../../src/engine/radix-queue.ts'
import { LAST_TICK } from '../../src/engine/ticks.ts'
import { SortedQueue } from './sorted-queue.ts'

/** An event: tick, target, kind and argument. */
export type Event = readonly [tick: number, target: number, kind: number, argument: number]

export interface Implementation {
  readonly name: string
  readonly create: (arena: Arena) => PendingEventSet
  /** A number of events of one tick that takes well under a second. */
  readonly manyTies: number
}

export const IMPLEMENTATIONS: readonly Implementation[] = [
  { name: 'RadixQueue', create: (arena) => new RadixQueue(arena), manyTies: 100_000 },
  // Moves every row for each event.
  { name: 'SortedQueue', create: (arena) => new SortedQueue(arena), manyTies: 5_000 },
]

export function push(queue: PendingEventSet, events: readonly Event[]): void {
  for (const event of events) queue.push(...event)
}

export function taken(queue: PendingEventSet): Event {
  return [queue.tick, queue.target, queue.kind, queue.argument]
}

/** Returns the events in the order in which they happen. */
export function inOrder(events: readonly Event[]): Event[] {
  return events.toSorted((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3])
}

/** Takes all events, or the first `limit`, and returns them. */
export function drain(queue: PendingEventSet, limit = Infinity): Event[] {
  const events: Event[] = []
  while (events.length < limit && queue.pop()) events.push(taken(queue))
  return events
}

/** A step of a simulation: take `pops` events, then push some that lie `delay` ticks after the last of them. */
export interface Step {
  readonly pops: number
  readonly pushes: readonly {
    readonly delay: number
    readonly target: number
    readonly kind: number
    readonly argument: number
  }[]
}

const soon = fc.integer({ min: 1, max: 2 })
const aroundAMillisecond = fc.integer({ min: 1, max: 2_000_000 })
const retransmissionTimer = fc.constantFrom(200_000_000, 1_000_000_000)
const farJump = fc.constantFrom(2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40, 2 ** 50, 2 ** 52)
const anyDelay = fc.maxSafeNat().map((delay) => Math.max(1, delay))
const delays = {
  'ticks one or two apart': soon,
  'delays around a millisecond': aroundAMillisecond,
  'packets and timers': fc.oneof(
    { weight: 9, arbitrary: aroundAMillisecond },
    { weight: 1, arbitrary: retransmissionTimer },
  ),
  'far jumps': fc.oneof({ weight: 3, arbitrary: soon }, { weight: 1, arbitrary: farJump }),
  'crowds on few ticks': fc.oneof(
    { weight: 4, arbitrary: fc.constant(2 ** 33) },
    { weight: 1, arbitrary: fc.constantFrom(1, 70_000, 2 ** 40) },
    { weight: 1, arbitrary: aroundAMillisecond },
  ),
  'anything at all': fc.oneof(soon, aroundAMillisecond, retransmissionTimer, farJump, anyDelay),
}

export const DELAY_MIXES = Object.entries(delays)

const smallOrLarge = (limit: number) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.nat(2) },
    { weight: 1, arbitrary: fc.constantFrom(limit - 1, Math.floor(limit / 2)) },
  )

/**
 * Generates many pushes of few targets, kinds and arguments, so that events are equal in one, two, three and four
 * numbers.
 */
export function steps(delay: fc.Arbitrary<number>): fc.Arbitrary<Step[]> {
  const pushes = fc.record({
    delay,
    target: smallOrLarge(TARGET_LIMIT),
    kind: smallOrLarge(KIND_LIMIT),
    argument: smallOrLarge(2 ** 32),
  })
  // Left to itself, fast-check keeps arrays short: the queue would hardly ever leave its run.
  const step = fc.record({ pops: fc.nat(40), pushes: fc.array(pushes, { maxLength: 60, size: 'max' }) })
  return fc.array(step, { maxLength: 30, size: 'max' })
}

/** Performs a step and returns everything that can be observed of the queue. */
export function take(queue: PendingEventSet, step: Step): unknown[] {
  const seen: unknown[] = drain(queue, step.pops)
  const now = Math.max(0, queue.tick)
  for (const { delay, target, kind, argument } of step.pushes) {
    if (delay <= LAST_TICK - now) queue.push(now + delay, target, kind, argument)
  }
  return [...seen, queue.size, queue.nextTick()]
}
