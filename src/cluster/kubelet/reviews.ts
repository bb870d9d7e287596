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
  /** What was answered; `hasAnswer` once it is there. */
  readonly answer = this.float64()
  readonly error = this.int32()
  readonly hasAnswer = this.uint8()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** What a kubelet wants to know. */
export interface Question {
  readonly node: number
  /** TOKEN_REVIEW or ACCESS_REVIEW, with what review-messages.ts says of it. */
  readonly kind: number
  readonly value: number
  readonly detail: number
  readonly user: number
  /** The activity of whoever waits. */
  readonly waiting: Activity
  readonly nameHigh: number
  readonly nameLow: number
}

export interface ReviewUser {
  /** `answer` as review-messages.ts has it; `hasError`: the token is bad, and why is said. */
  onReview(user: number, answer: number, hasError: boolean): void
  /** The apiserver did not answer, or refused to. */
  onNoReview(user: number): void
}

/** What a head costs about, in shares of the connection. */
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

/** TokenReviews and SubjectAccessReviews, which kubelets send over their own connections to the apiserver. */
export class Reviews implements StreamUser, UpstreamUser {
  private readonly table: ReviewTable
  private readonly streams: ByteStreams
  private readonly http: Http
  private readonly upstreams: Upstreams
  private readonly accounts: AccountTable
  private readonly shared: SharedConnections
  private readonly plan: KubeletPlan
  private readonly user: ReviewUser
  private readonly userKind: number
  private readonly callKind: number

  constructor({ arena, streams, http, upstreams, accounts, shared, plan, user }: ReviewsParts) {
    this.table = new ReviewTable(arena)
    this.streams = streams
    this.http = http
    this.upstreams = upstreams
    this.accounts = accounts
    this.shared = shared
    this.plan = plan
    this.user = user
    this.userKind = streams.registerUser(this)
    this.callKind = upstreams.registerUser(this)
  }

  ask({ node, kind, value, detail, user, waiting, nameHigh, nameLow }: Question): void {
    const { table, plan, upstreams } = this
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
    const { table, http, streams, plan } = this
    const { tokenReview, accessReview } = plan.nodes[table.node[row]]
    const kind = table.kind[row]
    const bytes = this.questionBytes(row)
    const request = kind === TOKEN_REVIEW ? tokenReview : accessReview
    const exchange = this.upstreams.request(table.call[row], request, bytes)
    const stream = http.exchanges.stream[exchange]
    table.exchange[row] = exchange
    streams.attach(stream, this.userKind, row)
    this.carry(row, bytes)
    streams.write(stream, bytes, kind, table.value[row], table.detail[row], NONE)
  }

  onUpstreamFailed(row: Review): void {
    this.table.call[row] = NONE
    this.giveUp(row)
  }

  onOpen(): void {}

  onData(row: Review, content: Content, offset: number, lengthBytes: number): void {
    const { table } = this
    const { contents } = this.streams
    while (contents.nextMarkEnd(content) <= offset + lengthBytes) {
      const mark = contents.nextMark(content)
      if (contents.marks.kind[mark] === table.kind[row]) {
        table.answer[row] = contents.marks.value[mark]
        table.error[row] = contents.marks.detail[mark]
        table.hasAnswer[row] = 1
      }
      contents.takeMark(content)
    }
    this.carry(row, lengthBytes)
  }

  onEnd(row: Review): void {
    const { table } = this
    if (table.hasAnswer[row] === 0) return this.giveUp(row)
    const [user, answer, error] = [table.user[row], table.answer[row], table.error[row]]
    this.end(row)
    this.user.onReview(user, answer, error === 1)
  }

  onFailure(row: Review): void {
    this.table.exchange[row] = NONE
    this.giveUp(row)
  }

  onDrained(): void {}

  private giveUp(row: Review): void {
    const user = this.table.user[row]
    this.end(row)
    this.user.onNoReview(user)
  }

  private end(row: Review): void {
    const { table, http, streams, upstreams } = this
    const [call, exchange] = [table.call[row], table.exchange[row]]
    table.release(row)
    if (call !== NONE) upstreams.close(call)
    if (exchange !== NONE) streams.close(http.exchanges.stream[exchange])
  }

  private questionBytes(row: Review): number {
    const { table, plan } = this
    const { minor } = plan.nodes[table.node[row]]
    if (table.kind[row] === TOKEN_REVIEW)
      return tokenReviewSizes(bearerBytes(plan.bearers[table.value[row]]), null, '', minor).requestBytes
    const identity = plan.identities.identities[table.value[row]]
    const operation = decodeOperation(table.detail[row], plan.nodes)
    return accessReviewSizes(identity, operation, '', minor).requestBytes
  }

  /** On a connection that workloads use too, this is nobody's share. */
  private carry(row: Review, bytes: number): void {
    const { path } = this.plan.nodes[this.table.node[row]]
    this.accounts.carry(this.shared.accountOf(path), bytes + HEAD_BYTES)
  }
}
