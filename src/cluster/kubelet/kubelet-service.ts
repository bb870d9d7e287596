import type { Arena } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Http, HttpService } from '../../http/http.ts'
import type { Exchange } from '../../http/rows.ts'
import type { Tls } from '../../security/tls.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import { derivedName } from '../../transport/streams/derived-name.ts'
import { type AccessObserver, NOT_REFUSED } from '../access/access-observer.ts'
import type { Authentication } from '../access/authenticate.ts'
import { kubeletForbiddenMessage } from '../access/forbidden.ts'
import type { Identity } from '../access/identity.ts'
import {
  authenticateAtKubelet,
  authenticateByReview,
  authorizeAtKubelet,
  type KubeletAuthentication,
} from '../access/kubelet-access.ts'
import { accessReviewExpiresAt, accessReviewKey, tokenReviewExpiresAt } from '../access/review-lifetimes.ts'
import type { TokenReview } from '../access/token-review.ts'
import { kubeletOperations } from '../messages/kubelet-requests.ts'
import { ACCESS_REVIEW, TOKEN_REVIEW } from '../messages/review-messages.ts'
import { encodeOperation } from '../messages/review-operations.ts'
import type { PendingRequest } from '../rows.ts'
import type { KubeletPlan, KubeletRequest } from './kubelet-plan.ts'
import { refusalOfRoute } from './kubelet-routes.ts'
import { ReviewCache } from './review-cache.ts'
import type { Reviews, ReviewUser } from './reviews.ts'

/** Requests that wait for what the apiserver says of them. Those that wait for one TokenReview are linked. */
class PendingTable extends Table<PendingRequest> {
  readonly exchange = this.handle<Exchange>()
  readonly exchangeGeneration = this.uint32()
  readonly node = this.int32()
  /** What is asked: TOKEN_REVIEW, or ACCESS_REVIEW with the identity and the place among the operations. */
  readonly kind = this.int32()
  readonly bearer = this.int32()
  readonly identity = this.int32()
  readonly step = this.int32()
  /** The one that asked, for those that wait with it; NONE: it asked itself. */
  readonly leader = this.handle<PendingRequest>()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

/** Of a question's name: TokenReview, then the first SubjectAccessReview and on. */
const QUESTION = 0x71756573

export interface KubeletServiceParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly tls: Tls
  readonly http: Http
  readonly answers: HttpService
  readonly plan: KubeletPlan
}

/**
 * The kubelet's port. Who asks is found out from a certificate, or by a TokenReview; whether they may by
 * SubjectAccessReviews, one an operation, until one is allowed (pkg/kubelet/server/auth.go, server.go).
 */
export class KubeletService implements ReviewUser {
  readonly service: number
  accessObserver: AccessObserver | null = null
  private readonly table: PendingTable
  private readonly cache: ReviewCache
  private readonly timeline: Timeline
  private readonly streams: ByteStreams
  private readonly tls: Tls
  private readonly http: Http
  private readonly answers: HttpService
  private readonly plan: KubeletPlan
  private reviews!: Reviews

  constructor({ arena, timeline, streams, tls, http, answers, plan }: KubeletServiceParts) {
    this.table = new PendingTable(arena)
    this.cache = new ReviewCache(arena, plan.nodes.length)
    this.timeline = timeline
    this.streams = streams
    this.tls = tls
    this.http = http
    this.answers = answers
    this.plan = plan
    this.service = http.registerService({ onRequest: (exchange) => this.onRequest(exchange) })
  }

  connectReviews(reviews: Reviews): void {
    this.reviews = reviews
  }

  /** A host restarts: a kubelet there has forgotten what it knew. */
  forget(host: number): void {
    const node = this.plan.nodeOfHost[host]
    if (node !== NONE) this.cache.forget(node)
  }

  onReview(row: PendingRequest, answer: number, hasError: boolean): void {
    if (this.table.kind[row] === TOKEN_REVIEW) this.takeTokenReview(row, answer, hasError)
    else this.takeAccessReview(row, answer === 1)
  }

  /** No answer is a failure of the authorizer, and of a token that nobody vouches for (kubelet-access.ts). */
  onNoReview(row: PendingRequest): void {
    const { table } = this
    if (table.kind[row] === TOKEN_REVIEW) {
      for (const each of this.followersOf(row)) this.takeAuthentication(each, this.judge(each, null))
      return
    }
    this.deny(row, 500, `Authorization error (user=${this.userOf(row)})`)
  }

