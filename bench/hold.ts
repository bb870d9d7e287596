import type { PendingEventSet } from '../src/engine/pending-event-set.ts'

const INCREMENT_COUNT = 1 << 16
/** Far enough that a tick does not fit a 32-bit integer, as in most of a simulation. */
const START_TICK = 1e12
const MEAN_INCREMENT_TICKS = 1_000_000
const TARGETS = 1 << 10
const KINDS = 8

/**
 * The hold model (Jones 1986), the usual yardstick of pending-event sets: with `pendingCount` events pending,
 * take the next one, dispatch it by its kind, and schedule another, `operationCount` times; increments are
 * exponential. Returns a checksum of the order in which the events came: the same for every right queue, and
 * for `reference/priority-queue.cpp`.
 */
export function runHold(queue: PendingEventSet, pendingCount: number, operationCount: number): number {
  for (let i = 0; i < pendingCount; i++) {
    const increment = INCREMENTS[i % INCREMENT_COUNT]
    queue.push(START_TICK + increment, i % TARGETS, increment % KINDS, i)
  }
  let checksum = 0
  for (let i = 0; i < operationCount; i++) {
    queue.pop()
    checksum = (Math.imul(checksum, 31) + (queue.tick | 0) + queue.target) ^ queue.argument
    dispatch(queue, INCREMENTS[i % INCREMENT_COUNT])
  }
  return checksum
}

/** Eight handlers that differ in whom they schedule next. */
function dispatch(queue: PendingEventSet, increment: number): void {
  const { target, argument } = queue
  const tick = queue.tick + increment
  const kind = increment % KINDS
  switch (queue.kind) {
    case 0:
      return queue.push(tick, target, kind, argument)
    case 1:
      return queue.push(tick, (target + 1) % TARGETS, kind, argument)
    case 2:
      return queue.push(tick, (target + argument) % TARGETS, kind, argument)
    case 3:
      return queue.push(tick, target ^ 5, kind, argument)
    case 4:
      return queue.push(tick, (target * 3) % TARGETS, kind, argument)
    case 5:
      return queue.push(tick, (target >> 1) + kind, kind, argument)
    case 6:
      return queue.push(tick, argument % TARGETS, kind, argument)
    default:
      return queue.push(tick, TARGETS - 1 - target, kind, argument)
  }
}

/** Whole increments of at least one tick, made of operations that every engine and C++ compute alike. */
function exponentialIncrements(): Int32Array {
  let state = 1
  return Int32Array.from({ length: INCREMENT_COUNT }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return 1 + Math.floor(MEAN_INCREMENT_TICKS * minusLogarithm(((state >>> 8) + 0.5) / (1 << 24)))
  })
}

/** -ln x = lim 2^n (1 - x^(2^-n)): twenty square roots give six digits. */
function minusLogarithm(x: number): number {
  const HALVINGS = 20
  let root = x
  for (let i = 0; i < HALVINGS; i++) root = Math.sqrt(root)
  return (1 - root) * (1 << HALVINGS)
}

const INCREMENTS = exponentialIncrements()
