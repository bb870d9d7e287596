/**
 * The events that have not happened yet, in the order in which they will happen.
 *
 * An event is four numbers, never a closure:
 * - `tick`: when it happens, in nanoseconds, a whole number from 0 to 2^53 - 1;
 * - `target`: what it happens to: the number of a host, link direction, ...; targets are numbered by sorted name, 0 to
 *   2^25 - 1;
 * - `kind`: what happens, the number of an EventKind, 0 to 63;
 * - `argument`: a number that is unique among the pending events of this target and kind, 0 to 2^32 - 1.
 *
 * The order is (tick, target, kind, argument). It depends on what the events are and never on when they were pushed
 * (docs/design.md#determinism-contract). Two equal events may be pending; both come out.
 *
 * An event is never removed. Code that no longer needs an event ignores it when it comes (a soft deadline).
 */
export interface PendingEventSet {
  /** Adds an event. `tick` must lie after the tick of the event that was taken last. */
  push(tick: number, target: number, kind: number, argument: number): void

  /**
   * Adds an event that comes after the one that was taken last, in the order above. It may lie on the same tick, so that of
   * events that are known to come one after the other only the first needs to be pending. The tick is `ticks[row]`: passed
   * as a number, one beyond 2^31 would be allocated for each event.
   */
  pushAfterTaken(ticks: Float64Array, row: number, target: number, kind: number, argument: number): void

  /** Takes the next event into `tick`, `target`, `kind` and `argument`. Returns false when no event is pending. */
  pop(): boolean

  /** Returns the tick of the next event, Infinity when no event is pending. */
  nextTick(): number

  /** The tick of the event that `pop` took last; the next three are its other numbers. */
  readonly tick: number
  readonly target: number
  readonly kind: number
  readonly argument: number

  /** The number of pending events. */
  readonly size: number
}

/** The width of an event's kind; the rest of 31 bits is that of its target. */
export const KIND_BITS = 6
export const KIND_LIMIT = 1 << KIND_BITS
export const TARGET_LIMIT = 1 << (31 - KIND_BITS)
