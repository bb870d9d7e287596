import type { Arena, ArenaTable, Columns } from './arena.ts'

/** The logarithm of CHUNK_EVENTS. */
export const CHUNK_BITS = 4
/**
 * The number of events in a chunk: 16 events of 16 bytes are four cache lines, few enough that slots with one event
 * waste little.
 */
export const CHUNK_EVENTS = 1 << CHUNK_BITS
const INITIAL_CHUNKS = 64
const NONE = -1

const FREE_HEAD = 0
const HIGH_WATER = 1

/**
 * Stores events by value in chunks of CHUNK_EVENTS, which are reused. Event n of a chunk is at index `chunk *
 * CHUNK_EVENTS + n`.
 */
export class EventChunks implements ArenaTable {
  ticks!: Float64Array
  keys!: Int32Array
  arguments!: Uint32Array
  /** The next free chunk, while a chunk is free; the next of its slot, while it is in use. */
  next!: Int32Array
  private registers!: Int32Array
  private readonly arena: Arena
  private capacity = INITIAL_CHUNKS

  constructor(arena: Arena) {
    this.arena = arena
    arena.attach(this, INITIAL_CHUNKS)
    this.registers[FREE_HEAD] = NONE
  }

  layOut(columns: Columns): void {
    this.capacity = columns.capacity
    this.registers = columns.int32(2)
    this.next = columns.int32()
    this.ticks = columns.float64(columns.capacity * CHUNK_EVENTS)
    this.keys = columns.int32(columns.capacity * CHUNK_EVENTS)
    this.arguments = columns.uint32(columns.capacity * CHUNK_EVENTS)
  }

  allocate(): number {
    const free = this.registers[FREE_HEAD]
    if (free !== NONE) {
      this.registers[FREE_HEAD] = this.next[free]
      return free
    }
    const chunk = this.registers[HIGH_WATER]
    if (chunk === this.capacity) this.arena.grow(this, this.capacity * 2)
    this.registers[HIGH_WATER] = chunk + 1
    return chunk
  }

  release(chunk: number): void {
    this.next[chunk] = this.registers[FREE_HEAD]
    this.registers[FREE_HEAD] = chunk
  }
}
