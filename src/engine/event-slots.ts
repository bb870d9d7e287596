import type { Arena, ArenaTable, Columns } from './arena.ts'
import { CHUNK_EVENTS, chunkBefore, EventChunks, firstOfChunk } from './event-chunks.ts'
import type { EventHeap } from './event-heap.ts'
import type { EventRun } from './event-run.ts'
import { TWO_POW_32 } from './hash.ts'
import { MOST_SORTED_EVENTS, type SortedEvents } from './sorted-events.ts'
import { NONE } from './table.ts'
import { LAST_TICK } from './ticks.ts'

const DIGIT_BITS = 8
const SLOTS_PER_LEVEL = 1 << DIGIT_BITS
const DIGIT_MASK = SLOTS_PER_LEVEL - 1
/** Seven digits of eight bits hold any tick: four in its low word, three in its high word. */
const LEVELS = 7
const LEVELS_OF_LOW_WORD = 4
/**
 * The slots of this level and those below are so narrow that their events lie close to the first tick of the slot. In wider
 * ones the search for the first event pays: events that lie together go down several levels at once.
 */
const HIGHEST_NARROW_LEVEL = 2
/**
 * The events of a slot are sorted at once where they are at most one in so many of all that are pending. Of those pushed
 * while they are taken, few then lie among them.
 */
const SORTED_SHARE = 8
const SLOTS = LEVELS * SLOTS_PER_LEVEL
/** The number of ticks of a slot at each level, and of all slots of the last. */
const WIDTHS = Float64Array.from({ length: LEVELS + 1 }, (_, level) => widthOfLevel(level))
const TWO_TO_MINUS_32 = 1 / TWO_POW_32

/** Indices of the registers. */
const SUMMARY_LOW = 0
const SUMMARY_HIGH = 1

/**
 * Stores the events that lie after the tick `base`. An event lies at the level of the highest digit in which its tick
 * differs from the base, in the slot of its own digit there. So all events of a slot lie before all events of the next
 * slot.
 */
