import type { Arena } from '../../engine/arena.ts'
import { IndexedTable, NONE } from '../../engine/table.ts'
import { FAILURE_REASONS, type FailureReason } from '../../transport/streams/failure.ts'
import type { RefusalEntry } from '../rows.ts'

class RefusalTable extends IndexedTable<RefusalEntry> {
  readonly host = this.int32()
  readonly reason = this.uint8()
  readonly clientAddress = this.int32()
  readonly serverAddress = this.int32()
  readonly serverPort = this.int32()
  readonly amount = this.float64()

  constructor(arena: Arena) {
    super(arena, 8)
    this.attach()
  }
}

/**
 * A refusal of a peer: the end of a TCP connection at `host` has ended the TLS or SSH session on it. Addresses are
 * indices into the address book.
 */
export interface Refusal {
  readonly host: number
  readonly reason: FailureReason
  readonly clientAddress: number
  readonly serverAddress: number
  readonly serverPort: number
}

export interface CountedRefusal extends Refusal {
  readonly amount: number
}

/** Counts how often each end refused a certificate or key that does not verify, or a record that does not decrypt. */
export class Refusals {
  private readonly table: RefusalTable

  constructor(arena: Arena) {
    this.table = new RefusalTable(arena)
  }

  add(refusal: Refusal): void {
    const { table } = this
    const known = this.find(refusal)
    if (known !== NONE) {
      table.amount[known]++
      return
    }
    const row = table.allocate()
    table.host[row] = refusal.host
    table.reason[row] = FAILURE_REASONS.indexOf(refusal.reason)
    table.clientAddress[row] = refusal.clientAddress
    table.serverAddress[row] = refusal.serverAddress
    table.serverPort[row] = refusal.serverPort
    table.amount[row] = 1
  }

  /**
   * All kinds of refusals in the order of their first occurrence, which is the order of rows because none is released.
   */
  all(): CountedRefusal[] {
    const { table } = this
    return Array.from(table.everyRow(), (row) => ({
      host: table.host[row],
      reason: FAILURE_REASONS[table.reason[row]],
      clientAddress: table.clientAddress[row],
      serverAddress: table.serverAddress[row],
      serverPort: table.serverPort[row],
      amount: table.amount[row],
    }))
  }

  private find({ host, reason, clientAddress, serverAddress, serverPort }: Refusal): number {
    const { table } = this
    const cause = FAILURE_REASONS.indexOf(reason)
    for (const row of table.everyRow()) {
      const isSame = table.host[row] === host && table.reason[row] === cause && table.serverPort[row] === serverPort
      if (isSame && table.clientAddress[row] === clientAddress && table.serverAddress[row] === serverAddress) return row
    }
    return NONE
  }
}
