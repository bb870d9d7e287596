import type { Arena } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Http, HttpService } from '../../http/http.ts'
import type { Exchange } from '../../http/rows.ts'
import type { Tls } from '../../security/tls.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import { type AccessObserver, NOT_REFUSED } from '../access/access-observer.ts'
import { type Authentication, authenticate } from '../access/authenticate.ts'
import { authorize, operationsToAllow } from '../access/authorize.ts'
import { forbiddenMessage, notAdmittedMessage } from '../access/forbidden.ts'
import { type Identity, INSECURE, MASTERS } from '../access/identity.ts'
import { refusalOfNode } from '../access/node-restriction.ts'
import type { IssuedCertificates } from '../bootstrapping/issued-certificates.ts'
import { statusBytes } from '../messages/object-sizes.ts'
import { type Operation, operationOf } from '../messages/operations.ts'
import type { Authorizer } from '../objects/object-store.ts'
import type { IssuedTokens } from '../pods/issued-tokens.ts'
import type { ApiserverPlan, ApiserverRequest } from './apiserver-plan.ts'
import { InFlight, isLongRunning, isMutating } from './in-flight.ts'
import type { ProxiedRequests, Refuser } from './proxied-requests.ts'
import { ReviewResponder } from './review-responder.ts'

export interface ApiserverServiceParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly tls: Tls
  readonly http: Http
  readonly answers: HttpService
  readonly issued: IssuedCertificates
  readonly tokens: IssuedTokens
  readonly plan: ApiserverPlan
}

/** Authenticates, limits, authorizes and admits requests, in the order of the apiserver (kubernetes/apiserver pkg/server/config.go). */
export class ApiserverService implements Refuser, Authorizer {
  readonly service: number
  readonly insecureService: number
  accessObserver: AccessObserver | null = null
  private readonly timeline: Timeline
  private readonly tls: Tls
  private readonly http: Http
  private readonly answers: HttpService
  private readonly issued: IssuedCertificates
  private readonly tokens: IssuedTokens
  private readonly plan: ApiserverPlan
  private readonly inFlight: InFlight
  private readonly reviews: ReviewResponder
  private proxied!: ProxiedRequests

  constructor({ arena, timeline, streams, tls, http, answers, issued, tokens, plan }: ApiserverServiceParts) {
    this.timeline = timeline
    this.tls = tls
    this.http = http
    this.answers = answers
    this.issued = issued
    this.tokens = tokens
    this.plan = plan
    this.inFlight = new InFlight(arena, http, streams)
    this.reviews = new ReviewResponder(arena, timeline, streams, http, tokens, plan)
    this.service = http.registerService({ onRequest: (exchange) => this.onRequest(exchange) })
    // In 1.6 requests there have no identity, so that limits apply to all.
    const insecure = plan.facts.minor > 6 ? INSECURE : null
    this.insecureService = http.registerService({ onRequest: (exchange) => this.admitInsecure(exchange, insecure) })
  }

  get modes(): Authorizer['modes'] {
    return this.plan.modes
  }

  get facts(): Authorizer['facts'] {
    return this.plan.facts
  }

  identityOf(exchange: Exchange): Identity | null {
    const authentication = this.authenticate(exchange)
    return authentication.kind === 'identity' ? authentication.identity : null
  }

  /** `onBegun` is called with the index of each request that is sent on; null: nothing is. */
  observeProxied(onBegun: ((request: number) => void) | null): void {
    this.proxied.onBegun = onBegun
  }

  connectProxied(proxied: ProxiedRequests): void {
    this.proxied = proxied
  }

  /** Responds with a Status. */
  refuse(exchange: Exchange, status: number, message: string): void {
    const { encoding } = this.plan.requests[this.http.exchanges.request[exchange]]
    const bytes = status === 429 ? message.length + 1 : statusBytes(status, REASONS[status], message, encoding)
    const response = this.plan.refusals.get(status)![encoding]
    this.http.respondWhole(exchange, response, [{ bytes, kind: STATUS, value: status, detail: 0 }])
  }

  private onRequest(exchange: Exchange): void {
    const authentication = this.authenticate(exchange)
    if (authentication.kind === 'unauthorized') return this.deny(exchange, null, 401, 'Unauthorized')
    this.admit(exchange, authentication.identity)
  }

