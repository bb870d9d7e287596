import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Exchange } from '../../http/rows.ts'
import type { Bearer } from '../access/bearer.ts'
import type { ObjectStore, ResourceHandler } from '../objects/object-store.ts'
import type { PodsPlan } from './pods-plan.ts'

class IssueTable implements ArenaTable {
  /** The time at which the last token was issued, in whole seconds since tick 0; -1 if none was issued. */
  issuedS!: Float64Array
  count!: Float64Array
  /** The tick from which tokens bound to the pod are invalid; Infinity while the pod exists. */
  goneTick!: Float64Array

  layOut(columns: Columns): void {
    this.issuedS = columns.float64()
    this.count = columns.float64()
    this.goneTick = columns.float64()
  }
}

/**
 * The tokens that the API server has authenticated. There is a row for each pod's own token, then one for each token of
 * the scenario.
 */
class AuthenticatedTable implements ArenaTable {
  /** The tick at which the token was authenticated; -Infinity if it was not. */
  tick!: Float64Array
  /** The number of tokens issued for the pod by then. */
  nth!: Float64Array

  layOut(columns: Columns): void {
    this.tick = columns.float64()
    this.nth = columns.float64()
  }
}

/**
 * The time for which the API server accepts an authenticated token without checking it again, even if it expires or its
 * pod is deleted meanwhile (apiserver pkg/authentication/token/cache; TokenSuccessCacheTTL in
 * pkg/kubeapiserver/options/authentication.go). Failures are not cached.
 */
const SUCCESS_CACHE_NS = 10 * NS_PER_S

/**
 * The grace period of a deleted pod. Its deletionTimestamp is at the end of this period
 * (terminationGracePeriodSeconds).
 */
const GRACE_NS = 30 * NS_PER_S

/** The time after a pod's deletionTimestamp for which tokens bound to it are valid (serviceaccount/claims.go, leeway). */
const DELETED_LEEWAY_NS = 60 * NS_PER_S

/** A token as the API server verifies it. */
export interface ResolvedToken {
  readonly bearer: Bearer
  readonly isPodGone: boolean
  /** The time at which it is verified, in whole seconds: now, or for a cached token the time of its authentication. */
  readonly nowS: number
  /** The row to pass to `noteAuthenticated`; NONE if its authentication is not cached. */
  readonly cacheRow: number
}

/** The tokens that the API server has issued for pods or has authenticated. A pod uses the last one issued for it. */
export class IssuedTokens implements ResourceHandler {
  private readonly table = new IssueTable()
  private readonly authenticated = new AuthenticatedTable()
  private readonly timeline: Timeline
  private readonly plan: PodsPlan
  private store!: ObjectStore

  constructor(arena: Arena, timeline: Timeline, plan: PodsPlan) {
    this.timeline = timeline
    this.plan = plan
    arena.attach(this.table, Math.max(1, plan.pods.length))
    this.table.issuedS.fill(-1)
    this.table.count.fill(0)
    this.table.goneTick.fill(Number.POSITIVE_INFINITY)
    arena.attach(this.authenticated, Math.max(1, plan.pods.length + plan.tokenIndex.size))
    this.authenticated.tick.fill(Number.NEGATIVE_INFINITY)
  }

  connect(store: ObjectStore): void {
    this.store = store
  }

  /** The number of tokens issued for a pod. */
  countOf(pod: number): number {
    return this.table.count[pod]
  }

  /** Returns a pod's token with the expiry of the last one issued. */
  asIssued(request: number, bearer: Bearer): Bearer {
    const pod = this.plan.podOfRequest.get(request)
    if (pod === undefined || bearer.kind !== 'service-account') return bearer
    const { tokenLifetimeS } = this.plan.pods[pod]
    const issuedS = this.table.issuedS[pod]
    if (tokenLifetimeS === null || issuedS < 0) return bearer
    return { kind: 'service-account', token: { ...bearer.token, expiresS: issuedS + tokenLifetimeS } }
  }

  deletePod(pod: number, terminatingNs: number): void {
    this.table.goneTick[pod] = this.timeline.now + Math.min(terminatingNs, GRACE_NS + DELETED_LEEWAY_NS)
  }

  /** Notes that the API server has authenticated a token, by its row. */
  noteAuthenticated(row: number): void {
    if (row === NONE || this.isCached(row)) return
    this.authenticated.tick[row] = this.timeline.now
    this.authenticated.nth[row] = this.issuedFor(row)
  }

  /**
   * Returns the token of a request as the API server verifies it. A token that was issued for a pod is bound to that
   * pod. Replicas share the name of their token; if another client presents it, it counts as the token of the last
   * replica that exists.
   *
   * @param request the request that carries the token; NONE if the token is the subject of a review
   * @param isForApiserver false for a review for another audience; the cache applies only to the API server's audience
   */
  resolve(request: number, bearer: Bearer, isForApiserver = true): ResolvedToken {
    const issued = this.asIssued(request, bearer)
    if (issued.kind !== 'service-account') return this.fromCache(NONE, issued, false)
    const { name } = issued.token
    const own = this.plan.podOfRequest.get(request)
    const all = this.plan.podsOfToken.get(name) ?? []
    const pods = own !== undefined && all.includes(own) ? [own] : all
    const bound = pods.filter((pod) => this.plan.pods[pod].tokenLifetimeS !== null)
    const rowFor = (pod: number | undefined) => (isForApiserver ? this.cacheRowOf(name, pod) : NONE)
    if (bound.length === 0) return this.fromCache(rowFor(undefined), issued, false)
    const there = bound.find((pod) => this.timeline.now < this.table.goneTick[pod] || this.isCached(rowFor(pod)))
    const token = { ...issued.token, boundPod: this.plan.pods[there ?? bound[0]].name }
    return this.fromCache(rowFor(there), { ...issued, token }, there === undefined)
  }

  /**
   * Returns the row of a token: for a mounted token the row of its pod, otherwise the row of its name; NONE if it has
   * none.
   */
  private cacheRowOf(name: string, pod: number | undefined): number {
    const { pods, mountedTokens, tokenIndex } = this.plan
    if (pod !== undefined && mountedTokens.has(name)) return pod
    const index = tokenIndex.get(name)
    return index === undefined ? NONE : pods.length + index
  }

  /**
   * Returns the token as it is verified. For a cached token, this is its state when the API server authenticated it.
   */
  private fromCache(cacheRow: number, bearer: Bearer, isPodGone: boolean): ResolvedToken {
    const isCached = this.isCached(cacheRow)
    const tick = isCached ? this.authenticated.tick[cacheRow] : this.timeline.now
    return { bearer, isPodGone: !isCached && isPodGone, nowS: Math.floor(tick / NS_PER_S), cacheRow }
  }

  private isCached(row: number): boolean {
    const { tick, nth } = this.authenticated
    if (row === NONE) return false
    return this.timeline.now <= tick[row] + SUCCESS_CACHE_NS && nth[row] === this.issuedFor(row)
  }

  private issuedFor(row: number): number {
    return row < this.plan.pods.length ? this.table.count[row] : 0
  }

  itemBytes(): number {
    return 0
  }

  eventBytes(): number {
    return 0
  }

  applyChange(exchange: Exchange, _change: number, pod: number): void {
    this.table.issuedS[pod] = Math.floor(this.timeline.now / NS_PER_S)
    this.table.count[pod]++
    this.store.respondWithObject(exchange, 0, 0)
  }
}
