import type { Arena, ArenaTable, Columns } from './arena.ts'
import { CHUNK_BITS, CHUNK_EVENTS, EventChunks } from './event-chunks.ts'
import type { EventHeap } from './event-heap.ts'
import type { EventRun } from './event-run.ts'
import { TWO_POW_32 } from './hash.ts'
import { NONE } from './table.ts'
import { LAST_TICK } from './ticks.ts'

const DIGIT_BITS = 8
const SLOTS_PER_LEVEL = 1 << DIGIT_BITS
const DIGIT_MASK = SLOTS_PER_LEVEL - 1
/** Seven digits of eight bits hold any tick: four in its low word, three in its high word. */
const LEVELS = 7
const LEVELS_OF_LOW_WORD = 4
const SLOTS = LEVELS * SLOTS_PER_LEVEL
const TWO_TO_MINUS_32 = 1 / TWO_POW_32

/** Indices of the registers. */
const BASE_LOW = 0
const BASE_HIGH = 1
const SUMMARY = 2

/**
 * Stores the events that lie after the tick `base`. An event lies at the level of the highest digit in which its tick
 * differs from the base, in the slot of its own digit there. So all events of a slot lie before all events of the next
 * slot.
 */
export class EventSlots implements ArenaTable {
  private readonly chunks: EventChunks
  private registers!: Int32Array
  private baseTick!: Float64Array
  /**
   * A bit for each slot, set while it is in use. `registers[SUMMARY]` and the next register have a bit for each word of
   * this column.
   */
  private used!: Int32Array
  /**
   * The index among the chunks at which the next event of each slot goes, just after the previous one; 0 while the slot
   * is not in use. From the newest chunk of a slot, `chunks.next` leads to its older ones, which are full.
   */
  private ends!: Int32Array

  constructor(arena: Arena) {
    this.chunks = new EventChunks(arena)
    arena.attach(this, SLOTS)
    this.setBase(LAST_TICK)
  }

  layOut(columns: Columns): void {
    this.registers = columns.int32(SUMMARY + 2)
    this.baseTick = columns.float64(1)
    this.used = columns.int32(SLOTS / 32)
    this.ends = columns.int32()
  }

  get base(): number {
    return this.baseTick[0]
  }

  get isEmpty(): boolean {
    return (this.registers[SUMMARY] | this.registers[SUMMARY + 1]) === 0
  }

  /**
   * Sets the base. It may be any tick while no slot is in use; after that it only moves up, and never past an event.
   */
  setBase(tick: number): void {
    this.baseTick[0] = tick
    this.registers[BASE_LOW] = tick | 0
    this.registers[BASE_HIGH] = (tick * TWO_TO_MINUS_32) | 0
  }

  /** Adds an event, which must not lie before the base. */
  put(tick: number, key: number, argument: number): void {
    const slot = this.slotOf(tick)
    let at = this.ends[slot]
    if (at % CHUNK_EVENTS === 0) at = this.addChunk(slot)
    this.ends[slot] = at + 1
    const chunks = this.chunks
    chunks.ticks[at] = tick
    chunks.keys[at] = key
    chunks.arguments[at] = argument
  }

  /**
   * Moves the next events to the run, or to the heap if the run has no room for them: those of one chunk at most, or
   * all of one tick. Both must be empty. The base moves up to the last of these events. Returns false when there are
   * none.
   */
  takeNext(run: EventRun, heap: EventHeap): boolean {
    for (;;) {
      const slot = this.lowestUsedSlot()
      if (slot === NONE) return false
      const end = this.ends[slot]
      this.markUnused(slot)
      const hasOneTick = slot < SLOTS_PER_LEVEL
      if (this.chunks.next[chunkBefore(end)] === NONE) return this.moveToRun(end, run)
      if (hasOneTick) return this.moveToHeap(end, heap)
      this.split(end)
    }
  }

