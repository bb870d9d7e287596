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
import { ACCESS_REVIEW, encodeOperation, TOKEN_REVIEW } from '../messages/review-operations.ts'
import type { PendingRequest } from '../rows.ts'
import type { KubeletPlan, KubeletRequest } from './kubelet-plan.ts'
import { refusalOfRoute } from './kubelet-routes.ts'
import { ReviewCache } from './review-cache.ts'
import type { Reviews, ReviewUser } from './reviews.ts'

/** Requests that wait for the API server's review. Requests with the same TokenReview are linked. */
class PendingTable extends Table<PendingRequest> {
  readonly exchange = this.handle<Exchange>()
  readonly exchangeGeneration = this.uint32()
  readonly node = this.int32()
  /** The kind of review that the request waits for: TOKEN_REVIEW or ACCESS_REVIEW; 0 for none. */
  readonly kind = this.int32()
  readonly bearer = this.int32()
  readonly identity = this.int32()
  /** The index, among the operations of the request, of the one under review. */
  readonly step = this.int32()
  /** The request whose TokenReview this one waits for; NONE when it sent a review itself. */
  readonly leader = this.handle<PendingRequest>()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

/** A salt from which the names of reviews are derived: the TokenReview of a request, then each SubjectAccessReview. */
const REVIEW = 0x71756573

export interface KubeletServiceParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly tls: Tls
  readonly http: Http
  /** Responds to requests that are allowed. */
  readonly answers: HttpService
  readonly plan: KubeletPlan
}

/**
 * The kubelet's HTTPS port. It authenticates by certificate or TokenReview, and authorizes by SubjectAccessReviews, one
 * for each operation of the request, until one is allowed (pkg/kubelet/server/auth.go, server.go).
 */
export class KubeletService implements ReviewUser {
  readonly service: number
  accessObserver: AccessObserver | null = null
  private readonly table: PendingTable
  private readonly cache: ReviewCache
  private readonly parts: KubeletServiceParts
  private readonly http: Http
  private readonly plan: KubeletPlan
  private reviews!: Reviews

  constructor(parts: KubeletServiceParts) {
    const { arena, timeline, http, plan } = parts
    this.table = new PendingTable(arena)
    this.cache = new ReviewCache(arena, timeline, plan.nodes.length)
    this.parts = parts
    this.http = http
    this.plan = plan
    this.service = http.registerService({ onRequest: (exchange) => this.onRequest(exchange) })
  }

  connectReviews(reviews: Reviews): void {
    this.reviews = reviews
  }

  /** Clears the cache of the kubelet on a host that restarts. */
  forget(host: number): void {
    const node = this.plan.nodeOfHost[host]
    if (node !== NONE) this.cache.forget(node)
  }

  onReview(row: PendingRequest, result: number, hasError: boolean): void {
    if (this.table.kind[row] === TOKEN_REVIEW) this.takeTokenReview(row, result, hasError)
    else this.takeAccessReview(row, result === 1)
  }

  /**
   * Without a TokenReview the token is not accepted; without a SubjectAccessReview the request fails
   * (kubelet-access.ts).
   */
  onNoReview(row: PendingRequest): void {
    if (this.table.kind[row] === TOKEN_REVIEW) return this.authenticateAll(row, null)
    this.deny(row, 500, `Authorization error (user=${this.identityOf(row)?.user})`)
  }

  private onRequest(exchange: Exchange): void {
    const { table, http, plan } = this
    const { streams } = this.parts
    const row = table.allocate()
    table.exchange[row] = exchange
    table.exchangeGeneration[row] = http.exchanges.generation[exchange]
    table.node[row] = plan.nodeOfHost[streams.table.host[http.exchanges.stream[exchange]]]
    table.bearer[row] = this.requestOf(exchange).bearer
    table.identity[row] = NONE
    const authentication = this.authenticate(row)
    if (authentication.kind === 'needs-token-review') this.reviewToken(row)
    else this.takeAuthentication(row, authentication)
  }

  // Authentication.

  private authenticate(row: PendingRequest): KubeletAuthentication {
    const { table, plan, http } = this
    const { tls, timeline } = this.parts
    const { configuration, clientCa } = plan.nodes[table.node[row]]
    const certificate = tls.clientCertificateOf(http.lowerOf(table.exchange[row]))
    const nowS = Math.floor(timeline.now / NS_PER_S)
    return authenticateAtKubelet({ certificate, hasToken: table.bearer[row] !== NONE }, configuration, clientCa, nowS)
  }

  private reviewToken(row: PendingRequest): void {
    const { table, cache } = this
    const [node, bearer] = [table.node[row], table.bearer[row]]
    const cached = cache.find(node, TOKEN_REVIEW, bearer)
    if (cached !== null) return this.takeAuthentication(row, this.applyReview(row, this.reviewOf(cached, false)))
    const leader = this.findPending(node, bearer)
    table.kind[row] = TOKEN_REVIEW
    table.leader[row] = leader
    if (leader === NONE) this.sendReview(row, TOKEN_REVIEW, bearer, 0)
  }

  private takeTokenReview(row: PendingRequest, result: number, hasError: boolean): void {
    const { table, cache, plan } = this
    const [node, bearer] = [table.node[row], table.bearer[row]]
    const review = this.reviewOf(result, hasError)
    const expiresAt = tokenReviewExpiresAt(this.parts.timeline.now, review, plan.nodes[node].configuration)
    cache.keep(node, TOKEN_REVIEW, bearer, result, expiresAt)
    this.authenticateAll(row, review)
  }

  /** Authenticates all requests that waited for a TokenReview. `review` is null if the review failed. */
  private authenticateAll(leader: PendingRequest, review: TokenReview | null): void {
    for (const each of this.followersOf(leader)) this.takeAuthentication(each, this.applyReview(each, review))
  }

