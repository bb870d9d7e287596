import type { Arena, ArenaTable, Columns } from './arena.ts'

/** The logarithm of CHUNK_EVENTS. */
const CHUNK_BITS = 4
/**
 * The number of events in a chunk: 16 events of 16 bytes are four cache lines, so that few chunks are linked, and few
 * enough that slots with one event waste little.
 */
export const CHUNK_EVENTS = 1 << CHUNK_BITS
const INITIAL_CHUNKS = 32
const NONE = -1

/** Indices of the registers, and their number. */
const FREE_HEAD = 0
const CHUNKS_EVER = 1
const REGISTERS = 2

/** The 32-bit words of an event: two of its tick, then its key and its argument. */
const EVENT_WORDS = 4
const KEY = 2
const ARGUMENT = 3

/**
 * Stores events by value in chunks of CHUNK_EVENTS, which are reused. Event n of a chunk is at index `chunk *
 * CHUNK_EVENTS + n`. The numbers of an event lie side by side, so that storing it touches one cache line.
 */
export class EventChunks implements ArenaTable {
  private words!: Int32Array
  /** The same memory: the tick of the event at index i is number 2i. */
  private doubles!: Float64Array
  /** The next free chunk, while a chunk is free; the next of its slot, while it is in use. */
  next!: Int32Array
  private registers!: Int32Array
  private readonly arena: Arena
  private capacity = INITIAL_CHUNKS
  private freeHead = NONE
  private chunksEver = 0

  constructor(arena: Arena) {
    this.arena = arena
    arena.attach(this, INITIAL_CHUNKS)
  }

  layOut(columns: Columns): void {
    this.capacity = columns.capacity
    this.registers = columns.int32(REGISTERS)
    this.next = columns.int32()
    const words = columns.int32(columns.capacity * CHUNK_EVENTS * EVENT_WORDS)
    this.words = words
    this.doubles = new Float64Array(words.buffer, words.byteOffset, words.length / 2)
  }

  saveFields(): void {
    this.registers[FREE_HEAD] = this.freeHead
    this.registers[CHUNKS_EVER] = this.chunksEver
  }

  loadFields(): void {
    this.freeHead = this.registers[FREE_HEAD]
    this.chunksEver = this.registers[CHUNKS_EVER]
  }

  set(at: number, tick: number, key: number, argument: number): void {
    const { words } = this
    this.doubles[2 * at] = tick
    words[EVENT_WORDS * at + KEY] = key
    words[EVENT_WORDS * at + ARGUMENT] = argument
  }

  tickAt(at: number): number {
    return this.doubles[2 * at]
  }

  keyAt(at: number): number {
    return this.words[EVENT_WORDS * at + KEY]
  }

  argumentAt(at: number): number {
    return this.words[EVENT_WORDS * at + ARGUMENT] >>> 0
  }

  allocate(): number {
    const free = this.freeHead
    if (free !== NONE) {
      this.freeHead = this.next[free]
      return free
    }
    const chunk = this.chunksEver
    if (chunk === this.capacity) this.arena.grow(this, this.capacity * 2)
    this.chunksEver = chunk + 1
    return chunk
  }

  /** Returns the end of the next older chunk of the same slot, given the end of a chunk; 0 when there is none. */
  olderEnd(end: number): number {
    return (this.next[chunkBefore(end)] + 1) * CHUNK_EVENTS
  }

  /** Frees the chunk with this end, and returns the end of the next older one. */
  freeChunk(end: number): number {
    const chunk = chunkBefore(end)
    const olderEnd = this.olderEnd(end)
    this.next[chunk] = this.freeHead
    this.freeHead = chunk
    return olderEnd
  }
}

/** Returns the chunk that holds the event just before index `end`. */
export function chunkBefore(end: number): number {
  return (end - 1) >> CHUNK_BITS
}

/** Returns the index of the first event of a chunk, given its end. */
export function firstOfChunk(end: number): number {
  return chunkBefore(end) * CHUNK_EVENTS
}
