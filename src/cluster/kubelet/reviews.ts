import type { Arena } from '../../engine/arena.ts'
import { EventKind } from '../../engine/event-kind.ts'
import { NumberedRows } from '../../engine/numbered-rows.ts'
import { drawFraction } from '../../engine/streams.ts'
import { NONE, Table } from '../../engine/table.ts'
import { NS_PER_MS } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Http } from '../../http/http.ts'
import type { Exchange } from '../../http/rows.ts'
import type { AccountTable } from '../../network/account.ts'
import type { Processors } from '../../network/processor.ts'
import type { Activity } from '../../network/rows.ts'
import type { Content } from '../../transport/rows.ts'
import type { ByteStreams, StreamUser } from '../../transport/streams/byte-stream.ts'
import type { FailureReason } from '../../transport/streams/failure.ts'
import type { SharedConnections } from '../../workload/shared-connections.ts'
import { bearerBytes } from '../access/bearer.ts'
import { accessReviewSizes, tokenReviewSizes } from '../access/review-sizes.ts'
import { decodeOperation, TOKEN_REVIEW } from '../messages/review-operations.ts'
import type { Review, UpstreamCall } from '../rows.ts'
import type { Upstreams, UpstreamUser } from '../upstreams/upstreams.ts'
import type { KubeletPlan } from './kubelet-plan.ts'

/** A kubelet (on the target host) repeats a review whose request was lost with its connection. */
export const REVIEW_RETRY = new EventKind('review retry')

/** The number of a review that does not wait for its next attempt. */
const NO_NUMBER = -1

/**
 * The attempts of a review: the first pause, its growth, and the part by which it is longer at random (apiserver
 * pkg/server/options/authentication.go, DefaultAuthWebhookRetryBackoff).
 */
const MOST_ATTEMPTS = 5
const FIRST_PAUSE_NS = 500 * NS_PER_MS
const PAUSE_GROWTH = 1.5
const PAUSE_JITTER = 0.2

/** The statuses after which a review is sent again (apiserver pkg/util/webhook/webhook.go, DefaultShouldRetry). */
const RETRIED_STATUSES: readonly number[] = [429, 500, 504]

class ReviewTable extends Table<Review> {
  readonly node = this.int32()
  readonly kind = this.int32()
  readonly value = this.float64()
  readonly detail = this.int32()
  readonly user = this.int32()
  readonly call = this.handle<UpstreamCall>()
  readonly exchange = this.handle<Exchange>()
  /** The result of the review; valid once `hasAnswer` is 1. */
  readonly answer = this.float64()
  readonly error = this.int32()
  readonly hasAnswer = this.int32()
  /**
   * The name of the review. The next fields are the number of attempts so far, and its number on its host while it
   * waits for the next attempt.
   */
  readonly nameHigh = this.int32()
  readonly nameLow = this.int32()
  readonly attempts = this.int32()
  readonly number = this.float64(NO_NUMBER)
  readonly waiting = this.handle<Activity>()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** A review that the kubelet of `node` is to send. */
export interface NewReview {
  readonly node: number
  /**
   * The kind of review: TOKEN_REVIEW or ACCESS_REVIEW. `value` and `detail` describe the request, see
   * review-messages.ts.
   */
  readonly kind: number
  readonly value: number
  readonly detail: number
  /** A number that is passed to the ReviewUser together with the response. */
  readonly user: number
  /** The activity of the request that waits for the review. */
  readonly waiting: Activity
  readonly nameHigh: number
  readonly nameLow: number
}

export interface ReviewUser {
  /**
   * Called with the result of a review (`result` is explained in review-messages.ts). `hasError`: the response reports
   * an error in the token.
   */
  onReview(user: number, result: number, hasError: boolean): void
  /** Called when the API server did not respond, or refused the request for a review. */
  onNoReview(user: number): void
}

/** Approximate size of a head, counted towards the use of the shared connection. */
const HEAD_BYTES = 100

export interface ReviewsParts {
  readonly arena: Arena
  readonly streams: ByteStreams
  readonly http: Http
  readonly upstreams: Upstreams
  readonly accounts: AccountTable
  readonly shared: SharedConnections
  readonly plan: KubeletPlan
  readonly user: ReviewUser
  readonly timeline: Timeline
  readonly processors: Processors
  readonly firstHostTarget: number
}

/** Sends TokenReviews and SubjectAccessReviews over the kubelets' own connections to the API server. */
export class Reviews implements StreamUser, UpstreamUser {
  private readonly table: ReviewTable
  private readonly parts: ReviewsParts
  private readonly userKind: number
  private readonly callKind: number
  /** The reviews that wait for their next attempt. */
  private readonly numbers: NumberedRows<Review>

