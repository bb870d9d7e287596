import { assert } from './assert.ts'
import { KIND_BITS, KIND_LIMIT } from './pending-event-set.ts'
import { LAST_TICK } from './ticks.ts'

/**
 * Returns whether an event happens before another: by tick, then target, kind and argument. Nothing else decides the
 * order, so results do not depend on when events were pushed (docs/design.md#determinism-contract).
 */
export function isBefore(
  tick: number,
  key: number,
  argument: number,
  otherTick: number,
  otherKey: number,
  otherArgument: number,
): boolean {
  return tick < otherTick || (tick === otherTick && isTieBefore(key, argument, otherKey, otherArgument))
}

/** Returns whether an event happens before another of the same tick. */
export function isTieBefore(key: number, argument: number, otherKey: number, otherArgument: number): boolean {
  return key < otherKey || (key === otherKey && argument < otherArgument)
}

/** Packs a target and a kind into one number, which sorts by target, then by kind. */
export function keyOf(target: number, kind: number): number {
  return (target << KIND_BITS) | kind
}

/** Returns the target that `keyOf` packed. */
export function targetOf(key: number): number {
  return key >>> KIND_BITS
}

/** Returns the kind that `keyOf` packed. */
export function kindOf(key: number): number {
  return key & (KIND_LIMIT - 1)
}

/** Checks that an event lies on a whole tick and comes after the event taken last, whose numbers are the last three. */
export function assertIsBehind(
  tick: number,
  key: number,
  argument: number,
  takenTick: number,
  takenKey: number,
  takenArgument: number,
): void {
  assert(
    isBefore(takenTick, takenKey, takenArgument, tick, key, argument) && tick <= LAST_TICK && Math.floor(tick) === tick,
    'an event comes after the event taken last',
  )
}

/**
 * Checks that an event is pushed for a whole tick after the current one. At the current tick it could belong before an
 * event that has already happened.
 */
export function assertIsFuture(tick: number, takenTick: number): void {
  assert(
    tick > takenTick && tick <= LAST_TICK && Math.floor(tick) === tick,
    'an event lies on a whole tick after that of the event taken last',
  )
}
