import { assert } from './assert.ts'
import { KIND_BITS, KIND_LIMIT } from './pending-event-set.ts'
import { LAST_TICK } from './ticks.ts'

/**
 * The order in which events happen: by tick, target, kind, argument, and by nothing else
 * (docs/design.md#determinism-contract).
 */
export function isBefore(
  tick: number,
  key: number,
  argument: number,
  otherTick: number,
  otherKey: number,
  otherArgument: number,
): boolean {
  return tick < otherTick || (tick === otherTick && (key < otherKey || (key === otherKey && argument < otherArgument)))
}

/** Target and kind in one number, which sorts by target, then by kind. */
export function keyOf(target: number, kind: number): number {
  return (target << KIND_BITS) | kind
}

export function targetOf(key: number): number {
  return key >>> KIND_BITS
}

export function kindOf(key: number): number {
  return key & (KIND_LIMIT - 1)
}

/** Nothing may be pushed for the tick at hand: it could belong before an event that has already happened. */
export function assertIsFuture(tick: number, takenTick: number): void {
  assert(
    tick > takenTick && tick <= LAST_TICK && Math.floor(tick) === tick,
    'an event lies on a whole tick after that of the event taken last',
  )
}