  private onRequest(exchange: Exchange): void {
    const { table, http, streams, plan } = this
    const stream = http.exchanges.stream[exchange]
    const { bearer } = this.requestOf(exchange)
    const row = table.allocate()
    table.exchange[row] = exchange
    table.exchangeGeneration[row] = http.exchanges.generation[exchange]
    table.node[row] = plan.nodeOfHost[streams.table.host[stream]]
    table.bearer[row] = bearer
    table.identity[row] = NONE
    const authentication = this.authenticate(row)
    if (authentication.kind === 'needs-token-review') this.reviewToken(row)
    else this.takeAuthentication(row, authentication)
  }

  private authenticate(row: PendingRequest): KubeletAuthentication {
    const { table, plan, http } = this
    const { configuration, clientCa } = plan.nodes[table.node[row]]
    const certificate = this.tls.clientCertificateOf(http.lowerOf(table.exchange[row]))
    const nowS = Math.floor(this.timeline.now / NS_PER_S)
    return authenticateAtKubelet({ certificate, hasToken: table.bearer[row] !== NONE }, configuration, clientCa, nowS)
  }

  // Who is it.

  private reviewToken(row: PendingRequest): void {
    const { table, cache, timeline } = this
    const [node, bearer] = [table.node[row], table.bearer[row]]
    const known = cache.find(node, TOKEN_REVIEW, bearer, timeline.now)
    if (known !== null) return this.takeAuthentication(row, this.judge(row, this.reviewOf(known, false)))
    const leader = this.findAsking(node, bearer)
    table.kind[row] = TOKEN_REVIEW
    table.leader[row] = leader
    if (leader === NONE) this.ask(row, TOKEN_REVIEW, bearer, 0)
  }

  private takeTokenReview(row: PendingRequest, answer: number, hasError: boolean): void {
    const { table, cache, timeline, plan } = this
    const [node, bearer] = [table.node[row], table.bearer[row]]
    const review = this.reviewOf(answer, hasError)
    const { configuration } = plan.nodes[node]
    cache.keep(node, TOKEN_REVIEW, bearer, answer, tokenReviewExpiresAt(timeline.now, review, configuration))
    for (const each of this.followersOf(row)) this.takeAuthentication(each, this.judge(each, review))
  }

  private judge(row: PendingRequest, review: TokenReview | null): Authentication {
    if (!this.isPresent(row)) return { kind: 'unauthorized', why: 'gone' }
    const authentication = this.authenticate(row)
    return authentication.kind === 'needs-token-review'
      ? authenticateByReview(authentication.errors, review)
      : authentication
  }

  private reviewOf(answer: number, hasError: boolean): TokenReview {
    const identity = answer === NONE ? null : this.plan.identities.identities[answer]
    return { authenticated: identity !== null, identity, audiences: [], error: hasError ? 'invalid' : null }
  }

  private takeAuthentication(row: PendingRequest, authentication: Authentication): void {
    const { table, plan } = this
    if (authentication.kind === 'unauthorized') return this.deny(row, 401, 'Unauthorized')
    const identity = plan.identities.indexOf(authentication.identity)
    table.kind[row] = ACCESS_REVIEW
    table.identity[row] = identity
    this.authorize(row)
  }

  // May it.

  private authorize(row: PendingRequest): void {
    const { table, plan, cache, timeline } = this
    const { configuration, name, minor } = plan.nodes[table.node[row]]
    const authorization = authorizeAtKubelet(configuration, this.lineOf(row), name, minor)
    if (authorization.kind === 'allowed') return this.allow(row)
    const { operations } = authorization
    for (; table.step[row] < operations.length; table.step[row]++) {
      const question = encodeOperation(operations[table.step[row]], table.node[row])
      const known = cache.find(table.node[row], ACCESS_REVIEW, this.keyOf(row, question), timeline.now)
      if (known === null) return this.ask(row, ACCESS_REVIEW, table.identity[row], question)
      if (known === 1) return this.allow(row)
    }
    this.forbid(row)
  }

  private takeAccessReview(row: PendingRequest, isAllowed: boolean): void {
    const { table, plan, cache, timeline } = this
    const node = table.node[row]
    const { configuration, name, minor } = plan.nodes[node]
    if (this.isPresent(row)) {
      const operation = kubeletOperations(this.lineOf(row), name, minor)[table.step[row]]
      const key = this.keyOf(row, encodeOperation(operation, node))
      const until = accessReviewExpiresAt(timeline.now, isAllowed, configuration)
      cache.keep(node, ACCESS_REVIEW, key, isAllowed ? 1 : 0, until)
    }
    if (!this.isPresent(row)) {
      this.release(row)
    } else if (isAllowed) this.allow(row)
    else {
      table.step[row]++
      this.authorize(row)
    }
  }

