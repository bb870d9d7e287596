import type { ArenaTable, Columns } from './arena.ts'

/** Indices of the registers, and their number. */
const HEAD = 0
const END = 1
const REGISTERS = 2

/**
 * Events in rows that follow each other, of which the first is taken next. A subclass decides where others are added, and
 * attaches itself to its arena at the end of its constructor.
 */
export abstract class EventArray implements ArenaTable {
  /** The rows of the next event, and behind the last one. */
  protected head = 0
  protected end = 0
  private registers!: Int32Array
  protected ticks!: Float64Array
  protected keys!: Int32Array
  protected arguments!: Uint32Array

  layOut(columns: Columns): void {
    this.registers = columns.int32(REGISTERS)
    this.ticks = columns.float64()
    this.keys = columns.int32()
    this.arguments = columns.uint32()
  }

  saveFields(): void {
    this.registers[HEAD] = this.head
    this.registers[END] = this.end
  }

  loadFields(): void {
    this.head = this.registers[HEAD]
    this.end = this.registers[END]
  }

  get isEmpty(): boolean {
    return this.head === this.end
  }

  get size(): number {
    return this.end - this.head
  }

  /** The key of the next event. This getter and the next one must only be read while there is an event. */
  get firstKey(): number {
    return this.keys[this.head]
  }

  get firstArgument(): number {
    return this.arguments[this.head]
  }
}
