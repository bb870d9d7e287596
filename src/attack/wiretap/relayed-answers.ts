import type { Arena } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Content } from '../../transport/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { Relayed } from '../rows.ts'

class RelayedTable extends Table<Relayed> {
  readonly step = this.int32()
  /** In what the attacker's server says, and the number of the exchange there. */
  readonly content = this.handle<Content>()
  readonly contentGeneration = this.uint32()
  readonly number = this.int32()

  constructor(arena: Arena) {
    super(arena, 8)
    this.attach()
  }
}

/** Answers of real servers that attackers are about to pass on, until somebody has had them. */
export class RelayedAnswers {
  private readonly table: RelayedTable
  private readonly contents: Contents
  /** Stands in the place of a content whose answer somebody has had. */
  private readonly isTaken: Content

  constructor(arena: Arena, contents: Contents) {
    this.table = new RelayedTable(arena)
    this.contents = contents
    this.isTaken = contents.table.rowAt(-2)
  }

  add(step: number, content: Content, number: number): void {
    const { table, contents } = this
    this.forgetGone()
    const row = table.allocate()
    table.step[row] = step
    table.content[row] = content
    table.contentGeneration[row] = contents.table.generation[content]
    table.number[row] = number
  }

  /** The step whose relay passed it on; NONE: it is no such answer. */
  take(content: Content, number: number): number {
    const { table } = this
    for (const row of table.everyRow()) {
      if (table.content[row] !== content || table.number[row] !== number || !this.isThere(row)) continue
      const step = table.step[row]
      this.release(row)
      return step
    }
    return NONE
  }

  private forgetGone(): void {
    for (const row of this.table.everyRow())
      if (this.table.content[row] !== this.isTaken && !this.isThere(row)) this.release(row)
  }

  private isThere(row: Relayed): boolean {
    const { content, contentGeneration } = this.table
    return this.contents.table.generation[content[row]] === contentGeneration[row]
  }

  private release(row: Relayed): void {
    this.table.content[row] = this.isTaken
    this.table.release(row)
  }
}
