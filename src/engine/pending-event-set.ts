/**
 * The events that are still to happen, in the order in which they will.
 *
 * An event is four numbers, never a closure:
 * - `tick`: when, in nanoseconds, a whole number from 0 to 2^53 - 1;
 * - `target`: who, the number of a host, link direction, ...; targets are numbered by sorted name; 0 to 2^25 - 1;
 * - `kind`: what, one of event-kinds.ts; 0 to 63;
 * - `argument`: which, an id that is unique among the pending events of this target and kind; 0 to 2^32 - 1.
 *
 * The order is (tick, target, kind, argument), a function of what the events are and never of when they were
 * pushed (docs/design.md#determinism-contract). Equal events (all four numbers) may be pending twice, and come out
 * twice.
 *
 * There is no removal: who no longer wants an event ignores it when it comes (soft deadlines).
 */
export interface PendingEventSet {
  /** `tick` must lie after the tick of the event that was taken last. */
  push(tick: number, target: number, kind: number, argument: number): void

  /** Takes the next event into `tick`, `target`, `kind` and `argument`; false when nothing is pending. */
  pop(): boolean

  /** The tick of the next event; Infinity when nothing is pending. */
  nextTick(): number

  /** Of the event that `pop` took last. */
  readonly tick: number
  readonly target: number
  readonly kind: number
  readonly argument: number

  /** How many are pending. */
  readonly size: number
}

export const KIND_BITS = 6
export const KIND_LIMIT = 1 << KIND_BITS
export const TARGET_LIMIT = 1 << (31 - KIND_BITS)
