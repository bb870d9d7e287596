import type { UpstreamCall } from '../../cluster/rows.ts'
import type { Arena } from '../../engine/arena.ts'
import { IndexedTable } from '../../engine/table.ts'
import type { Exchange } from '../../http/rows.ts'
import type { Account, Activity } from '../../network/rows.ts'
import type { AttackerRequest } from '../rows.ts'

/** The state of a request that was not sent: it is not due yet, or its attacker lacks the credential. */
export const WAITING = 0
/** The state of a request whose connection or response is awaited. */
export const SENT = 1
export const OVER = 2

/** The progress of attackers' own requests, a row for each request of SocketsPlan. */
export class AttackerRequestTable extends IndexedTable<AttackerRequest> {
  readonly state = this.uint8()
  /** Whether the request's follow-up is being sent. */
  readonly isFollowUp = this.uint8()
  /** The number of times that the request was sent. */
  readonly times = this.float64()
  /** The call of Upstreams; NONE where none is open. */
  readonly call = this.handle<UpstreamCall>()
  readonly exchange = this.handle<Exchange>()
  readonly activity = this.handle<Activity>()
  readonly account = this.handle<Account>()

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
    for (let request = 0; request < count; request++) this.allocate()
  }
}
