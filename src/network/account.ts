import type { Arena } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'
import type { Account } from './rows.ts'

/** Bytes and packets that were sent for a workload, tunnel or program, summed over all links that they crossed. */
export class AccountTable extends Table<Account> {
  readonly wireBytes = this.float64()
  readonly packets = this.float64()
  /**
   * Payload, in both directions, that other accounts' connections carried for this one: its share of a tunnel or a
   * shared connection.
   */
  readonly carriedBytes = this.float64()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }

  /** Adds one packet to an account. Does nothing for NONE. */
  charge(account: Account, wireBytes: number): void {
    if (account === NONE) return
    this.wireBytes[account] += wireBytes
    this.packets[account]++
  }

  /** Adds packets of `wireBytes` together to an account. Does nothing for NONE. */
  chargeAll(account: Account, packets: number, wireBytes: number): void {
    if (account === NONE) return
    this.wireBytes[account] += wireBytes
    this.packets[account] += packets
  }

  /** Adds payload of this account that a connection of another account carried. Does nothing for NONE. */
  addCarriedBytes(account: Account, payloadBytes: number): void {
    if (account !== NONE) this.carriedBytes[account] += payloadBytes
  }
}
