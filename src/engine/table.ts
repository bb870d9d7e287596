import type { Arena, ArenaTable, Columns } from './arena.ts'

/** Ends a list of row indices. */
export const NONE = -1

const FREE_HEAD = 0
const HIGH_WATER = 1
const COUNT = 2

/**
 * Rows of numbers with a free list, in an arena. A subclass declares one typed array a column and takes each of
 * them in `layOutColumns`. Freed rows are reused, newest first, so a row's index says nothing but where it is:
 * never order anything by it (DESIGN section 3).
 */
export abstract class Table implements ArenaTable {
  private readonly arena: Arena
  private capacity: number
  private registers!: Int32Array
  /** The next free row, while a row is free; a list link of the subclass's choice, while it is in use. */
  next!: Int32Array
  /** How often the row was released: with the row, it tells its present user from an earlier one. */
  generation!: Uint32Array

  constructor(arena: Arena, capacity: number) {
    this.arena = arena
    this.capacity = capacity
  }

  /** To be called by the subclass's constructor, when its fields exist. */
  protected attach(): void {
    this.arena.attach(this, this.capacity)
    this.registers[FREE_HEAD] = NONE
  }

  protected abstract layOutColumns(columns: Columns): void

  layOut(columns: Columns): void {
    this.capacity = columns.capacity
    this.registers = columns.int32(4)
    this.next = columns.int32()
    this.generation = columns.uint32()
    this.layOutColumns(columns)
  }

  /** Rows in use. */
  get count(): number {
    return this.registers[COUNT]
  }

  /** One more than the highest row that was ever in use. */
  get highWater(): number {
    return this.registers[HIGH_WATER]
  }

  /** Takes a row. Its columns hold what the row's last user left there: set every one of them. */
  allocate(): number {
    this.registers[COUNT]++
    const free = this.registers[FREE_HEAD]
    if (free !== NONE) {
      this.registers[FREE_HEAD] = this.next[free]
      this.next[free] = NONE
      return free
    }
    const row = this.registers[HIGH_WATER]
    if (row === this.capacity) this.arena.grow(this, this.capacity * 2)
    this.registers[HIGH_WATER] = row + 1
    this.next[row] = NONE
    return row
  }

  release(row: number): void {
    this.registers[COUNT]--
    this.generation[row]++
    this.next[row] = this.registers[FREE_HEAD]
    this.registers[FREE_HEAD] = row
  }
}