export class EventSlots implements ArenaTable {
  private readonly chunks: EventChunks
  private registers!: Int32Array
  private savedBase!: Float64Array
  base = LAST_TICK
  /** The 32-bit words of the base. */
  private baseLow = 0
  private baseHigh = 0
  /** A bit for each word of the column below, set while one of its slots is in use. */
  private summaryLow = 0
  private summaryHigh = 0
  /** A bit for each slot, set while it is in use. */
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
    this.registers = columns.int32(2)
    this.savedBase = columns.float64(1)
    this.used = columns.int32(SLOTS / 32)
    this.ends = columns.int32()
  }

  saveFields(): void {
    this.savedBase[0] = this.base
    this.registers[SUMMARY_LOW] = this.summaryLow
    this.registers[SUMMARY_HIGH] = this.summaryHigh
  }

  loadFields(): void {
    this.setBase(this.savedBase[0])
    this.summaryLow = this.registers[SUMMARY_LOW]
    this.summaryHigh = this.registers[SUMMARY_HIGH]
  }

  get isEmpty(): boolean {
    return (this.summaryLow | this.summaryHigh) === 0
  }

  /**
   * Sets the base. It may be any tick while no slot is in use. After that it moves up, but never past an event, or back
   * as far as `mayMoveBaseTo` allows.
   */
  setBase(tick: number): void {
    this.base = tick
    this.baseLow = tick | 0
    this.baseHigh = (tick * TWO_TO_MINUS_32) | 0
  }

  /**
   * Returns whether the base may move back to a tick. All slots keep their places if no digit above the level of the
   * lowest slot in use differs.
   */
  mayMoveBaseTo(tick: number): boolean {
    const slot = this.lowestUsedSlot()
    if (slot === NONE) return true
    const width = WIDTHS[(slot >> DIGIT_BITS) + 1]
    return Math.floor(tick / width) === Math.floor(this.base / width)
  }

  /** Adds an event, which must not lie before the base. */
  put(tick: number, key: number, argument: number): void {
    const slot = this.slotOf(tick)
    let at = this.ends[slot]
    if ((at & (CHUNK_EVENTS - 1)) === 0) at = this.addChunk(slot)
    this.ends[slot] = at + 1
    this.chunks.set(at, tick, key, argument)
  }

  /**
   * Moves the next events to where they are near: those of one or more small slots to the run; those of a narrow slot
   * that has more, but few of all `pendingCount` events, to the sorted events; many of one tick to the heap. The run must
   * be empty, and there must be no sorted events. After a move to the run, the base is the tick before the next slot in
   * use, so that events pushed before that slot need none; otherwise, it is the last tick of the slot. Returns false when
   * there are no events.
   */
  takeNext(run: EventRun, sorted: SortedEvents, heap: EventHeap, pendingCount: number): boolean {
    for (;;) {
      const slot = this.lowestUsedSlot()
      if (slot === NONE) return false
      const end = this.ends[slot]
      if (this.hasOneChunk(end)) return this.moveSmallToRun(slot, end, run)
      const level = slot >> DIGIT_BITS
      if (level > 0 && level <= HIGHEST_NARROW_LEVEL) {
        const count = this.countOf(end)
        if (count <= MOST_SORTED_EVENTS && count * SORTED_SHARE <= pendingCount)
          return this.moveToSorted(slot, end, count, sorted)
      }
      if (this.hasTwoChunks(end)) return this.moveSmallToRun(slot, end, run)
      this.markUnused(slot)
      if (level === 0) return this.moveToHeap(end, heap)
      this.split(level, end)
    }
  }

  private hasOneChunk(end: number): boolean {
    return this.chunks.next[chunkBefore(end)] === NONE
  }

  private hasTwoChunks(end: number): boolean {
    const { next } = this.chunks
    return next[next[chunkBefore(end)]] === NONE
  }

  private countOf(slotEnd: number): number {
    const { chunks } = this
    let count = 0
    for (let end = slotEnd; end !== 0; end = chunks.olderEnd(end)) count += end - firstOfChunk(end)
    return count
  }

  private slotOf(tick: number): number {
    const high = (tick * TWO_TO_MINUS_32) | 0
    const highDifference = high ^ this.baseHigh
    if (highDifference !== 0) return LEVELS_OF_LOW_WORD * SLOTS_PER_LEVEL + slotOfWord(high, highDifference)
    const low = tick | 0
    return slotOfWord(low, low ^ this.baseLow)
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
    if (word < 32) this.summaryLow |= 1 << word
    else this.summaryHigh |= 1 << (word & 31)
  }

  private markUnused(slot: number): void {
    const word = slot >> 5
    this.used[word] &= ~(1 << (slot & 31))
    this.ends[slot] = 0
    if (this.used[word] !== 0) return
    if (word < 32) this.summaryLow &= ~(1 << word)
    else this.summaryHigh &= ~(1 << (word & 31))
  }

  private beginOfSlot(slot: number): number {
    const width = WIDTHS[slot >> DIGIT_BITS]
    const wider = width * SLOTS_PER_LEVEL
    return Math.floor(this.base / wider) * wider + (slot & DIGIT_MASK) * width
  }

  private lowestUsedSlot(): number {
    const { summaryLow, summaryHigh } = this
    if (summaryLow === 0 && summaryHigh === 0) return NONE
    const word = summaryLow !== 0 ? lowestBit(summaryLow) : 32 + lowestBit(summaryHigh)
    return word * 32 + lowestBit(this.used[word])
  }

  /** Moves the events of a slot to the run, and those of the next ones while the run has few. */
  private moveSmallToRun(slot: number, end: number, run: EventRun): true {
    this.moveToRun(slot, end, run)
    let next = this.lowestUsedSlot()
    // A slot often has two or three events, and to look for the next slot and set the base costs more than these.
    while (next !== NONE && run.size <= CHUNK_EVENTS && this.hasOneChunk(this.ends[next])) {
      this.moveToRun(next, this.ends[next], run)
      next = this.lowestUsedSlot()
    }
    this.setBase(next === NONE ? LAST_TICK : this.beginOfSlot(next) - 1)
    return true
  }

  private moveToRun(slot: number, slotEnd: number, run: EventRun): void {
    const { chunks } = this
    this.markUnused(slot)
    for (let end = slotEnd; end !== 0; end = chunks.freeChunk(end)) run.fill(chunks, firstOfChunk(end), end)
  }

  private moveToSorted(slot: number, end: number, count: number, sorted: SortedEvents): true {
    const level = slot >> DIGIT_BITS
    this.markUnused(slot)
    sorted.takeSlot(this.chunks, end, count, level * DIGIT_BITS)
    this.setBase(this.beginOfSlot(slot) + WIDTHS[level] - 1)
    return true
  }

  private moveToHeap(slotEnd: number, heap: EventHeap): true {
    const { chunks } = this
    const tick = chunks.tickAt(slotEnd - 1)
    for (let end = slotEnd; end !== 0; end = chunks.freeChunk(end)) {
      for (let at = firstOfChunk(end); at < end; at++)
        heap.insert(chunks.tickAt(at), chunks.keyAt(at), chunks.argumentAt(at))
    }
    this.setBase(tick)
    return true
  }

  /** Moves the events of a slot to lower levels, with a base from which they differ in fewer digits. */
  private split(level: number, slotEnd: number): void {
    const { chunks } = this
    this.setBase(level <= HIGHEST_NARROW_LEVEL ? beginOf(level, chunks.tickAt(slotEnd - 1)) : this.firstTickOf(slotEnd))
    for (let end = slotEnd; end !== 0; end = chunks.freeChunk(end)) {
      for (let at = firstOfChunk(end); at < end; at++)
        this.put(chunks.tickAt(at), chunks.keyAt(at), chunks.argumentAt(at))
    }
  }

  private firstTickOf(slotEnd: number): number {
    const { chunks } = this
    let first = LAST_TICK
    for (let end = slotEnd; end !== 0; end = chunks.olderEnd(end)) {
      for (let at = firstOfChunk(end); at < end; at++) first = Math.min(first, chunks.tickAt(at))
    }
    return first
  }
}

function widthOfLevel(level: number): number {
  return level === 0 ? 1 : SLOTS_PER_LEVEL * widthOfLevel(level - 1)
}

/** Returns the slot of a 32-bit word of a tick, by the highest digit in which it differs from the base. */
function slotOfWord(word: number, difference: number): number {
  const level = (31 - Math.clz32(difference | 1)) >>> 3
  return level * SLOTS_PER_LEVEL + ((word >>> (level * DIGIT_BITS)) & DIGIT_MASK)
}

/** Returns the first tick of the slot of a tick at a level. */
function beginOf(level: number, tick: number): number {
  return tick - (tick & ((1 << (level * DIGIT_BITS)) - 1))
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}
