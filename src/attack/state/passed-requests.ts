import type { Arena } from '../../engine/arena.ts'
import { IndexedTable } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { PassedRequest } from '../rows.ts'

class PassedTable extends IndexedTable<PassedRequest> {
  readonly path = this.int32()
  readonly tick = this.float64()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** Requests that the apiserver has passed on along each path for its users: they are of the path as much as its workloads'. */
export class PassedRequests {
  private readonly table: PassedTable
  private readonly timeline: Timeline

  constructor(arena: Arena, timeline: Timeline) {
    this.table = new PassedTable(arena)
    this.timeline = timeline
  }

  note(path: number): void {
    const { table } = this
    const row = table.allocate()
    table.path[row] = path
    table.tick[row] = this.timeline.now
  }

  /** From a tick on, and before another. */
  countWithin(path: number, fromTick: number, toTick: number): number {
    const { table } = this
    let count = 0
    for (const row of table.everyRow())
      if (table.path[row] === path && table.tick[row] >= fromTick && table.tick[row] < toTick) count++
    return count
  }
}
