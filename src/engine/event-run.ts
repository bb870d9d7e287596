import type { Arena, ArenaTable, Columns } from './arena.ts'
import { CHUNK_EVENTS, type EventChunks } from './event-chunks.ts'
import { isBefore } from './event-order.ts'

const SIZE = 0
/** Twice the size of a chunk, so that a run filled from a chunk has room for events pushed before its end. */
const RUN_EVENTS = 2 * CHUNK_EVENTS

/**
 * A sorted array of a few events, the next one at the end. Insertion sort of so few costs less than any heap: about one
 * mispredicted branch per event.
 */
export class EventRun implements ArenaTable {
  private registers!: Int32Array
  private ticks!: Float64Array
  private keys!: Int32Array
  private arguments!: Uint32Array

  constructor(arena: Arena) {
    arena.attach(this, RUN_EVENTS)
  }

  layOut(columns: Columns): void {
    this.registers = columns.int32(1)
    this.ticks = columns.float64()
    this.keys = columns.int32()
    this.arguments = columns.uint32()
  }

  get size(): number {
    return this.registers[SIZE]
  }

  get isFull(): boolean {
    return this.registers[SIZE] === RUN_EVENTS
  }

  /** The tick of the next event. This getter and the next three must only be read while the run is not empty. */
  get firstTick(): number {
    return this.ticks[this.registers[SIZE] - 1]
  }

  get firstKey(): number {
    return this.keys[this.registers[SIZE] - 1]
  }

  get firstArgument(): number {
    return this.arguments[this.registers[SIZE] - 1]
  }

  get lastTick(): number {
    return this.ticks[0]
  }

  removeFirst(): void {
    this.registers[SIZE]--
  }

  /** Inserts an event. The run must not be full. */
  insert(tick: number, key: number, argument: number): void {
    this.insertAt(this.registers[SIZE]++, tick, key, argument)
  }

  /** Fills the empty run with the events from index `start` to `end` of the chunks. */
  fill(chunks: EventChunks, start: number, end: number): void {
    const { ticks, keys, arguments: args } = chunks
    for (let at = start; at < end; at++) this.insertAt(at - start, ticks[at], keys[at], args[at])
    this.registers[SIZE] = end - start
  }

  /** Inserts an event among the first `size` rows, moving up by one row all that come before it. */
  private insertAt(size: number, tick: number, key: number, argument: number): void {
    const { ticks, keys, arguments: args } = this
    let row = size
    while (row > 0 && isBefore(ticks[row - 1], keys[row - 1], args[row - 1], tick, key, argument)) {
      ticks[row] = ticks[row - 1]
      keys[row] = keys[row - 1]
      args[row] = args[row - 1]
      row--
    }
    ticks[row] = tick
    keys[row] = key
    args[row] = argument
  }
}