  private applyReview(row: PendingRequest, review: TokenReview | null): Authentication {
    if (!this.isPresent(row)) return { kind: 'unauthorized', why: 'gone' }
    const authentication = this.authenticate(row)
    return authentication.kind === 'needs-token-review'
      ? authenticateByReview(authentication.errors, review)
      : authentication
  }

  private reviewOf(result: number, hasError: boolean): TokenReview {
    const identity = result === NONE ? null : this.plan.identities.identities[result]
    return { authenticated: identity !== null, identity, audiences: [], error: hasError ? 'invalid' : null }
  }

  private takeAuthentication(row: PendingRequest, authentication: Authentication): void {
    if (authentication.kind === 'unauthorized') return this.deny(row, 401, 'Unauthorized')
    this.table.kind[row] = ACCESS_REVIEW
    this.table.identity[row] = this.plan.identities.indexOf(authentication.identity)
    this.authorize(row)
  }

  // Authorization.

  private authorize(row: PendingRequest): void {
    const { table, cache } = this
    const node = table.node[row]
    const { configuration, name, minor } = this.plan.nodes[node]
    const authorization = authorizeAtKubelet(configuration, this.lineOf(row), name, minor)
    if (authorization.kind === 'allowed') return this.allow(row)
    const { operations } = authorization
    for (; table.step[row] < operations.length; table.step[row]++) {
      const operation = encodeOperation(operations[table.step[row]], node)
      const cached = cache.find(node, ACCESS_REVIEW, this.keyOf(row, operation))
      if (cached === null) return this.sendReview(row, ACCESS_REVIEW, table.identity[row], operation)
      if (cached === 1) return this.allow(row)
    }
    const message = kubeletForbiddenMessage(this.identityOf(row)!, operations, minor)
    this.deny(row, 403, message)
  }

  private takeAccessReview(row: PendingRequest, isAllowed: boolean): void {
    const { table, plan, cache } = this
    if (!this.isPresent(row)) {
      this.release(row)
      return
    }
    const node = table.node[row]
    const { configuration, name, minor } = plan.nodes[node]
    const operation = kubeletOperations(this.lineOf(row), name, minor)[table.step[row]]
    const expiresAt = accessReviewExpiresAt(this.parts.timeline.now, isAllowed, configuration)
    cache.keep(node, ACCESS_REVIEW, this.keyOf(row, encodeOperation(operation, node)), isAllowed ? 1 : 0, expiresAt)
    if (isAllowed) return this.allow(row)
    table.step[row]++
    this.authorize(row)
  }

  private allow(row: PendingRequest): void {
    const identity = this.identityOf(row)
    const { pods } = this.plan.nodes[this.table.node[row]]
    const exchange = this.release(row)
    if (exchange === NONE) return
    this.accessObserver?.onDecided(exchange, identity, true, NOT_REFUSED)
    const { line, hasHandler } = this.requestOf(exchange)
    const { exchanges, requestHeads } = this.http
    const isUpgrade = requestHeads.isUpgrade[exchanges.request[exchange]] === 1
    const refusal = refusalOfRoute(line, isUpgrade, pods)
    if (refusal !== null) return this.refuse(exchange, refusal.status, refusal.message)
    if (!hasHandler) return this.refuse(exchange, 404, '404: Page Not Found')
    const generation = exchanges.generation[exchange]
    this.parts.answers.onRequest(exchange)
    // A response that is complete at once has released the exchange.
    if (exchanges.generation[exchange] === generation) this.http.resume(exchange)
  }

  private deny(row: PendingRequest, status: number, message: string): void {
    const identity = this.identityOf(row)
    const exchange = this.release(row)
    if (exchange === NONE) return
    this.accessObserver?.onDecided(exchange, identity, false, status)
    this.refuse(exchange, status, message)
  }

  private sendReview(row: PendingRequest, kind: number, value: number, detail: number): void {
    const { table, http } = this
    const { streams } = this.parts
    const stream = http.exchanges.stream[table.exchange[row]]
    const salt = REVIEW + table.step[row] + (kind === TOKEN_REVIEW ? 0 : 1)
    this.reviews.send({
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

  /**
   * Returns the request that has sent a TokenReview of this token and waits for the response; NONE if there is none.
   */
  private findPending(node: number, bearer: number): PendingRequest {
    const { table } = this
    for (const row of table.everyRow()) {
      const isPending = table.kind[row] === TOKEN_REVIEW && table.leader[row] === NONE
      if (isPending && table.node[row] === node && table.bearer[row] === bearer) return row
    }
    return NONE
  }

  /** Returns `leader` and the requests that wait for its TokenReview, in the order of their exchanges' names. */
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
    return this.parts.streams.table.nameHigh[this.http.exchanges.stream[this.table.exchange[row]]] >>> 0
  }

  /** Releases the row. Returns its exchange; NONE if the exchange has ended. */
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

  private keyOf(row: PendingRequest, operation: number): number {
    return accessReviewKey(operation, this.table.identity[row], this.plan.identities.identities.length)
  }

  private identityOf(row: PendingRequest): Identity | null {
    const identity = this.table.identity[row]
    return identity === NONE ? null : this.plan.identities.identities[identity]
  }

  private lineOf(row: PendingRequest): KubeletRequest['line'] {
    return this.requestOf(this.table.exchange[row]).line
  }

  private requestOf(exchange: Exchange): KubeletRequest {
    return this.plan.requests[this.http.exchanges.request[exchange]]
  }
}

/** The kind of the mark at the end of a refusal. */
const REFUSAL = 63
