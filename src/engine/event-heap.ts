import type { Arena, ArenaTable, Columns } from './arena.ts'
import { isBefore } from './event-order.ts'

const SIZE = 0
const ROOT = 1
/** Row 0 is no part of the heap: it keeps the event that was taken last. */
const TAKEN = 0
const INITIAL_ROWS = 64

/**
 * A 4-ary heap of events by value. Four children to a node halve the depth of a binary heap, and lie in one or
 * two cache lines.
 */
export class EventHeap implements ArenaTable {
  private readonly arena: Arena
  private rows = 0
  private registers!: Int32Array
  private ticks!: Float64Array
  private keys!: Int32Array
  private arguments!: Uint32Array

  constructor(arena: Arena) {
    this.arena = arena
    arena.attach(this, INITIAL_ROWS)
    this.ticks[TAKEN] = -1
  }

  layOut(columns: Columns): void {
    this.rows = columns.capacity
    this.registers = columns.int32(1)
    this.ticks = columns.float64()
    this.keys = columns.int32()
    this.arguments = columns.uint32()
  }

  get size(): number {
    return this.registers[SIZE]
  }

  /** Only while the heap is not empty. */
  get firstTick(): number {
    return this.ticks[ROOT]
  }

  /** -1 before any event was taken. */
  get takenTick(): number {
    return this.ticks[TAKEN]
  }

  get takenKey(): number {
    return this.keys[TAKEN]
  }

  get takenArgument(): number {
    return this.arguments[TAKEN]
  }

  insert(tick: number, key: number, argument: number): void {
    let hole = this.registers[SIZE] + 1
    if (hole === this.rows) this.arena.grow(this, this.rows * 2)
    this.registers[SIZE] = hole
    const { ticks, keys, arguments: args } = this
    while (hole > ROOT) {
      const parent = (hole + 2) >> 2
      if (!isBefore(tick, key, argument, ticks[parent], keys[parent], args[parent])) break
      ticks[hole] = ticks[parent]
      keys[hole] = keys[parent]
      args[hole] = args[parent]
      hole = parent
    }
    ticks[hole] = tick
    keys[hole] = key
    args[hole] = argument
  }

  /** Makes the first event the taken one. Only while the heap is not empty. */
  take(): void {
    const { ticks, keys, arguments: args } = this
    ticks[TAKEN] = ticks[ROOT]
    keys[TAKEN] = keys[ROOT]
    args[TAKEN] = args[ROOT]
    const last = this.registers[SIZE]
    this.registers[SIZE] = last - 1
    if (last > ROOT) this.sink(last)
  }

  /** Fills the root with the event of row `last`, which is no longer part of the heap. */
  private sink(last: number): void {
    const { ticks, keys, arguments: args } = this
    const tick = ticks[last]
    const key = keys[last]
    const argument = args[last]
    let hole = ROOT
    for (;;) {
      const firstChild = 4 * hole - 2
      if (firstChild >= last) break
      const end = Math.min(firstChild + 4, last)
      let least = firstChild
      for (let child = firstChild + 1; child < end; child++) {
        if (isBefore(ticks[child], keys[child], args[child], ticks[least], keys[least], args[least])) least = child
      }
      if (!isBefore(ticks[least], keys[least], args[least], tick, key, argument)) break
      ticks[hole] = ticks[least]
      keys[hole] = keys[least]
      args[hole] = args[least]
      hole = least
    }
    ticks[hole] = tick
    keys[hole] = key
    args[hole] = argument
  }
}
