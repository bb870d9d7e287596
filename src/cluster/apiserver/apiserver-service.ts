import type { Arena } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Http, HttpService } from '../../http/http.ts'
import type { Exchange } from '../../http/rows.ts'
import type { Tls } from '../../security/tls.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import { STATUS_OBJECT } from '../../workload/messages.ts'
import { type AccessObserver, NOT_REFUSED } from '../access/access-observer.ts'
import { type Authentication, authenticate } from '../access/authenticate.ts'
import { authorize, operationsToAllow } from '../access/authorize.ts'
import { forbiddenMessage, notAdmittedMessage, notFoundMessage } from '../access/forbidden.ts'
import { type Identity, INSECURE, MASTERS } from '../access/identity.ts'
import { refusalOfNode } from '../access/node-restriction.ts'
import type { IssuedCertificates } from '../bootstrapping/issued-certificates.ts'
import { statusBytes } from '../messages/object-sizes.ts'
import { type Operation, operationOf } from '../messages/operations.ts'
import type { Authorizer } from '../objects/object-store.ts'
import type { IssuedTokens } from '../pods/issued-tokens.ts'
import type { ApiserverPlan, ApiserverRequest } from './apiserver-plan.ts'
import { InFlight, LONG_RUNNING, limitOf, WRITING } from './in-flight.ts'
import type { ProxiedRequests } from './proxied-requests.ts'
import { ReviewResponder } from './review-responder.ts'

// The part that serves a request once it is allowed.
const NOTHING = 0
const ANSWERS = 1
const REVIEWS = 2
const PROXIED = 3

/** A limit that is not determined yet. */
const UNKNOWN = 255

/** The numbers of an entry of `allowed`. */
const ALLOWED_NUMBERS = 3

export interface ApiserverServiceParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly tls: Tls
  readonly http: Http
  /** Responds to allowed requests, except reviews and proxied requests. */
  readonly answers: HttpService
  readonly issued: IssuedCertificates
  readonly tokens: IssuedTokens
  readonly plan: ApiserverPlan
}

/**
 * Authenticates, limits, authorizes and admits requests, in the order of the API server (kubernetes/apiserver
 * pkg/server/config.go).
 */
export class ApiserverService implements Authorizer {
  readonly service: number
  readonly insecureService: number
  readonly modes: Authorizer['modes']
  readonly facts: Authorizer['facts']
  accessObserver: AccessObserver | null = null
  private readonly parts: ApiserverServiceParts
  /**
   * The operation that each HttpRequest stands for, parsed once when it first arrives; indexed like the HttpRequests.
   */
  private readonly operations: (Operation | undefined)[] = []
  /**
   * For each HttpRequest: the index, plus 1, of the last TlsClient whose certificate allowed the request, and the first
   * and last whole second in which the certificate and its CA are valid. 0: none yet.
   */
  private readonly allowed: Float64Array
  /** The identity that the certificate proves; indexed like the HttpRequests. */
  private readonly allowedIdentities: (Identity | undefined)[] = []
  /** The limit that each HttpRequest counts towards; UNKNOWN until it first arrives; indexed like the HttpRequests. */
  private readonly limits: Uint8Array
  /** The part that serves each HttpRequest once it is allowed; indexed like the HttpRequests. */
  private readonly servedBy: Uint8Array
  private readonly inFlight: InFlight
  private readonly reviews: ReviewResponder
  private proxied!: ProxiedRequests

  constructor(parts: ApiserverServiceParts) {
    const { arena, streams, http, plan } = parts
    this.parts = parts
    this.modes = plan.modes
    this.facts = plan.facts
    this.allowed = new Float64Array(plan.requests.length * ALLOWED_NUMBERS)
    this.limits = new Uint8Array(plan.requests.length).fill(UNKNOWN)
    this.servedBy = Uint8Array.from(plan.requests, ({ review, hasHandler }, request) => {
      if (review !== null) return REVIEWS
      if (plan.proxied.has(request)) return PROXIED
      return hasHandler ? ANSWERS : NOTHING
    })
    this.inFlight = new InFlight(arena, http, streams)
    this.reviews = new ReviewResponder(parts)
    this.service = http.registerService({ onRequest: (exchange) => this.onRequest(exchange) })
    // Requests to the insecure port of 1.6 have no identity, so that limits apply to all of them.
    const insecure = plan.facts.minor > 6 ? INSECURE : null
    this.insecureService = http.registerService({ onRequest: (exchange) => this.admitInsecure(exchange, insecure) })
  }

  connectProxied(proxied: ProxiedRequests): void {
    this.proxied = proxied
  }

  identityOf(exchange: Exchange): Identity | null {
    const authentication = this.authenticate(exchange)
    return authentication.kind === 'identity' ? authentication.identity : null
  }

