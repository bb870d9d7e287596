import type { Arena, Columns } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Contents } from '../../transport/streams/content.ts'

class RelayedTable extends Table {
  step!: Int32Array
  /** In what the attacker's server says, and the number of the exchange there. */
  content!: Int32Array
  contentGeneration!: Uint32Array
  number!: Int32Array

  constructor(arena: Arena) {
    super(arena, 8)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.step = columns.int32()
    this.content = columns.int32()
    this.contentGeneration = columns.uint32()
    this.number = columns.int32()
  }
}

/** Answers of real servers that attackers are about to pass on, until somebody has had them. */
export class RelayedAnswers {
  private readonly table: RelayedTable
  private readonly contents: Contents
  private readonly isTaken = -2

  constructor(arena: Arena, contents: Contents) {
    this.table = new RelayedTable(arena)
    this.contents = contents
  }

  add(step: number, content: number, number: number): void {
    const { table, contents } = this
    this.forgetGone()
    const row = table.allocate()
    table.step[row] = step
    table.content[row] = content
    table.contentGeneration[row] = contents.table.generation[content]
    table.number[row] = number
  }

  /** The step whose relay passed it on; NONE: it is no such answer. */
  take(content: number, number: number): number {
    const { table } = this
    for (let row = 0; row < table.highWater; row++) {
      if (table.content[row] !== content || table.number[row] !== number || !this.isThere(row)) continue
      const step = table.step[row]
      this.release(row)
      return step
    }
    return NONE
  }

  private forgetGone(): void {
    for (let row = 0; row < this.table.highWater; row++)
      if (this.table.content[row] !== this.isTaken && !this.isThere(row)) this.release(row)
  }

  private isThere(row: number): boolean {
    const { content, contentGeneration } = this.table
    return this.contents.table.generation[content[row]] === contentGeneration[row]
  }

  private release(row: number): void {
    this.table.content[row] = this.isTaken
    this.table.release(row)
  }
}
