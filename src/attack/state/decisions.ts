import type { Arena } from '../../engine/arena.ts'
import { IndexedTable } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { DecisionEntry } from '../rows.ts'

class DecisionTable extends IndexedTable<DecisionEntry> {
  readonly step = this.int32()
  readonly path = this.int32()
  readonly request = this.int32()
  /** Of the access log's identities; NONE: nobody was asked who they are. */
  readonly identity = this.int32()
  readonly status = this.int32()
  readonly host = this.int32()
  readonly tick = this.float64()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
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
    return Array.from(table.everyRow(), (row) => ({
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
