import type { Arena, Columns } from './arena.ts'
import { EventArray } from './event-array.ts'
import { type EventChunks, firstOfChunk } from './event-chunks.ts'
import { isTieBefore } from './event-order.ts'

/** The logarithm of the most buckets. */
const BUCKET_BITS = 12
/** The most events: with their buckets, they stay in the processor's second cache. */
export const MOST_SORTED_EVENTS = 1 << BUCKET_BITS
const INITIAL_ROWS = 64

/**
 * The number of events of each bucket, then the row at which its next event goes. It is no state of a simulation: what a
 * call of `takeSlot` leaves here, the next one overwrites.
 */
const BUCKETS = new Uint16Array(1 << BUCKET_BITS)

/**
 * The events of one slot in their order. They are sorted by counting, with up to four buckets for each event, and then
 * within each bucket by insertion, which moves few: most branches do not depend on a tick. No event is added until all
 * have been taken.
 */
export class SortedEvents extends EventArray {
  private readonly arena: Arena
  private rows = 0
  /** The tick of the next event; Infinity while there is none. */
  firstTick = Number.POSITIVE_INFINITY

  constructor(arena: Arena) {
    super()
    this.arena = arena
    arena.attach(this, INITIAL_ROWS)
  }

  override layOut(columns: Columns): void {
    this.rows = columns.capacity
    super.layOut(columns)
  }

  override loadFields(): void {
    super.loadFields()
    this.firstTick = this.isEmpty ? Number.POSITIVE_INFINITY : this.ticks[this.head]
  }

  removeFirst(): void {
    const head = this.head + 1
    this.head = head
    this.firstTick = head === this.end ? Number.POSITIVE_INFINITY : this.ticks[head]
  }

  /**
   * Takes all events of a slot from the chunks: `count`, at most MOST_SORTED_EVENTS, whose ticks differ in their lowest
   * `differingBits` bits, at most 32. There must be no events here.
   */
  takeSlot(chunks: EventChunks, slotEnd: number, count: number, differingBits: number): void {
    if (count > this.rows) this.arena.grow(this, Math.min(2 * count, MOST_SORTED_EVENTS))
    const bucketBits = Math.min(differingBits, BUCKET_BITS, 33 - Math.clz32(count))
    const shift = differingBits - bucketBits
    const mask = (1 << bucketBits) - 1
    this.countBuckets(chunks, slotEnd, shift, mask)
    this.moveToBuckets(chunks, slotEnd, shift, mask)
    this.head = 0
    this.end = count
    this.sortWithinBuckets()
    this.firstTick = this.ticks[0]
  }

  /** Sets BUCKETS to the row at which the events of each begin. */
  private countBuckets(chunks: EventChunks, slotEnd: number, shift: number, mask: number): void {
    BUCKETS.fill(0, 0, mask + 1)
    for (let end = slotEnd; end !== 0; end = chunks.olderEnd(end)) {
      for (let at = firstOfChunk(end); at < end; at++) BUCKETS[((chunks.tickAt(at) | 0) >>> shift) & mask]++
    }
    let row = 0
    for (let bucket = 0; bucket <= mask; bucket++) {
      const count = BUCKETS[bucket]
      BUCKETS[bucket] = row
      row += count
    }
  }

  private moveToBuckets(chunks: EventChunks, slotEnd: number, shift: number, mask: number): void {
    const { ticks, keys, arguments: args } = this
    for (let end = slotEnd; end !== 0; end = chunks.freeChunk(end)) {
      for (let at = firstOfChunk(end); at < end; at++) {
        const tick = chunks.tickAt(at)
        const bucket = ((tick | 0) >>> shift) & mask
        const row = BUCKETS[bucket]
        BUCKETS[bucket] = row + 1
        ticks[row] = tick
        keys[row] = chunks.keyAt(at)
        args[row] = chunks.argumentAt(at)
      }
    }
  }

  private sortWithinBuckets(): void {
    const { ticks, keys, arguments: args, end } = this
    for (let row = 1; row < end; row++) {
      const tick = ticks[row]
      if (ticks[row - 1] >= tick) this.insertAt(row, tick, keys[row], args[row])
    }
  }

  /** Inserts an event among those before row `end`, moving by one row all that come after it. */
  private insertAt(end: number, tick: number, key: number, argument: number): void {
    const { ticks, keys, arguments: args } = this
    let row = end
    for (; row > 0; row--) {
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
}