  private slotOf(tick: number): number {
    const high = (tick * TWO_TO_MINUS_32) | 0
    const highDifference = high ^ this.registers[BASE_HIGH]
    if (highDifference !== 0) return LEVELS_OF_LOW_WORD * SLOTS_PER_LEVEL + slotOfWord(high, highDifference)
    const low = tick | 0
    return slotOfWord(low, low ^ this.registers[BASE_LOW])
  }

  private addChunk(slot: number): number {
    const chunk = this.chunks.allocate()
    const end = this.ends[slot]
    this.chunks.next[chunk] = end === 0 ? NONE : chunkBefore(end)
    if (end === 0) this.markUsed(slot)
    return chunk * CHUNK_EVENTS
  }

  private markUsed(slot: number): void {
    const word = slot >> 5
    this.used[word] |= 1 << (slot & 31)
    this.registers[SUMMARY + (word >> 5)] |= 1 << (word & 31)
  }

  private markUnused(slot: number): void {
    const word = slot >> 5
    this.used[word] &= ~(1 << (slot & 31))
    if (this.used[word] === 0) this.registers[SUMMARY + (word >> 5)] &= ~(1 << (word & 31))
    this.ends[slot] = 0
  }

  private lowestUsedSlot(): number {
    const half = this.registers[SUMMARY] !== 0 ? 0 : 1
    const summary = this.registers[SUMMARY + half]
    if (summary === 0) return NONE
    const word = half * 32 + lowestBit(summary)
    return word * 32 + lowestBit(this.used[word])
  }

  private moveToRun(end: number, run: EventRun): true {
    const chunk = chunkBefore(end)
    run.fill(this.chunks, chunk * CHUNK_EVENTS, end)
    this.chunks.release(chunk)
    this.setBase(run.lastTick)
    return true
  }

  private moveToHeap(slotEnd: number, heap: EventHeap): true {
    const { chunks } = this
    for (let end = slotEnd; end !== 0; end = this.releaseChunk(end)) {
      for (let at = firstOfChunk(end); at < end; at++)
        heap.insert(chunks.ticks[at], chunks.keys[at], chunks.arguments[at])
    }
    this.setBase(heap.firstTick)
    return true
  }

  /** Moves the events of a slot to lower levels. With the first of them as the base, they share more digits with it. */
  private split(slotEnd: number): void {
    const { chunks } = this
    this.setBase(this.firstTickOf(slotEnd))
    for (let end = slotEnd; end !== 0; end = this.releaseChunk(end)) {
      for (let at = firstOfChunk(end); at < end; at++) this.put(chunks.ticks[at], chunks.keys[at], chunks.arguments[at])
    }
  }

  private firstTickOf(slotEnd: number): number {
    const { ticks } = this.chunks
    let first = LAST_TICK
    for (let end = slotEnd; end !== 0; end = this.olderEnd(end)) {
      for (let at = firstOfChunk(end); at < end; at++) if (ticks[at] < first) first = ticks[at]
    }
    return first
  }

  private releaseChunk(end: number): number {
    const olderEnd = this.olderEnd(end)
    this.chunks.release(chunkBefore(end))
    return olderEnd
  }

  /** Returns the end of the next older chunk of the same slot, given the end of a chunk; 0 when there is none. */
  private olderEnd(end: number): number {
    return (this.chunks.next[chunkBefore(end)] + 1) * CHUNK_EVENTS
  }
}

/** Returns the slot of a 32-bit word of a tick, by the highest digit in which it differs from the base. */
function slotOfWord(word: number, difference: number): number {
  const level = (31 - Math.clz32(difference | 1)) >>> 3
  return level * SLOTS_PER_LEVEL + ((word >>> (level * DIGIT_BITS)) & DIGIT_MASK)
}

/** Returns the chunk that holds the event just before index `end`. */
function chunkBefore(end: number): number {
  return (end - 1) >> CHUNK_BITS
}

function firstOfChunk(end: number): number {
  return chunkBefore(end) * CHUNK_EVENTS
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}
