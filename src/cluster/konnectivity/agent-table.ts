import type { Arena } from '../../engine/arena.ts'
import { IndexedTable } from '../../engine/table.ts'
import type { Exchange, HttpConnection } from '../../http/rows.ts'
import type { AccountTable } from '../../network/account.ts'
import type { ActivityTable } from '../../network/activity.ts'
import type { Account, Activity } from '../../network/rows.ts'
import type { Agent, TunnelEnd } from '../rows.ts'

/** The agent has no connection and waits until `nextDialTick`. */
export const IDLE = 0
export const DIALLING = 1
/** The gRPC connection is established. */
export const CONNECTED = 2

/** One row for each agent, in the order of their names. */
export class AgentTable extends IndexedTable<Agent> {
  readonly state = this.uint8()
  readonly connection = this.handle<HttpConnection>()
  readonly dials = this.float64()
  /** The number of the agent's streams that servers have registered. */
  readonly setups = this.float64()
  /** The number of connections along paths that the agent has carried. */
  readonly channels = this.float64()
  readonly dialTick = this.float64()
  /** Tick of the next dial; -1 for an agent that has been stopped. */
  readonly nextDialTick = this.float64()
  /** Pause after the next failed dial, before jitter. */
  readonly backoffNs = this.float64()
  /** Time from the dial to the first registration at the server; -1 before that. */
  readonly setupNs = this.float64()
  /** 1: the first attempt to connect has succeeded or failed. */
  readonly hasTried = this.uint8()
  /** 1: the server has refused the agent's token. */
  readonly isRefused = this.uint8()
  readonly refusals = this.float64()
  /** The exchange whose body is the agent's gRPC stream. */
  readonly exchange = this.handle<Exchange>()
  /** The number of streams of all agents that servers have registered; one number for the whole table. */
  readonly registrations = this.sharedFloat64(1)
  /** The number of times that the agent's process has been restarted. */
  readonly incarnation = this.int32()
  /**
   * The first of the server's ends of the agent's streams, linked oldest first. There may be several, since a server is
   * slow to detect a dead stream.
   */
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