  constructor(parts: ReviewsParts) {
    const { arena, streams, upstreams } = parts
    this.table = new ReviewTable(arena)
    this.parts = parts
    this.userKind = streams.registerUser(this)
    this.callKind = upstreams.registerUser(this)
    this.numbers = new NumberedRows(arena, parts.plan.nodeOfHost.length)
    parts.timeline.handle(REVIEW_RETRY, parts.firstHostTarget, (host, number) => this.onRetry(host, number))
  }

  send({ node, kind, value, detail, user, waiting, nameHigh, nameLow }: NewReview): void {
    const { table } = this
    const row = table.allocate()
    table.node[row] = node
    table.kind[row] = kind
    table.value[row] = value
    table.detail[row] = detail
    table.user[row] = user
    table.nameHigh[row] = nameHigh
    table.nameLow[row] = nameLow
    table.waiting[row] = waiting
    this.parts.processors.activities.hold(waiting)
    table.attempts[row] = 0
    this.attempt(row)
  }

  /** Handles the event REVIEW_RETRY of a host. A review that has ended in the meantime is ignored. */
  private onRetry(host: number, number: number): void {
    const row = this.numbers.find(host, number)
    if (row === NONE) return this.parts.timeline.noteIdleWakeUp()
    this.forgetNumber(row)
    this.attempt(row)
  }

  private attempt(row: Review): void {
    const { table } = this
    const { plan, upstreams } = this.parts
    table.attempts[row]++
    table.exchange[row] = NONE
    table.hasAnswer[row] = 0
    const call = upstreams.open({
      path: plan.nodes[table.node[row]].path,
      isFresh: false,
      userKind: this.callKind,
      user: row,
      nameHigh: table.nameHigh[row],
      nameLow: table.nameLow[row],
      waiting: table.waiting[row],
      account: NONE,
    })
    table.call[row] = call
    upstreams.begin(call)
  }

  onUpstreamReady(row: Review): void {
    const { table } = this
    const { http, streams, upstreams, plan } = this.parts
    const { tokenReview, accessReview } = plan.nodes[table.node[row]]
    const kind = table.kind[row]
    const bytes = this.requestBytes(row)
    const request = kind === TOKEN_REVIEW ? tokenReview : accessReview
    const exchange = upstreams.request(table.call[row], request, bytes)
    const stream = http.exchanges.stream[exchange]
    table.exchange[row] = exchange
    streams.attach(stream, this.userKind, row)
    this.charge(row, bytes)
    streams.write(stream, bytes, kind, table.value[row], table.detail[row], NONE)
  }

  /** Called when the connection cannot be established. A dial that timed out is not repeated. */
  onUpstreamFailed(row: Review, reason: FailureReason): void {
    this.table.call[row] = NONE
    if (reason === 'connection reset') this.retryOrFail(row)
    else this.fail(row)
  }

  onOpen(): void {}

  onData(row: Review, content: Content, offset: number, lengthBytes: number): void {
    const { table } = this
    const { contents } = this.parts.streams
    while (contents.nextMarkEnd(content) <= offset + lengthBytes) {
      const mark = contents.nextMark(content)
      if (contents.marks.kind[mark] === table.kind[row]) {
        table.answer[row] = contents.marks.value[mark]
        table.error[row] = contents.marks.detail[mark]
        table.hasAnswer[row] = 1
      }
      contents.takeMark(content)
    }
    this.charge(row, lengthBytes)
  }

