import type { Arena } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'
import type { Account } from './rows.ts'

/** What was sent in somebody's name (a workload, a tunnel), summed over all links that it crossed. */
export class AccountTable extends Table<Account> {
  readonly wireBytes = this.float64()
  readonly packets = this.float64()
  /** Payload that somebody else's connection carried for it, both ways: its share of a tunnel. */
  readonly carriedBytes = this.float64()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }

  charge(account: Account, wireBytes: number): void {
    if (account === NONE) return
    this.wireBytes[account] += wireBytes
    this.packets[account]++
  }

  carry(account: Account, payloadBytes: number): void {
    if (account !== NONE) this.carriedBytes[account] += payloadBytes
  }
}
