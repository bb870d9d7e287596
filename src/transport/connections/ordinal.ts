import type { Arena } from '../../engine/arena.ts'
import { IndexedTable } from '../../engine/table.ts'
import type { HostOrdinal } from '../rows.ts'

/** Numbers the connections of each host. No number is used twice, not even after its connection has ended. */
export class OrdinalTable extends IndexedTable<HostOrdinal> {
  private readonly nextOrdinal = this.uint32()

  constructor(arena: Arena, hosts: number) {
    super(arena, Math.max(1, hosts))
    this.attach()
    for (let host = 0; host < hosts; host++) this.nextOrdinal[this.allocate()] = 0
  }

  take(host: number): number {
    return this.nextOrdinal[host]++
  }
}