  /**
   * Refuses a request: responds with an error as a Kubernetes object of kind Status. `code`: the number of the message;
   * see proxy-error.ts.
   */
  refuse(exchange: Exchange, status: number, message: string, code = 0): void {
    const { http, plan } = this.parts
    if (code !== 0) this.accessObserver?.onNotPassedOn(exchange, code)
    const { encoding } = this.requestOf(exchange)
    const bytes = status === 429 ? message.length + 1 : statusBytes(status, REASONS[status], message, encoding)
    const response = plan.refusals.get(status)![encoding]
    http.respondWhole(exchange, response, [{ bytes, kind: STATUS_OBJECT, value: status, detail: code }])
  }

  /** Notes that an upgraded connection ends with an error, and returns the error's length in JSON. */
  noteRefused(exchange: Exchange, status: number, message: string, code: number): number {
    if (code !== 0) this.accessObserver?.onNotPassedOn(exchange, code)
    return statusBytes(status, REASONS[status], message, 'json')
  }

  private onRequest(exchange: Exchange): void {
    const known = this.allowedIdentity(exchange)
    if (known !== null) return this.admit(exchange, known, null)
    const authentication = this.authenticate(exchange)
    if (authentication.kind === 'unauthorized') return this.deny(exchange, null, 401, 'Unauthorized')
    const { identity } = authentication
    const refusal = this.refusalOf(identity, this.operationOf(exchange), this.requestOf(exchange))
    if (refusal === null) this.noteAllowed(exchange, identity)
    this.admit(exchange, identity, refusal)
  }

  /**
   * Returns the identity to which the same request with the same certificate was allowed; null if it is not known.
   * Without a token, and if the cluster did not issue the certificate itself, the decision depends on nothing else but
   * the time. Certificates are compared by the index of their TlsClient, which is in the session's row.
   */
  private allowedIdentity(exchange: Exchange): Identity | null {
    const { http, tls, timeline } = this.parts
    const { allowed } = this
    const request = http.exchanges.request[exchange]
    const at = request * ALLOWED_NUMBERS
    if (allowed[at] === 0 || tls.requestedClientOf(http.lowerOf(exchange)) !== allowed[at] - 1) return null
    const nowS = Math.floor(timeline.now / NS_PER_S)
    const isValid = nowS >= allowed[at + 1] && nowS <= allowed[at + 2]
    return isValid ? (this.allowedIdentities[request] ?? null) : null
  }

  /** Notes that a request was allowed, if an equal request may then be allowed without a decision. */
  private noteAllowed(exchange: Exchange, identity: Identity): void {
    const { http, tls, issued, plan } = this.parts
    const { allowed } = this
    const lower = http.lowerOf(exchange)
    const certificate = tls.clientCertificateOf(lower)
    const { clientCa } = plan.authentication
    if (certificate === null || clientCa === null || identity.user !== certificate.cn) return
    if (this.requestOf(exchange).bearer !== NONE || issued.asIssued(certificate) !== certificate) return
    const request = http.exchanges.request[exchange]
    const at = request * ALLOWED_NUMBERS
    allowed[at] = tls.requestedClientOf(lower) + 1
    allowed[at + 1] = Math.max(certificate.notBeforeS, clientCa.notBeforeS)
    allowed[at + 2] = Math.min(certificate.notAfterS, clientCa.notAfterS)
    this.allowedIdentities[request] = identity
  }

  private authenticate(exchange: Exchange): Authentication {
    const { http, tls, timeline, issued, tokens, plan } = this.parts
    const index = this.requestOf(exchange).bearer
    const certificate = issued.asIssued(tls.clientCertificateOf(http.lowerOf(exchange)))
    const nowS = Math.floor(timeline.now / NS_PER_S)
    if (index === NONE)
      return authenticate({ certificate, bearer: null }, { ...plan.authentication, nowS, isPodGone: false })
    const resolved = tokens.resolve(http.exchanges.request[exchange], plan.bearers[index])
    const facts = { ...plan.authentication, nowS, isPodGone: resolved.isPodGone, tokenNowS: resolved.nowS }
    const authentication = authenticate({ certificate, bearer: resolved.bearer }, facts)
    if (authentication.kind === 'identity' && authentication.isByToken) tokens.noteAuthenticated(resolved.cacheRow)
    return authentication
  }

  /** Checks limits, then the decisions of authorization and admission. */
  private admit(exchange: Exchange, identity: Identity, refusal: string | null): void {
    const limit = this.limitOf(exchange)
    if (this.exceeds(limit, identity)) return this.denyTooMany(exchange, identity)
    if (refusal !== null) return this.deny(exchange, identity, 403, refusal)
    this.allow(exchange, identity, limit)
  }

  /** Checks limits alone, as the insecure port does (kubernetes/apiserver pkg/server/deprecated_insecure_serving.go). */
  private admitInsecure(exchange: Exchange, insecure: Identity | null): void {
    const limit = this.limitOf(exchange)
    if (this.exceeds(limit, insecure)) return this.denyTooMany(exchange, insecure)
    this.allow(exchange, insecure, limit)
  }