  onEnd(row: Review): void {
    const { table } = this
    if (table.hasAnswer[row] === 0) {
      const isRetried = RETRIED_STATUSES.includes(this.parts.http.statusOf(table.exchange[row]))
      return isRetried ? this.retryOrFail(row) : this.fail(row)
    }
    const [user, result, error] = [table.user[row], table.answer[row], table.error[row]]
    this.end(row)
    this.parts.user.onReview(user, result, error === 1)
  }

  /** Called when the request was lost with its connection. */
  onFailure(row: Review, reason: FailureReason): void {
    const { table } = this
    table.exchange[row] = NONE
    const isFoundLost = reason === 'timed out' && this.parts.plan.nodes[table.node[row]].findsLostConnections
    if (isFoundLost || reason === 'connection reset') this.retryOrFail(row)
    else this.fail(row)
  }

  onDrained(): void {}

  /** Ends the attempt, and sends the review again after a pause, if that was not the last attempt. */
  private retryOrFail(row: Review): void {
    const { table } = this
    const { plan, timeline, firstHostTarget } = this.parts
    const attempts = table.attempts[row]
    if (attempts >= MOST_ATTEMPTS) return this.fail(row)
    this.endAttempt(row)
    const { retryKey } = plan.nodes[table.node[row]]
    const drawn = drawFraction(retryKey.hi, retryKey.lo, table.nameHigh[row], table.nameLow[row], attempts, 0)
    let pauseNs = FIRST_PAUSE_NS
    for (let n = 1; n < attempts; n++) pauseNs *= PAUSE_GROWTH
    const host = this.hostOf(row)
    const number = this.numbers.add(host, row)
    table.number[row] = number
    const tick = timeline.now + Math.round(pauseNs * (1 + PAUSE_JITTER * drawn))
    timeline.schedule(tick, firstHostTarget + host, REVIEW_RETRY, number)
  }

  private forgetNumber(row: Review): void {
    const { table, numbers } = this
    if (table.number[row] !== NO_NUMBER) numbers.remove(this.hostOf(row), table.number[row])
    table.number[row] = NO_NUMBER
  }

  private hostOf(row: Review): number {
    return this.parts.plan.nodeOfHost.indexOf(this.table.node[row])
  }

  private fail(row: Review): void {
    const user = this.table.user[row]
    this.end(row)
    this.parts.user.onNoReview(user)
  }

  private end(row: Review): void {
    this.endAttempt(row)
    this.forgetNumber(row)
    this.parts.processors.activities.drop(this.table.waiting[row])
    this.table.release(row)
  }

  /** Closes everything that an attempt has opened. */
  private endAttempt(row: Review): void {
    const { table } = this
    const { http, streams, upstreams } = this.parts
    const [call, exchange] = [table.call[row], table.exchange[row]]
    table.call[row] = NONE
    table.exchange[row] = NONE
    if (call !== NONE) upstreams.close(call)
    if (exchange !== NONE) streams.close(http.exchanges.stream[exchange])
  }

  private requestBytes(row: Review): number {
    const { table } = this
    const { plan } = this.parts
    const { minor } = plan.nodes[table.node[row]]
    if (table.kind[row] === TOKEN_REVIEW)
      return tokenReviewSizes(bearerBytes(plan.bearers[table.value[row]]), null, '', minor).requestBytes
    const identity = plan.identities.identities[table.value[row]]
    const operation = decodeOperation(table.detail[row], plan.nodes)
    return accessReviewSizes(identity, operation, '', minor).requestBytes
  }

  /** Counts bytes as use of the shared connection that belongs to no workload. */
  private charge(row: Review, bytes: number): void {
    const { accounts, shared, plan } = this.parts
    const { path } = plan.nodes[this.table.node[row]]
    accounts.addCarriedBytes(shared.accountOf(path), bytes + HEAD_BYTES)
  }
}