  private authenticate(exchange: Exchange): Authentication {
    const { http, plan } = this
    const request = http.exchanges.request[exchange]
    const { bearer } = plan.requests[request]
    const certificate = this.issued.asIssued(this.tls.clientCertificateOf(http.lowerOf(exchange)))
    const nowS = Math.floor(this.timeline.now / NS_PER_S)
    if (bearer === NONE)
      return authenticate({ certificate, bearer: null }, { ...plan.authentication, nowS, isPodGone: false })
    const shown = this.tokens.judged(request, plan.bearers[bearer])
    return authenticate(
      { certificate, bearer: shown.bearer },
      { ...plan.authentication, nowS, isPodGone: shown.isPodGone },
    )
  }

  /** Limits, then authorization, then admission. */
  private admit(exchange: Exchange, identity: Identity): void {
    const request = this.requestOf(exchange)
    const operation = operationOf(request.line)
    if (this.isTooMany(operation, identity)) return this.denyForNow(exchange, identity)
    const refusal = this.refusalOf(identity, operation, request)
    if (refusal !== null) return this.deny(exchange, identity, 403, refusal)
    this.allow(exchange, identity, operation)
  }

  /** On the insecure port there are limits alone (kubernetes/apiserver pkg/server/deprecated_insecure_serving.go). */
  private admitInsecure(exchange: Exchange, insecure: Identity | null): void {
    const operation = operationOf(this.requestOf(exchange).line)
    if (this.isTooMany(operation, insecure)) return this.denyForNow(exchange, insecure)
    this.allow(exchange, insecure, operation)
  }

  private allow(exchange: Exchange, identity: Identity | null, operation: Operation): void {
    this.accessObserver?.onDecided(exchange, identity, true, NOT_REFUSED)
    if (!isLongRunning(operation)) this.inFlight.add(exchange, isMutating(operation))
    this.serve(exchange)
  }

  private deny(exchange: Exchange, identity: Identity | null, status: number, message: string): void {
    this.accessObserver?.onDecided(exchange, identity, false, status)
    this.refuse(exchange, status, message)
  }

  private denyForNow(exchange: Exchange, identity: Identity | null): void {
    this.deny(exchange, identity, 429, 'Too many requests, please try again later.')
  }

  /** Whoever is in `system:masters` always gets an answer (pkg/server/filters/maxinflight.go). */
  private isTooMany(operation: Operation, identity: Identity | null): boolean {
    if (isLongRunning(operation)) return false
    const { maxRequestsInflight, maxMutatingRequestsInflight } = this.plan
    const isWrite = isMutating(operation)
    const most = isWrite ? maxMutatingRequestsInflight : maxRequestsInflight
    return most > 0 && this.inFlight.count(isWrite) >= most && !identity?.groups.includes(MASTERS)
  }

  private refusalOf(identity: Identity, operation: Operation, request: ApiserverRequest): string | null {
    const { modes, facts, hasNodeRestriction, deniesExternalIps } = this.plan
    for (const each of operationsToAllow(operation, facts.minor)) {
      const { allowed, reason } = authorize(modes, identity, each, facts)
      if (!allowed) return forbiddenMessage(identity, each, reason)
    }
    if (operation.kind !== 'resource') return null
    if (deniesExternalIps && request.hasExternalIps) return notAdmittedMessage(operation, NO_EXTERNAL_IPS)
    const why = hasNodeRestriction ? refusalOfNode(identity, operation, request.written) : null
    return why === null ? null : notAdmittedMessage(operation, why)
  }

  private requestOf(exchange: Exchange): ApiserverRequest {
    return this.plan.requests[this.http.exchanges.request[exchange]]
  }

  private serve(exchange: Exchange): void {
    const { plan, http } = this
    const request = http.exchanges.request[exchange]
    const { review, isAnswered } = plan.requests[request]
    if (review !== null) return this.reviews.begin(exchange)
    if (plan.proxied.has(request)) return this.proxied.begin(exchange)
    if (!isAnswered) return this.refuse(exchange, 404, 'the server could not find the requested resource')
    this.answers.onRequest(exchange)
  }
}

/** plugin/pkg/admission/network/denyserviceexternalips/admission.go. */
const NO_EXTERNAL_IPS = 'Use of external IPs is denied by admission control.'

/** A mark: the end of a Status. */
const STATUS = 64

const REASONS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  500: 'InternalError',
  503: 'ServiceUnavailable',
}
