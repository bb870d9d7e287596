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
import type { AttackRecord } from '../attack-record.ts'
import { AttackerRequestTable, OVER, SENT, WAITING } from './attacker-request-table.ts'
import type { FollowUp, PlannedAttackerRequest } from './sockets-plan.ts'

/** The parts of a simulation that attackers' requests are sent through. */
export interface AttackerRequestsParts {
  readonly arena: Arena
  readonly streams: ByteStreams
  readonly http: Http
  readonly upstreams: Upstreams
  readonly activities: ActivityTable
  readonly accounts: AccountTable
  readonly record: AttackRecord
  readonly requests: readonly PlannedAttackerRequest[]
  /** Called for a request that waited for another one, when that is over. It is to be sent after `pauseNs`. */
  readonly onReady: (request: number, pauseNs: number) => void
}

/** Sends attackers' own requests to servers, as any client may. Whether they succeed is up to the servers. */
export class AttackerRequests implements UpstreamUser, StreamUser {
  private readonly table: AttackerRequestTable
  private readonly parts: AttackerRequestsParts
  private readonly callKind: number
  private readonly userKind: number

  constructor(parts: AttackerRequestsParts) {
    const { arena, requests, upstreams, streams, accounts } = parts
    this.table = new AttackerRequestTable(arena, requests.length)
    this.parts = parts
    this.callKind = upstreams.registerUser(this)
    this.userKind = streams.registerUser(this)
    for (let request = 0; request < requests.length; request++) {
      const account = accounts.allocate()
      this.table.account[request] = account
    }
  }

  /** Whether every request has a response, or will never have one. */
  get areAllDone(): boolean {
    return this.parts.requests.every((_, request) => this.table.state[request] === OVER)
  }

  /** Sends the requests of a step that wait for no other request. */
  startOf(step: number): void {
    this.parts.requests.forEach((planned, request) => {
      if (planned.step === step && planned.after === NONE) this.start(request)
    })
  }

  /** Sends a request, unless its attacker lacks the credential for it. */
  start(request: number): void {
    if (this.table.state[request] !== WAITING) return
    if (this.canSend(request)) this.open(request)
    else this.finish(request)
  }

  // Called by the connection.

  onUpstreamReady(request: number): void {
    const { table } = this
    const { streams, requests } = this.parts
    const { bodyBytes, isUpgrade } = requests[request]
    const stream = this.send(request, requests[request])
    if (isUpgrade) return
    const exchange = table.exchange[request]
    if (bodyBytes > 0) streams.write(stream, bodyBytes, MESSAGE, 0, 0, NONE)
    // A write may fail the exchange, which `onFailure` reports.
    if (table.exchange[request] === exchange) streams.finish(stream)
  }

  onUpstreamFailed(request: number): void {
    this.table.call[request] = NONE
    this.end(request)
  }

  // Called by the exchange's stream.

  onOpen(): void {}

  onData(): void {}

  onEnd(request: number): void {
    const { table } = this
    const { http, streams, requests } = this.parts
    const stream = http.exchanges.stream[table.exchange[request]]
    const isRefused = http.statusOf(table.exchange[request]) !== SWITCHING_PROTOCOLS
    const { followUp } = requests[request]
    table.exchange[request] = NONE
    if (followUp !== null && isRefused && table.isFollowUp[request] === 0)
      return this.sendFollowUp(request, followUp, stream)
    this.end(request)
    streams.close(stream)
  }

  onFailure(request: number): void {
    this.table.exchange[request] = NONE
    this.end(request)
  }

  onDrained(): void {}

  /**
   * Sends the follow-up after the refusal, if the connection is still open. Behind a proxy, the connection may then lead
   * to another server.
   */
  private sendFollowUp(request: number, followUp: FollowUp, stream: Stream): void {
    const { table } = this
    const { streams, upstreams, record, requests } = this.parts
    const call = table.call[request]
    table.isFollowUp[request] = 1
    upstreams.hold(call, this.callKind, request)
    streams.close(stream)
    if (table.call[request] !== call || !upstreams.isFree(call)) return this.end(request)
    record.state.recordAct(requests[request].step)
    const next = this.send(request, followUp)
    if (!followUp.isUpgrade) streams.finish(next)
  }

  private canSend(request: number): boolean {
    const { plan, state, knowledge } = this.parts.record
    const { step, credential } = this.parts.requests[request]
    if (state.isDisabled(step)) return false
    return credential === null || knowledge.hasCredential(plan.steps[step].attacker, credential)
  }

  private open(request: number): void {
    const { table } = this
    const { upstreams, activities, record, requests } = this.parts
    const { step, path, via, isUpgrade, nameHigh, nameLow } = requests[request]
    const time = table.times[request]++
    table.isFollowUp[request] = 0
    const activity = activities.begin()
    table.activity[request] = activity
    table.state[request] = SENT
    record.state.recordAct(step)
    record.events.add(step, path, 'sent', 1, NONE, NONE)
    const call = upstreams.open({
      path: via,
      isFresh: isUpgrade,
      userKind: this.callKind,
      user: request,
      nameHigh: finish32(mix32(nameHigh, time)),
      nameLow: finish32(mix32(nameLow, time)),
      waiting: activity,
      account: table.account[request],
    })
    table.call[request] = call
    upstreams.begin(call)
  }

  /** Writes the head of a request on the open call, and returns the stream of its exchange. */
  private send(row: number, { request, bodyBytes, isUpgrade }: FollowUp): Stream {
    const { table } = this
    const { http, streams, upstreams } = this.parts
    const length = isUpgrade ? UNKNOWN_LENGTH : bodyBytes
    const exchange = upstreams.request(table.call[row], request, length)
    const stream = http.exchanges.stream[exchange]
    table.exchange[row] = exchange
    streams.attach(stream, this.userKind, row)
    return stream
  }

  /** Ends a request, with or without a response, and sends it again as often as its step says. */
  private end(request: number): void {
    const { table } = this
    const { upstreams, activities, record, requests } = this.parts
    const call = table.call[request]
    table.call[request] = NONE
    if (call !== NONE) upstreams.close(call)
    activities.drop(table.activity[request])
    table.activity[request] = NONE
    const { count } = record.plan.steps[requests[request].step]
    const times = count === Number.POSITIVE_INFINITY ? 1 : count
    if (table.times[request] < times && this.canSend(request)) this.open(request)
    else this.finish(request)
  }

  private finish(request: number): void {
    this.table.state[request] = OVER
    this.parts.requests.forEach(({ after, pauseNs }, next) => {
      if (after === request) this.parts.onReady(next, pauseNs)
    })
  }
}
