import type { UpstreamCall } from '../../cluster/rows.ts'
import type { Arena } from '../../engine/arena.ts'
import { IndexedTable, NONE } from '../../engine/table.ts'
import type { Exchange } from '../../http/rows.ts'
import type { Account, Activity } from '../../network/rows.ts'
import type { Ask } from '../rows.ts'

/** It is not its time yet, or it has nothing to show. */
export const WAITING = 0
/** The connection, or the answer, is on its way. */
export const ASKING = 1
export const OVER = 2

/** How far attackers' own requests are. A row for each. */
export class AskTable extends IndexedTable<Ask> {
  readonly state = this.uint8()
  /** What it says after a refusal is being said. */
  readonly isTail = this.uint8()
  /** How many times it has been asked. */
  readonly times = this.float64()
  /** Of Upstreams; NONE: none is open. */
  readonly call = this.handle<UpstreamCall>()
  readonly exchange = this.handle<Exchange>()
  readonly exchangeGeneration = this.uint32()
  readonly activity = this.handle<Activity>()
  readonly account = this.handle<Account>()

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
    for (let ask = 0; ask < count; ask++) {
      this.allocate()
      this.state[ask] = WAITING
      this.isTail[ask] = 0
      this.times[ask] = 0
      this.call[ask] = NONE
      this.exchange[ask] = NONE
      this.activity[ask] = NONE
    }
  }
}
