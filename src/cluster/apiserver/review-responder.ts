import type { Arena } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Http } from '../../http/http.ts'
import type { Exchange } from '../../http/rows.ts'
import type { Content } from '../../transport/rows.ts'
import type { ByteStreams, StreamUser } from '../../transport/streams/byte-stream.ts'
import { authorize } from '../access/authorize.ts'
import { bearerBytes } from '../access/bearer.ts'
import { accessReviewSizes, tokenReviewSizes } from '../access/review-sizes.ts'
import { reviewToken } from '../access/token-review.ts'
import { ACCESS_REVIEW, decodeOperation, TOKEN_REVIEW } from '../messages/review-operations.ts'
import type { IssuedTokens } from '../pods/issued-tokens.ts'
import type { ReviewRequest } from '../rows.ts'
import type { ApiserverPlan } from './apiserver-plan.ts'

class ReviewTable extends Table<ReviewRequest> {
  readonly exchange = this.handle<Exchange>()
  /** The mark of the request: its kind (0: not received yet), value and detail. */
  readonly kind = this.int32()
  readonly value = this.float64()
  readonly detail = this.int32()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

export interface ReviewResponderParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly http: Http
  readonly tokens: IssuedTokens
  readonly plan: ApiserverPlan
}

/** Responds to TokenReviews and SubjectAccessReviews, for the API server. */
export class ReviewResponder implements StreamUser {
  private readonly table: ReviewTable
  private readonly parts: ReviewResponderParts
  private readonly userKind: number

  constructor(parts: ReviewResponderParts) {
    this.table = new ReviewTable(parts.arena)
    this.parts = parts
    this.userKind = parts.streams.registerUser(this)
  }

  begin(exchange: Exchange): void {
    const row = this.table.allocate()
    this.table.exchange[row] = exchange
    const { streams, http } = this.parts
    streams.attach(http.exchanges.stream[exchange], this.userKind, row)
  }

  onOpen(): void {}

  onData(row: ReviewRequest, content: Content, offset: number, lengthBytes: number): void {
    const { table } = this
    const { contents } = this.parts.streams
    while (contents.nextMarkEnd(content) <= offset + lengthBytes) {
      const mark = contents.nextMark(content)
      table.kind[row] = contents.marks.kind[mark]
      table.value[row] = contents.marks.value[mark]
      table.detail[row] = contents.marks.detail[mark]
      contents.takeMark(content)
    }
  }

  onEnd(row: ReviewRequest): void {
    const { table } = this
    const exchange = table.exchange[row]
    const [kind, value, detail] = [table.kind[row], table.value[row], table.detail[row]]
    table.release(row)
    if (kind === TOKEN_REVIEW) this.respondToTokenReview(exchange, value)
    else this.respondToAccessReview(exchange, value, detail)
  }

  onFailure(row: ReviewRequest): void {
    this.table.release(row)
  }

  onDrained(): void {}

  private respondToTokenReview(exchange: Exchange, index: number): void {
    const { tokens, plan } = this.parts
    const { authentication, bearers, identities, facts } = plan
    const { bearer, isPodGone, nowS, cacheRow } = tokens.resolve(NONE, bearers[index])
    const { identity, error, audiences } = reviewToken(bearer, null, { ...authentication, nowS, isPodGone })
    if (error === null) tokens.noteAuthenticated(cacheRow)
    const found = identity === null ? null : { identity, audiences }
    const { responseBytes } = tokenReviewSizes(bearerBytes(bearers[index]), found, error ?? '', facts.minor)
    const respond = identity === null ? NONE : identities.indexOf(identity)
    this.answer(exchange, responseBytes, TOKEN_REVIEW, respond, error === null ? 0 : 1)
  }

  private respondToAccessReview(exchange: Exchange, index: number, question: number): void {
    const { modes, identities, facts, nodes } = this.parts.plan
    const identity = identities.identities[index]
    const operation = decodeOperation(question, nodes)
    const { allowed, reason } = authorize(modes, identity, operation, facts)
    const { responseBytes } = accessReviewSizes(identity, operation, reason, facts.minor)
    this.answer(exchange, responseBytes, ACCESS_REVIEW, allowed ? 1 : 0, 0)
  }

  private answer(exchange: Exchange, bytes: number, kind: number, value: number, detail: number): void {
    const { http, plan } = this.parts
    http.respondWhole(exchange, plan.reviewed, [{ bytes, kind, value, detail }])
  }
}
