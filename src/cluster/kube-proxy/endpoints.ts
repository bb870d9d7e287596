import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { IndexedTable, NONE } from '../../engine/table.ts'
import type { Exchange } from '../../http/rows.ts'
import type { EndpointSet } from '../../network/rows.ts'
import type { Translation } from '../../network/translation.ts'
import { rawItemBytes, watchEventBytes } from '../messages/object-sizes.ts'
import type { ObjectStore, ResourceHandler } from '../objects/object-store.ts'
import type { Revision } from '../rows.ts'
import { endpointsType } from './endpoint-sizes.ts'
import { BECAME_READY, CREATED, type KubeProxyPlan } from './kube-proxy-plan.ts'

const SERVICE_TYPE = { apiVersion: 'v1', kind: 'Service' }

/** Kept endpoints of a service at one time, for nodes that have not received a later revision. */
class RevisionTable extends IndexedTable<Revision> {
  /** The set of endpoints in Translation. */
  readonly set = this.handle<EndpointSet>()
  readonly size = this.int32()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

class ReadinessTable implements ArenaTable {
  isReady!: Uint8Array

  layOut(columns: Columns): void {
    this.isReady = columns.uint8()
  }
}

class ExistenceTable implements ArenaTable {
  isThere!: Uint8Array

  layOut(columns: Columns): void {
    this.isThere = columns.uint8()
  }
}

/**
 * The endpoints of services in the object store. A pod is an endpoint while its kubelet reports it ready; the
 * controller that derives endpoints from pods takes no time here. The state of an object is the number of its revision.
 */
export class Endpoints implements ResourceHandler {
  private readonly revisions: RevisionTable
  private readonly readiness = new ReadinessTable()
  private readonly existence = new ExistenceTable()
  private readonly translation: Translation | null
  private readonly plan: KubeProxyPlan
  private readonly serviceOfObject: ReadonlyMap<number, number>
  /** The sizes of Services that may be created, by object. */
  private readonly creationOfObject: ReadonlyMap<number, number>
  private store!: ObjectStore

  constructor(arena: Arena, translation: Translation | null, plan: KubeProxyPlan) {
    this.revisions = new RevisionTable(arena)
    arena.attach(this.readiness, Math.max(1, plan.pods.length))
    this.readiness.isReady.fill(1)
    arena.attach(this.existence, Math.max(1, plan.services.length))
    for (const [service, { creation }] of plan.services.entries())
      this.existence.isThere[service] = creation === null ? 1 : 0
    this.translation = translation
    this.plan = plan
    this.serviceOfObject = new Map(plan.services.map(({ object }, service) => [object, service]))
    this.creationOfObject = new Map(
      plan.services.flatMap(({ creation }) => (creation === null ? [] : [[creation.object, creation.bytes]])),
    )
  }

  connect(store: ObjectStore): void {
    this.store = store
    for (let service = 0; service < this.plan.services.length; service++) this.revise(service)
  }

  itemBytes(object: number, state: number): number {
    const bytes = this.creationOfObject.get(object)
    if (bytes !== undefined) return rawItemBytes(SERVICE_TYPE, bytes)
    return rawItemBytes(this.typeOf(object), this.objectBytes(object, state))
  }

  eventBytes(object: number, _before: number, state: number): number {
    const bytes = this.creationOfObject.get(object) ?? this.objectBytes(object, state)
    return watchEventBytes('MODIFIED', 'protobuf', bytes)
  }

  applyChange(exchange: Exchange, change: number, subject: number): void {
    if (change === CREATED) this.create(subject)
    else this.setReady(subject, change === BECAME_READY)
    this.store.respondWithObject(exchange, 0, 0)
  }

  /**
   * Creates a service. The controller that creates its endpoints takes no time here, so watches report both objects at
   * once.
   */
  private create(service: number): void {
    const { creation } = this.plan.services[service]
    if (creation === null || this.existence.isThere[service] === 1) return
    this.existence.isThere[service] = 1
    this.store.update(creation.object, 1)
    this.revise(service)
  }

  setReady(pod: number, isReady: boolean): void {
    const { readiness, plan } = this
    if ((readiness.isReady[pod] === 1) === isReady) return
    readiness.isReady[pod] = isReady ? 1 : 0
    plan.services.forEach(({ endpoints }, service) => {
      if (endpoints.some((endpoint) => endpoint.pod === pod)) this.revise(service)
    })
  }

  /** Called when a node has received a revision: its address translation uses it from now on. */
  installAt(host: number, object: number, state: number): void {
    const { virtual } = this.plan.services[this.serviceOfObject.get(object)!]
    this.translation?.install(host, virtual, this.revisions.set[state - 1])
  }

  private revise(service: number): void {
    const { revisions, translation, readiness, store } = this
    const { endpoints, object } = this.plan.services[service]
    const ready = endpoints.filter(({ pod }) => pod === NONE || readiness.isReady[pod] === 1)
    if (translation === null || this.existence.isThere[service] === 0) return
    const set = translation.makeSet(ready)
    const revision = revisions.allocate()
    revisions.set[revision] = set
    revisions.size[revision] = ready.length
    store.update(object, revision + 1)
  }

  private objectBytes(object: number, state: number): number {
    const { emptyBytes, endpointBytes } = this.plan.services[this.serviceOfObject.get(object)!]
    return emptyBytes + endpointBytes * this.revisions.size[state - 1]
  }

  private typeOf(object: number) {
    return endpointsType(this.plan.services[this.serviceOfObject.get(object)!].kind, 21)
  }
}
