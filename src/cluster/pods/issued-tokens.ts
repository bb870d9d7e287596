import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
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
  /** 1: the pod has been deleted. */
  isGone!: Uint8Array

  layOut(columns: Columns): void {
    this.issuedS = columns.float64()
    this.count = columns.float64()
    this.isGone = columns.uint8()
  }
}

/** The tokens that the API server has issued for pods. A pod uses the last one. */
export class IssuedTokens implements ResourceHandler {
  private readonly table = new IssueTable()
  private readonly timeline: Timeline
  private readonly plan: PodsPlan
  private store!: ObjectStore

  constructor(arena: Arena, timeline: Timeline, plan: PodsPlan) {
    this.timeline = timeline
    this.plan = plan
    arena.attach(this.table, Math.max(1, plan.pods.length))
    this.table.issuedS.fill(-1)
    this.table.count.fill(0)
    this.table.isGone.fill(0)
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

  deletePod(pod: number): void {
    this.table.isGone[pod] = 1
  }

  /**
   * Resolves the token of a request to what the API server verifies: a token bound to the pod that it was issued for,
   * if it was issued for one. Replicas share the name of their token here; when another client shows it, it counts as
   * that of the last replica that exists.
   *
   * @param request the request that carries the token; NONE: it is the subject of a review
   */
  resolve(request: number, bearer: Bearer): { readonly bearer: Bearer; readonly isPodGone: boolean } {
    const issued = this.asIssued(request, bearer)
    if (issued.kind !== 'service-account') return { bearer: issued, isPodGone: false }
    const own = this.plan.podOfRequest.get(request)
    const all = this.plan.podsOfToken.get(issued.token.name) ?? []
    const pods = own !== undefined && all.includes(own) ? [own] : all
    const bound = pods.filter((pod) => this.plan.pods[pod].tokenLifetimeS !== null)
    if (bound.length === 0) return { bearer: issued, isPodGone: false }
    const token = { ...issued.token, boundPod: this.plan.pods[bound[0]].name }
    return { bearer: { ...issued, token }, isPodGone: bound.every((pod) => this.table.isGone[pod] === 1) }
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
