import type { Arena } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Content } from '../../transport/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { ResponseStep } from '../rows.ts'

class ResponseStepTable extends Table<ResponseStep> {
  readonly step = this.int32()
  /** The content in which the attacker's server sends the response, and the number of the exchange there. */
  readonly content = this.handle<Content>()
  readonly contentGeneration = this.uint32()
  readonly number = this.int32()

  constructor(arena: Arena) {
    super(arena, 8)
    this.attach()
  }
}

/** The responses that servers of attackers send, each with its step, until a client has received them. */
export class ResponseSteps {
  private readonly table: ResponseStepTable
  private readonly contents: Contents
  /** The value of `content` in a free row. */
  private readonly free: Content

  constructor(arena: Arena, contents: Contents) {
    this.table = new ResponseStepTable(arena)
    this.contents = contents
    this.free = contents.table.rowAt(-2)
  }

  /** Returns whether a response may still be received. */
  get isAny(): boolean {
    return this.table.count > 0
  }

  add(step: number, content: Content, number: number): void {
    const { table, contents } = this
    this.releaseStale()
    const row = table.allocate()
    table.step[row] = step
    table.content[row] = content
    table.contentGeneration[row] = contents.table.generation[content]
    table.number[row] = number
  }

  /** Removes a response that was received. Returns the step that sent it; NONE where no step did. */
  take(content: Content, number: number): number {
    const { table } = this
    for (const row of table.everyRow()) {
      if (table.content[row] !== content || table.number[row] !== number || !this.isCurrent(row)) continue
      const step = table.step[row]
      this.release(row)
      return step
    }
    return NONE
  }

  /** Releases the rows of contents that are gone. */
  private releaseStale(): void {
    const { table } = this
    for (const row of table.everyRow()) {
      if (table.content[row] !== this.free && !this.isCurrent(row)) this.release(row)
    }
  }

  private isCurrent(row: ResponseStep): boolean {
    const { content, contentGeneration } = this.table
    return this.contents.table.generation[content[row]] === contentGeneration[row]
  }

  private release(row: ResponseStep): void {
    this.table.content[row] = this.free
    this.table.release(row)
  }
}
