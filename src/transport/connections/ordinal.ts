import type { Arena, Columns } from '../../engine/arena.ts'
import { Table } from '../../engine/table.ts'

/** Numbers each host's connections: an ordinal is never given twice, whatever became of the connection. */
export class OrdinalTable extends Table {
  private nextOrdinal!: Uint32Array

  constructor(arena: Arena, hosts: number) {
    super(arena, Math.max(1, hosts))
    this.attach()
    for (let host = 0; host < hosts; host++) this.nextOrdinal[this.allocate()] = 0
  }

  protected layOutColumns(columns: Columns): void {
    this.nextOrdinal = columns.uint32()
  }

  take(host: number): number {
    return this.nextOrdinal[host]++
  }
}
