import type { Arena, ArenaTable, Columns } from '../../src/engine/arena.ts'
import { assertIsBehind, assertIsFuture, isBefore, keyOf, kindOf, targetOf } from '../../src/engine/event-order.ts'
import type { PendingEventSet } from '../../src/engine/pending-event-set.ts'

const SIZE = 0
const INITIAL_ROWS = 64

/**
 * The plain reference that tests hold the radix queue against. Row 0 is the event taken last, the rows after it
 * are those pending, in order; to take one moves all rows down by one.
 */
export class SortedQueue implements PendingEventSet, ArenaTable {
  private readonly arena: Arena
  private rows = 0
  private registers!: Int32Array
  private ticks!: Float64Array
  private keys!: Int32Array
  private arguments!: Uint32Array

  constructor(arena: Arena) {
    this.arena = arena
    arena.attach(this, INITIAL_ROWS)
    this.ticks[0] = -1
  }

  layOut(columns: Columns): void {
    this.rows = columns.capacity
    this.registers = columns.int32(1)
    this.ticks = columns.float64()
    this.keys = columns.int32()
    this.arguments = columns.uint32()
  }

  get tick(): number {
    return this.ticks[0]
  }

  get target(): number {
    return targetOf(this.keys[0])
  }

  get kind(): number {
    return kindOf(this.keys[0])
  }

  get argument(): number {
    return this.arguments[0]
  }

  get size(): number {
    return this.registers[SIZE]
  }

  nextTick(): number {
    return this.size === 0 ? Infinity : this.ticks[1]
  }

  push(tick: number, target: number, kind: number, argument: number): void {
    assertIsFuture(tick, this.tick)
    this.insert(tick, keyOf(target, kind), argument)
  }

  pushAfterTaken(ticks: Float64Array, row: number, target: number, kind: number, argument: number): void {
    const tick = ticks[row]
    const key = keyOf(target, kind)
    assertIsBehind(tick, key, argument, this.tick, this.keys[0], this.argument)
    this.insert(tick, key, argument)
  }

  private insert(tick: number, key: number, argument: number): void {
    const end = this.size + 1
    if (end === this.rows) this.arena.grow(this, this.rows * 2)
    const row = this.rowAfter(tick, key, argument)
    for (const column of [this.ticks, this.keys, this.arguments]) column.copyWithin(row + 1, row, end)
    this.ticks[row] = tick
    this.keys[row] = key
    this.arguments[row] = argument
    this.registers[SIZE]++
  }

  pop(): boolean {
    if (this.size === 0) return false
    for (const column of [this.ticks, this.keys, this.arguments]) column.copyWithin(0, 1, this.size + 1)
    this.registers[SIZE]--
    return true
  }

  /** The first pending row that the event comes before, or the end. */
  private rowAfter(tick: number, key: number, argument: number): number {
    let low = 1
    let high = this.size + 1
    while (low < high) {
      const row = (low + high) >> 1
      if (isBefore(tick, key, argument, this.ticks[row], this.keys[row], this.arguments[row])) high = row
      else low = row + 1
    }
    return low
  }
}
