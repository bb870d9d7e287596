import type { Upstreams, UpstreamUser } from '../../cluster/upstreams/upstreams.ts'
import type { Arena } from '../../engine/arena.ts'
import { finish32, mix32 } from '../../engine/hash.ts'
import { NONE } from '../../engine/table.ts'
import type { Http } from '../../http/http.ts'
import { SWITCHING_PROTOCOLS, UNKNOWN_LENGTH } from '../../http/message.ts'
import type { AccountTable } from '../../network/account.ts'
import type { ActivityTable } from '../../network/activity.ts'
import type { Stream } from '../../transport/rows.ts'
import type { ByteStreams, StreamUser } from '../../transport/streams/byte-stream.ts'
import { MESSAGE } from '../../workload/messages.ts'
import type { AttackPlan } from '../attack-plan.ts'
import type { AttackState } from '../state/attack-state.ts'
import type { Tally } from '../state/tally.ts'
import { ASKING, AskTable, OVER, WAITING } from './ask-table.ts'
import type { Possessions } from './possessions.ts'
import type { Ask, Tail } from './sockets-plan.ts'

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
  private readonly onNext: (ask: number, pauseNs: number) => void
  private readonly callKind: number
  private readonly userKind: number

  /** `onNext` is told when an ask comes that waited for another, and how long it waits on. */
  constructor(ground: DirectRequestsGround, asks: readonly Ask[], onNext: (ask: number, pauseNs: number) => void) {
    this.table = new AskTable(ground.arena, asks.length)
    this.ground = ground
    this.asks = asks
    this.onNext = onNext
    this.callKind = ground.upstreams.registerUser(this)
    this.userKind = ground.streams.registerUser(this)
    for (let ask = 0; ask < asks.length; ask++) {
      const account = ground.accounts.allocate()
      this.table.account[ask] = account
    }
  }

  /** All that were to be asked are answered, or never will be. */
  get areAllDone(): boolean {
    return this.asks.every((_, ask) => this.table.state[ask] === OVER)
  }

  /** Those of a step that come first. */
  begin(step: number): void {
    this.asks.forEach((each, ask) => {
      if (each.step === step && each.after === NONE) this.beginOne(ask)
    })
  }

  /** What it should show and does not have it cannot ask with. */
  beginOne(ask: number): void {
    if (this.table.state[ask] !== WAITING) return
    if (this.mayAsk(this.asks[ask])) this.open(ask)
    else this.beOver(ask)
  }

  // From the connection.

  onUpstreamReady(ask: number): void {
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

  onUpstreamFailed(ask: number): void {
    this.table.call[ask] = NONE
    this.end(ask)
  }

  // From the exchange's stream.

  onOpen(): void {}

  onData(): void {}

  onEnd(ask: number): void {
    const { table, ground, asks } = this
    const { http, streams } = ground
    const stream = http.exchanges.stream[table.exchange[ask]]
    const isRefused = http.statusOf(table.exchange[ask]) !== SWITCHING_PROTOCOLS
    const { tail } = asks[ask]
    table.exchange[ask] = NONE
    if (tail !== null && isRefused && table.isTail[ask] === 0) return this.sayTail(ask, tail, stream)
    this.end(ask)
    streams.close(stream)
  }

  /** The refusal is read; if the connection stands, it is spoken on to whoever hears it now. */
  private sayTail(ask: number, { request, bodyBytes, isUpgrade }: Tail, stream: Stream): void {
    const { table, ground } = this
    const { http, streams, upstreams, state } = ground
    const call = table.call[ask]
    table.isTail[ask] = 1
    upstreams.hold(call, this.callKind, ask)
    streams.close(stream)
    if (table.call[ask] !== call || !upstreams.isFree(call)) return this.end(ask)
    state.noteAct(this.asks[ask].step)
    const exchange = upstreams.request(call, request, isUpgrade ? UNKNOWN_LENGTH : bodyBytes)
    const next = http.exchanges.stream[exchange]
    table.exchange[ask] = exchange
    table.exchangeGeneration[ask] = http.exchanges.generation[exchange]
    streams.attach(next, this.userKind, ask)
    if (!isUpgrade) streams.finish(next)
  }

  onFailure(ask: number): void {
    this.table.exchange[ask] = NONE
    this.end(ask)
  }

  onDrained(): void {}

  private mayAsk({ step, credential }: Ask): boolean {
    const { plan, state, possessions } = this.ground
    if (state.isLeftOut(step)) return false
    return credential === null || possessions.has(plan.steps[step].attacker, credential)
  }

  private open(ask: number): void {
    const { table, ground, asks } = this
    const { upstreams, activities, state, tally } = ground
    const { step, path, via, isUpgrade, nameHigh, nameLow } = asks[ask]
    const time = table.times[ask]++
    table.isTail[ask] = 0
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
    else this.beOver(ask)
  }

  private beOver(ask: number): void {
    this.table.state[ask] = OVER
    this.asks.forEach(({ after, pauseNs }, next) => {
      if (after === ask) this.onNext(next, pauseNs)
    })
  }

  private isAsked(ask: number): boolean {
    const { table, ground } = this
    const exchange = table.exchange[ask]
    return exchange !== NONE && ground.http.exchanges.generation[exchange] === table.exchangeGeneration[ask]
  }
}
