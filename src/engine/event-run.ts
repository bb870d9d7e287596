import type { Arena } from './arena.ts'
import { EventArray } from './event-array.ts'
import { CHUNK_EVENTS, type EventChunks } from './event-chunks.ts'
import { isTieBefore } from './event-order.ts'

/** Four chunks: a run filled from two has room for events pushed before its end. */
const RUN_EVENTS = 4 * CHUNK_EVENTS
/** The run moves through its rows as events are taken, and back to the first when it has reached the last. */
const ROWS = 4 * RUN_EVENTS

/**
 * A sorted array of a few events. Insertion sort of so few costs less than any heap: about one mispredicted branch per
 * event. A new event belongs near the front, as the next packet of a link does, or near the end, as a timer does, and is
 * inserted from the side where it moves fewer others.
 */
export class EventRun extends EventArray {
  constructor(arena: Arena) {
    super()
    arena.attach(this, ROWS)
  }

  get isFull(): boolean {
    return this.end - this.head === RUN_EVENTS
  }

  /** The tick of the next event. This getter and the next one must only be read while the run is not empty. */
  get firstTick(): number {
    return this.ticks[this.head]
  }

  get lastTick(): number {
    return this.ticks[this.end - 1]
  }

  removeFirst(): void {
    this.head++
  }

  /** Inserts an event. The run must not be full. */
  insert(tick: number, key: number, argument: number): void {
    const { head, end } = this
    if (head > 0 && head < end && tick < this.ticks[(head + end) >> 1]) this.insertFromFront(tick, key, argument)
    else if (end === ROWS) this.insertBehindLastRow(tick, key, argument)
    else this.insertAt(this.end++, tick, key, argument)
  }

  /**
   * Inserts an event that comes before another one, moving all that come before it to the row that the last event left.
   * Here and in `insertAt`, keys and arguments are compared only where ticks are equal.
   */
  private insertFromFront(tick: number, key: number, argument: number): void {
    const { ticks, keys, arguments: args } = this
    let row = --this.head
    for (;;) {
      const next = ticks[row + 1]
      if (next > tick || (next === tick && !isTieBefore(keys[row + 1], args[row + 1], key, argument))) break
      ticks[row] = next
      keys[row] = keys[row + 1]
      args[row] = args[row + 1]
      row++
    }
    ticks[row] = tick
    keys[row] = key
    args[row] = argument
  }

  private insertBehindLastRow(tick: number, key: number, argument: number): void {
    this.moveToFirstRow()
    this.insertAt(this.end++, tick, key, argument)
  }

  /** Inserts the events from index `start` to `end` of the chunks, for which there must be room. */
  fill(chunks: EventChunks, start: number, end: number): void {
    if (this.end > ROWS - RUN_EVENTS) this.moveToFirstRow()
    let row = this.end
    for (let at = start; at < end; at++, row++)
      this.insertAt(row, chunks.tickAt(at), chunks.keyAt(at), chunks.argumentAt(at))
    this.end = row
  }

  /** Inserts an event among those before row `end`, moving by one row all that come after it. */
  private insertAt(end: number, tick: number, key: number, argument: number): void {
    const { ticks, keys, arguments: args, head } = this
    let row = end
    for (; row > head; row--) {
      const before = ticks[row - 1]
      if (before < tick || (before === tick && !isTieBefore(key, argument, keys[row - 1], args[row - 1]))) break
      ticks[row] = before
      keys[row] = keys[row - 1]
      args[row] = args[row - 1]
    }
    ticks[row] = tick
    keys[row] = key
    args[row] = argument
  }

  private moveToFirstRow(): void {
    const { ticks, keys, arguments: args, head, end } = this
    ticks.copyWithin(0, head, end)
    keys.copyWithin(0, head, end)
    args.copyWithin(0, head, end)
    this.head = 0
    this.end = end - head
  }
}
