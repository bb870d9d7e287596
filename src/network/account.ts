import type { Arena, Columns } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'

/** What was sent in somebody's name (a workload, a tunnel), summed over all links that it crossed. */
export class AccountTable extends Table {
  wireBytes!: Float64Array
  packets!: Float64Array
  /** Payload that somebody else's connection carried for it, both ways: its share of a tunnel. */
  carriedBytes!: Float64Array

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.wireBytes = columns.float64()
    this.packets = columns.float64()
    this.carriedBytes = columns.float64()
  }

  open(): number {
    const account = this.allocate()
    this.wireBytes[account] = 0
    this.packets[account] = 0
    this.carriedBytes[account] = 0
    return account
  }

  charge(account: number, wireBytes: number): void {
    if (account === NONE) return
    this.wireBytes[account] += wireBytes
    this.packets[account]++
  }

  carry(account: number, payloadBytes: number): void {
    if (account !== NONE) this.carriedBytes[account] += payloadBytes
  }
}
