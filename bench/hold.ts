import type { PendingEventSet } from '../src/engine/pending-event-set.ts'

/** A queue of events, as far as the hold model needs it. */
export type HoldQueue = Pick<PendingEventSet, 'push' | 'pop' | 'tick' | 'target' | 'kind' | 'argument'>

const INCREMENT_COUNT = 1 << 16
/** The first tick. It does not fit into a 32-bit integer, like most ticks of a simulation. */
const START_TICK = 1e12
const MEAN_INCREMENT_TICKS = 1_000_000
const TARGETS = 1 << 10
const KINDS = 8

/**
 * The hold model (Jones 1986), the usual benchmark of event queues: with a constant number of pending events, it takes the
 * next event, dispatches it by its kind and schedules another. Increments are exponential. All queues that keep the order
 * of events (tick, target, kind, argument) give the same checksum, as does `peers/priority-queue.cpp`.
 */
export class Hold {
  private readonly queue: HoldQueue
  private operations = 0
  /** A checksum of the order of events so far. */
  checksum = 0

  /** Fills the queue with `pendingCount` events. */
  constructor(queue: HoldQueue, pendingCount: number) {
    this.queue = queue
    for (let i = 0; i < pendingCount; i++) {
      const increment = INCREMENTS[i % INCREMENT_COUNT]
      queue.push(START_TICK + increment, i % TARGETS, increment % KINDS, i)
    }
  }

  run(operationCount: number): void {
    const { queue } = this
    let { checksum, operations } = this
    for (const end = operations + operationCount; operations < end; operations++) {
      queue.pop()
      checksum = (Math.imul(checksum, 31) + (queue.tick | 0) + queue.target) ^ queue.argument
      dispatch(queue, INCREMENTS[operations % INCREMENT_COUNT])
    }
    this.checksum = checksum
    this.operations = operations
  }
}

/** Dispatches to eight handlers, which schedule different events. */
function dispatch(queue: HoldQueue, increment: number): void {
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

/**
 * Returns whole increments of at least one tick, computed by operations that give the same result in every engine and
 * in C++.
 */
function exponentialIncrements(): Int32Array {
  let state = 1
  return Int32Array.from({ length: INCREMENT_COUNT }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return 1 + Math.floor(MEAN_INCREMENT_TICKS * minusLogarithm(((state >>> 8) + 0.5) / (1 << 24)))
  })
}

/** Computes -ln x = lim 2^n (1 - x^(2^-n)). Twenty square roots give six digits. */
function minusLogarithm(x: number): number {
  const HALVINGS = 20
  let root = x
  for (let i = 0; i < HALVINGS; i++) root = Math.sqrt(root)
  return (1 - root) * (1 << HALVINGS)
}

const INCREMENTS = exponentialIncrements()
