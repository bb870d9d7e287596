import type { Arena, ArenaTable, Columns } from './arena.ts'
import { CHUNK_EVENTS, EventChunks } from './event-chunks.ts'
import { EventHeap } from './event-heap.ts'
import { assertIsFuture, keyOf, kindOf, targetOf } from './event-order.ts'
import type { PendingEventSet } from './pending-event-set.ts'
import { NONE } from './table.ts'
import { LAST_TICK } from './ticks.ts'

const DIGIT_BITS = 8
const SLOTS_PER_LEVEL = 1 << DIGIT_BITS
/** Seven digits of eight bits hold any tick. */
const LEVELS = 7
const SLOTS = LEVELS * SLOTS_PER_LEVEL
const HIGH_LEVEL = 4
const TWO_TO_MINUS_32 = 1 / 4294967296

/** A slot with at most so many events goes to the heap at once; a fuller one is split first. */
const FEW_EVENTS = 16

const SIZE = 0
const BASE_LOW = 1
const BASE_HIGH = 2
const SUMMARY = 3

/**
 * A radix heap (Ahuja, Mehlhorn, Orlin, Tarjan 1990) of events by value, before a small heap.
 *
 * The heap holds all events up to the tick `base`, the slots all later ones. A later event lies at the level of
 * the highest digit in which its tick differs from `base`, in the slot of its own digit there. So all events of
 * a slot come before all events of the next, and the lowest slot in use holds the next event.
 */
export class RadixQueue implements PendingEventSet, ArenaTable {
  private readonly heap: EventHeap
  private readonly chunks: EventChunks
  private base!: Float64Array
  private registers!: Int32Array
  /** One bit a slot: whether it is in use; `registers[SUMMARY + ...]` has one bit a word of these. */
  private used!: Int32Array
  /** Events in each slot. */
  private counts!: Int32Array
  /** The newest chunk of each slot in use; older ones, all full, follow by `chunks.next`. */
  private heads!: Int32Array

  constructor(arena: Arena) {
    this.heap = new EventHeap(arena)
    this.chunks = new EventChunks(arena)
    arena.attach(this, SLOTS)
  }

  layOut(columns: Columns): void {
    this.base = columns.float64(1)
    this.registers = columns.int32(5)
    this.used = columns.int32(SLOTS / 32)
    this.counts = columns.int32()
    this.heads = columns.int32()
  }

  get tick(): number {
    return this.heap.takenTick
  }

  get target(): number {
    return targetOf(this.heap.takenKey)
  }

  get kind(): number {
    return kindOf(this.heap.takenKey)
  }

  get argument(): number {
    return this.heap.takenArgument
  }

  get size(): number {
    return this.registers[SIZE]
  }

  push(tick: number, target: number, kind: number, argument: number): void {
    assertIsFuture(tick, this.heap.takenTick)
    this.registers[SIZE]++
    if (tick <= this.base[0]) this.heap.insert(tick, keyOf(target, kind), argument)
    else this.place(tick, keyOf(target, kind), argument)
  }

  pop(): boolean {
    if (this.heap.size === 0 && !this.refill()) return false
    this.registers[SIZE]--
    this.heap.take()
    return true
  }

  nextTick(): number {
    return this.heap.size === 0 && !this.refill() ? Infinity : this.heap.firstTick
  }

  /** Puts an event that is not before `base` into its slot. */
  private place(tick: number, key: number, argument: number): void {
    const slot = this.slotOf(tick)
    const count = this.counts[slot]
    if (count % CHUNK_EVENTS === 0) this.addChunk(slot, count)
    this.counts[slot] = count + 1
    const at = this.heads[slot] * CHUNK_EVENTS + (count % CHUNK_EVENTS)
    const chunks = this.chunks
    chunks.ticks[at] = tick
    chunks.keys[at] = key
    chunks.arguments[at] = argument
  }

