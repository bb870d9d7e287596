import { NS_PER_S } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Exchange } from '../../http/rows.ts'
import { authorize } from '../access/authorize.ts'
import type { ResourceOperation } from '../messages/operations.ts'
import type { Authorizer, ObjectStore, ResourceHandler } from '../objects/object-store.ts'
import {
  APPROVE_REQUEST,
  type BootstrappingPlan,
  CREATE_REQUEST,
  REVIEW_NODE,
  REVIEW_SELF,
  SIGN_REQUEST,
} from './bootstrapping-plan.ts'
import type { IssuedCertificates } from './issued-certificates.ts'
import {
  APPROVED,
  BY_BOOTSTRAP_TOKEN,
  BY_OTHERS,
  BY_THE_NODE,
  PENDING,
  phaseOf,
  requesterOf,
  SIGNED,
  serialOf,
  signingState,
} from './signing-state.ts'

/** The CertificateSigningRequests in the object store: the last one of each node. */
export class SigningRequests implements ResourceHandler {
  private readonly timeline: Timeline
  private readonly plan: BootstrappingPlan
  readonly issued: IssuedCertificates
  private readonly nodeOfObject: ReadonlyMap<number, number>
  private store!: ObjectStore
  private authorizer!: Authorizer

  constructor(timeline: Timeline, plan: BootstrappingPlan, issued: IssuedCertificates) {
    this.timeline = timeline
    this.plan = plan
    this.issued = issued
    this.nodeOfObject = new Map(plan.nodes.map(({ object }, node) => [object, node]))
  }

  connect(store: ObjectStore, authorizer: Authorizer): void {
    this.store = store
    this.authorizer = authorizer
  }

  itemBytes(object: number, state: number): number {
    const { pendingItemBytes, signedItemBytes } = this.sizesOf(object)
    return phaseOf(state) === SIGNED ? signedItemBytes : pendingItemBytes
  }

  eventBytes(object: number, _before: number, state: number): number {
    const { pendingEventBytes, signedEventBytes } = this.sizesOf(object)
    return phaseOf(state) === SIGNED ? signedEventBytes : pendingEventBytes
  }

  applyChange(exchange: Exchange, change: number, node: number): void {
    const { object } = this.plan.nodes[node]
    switch (change) {
      case CREATE_REQUEST:
        return this.create(exchange, node)
      case REVIEW_SELF:
      case REVIEW_NODE:
        return this.store.respondWithObject(exchange, object, this.isAllowed(node, change) ? 1 : 0)
      case APPROVE_REQUEST:
        return this.advance(exchange, object, PENDING, APPROVED)
      case SIGN_REQUEST:
        if (phaseOf(this.store.stateOf(object)) === APPROVED)
          this.issued.issue(node, Math.floor(this.timeline.now / NS_PER_S))
        return this.advance(exchange, object, APPROVED, SIGNED)
    }
  }

  private create(exchange: Exchange, node: number): void {
    const { store, authorizer } = this
    const { object, identity, bootstrapIdentity } = this.plan.nodes[node]
    const user = authorizer.identityOf(exchange)?.user
    const requester =
      user === identity.user ? BY_THE_NODE : user === bootstrapIdentity?.user ? BY_BOOTSTRAP_TOKEN : BY_OTHERS
    const state = signingState(serialOf(store.stateOf(object)) + 1, requester, PENDING)
    store.update(object, state)
    store.respondWithObject(exchange, object, state)
  }

  private advance(exchange: Exchange, object: number, from: number, to: number): void {
    const { store } = this
    const state = store.stateOf(object)
    const next = phaseOf(state) === from ? state - from + to : state
    if (next !== state) store.update(object, next)
    store.respondWithObject(exchange, object, next)
  }

  /**
   * Returns the API server's decision about the approver's SubjectAccessReview
   * (pkg/controller/certificates/approver/sarapprove.go).
   */
  private isAllowed(node: number, change: number): boolean {
    const { authorizer, store } = this
    const { object, identity, bootstrapIdentity } = this.plan.nodes[node]
    const requester = requesterOf(store.stateOf(object))
    const user = requester === BY_THE_NODE ? identity : requester === BY_BOOTSTRAP_TOKEN ? bootstrapIdentity : null
    if (user === null) return false
    const subresource = change === REVIEW_SELF ? 'selfnodeclient' : 'nodeclient'
    return authorize(authorizer.modes, user, { ...CREATION, subresource }, authorizer.facts).allowed
  }

  private sizesOf(object: number) {
    return this.plan.nodes[this.nodeOfObject.get(object)!].sizes
  }
}

export const CREATION: ResourceOperation = {
  kind: 'resource',
  verb: 'create',
  group: 'certificates.k8s.io',
  version: '*',
  resource: 'certificatesigningrequests',
  subresource: null,
  namespace: null,
  name: null,
  fieldSelector: null,
}