  private allow(exchange: Exchange, identity: Identity | null, limit: number): void {
    this.accessObserver?.onDecided(exchange, identity, true, NOT_REFUSED)
    if (limit !== LONG_RUNNING) this.inFlight.add(exchange, limit === WRITING)
    this.serve(exchange)
  }

  private deny(exchange: Exchange, identity: Identity | null, status: number, message: string): void {
    this.accessObserver?.onDecided(exchange, identity, false, status)
    this.refuse(exchange, status, message)
  }

  private denyTooMany(exchange: Exchange, identity: Identity | null): void {
    this.deny(exchange, identity, 429, 'Too many requests, please try again later.')
  }

  /**
   * Returns whether a request would exceed a limit of requests in flight. No limit applies to members of
   * `system:masters` (pkg/server/filters/maxinflight.go).
   */
  private exceeds(limit: number, identity: Identity | null): boolean {
    if (limit === LONG_RUNNING) return false
    const { maxRequestsInflight, maxMutatingRequestsInflight } = this.parts.plan
    const isWrite = limit === WRITING
    const most = isWrite ? maxMutatingRequestsInflight : maxRequestsInflight
    return most > 0 && this.inFlight.count(isWrite) >= most && !identity?.groups.includes(MASTERS)
  }

  /** Returns the message of status 403; null if authorizers and admission plugins allow the request. */
  private refusalOf(identity: Identity, operation: Operation, request: ApiserverRequest): string | null {
    const { modes, facts, upgradesNeedCreate, hasNodeRestriction } = this.parts.plan
    for (const each of operationsToAllow(operation, upgradesNeedCreate)) {
      const { allowed, reason } = authorize(modes, identity, each, facts)
      if (!allowed) return forbiddenMessage(identity, each, reason)
    }
    if (operation.kind !== 'resource') return null
    const why =
      (request.hasExternalIps ? this.refusalOfExternalIps(identity) : null) ??
      (hasNodeRestriction ? refusalOfNode(identity, operation, request.written) : null)
    return why === null ? null : notAdmittedMessage(operation, why)
  }

  /** Returns why an identity may not create a service with external addresses; null if it may. */
  private refusalOfExternalIps(identity: Identity): string | null {
    const { modes, facts, deniesExternalIps, limitsExternalIps } = this.parts.plan
    if (deniesExternalIps) return NO_EXTERNAL_IPS
    return limitsExternalIps && !authorize(modes, identity, PASS_RANGES, facts).allowed ? OUTSIDE_OF_RANGES : null
  }

  private operationOf(exchange: Exchange): Operation {
    const { http, plan } = this.parts
    const request = http.exchanges.request[exchange]
    const known = this.operations[request]
    if (known !== undefined) return known
    const operation = operationOf(plan.requests[request].line)
    this.operations[request] = operation
    return operation
  }

  /** Returns the limit of requests in flight that a request counts towards. */
  private limitOf(exchange: Exchange): number {
    const request = this.parts.http.exchanges.request[exchange]
    if (this.limits[request] !== UNKNOWN) return this.limits[request]
    const limit = limitOf(this.operationOf(exchange))
    this.limits[request] = limit
    return limit
  }

  private requestOf(exchange: Exchange): ApiserverRequest {
    const { http, plan } = this.parts
    return plan.requests[http.exchanges.request[exchange]]
  }

  private serve(exchange: Exchange): void {
    const { http, answers } = this.parts
    switch (this.servedBy[http.exchanges.request[exchange]]) {
      case REVIEWS:
        return this.reviews.begin(exchange)
      case PROXIED:
        return this.proxied.begin(exchange)
      case NOTHING:
        return this.refuse(exchange, 404, notFoundMessage(this.operationOf(exchange)))
      default:
        answers.onRequest(exchange)
    }
  }
}

/**
 * The message of the admission plugin DenyServiceExternalIPs
 * (plugin/pkg/admission/network/denyserviceexternalips/admission.go).
 */
const NO_EXTERNAL_IPS = 'Use of external IPs is denied by admission control.'

/**
 * The message of the admission plugin ExternalIPRanger for addresses that it does not allow, and the right that passes
 * it (openshift/kubernetes openshift-kube-apiserver/admission/network/externalipranger, checkAccess).
 */
const OUTSIDE_OF_RANGES = 'spec.externalIPs: Forbidden: externalIPs have been disabled'
export const PASS_RANGES: Operation = {
  kind: 'resource',
  verb: 'create',
  group: 'network.openshift.io',
  version: '',
  resource: 'service',
  subresource: 'externalips',
  namespace: null,
  name: null,
  fieldSelector: null,
}

const REASONS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  500: 'InternalError',
  503: 'ServiceUnavailable',
}