  private slotOf(tick: number): number {
    const low = tick | 0
    const high = (tick * TWO_TO_MINUS_32) | 0
    const highDifference = high ^ this.registers[BASE_HIGH]
    if (highDifference !== 0) {
      const level = (31 - Math.clz32(highDifference)) >>> 3
      return (level + HIGH_LEVEL) * SLOTS_PER_LEVEL + ((high >>> (level * DIGIT_BITS)) & (SLOTS_PER_LEVEL - 1))
    }
    const level = (31 - Math.clz32((low ^ this.registers[BASE_LOW]) | 1)) >>> 3
    return level * SLOTS_PER_LEVEL + ((low >>> (level * DIGIT_BITS)) & (SLOTS_PER_LEVEL - 1))
  }

  private addChunk(slot: number, count: number): void {
    const chunk = this.chunks.allocate()
    this.chunks.next[chunk] = count === 0 ? NONE : this.heads[slot]
    this.heads[slot] = chunk
    if (count > 0) return
    this.used[slot >> 5] |= 1 << (slot & 31)
    this.registers[SUMMARY + (slot >> 10)] |= 1 << ((slot >> 5) & 31)
  }

  /** Moves the next events from the slots to the empty heap; false when there are none. */
  private refill(): boolean {
    while (this.heap.size === 0) {
      const slot = this.lowestUsedSlot()
      if (slot === NONE) return false
      const count = this.counts[slot]
      const chunk = this.heads[slot]
      this.markUnused(slot)
      if (count <= FEW_EVENTS || slot < SLOTS_PER_LEVEL) this.drain(chunk, count)
      else this.split(chunk, count)
    }
    return true
  }

  private lowestUsedSlot(): number {
    const half = this.registers[SUMMARY] !== 0 ? 0 : 1
    const summary = this.registers[SUMMARY + half]
    if (summary === 0) return NONE
    const word = half * 32 + lowestBit(summary)
    return word * 32 + lowestBit(this.used[word])
  }

  private markUnused(slot: number): void {
    this.counts[slot] = 0
    const word = slot >> 5
    this.used[word] &= ~(1 << (slot & 31))
    if (this.used[word] === 0) this.registers[SUMMARY + (word >> 5)] &= ~(1 << (word & 31))
  }

  private setBase(tick: number): void {
    this.base[0] = tick
    this.registers[BASE_LOW] = tick | 0
    this.registers[BASE_HIGH] = (tick * TWO_TO_MINUS_32) | 0
  }

  /** Moves all `count` events of a chunk list to the heap. */
  private drain(head: number, count: number): void {
    let last = 0
    let remaining = count
    for (let chunk = head; chunk !== NONE; ) {
      const start = chunk * CHUNK_EVENTS
      const end = start + newestChunkEvents(remaining)
      for (let at = start; at < end; at++) {
        const tick = this.chunks.ticks[at]
        if (tick > last) last = tick
        this.heap.insert(tick, this.chunks.keys[at], this.chunks.arguments[at])
      }
      remaining -= end - start
      chunk = this.releaseChunk(chunk)
    }
    this.setBase(last)
  }

  /** Moves all `count` events of a chunk list to the lower levels. */
  private split(head: number, count: number): void {
    this.setBase(this.firstTick(head, count))
    let remaining = count
    for (let chunk = head; chunk !== NONE; ) {
      const start = chunk * CHUNK_EVENTS
      const end = start + newestChunkEvents(remaining)
      for (let at = start; at < end; at++) {
        this.place(this.chunks.ticks[at], this.chunks.keys[at], this.chunks.arguments[at])
      }
      remaining -= end - start
      chunk = this.releaseChunk(chunk)
    }
  }

  private firstTick(head: number, count: number): number {
    const { ticks, next } = this.chunks
    let first = LAST_TICK
    let remaining = count
    for (let chunk = head; chunk !== NONE; chunk = next[chunk]) {
      const start = chunk * CHUNK_EVENTS
      const end = start + newestChunkEvents(remaining)
      for (let at = start; at < end; at++) {
        if (ticks[at] < first) first = ticks[at]
      }
      remaining -= end - start
    }
    return first
  }

  private releaseChunk(chunk: number): number {
    const next = this.chunks.next[chunk]
    this.chunks.release(chunk)
    return next
  }
}

/** The newest chunk of a list holds what does not fill the older ones. */
function newestChunkEvents(count: number): number {
  return ((count - 1) % CHUNK_EVENTS) + 1
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}
