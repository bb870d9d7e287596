import type { Arena, Columns } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { AccountTable } from '../../network/account.ts'
import type { ActivityTable } from '../../network/activity.ts'

/** It waits for its next attempt. */
export const IDLE = 0
export const DIALLING = 1
/** Its gRPC connection stands. */
export const CONNECTED = 2

/** Agents, in the order of their names. */
export class AgentTable extends Table {
  state!: Uint8Array
  /** Row of HttpConnectionTable. */
  connection!: Int32Array
  dials!: Float64Array
  /** How often the server had it. */
  setups!: Float64Array
  /** For connections along paths. */
  channels!: Float64Array
  dialTick!: Float64Array
  /** When it dials next. */
  nextDialTick!: Float64Array
  /** How long it waits after the next failure. */
  backoffNs!: Float64Array
  /** From the dial until the server has it, of the first time; -1: never. */
  setupNs!: Float64Array
  /** It has been connected, or has failed to. */
  hasTried!: Uint8Array
  /** The server has not let it in. */
  isRefused!: Uint8Array
  refusals!: Float64Array
  /** Row of the exchange that its stream is the body of. */
  exchange!: Int32Array
  /** How many at servers there were, of all agents; one number. */
  registrations!: Float64Array
  /** Its process has started so often. */
  incarnation!: Int32Array
  /** Its ends at the server, oldest first: the server learns late of those that are dead. */
  firstEnd!: Int32Array
  account!: Int32Array
  activity!: Int32Array

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.dials = columns.float64()
    this.setups = columns.float64()
    this.channels = columns.float64()
    this.dialTick = columns.float64()
    this.nextDialTick = columns.float64()
    this.backoffNs = columns.float64()
    this.setupNs = columns.float64()
    this.refusals = columns.float64()
    this.registrations = columns.float64(1)
    this.connection = columns.int32()
    this.exchange = columns.int32()
    this.incarnation = columns.int32()
    this.firstEnd = columns.int32()
    this.account = columns.int32()
    this.activity = columns.int32()
    this.state = columns.uint8()
    this.hasTried = columns.uint8()
    this.isRefused = columns.uint8()
  }

  add(accounts: AccountTable, activities: ActivityTable, backoffNs: number): void {
    const row = this.allocate()
    const account = accounts.open()
    const activity = activities.begin()
    this.state[row] = IDLE
    this.connection[row] = NONE
    this.dials[row] = 0
    this.setups[row] = 0
    this.channels[row] = 0
    this.dialTick[row] = 0
    this.nextDialTick[row] = 0
    this.backoffNs[row] = backoffNs
    this.setupNs[row] = -1
    this.hasTried[row] = 0
    this.isRefused[row] = 0
    this.refusals[row] = 0
    this.exchange[row] = NONE
    this.incarnation[row] = 0
    this.firstEnd[row] = NONE
    this.account[row] = account
    this.activity[row] = activity
  }
}
