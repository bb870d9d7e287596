import type { Arena, Columns } from '../../engine/arena.ts'
import { Table } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'

class DecisionTable extends Table {
  step!: Int32Array
  path!: Int32Array
  request!: Int32Array
  /** Of the access log's identities; NONE: nobody was asked who they are. */
  identity!: Int32Array
  status!: Int32Array
  host!: Int32Array
  tick!: Float64Array

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.tick = columns.float64()
    this.step = columns.int32()
    this.path = columns.int32()
    this.request = columns.int32()
    this.identity = columns.int32()
    this.status = columns.int32()
    this.host = columns.int32()
  }
}

/** A request of an attacker's, its own or one that it passed on, on which a server decided. */
export interface Decision {
  readonly step: number
  readonly path: number
  readonly request: number
  readonly identity: number
  readonly status: number
  readonly host: number
  readonly tick: number
}

/** What servers said to attackers, in order: where privileges come from. */
export class Decisions {
  private readonly table: DecisionTable
  private readonly timeline: Timeline

  constructor(arena: Arena, timeline: Timeline) {
    this.table = new DecisionTable(arena)
    this.timeline = timeline
  }

  note(decision: Omit<Decision, 'tick'>): void {
    const { table } = this
    const row = table.allocate()
    table.step[row] = decision.step
    table.path[row] = decision.path
    table.request[row] = decision.request
    table.identity[row] = decision.identity
    table.status[row] = decision.status
    table.host[row] = decision.host
    table.tick[row] = this.timeline.now
  }

  all(): Decision[] {
    const { table } = this
    return Array.from({ length: table.highWater }, (_, row) => ({
      step: table.step[row],
      path: table.path[row],
      request: table.request[row],
      identity: table.identity[row],
      status: table.status[row],
      host: table.host[row],
      tick: table.tick[row],
    }))
  }
}