  private allow(row: PendingRequest): void {
    const identity = this.identityOf(row)
    const { pods } = this.plan.nodes[this.table.node[row]]
    const exchange = this.release(row)
    if (exchange === NONE) return
    this.accessObserver?.onDecided(exchange, identity, true, NOT_REFUSED)
    const { line, isAnswered } = this.requestOf(exchange)
    const { exchanges, directory } = this.http
    const { isUpgrade } = directory.requests[exchanges.request[exchange]]
    const refusal = refusalOfRoute(line, isUpgrade, pods)
    if (refusal !== null) return this.refuse(exchange, refusal.status, refusal.message)
    if (!isAnswered) return this.refuse(exchange, 404, '404: Page Not Found')
    const generation = exchanges.generation[exchange]
    this.answers.onRequest(exchange)
    if (exchanges.generation[exchange] === generation) this.http.resume(exchange)
  }

  private forbid(row: PendingRequest): void {
    const { plan, table } = this
    const { name, minor } = plan.nodes[table.node[row]]
    const identity = plan.identities.identities[table.identity[row]]
    this.deny(row, 403, kubeletForbiddenMessage(identity, kubeletOperations(this.lineOf(row), name, minor), minor))
  }

  private deny(row: PendingRequest, status: number, message: string): void {
    const identity = this.identityOf(row)
    const exchange = this.release(row)
    if (exchange === NONE) return
    this.accessObserver?.onDecided(exchange, identity, false, status)
    this.refuse(exchange, status, message)
  }

  private ask(row: PendingRequest, kind: number, value: number, detail: number): void {
    const { table, http, streams } = this
    const stream = http.exchanges.stream[table.exchange[row]]
    const salt = QUESTION + table.step[row] + (kind === TOKEN_REVIEW ? 0 : 1)
    this.reviews.ask({
      node: table.node[row],
      kind,
      value,
      detail,
      user: row,
      waiting: streams.table.activity[stream],
      nameHigh: derivedName(streams.table.nameHigh[stream], salt),
      nameLow: derivedName(streams.table.nameLow[stream], salt),
    })
  }

  private refuse(exchange: Exchange, status: number, message: string): void {
    const response = this.plan.refusals.get(status)!
    this.http.respondWhole(exchange, response, [{ bytes: message.length, kind: REFUSAL, value: status, detail: 0 }])
  }

  /** The one that has asked about this token and waits. */
  private findAsking(node: number, bearer: number): PendingRequest {
    const { table } = this
    for (const row of table.everyRow()) {
      const isAsking = table.kind[row] === TOKEN_REVIEW && table.leader[row] === NONE
      if (isAsking && table.node[row] === node && table.bearer[row] === bearer) return row
    }
    return NONE
  }

  /** Itself, and those that wait with it, in the order of their exchanges' names. */
  private followersOf(leader: PendingRequest): PendingRequest[] {
    const { table } = this
    const found: PendingRequest[] = []
    for (const row of table.everyRow()) {
      if (table.kind[row] === TOKEN_REVIEW && table.leader[row] === leader) found.push(row)
    }
    return [leader, ...found.sort((a, b) => this.nameOf(a) - this.nameOf(b))]
  }

  private nameOf(row: PendingRequest): number {
    if (!this.isPresent(row)) return 0
    return this.streams.table.nameHigh[this.http.exchanges.stream[this.table.exchange[row]]] >>> 0
  }

  /** Its exchange, if that is still there. */
  private release(row: PendingRequest): Exchange {
    const { table } = this
    const exchange = this.isPresent(row) ? table.exchange[row] : NONE
    table.kind[row] = 0
    table.release(row)
    return exchange
  }

  private isPresent(row: PendingRequest): boolean {
    const { table, http } = this
    return http.exchanges.generation[table.exchange[row]] === table.exchangeGeneration[row]
  }

  private keyOf(row: PendingRequest, question: number): number {
    return accessReviewKey(question, this.table.identity[row], this.plan.identities.identities.length)
  }

  private identityOf(row: PendingRequest): Identity | null {
    const identity = this.table.identity[row]
    return identity === NONE ? null : this.plan.identities.identities[identity]
  }

  private userOf(row: PendingRequest): string {
    return this.plan.identities.identities[this.table.identity[row]].user
  }

  private lineOf(row: PendingRequest): KubeletRequest['line'] {
    return this.requestOf(this.table.exchange[row]).line
  }

  private requestOf(exchange: Exchange): KubeletRequest {
    return this.plan.requests[this.http.exchanges.request[exchange]]
  }
}

/** A mark: the end of a refusal. */
const REFUSAL = 63
