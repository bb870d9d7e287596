import type { Arena } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Http } from '../../http/http.ts'
import type { Exchange } from '../../http/rows.ts'
import type { AccountTable } from '../../network/account.ts'
import type { Activity } from '../../network/rows.ts'
import type { Content } from '../../transport/rows.ts'
import type { ByteStreams, StreamUser } from '../../transport/streams/byte-stream.ts'
import type { SharedConnections } from '../../workload/shared-connections.ts'
import { bearerBytes } from '../messages/bearer-bytes.ts'
import { TOKEN_REVIEW } from '../messages/review-messages.ts'
import { decodeOperation } from '../messages/review-operations.ts'
import { accessReviewSizes, tokenReviewSizes } from '../messages/review-sizes.ts'
import type { Review, UpstreamCall } from '../rows.ts'
import type { Upstreams, UpstreamUser } from '../upstreams/upstreams.ts'
import type { KubeletPlan } from './kubelet-plan.ts'

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
  readonly hasAnswer = this.uint8()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** A review that the kubelet of `node` is to send. */
export interface NewReview {
  readonly node: number
  /**
   * The kind of review: TOKEN_REVIEW or ACCESS_REVIEW. `value` and `detail` are those of the request, see
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
}

/** Sends TokenReviews and SubjectAccessReviews over the kubelets' own connections to the API server. */
export class Reviews implements StreamUser, UpstreamUser {
  private readonly table: ReviewTable
  private readonly parts: ReviewsParts
  private readonly userKind: number
  private readonly callKind: number

  constructor(parts: ReviewsParts) {
    const { arena, streams, upstreams } = parts
    this.table = new ReviewTable(arena)
    this.parts = parts
    this.userKind = streams.registerUser(this)
    this.callKind = upstreams.registerUser(this)
  }

  send({ node, kind, value, detail, user, waiting, nameHigh, nameLow }: NewReview): void {
    const { table } = this
    const { plan, upstreams } = this.parts
    const row = table.allocate()
    table.node[row] = node
    table.kind[row] = kind
    table.value[row] = value
    table.detail[row] = detail
    table.user[row] = user
    const call = upstreams.open({
      path: plan.nodes[node].path,
      isFresh: false,
      userKind: this.callKind,
      user: row,
      nameHigh,
      nameLow,
      waiting,
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

  onUpstreamFailed(row: Review): void {
    this.table.call[row] = NONE
    this.fail(row)
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
    if (table.hasAnswer[row] === 0) return this.fail(row)
    const [user, result, error] = [table.user[row], table.answer[row], table.error[row]]
    this.end(row)
    this.parts.user.onReview(user, result, error === 1)
  }

  onFailure(row: Review): void {
    this.table.exchange[row] = NONE
    this.fail(row)
  }

  onDrained(): void {}

  private fail(row: Review): void {
    const user = this.table.user[row]
    this.end(row)
    this.parts.user.onNoReview(user)
  }

  private end(row: Review): void {
    const { table } = this
    const { http, streams, upstreams } = this.parts
    const [call, exchange] = [table.call[row], table.exchange[row]]
    table.release(row)
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
