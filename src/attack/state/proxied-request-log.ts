import type { Arena } from '../../engine/arena.ts'
import { IndexedTable } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { ProxiedRequestEntry } from '../rows.ts'

class ProxiedRequestTable extends IndexedTable<ProxiedRequestEntry> {
  readonly path = this.int32()
  readonly tick = this.float64()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/**
 * The requests that the apiserver has proxied along each path for its users. They count as requests of the path, as
 * those of its workloads do.
 */
export class ProxiedRequestLog {
  private readonly table: ProxiedRequestTable
  private readonly timeline: Timeline

  constructor(arena: Arena, timeline: Timeline) {
    this.table = new ProxiedRequestTable(arena)
    this.timeline = timeline
  }

  add(path: number): void {
    const { table } = this
    const row = table.allocate()
    table.path[row] = path
    table.tick[row] = this.timeline.now
  }

  /** Counts the path's requests from `fromTick` on and before `toTick`. */
  countWithin(path: number, fromTick: number, toTick: number): number {
    const { table } = this
    let count = 0
    for (const row of table.everyRow())
      if (table.path[row] === path && table.tick[row] >= fromTick && table.tick[row] < toTick) count++
    return count
  }
}
