import type { Arena, ArenaTable, Columns } from './arena.ts'
import { isBefore } from './event-order.ts'

const SIZE = 0
const ROOT = 1
const INITIAL_ROWS = 64

/** A 4-ary heap of events by value, from row 1 on. The children of row i are rows 4i - 2 to 4i + 1. */
export class EventHeap implements ArenaTable {
  private readonly arena: Arena
  private rows = 0
  /** The tick of the next event; Infinity while there is none. */
  firstTick = Number.POSITIVE_INFINITY
  private registers!: Int32Array
  private ticks!: Float64Array
  private keys!: Int32Array
  private arguments!: Uint32Array

  constructor(arena: Arena) {
    this.arena = arena
    arena.attach(this, INITIAL_ROWS)
  }

  layOut(columns: Columns): void {
    this.rows = columns.capacity
    this.registers = columns.int32(1)
    this.ticks = columns.float64()
    this.keys = columns.int32()
    this.arguments = columns.uint32()
  }

  loadFields(): void {
    this.noteFirst()
  }

  get isEmpty(): boolean {
    return this.firstTick === Number.POSITIVE_INFINITY
  }

  /** The key of the next event. This getter and the next one must only be read while the heap is not empty. */
  get firstKey(): number {
    return this.keys[ROOT]
  }

  get firstArgument(): number {
    return this.arguments[ROOT]
  }

  insert(tick: number, key: number, argument: number): void {
    let hole = this.registers[SIZE] + 1
    if (hole === this.rows) this.arena.grow(this, this.rows * 2)
    this.registers[SIZE] = hole
    while (hole > ROOT) {
      const parent = (hole + 2) >> 2
      if (!isBefore(tick, key, argument, this.ticks[parent], this.keys[parent], this.arguments[parent])) break
      this.move(parent, hole)
      hole = parent
    }
    this.set(hole, tick, key, argument)
    this.noteFirst()
  }

  removeFirst(): void {
    const last = this.registers[SIZE]
    this.registers[SIZE] = last - 1
    const tick = this.ticks[last]
    const key = this.keys[last]
    const argument = this.arguments[last]
    let hole = ROOT
    while (4 * hole - 2 < last) {
      const child = this.leastChild(hole, last)
      if (!isBefore(this.ticks[child], this.keys[child], this.arguments[child], tick, key, argument)) break
      this.move(child, hole)
      hole = child
    }
    this.set(hole, tick, key, argument)
    this.noteFirst()
  }

  private noteFirst(): void {
    this.firstTick = this.registers[SIZE] === 0 ? Number.POSITIVE_INFINITY : this.ticks[ROOT]
  }

  private leastChild(parent: number, end: number): number {
    const { ticks, keys, arguments: args } = this
    let least = 4 * parent - 2
    const childrenEnd = Math.min(least + 4, end)
    for (let row = least + 1; row < childrenEnd; row++) {
      if (isBefore(ticks[row], keys[row], args[row], ticks[least], keys[least], args[least])) least = row
    }
    return least
  }

  private move(from: number, to: number): void {
    this.ticks[to] = this.ticks[from]
    this.keys[to] = this.keys[from]
    this.arguments[to] = this.arguments[from]
  }

  private set(row: number, tick: number, key: number, argument: number): void {
    this.ticks[row] = tick
    this.keys[row] = key
    this.arguments[row] = argument
  }
}
