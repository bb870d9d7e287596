import type { Upstreams, UpstreamUser } from '../../cluster/upstreams/upstreams.ts'
import type { Arena } from '../../engine/arena.ts'
import { finish32, mix32 } from '../../engine/hash.ts'
import { NONE } from '../../engine/table.ts'
import type { Http } from '../../http/http.ts'
import { UNKNOWN_LENGTH } from '../../http/message.ts'
import type { AccountTable } from '../../network/account.ts'
import type { ActivityTable } from '../../network/activity.ts'
import type { ByteStreams, StreamUser } from '../../transport/byte-stream.ts'
import { MESSAGE } from '../../workload/messages.ts'
import type { AttackPlan } from '../attack-plan.ts'
import type { AttackState } from '../state/attack-state.ts'
import type { Tally } from '../state/tally.ts'
import { ASKING, AskTable, OVER, WAITING } from './ask-table.ts'
import type { Possessions } from './possessions.ts'
import type { Ask } from './sockets-plan.ts'

export interface DirectRequestsGround {
  readonly arena: Arena
  readonly streams: ByteStreams
  readonly http: Http
  readonly upstreams: Upstreams
  readonly activities: ActivityTable
  readonly accounts: AccountTable
  readonly plan: AttackPlan
  readonly state: AttackState
  readonly tally: Tally
  readonly possessions: Possessions
}

/** Attackers ask servers themselves, as anybody may; whether they get what they want is up to the servers. */
export class DirectRequests implements UpstreamUser, StreamUser {
  private readonly table: AskTable
  private readonly ground: DirectRequestsGround
  private readonly asks: readonly Ask[]
  private readonly callKind: number
  private readonly userKind: number

  constructor(ground: DirectRequestsGround, asks: readonly Ask[]) {
    this.table = new AskTable(ground.arena, asks.length)
    this.ground = ground
    this.asks = asks
    this.callKind = ground.upstreams.registerUser(this)
    this.userKind = ground.streams.registerUser(this)
    for (let ask = 0; ask < asks.length; ask++) {
      const account = ground.accounts.open()
      this.table.account[ask] = account
    }
  }

  /** All that were to be asked are answered, or never will be. */
  get areAllDone(): boolean {
    return this.asks.every((_, ask) => this.table.state[ask] === OVER)
  }

  /** Those of a step. What it should show and does not have it cannot ask with. */
  begin(step: number): void {
    this.asks.forEach((each, ask) => {
      if (each.step !== step || this.table.state[ask] !== WAITING) return
      if (this.mayAsk(each)) this.open(ask)
      else this.table.state[ask] = OVER
    })
  }

  // From the connection.

  onUpstream(ask: number): void {
    const { table, ground, asks } = this
    const { http, upstreams, streams } = ground
    const { request, bodyBytes, isUpgrade } = asks[ask]
    const exchange = upstreams.request(table.call[ask], request, isUpgrade ? UNKNOWN_LENGTH : bodyBytes)
    const stream = http.exchanges.stream[exchange]
    table.exchange[ask] = exchange
    table.exchangeGeneration[ask] = http.exchanges.generation[exchange]
    streams.attach(stream, this.userKind, ask)
    if (isUpgrade) return
    if (bodyBytes > 0) streams.write(stream, bodyBytes, MESSAGE, 0, 0, NONE)
    if (this.isAsked(ask)) streams.finish(stream)
  }

  onNoUpstream(ask: number): void {
    this.table.call[ask] = NONE
    this.end(ask)
  }

  // From the exchange's stream.

  onOpen(): void {}

  onData(): void {}

  onEnd(ask: number): void {
    const { exchanges } = this.ground.http
    const stream = exchanges.stream[this.table.exchange[ask]]
    this.table.exchange[ask] = NONE
    this.end(ask)
    this.ground.streams.close(stream)
  }

  onFailure(ask: number): void {
    this.table.exchange[ask] = NONE
    this.end(ask)
  }

  onDrained(): void {}

  private mayAsk({ step, credential }: Ask): boolean {
    const { plan, state, possessions } = this.ground
    if (state.isSilent) return false
    return credential === null || possessions.has(plan.steps[step].attacker, credential)
  }

  private open(ask: number): void {
    const { table, ground, asks } = this
    const { upstreams, activities, state, tally } = ground
    const { step, path, via, isUpgrade, nameHigh, nameLow } = asks[ask]
    const time = table.times[ask]++
    const activity = activities.begin()
    table.activity[ask] = activity
    table.state[ask] = ASKING
    state.noteAct(step)
    tally.note(step, path, 'sent', 1, NONE, NONE)
    const call = upstreams.open({
      path: via,
      isFresh: isUpgrade,
      userKind: this.callKind,
      user: ask,
      nameHigh: finish32(mix32(nameHigh, time)),
      nameLow: finish32(mix32(nameLow, time)),
      waiting: activity,
      account: table.account[ask],
    })
    table.call[ask] = call
    upstreams.begin(call)
  }

  /** Answered or not, it is over; as often as it is to be asked, it is asked anew. */
  private end(ask: number): void {
    const { table, ground, asks } = this
    const { upstreams, activities, plan } = ground
    const call = table.call[ask]
    table.call[ask] = NONE
    if (call !== NONE) upstreams.close(call)
    activities.drop(table.activity[ask])
    table.activity[ask] = NONE
    const { count } = plan.steps[asks[ask].step]
    const times = count === Number.POSITIVE_INFINITY ? 1 : count
    if (table.times[ask] < times && this.mayAsk(asks[ask])) this.open(ask)
    else table.state[ask] = OVER
  }

  private isAsked(ask: number): boolean {
    const { table, ground } = this
    const exchange = table.exchange[ask]
    return exchange !== NONE && ground.http.exchanges.generation[exchange] === table.exchangeGeneration[ask]
  }
}
