import type { Arena } from '../../engine/arena.ts'
import { IndexedTable } from '../../engine/table.ts'
import type { Exchange, HttpConnection } from '../../http/rows.ts'
import type { AccountTable } from '../../network/account.ts'
import type { ActivityTable } from '../../network/activity.ts'
import type { Account, Activity } from '../../network/rows.ts'
import type { Agent, TunnelEnd } from '../rows.ts'

/** It waits for its next attempt. */
export const IDLE = 0
export const DIALLING = 1
/** Its gRPC connection stands. */
export const CONNECTED = 2

/** Agents, in the order of their names. */
export class AgentTable extends IndexedTable<Agent> {
  readonly state = this.uint8()
  /** Row of HttpConnectionTable. */
  readonly connection = this.handle<HttpConnection>()
  readonly dials = this.float64()
  /** How often the server had it. */
  readonly setups = this.float64()
  /** For connections along paths. */
  readonly channels = this.float64()
  readonly dialTick = this.float64()
  /** When it dials next. */
  readonly nextDialTick = this.float64()
  /** How long it waits after the next failure. */
  readonly backoffNs = this.float64()
  /** From the dial until the server has it, of the first time; -1: never. */
  readonly setupNs = this.float64()
  /** It has been connected, or has failed to. */
  readonly hasTried = this.uint8()
  /** The server has not let it in. */
  readonly isRefused = this.uint8()
  readonly refusals = this.float64()
  /** Row of the exchange that its stream is the body of. */
  readonly exchange = this.handle<Exchange>()
  /** How many at servers there were, of all agents; one number. */
  readonly registrations = this.sharedFloat64(1)
  /** Its process has started so often. */
  readonly incarnation = this.int32()
  /** Its ends at the server, oldest first: the server learns late of those that are dead. */
  readonly firstEnd = this.handle<TunnelEnd>()
  readonly account = this.handle<Account>()
  readonly activity = this.handle<Activity>()

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
  }

  add(accounts: AccountTable, activities: ActivityTable, backoffNs: number): void {
    const row = this.allocate()
    const account = accounts.allocate()
    const activity = activities.begin()
    this.backoffNs[row] = backoffNs
    this.setupNs[row] = -1
    this.account[row] = account
    this.activity[row] = activity
  }
}
