import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Translation } from '../../network/translation.ts'
import { rawItemBytes, watchEventSize } from '../messages/object-sizes.ts'
import type { ObjectDesk, ObjectKeeping } from '../objects/object-desk.ts'
import { endpointsType } from './endpoint-sizes.ts'
import { BECAME_READY, type KubeProxyPlan } from './kube-proxy-plan.ts'

/** What the endpoints of a service were at some time, for whoever has yet to hear of it. */
class RevisionTable extends Table {
  /** Of Translation. */
  set!: Int32Array
  size!: Int32Array

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.set = columns.int32()
    this.size = columns.int32()
  }
}

class ReadinessTable implements ArenaTable {
  isReady!: Uint8Array

  layOut(columns: Columns): void {
    this.isReady = columns.uint8()
  }
}

/**
 * Which pods are behind which service, as the apiserver knows it. A pod counts while its kubelet calls it ready; the
 * controller that makes endpoints of pods takes no time here. An object's state is the number of a revision.
 */
export class Endpoints implements ObjectKeeping {
  private readonly revisions: RevisionTable
  private readonly readiness = new ReadinessTable()
  private readonly translation: Translation | null
  private readonly plan: KubeProxyPlan
  private readonly serviceOfObject: ReadonlyMap<number, number>
  private desk!: ObjectDesk

  constructor(arena: Arena, translation: Translation | null, plan: KubeProxyPlan) {
    this.revisions = new RevisionTable(arena)
    arena.attach(this.readiness, Math.max(1, plan.pods.length))
    this.readiness.isReady.fill(1)
    this.translation = translation
    this.plan = plan
    this.serviceOfObject = new Map(plan.services.map(({ object }, service) => [object, service]))
  }

  connect(desk: ObjectDesk): void {
    this.desk = desk
    for (let service = 0; service < this.plan.services.length; service++) this.revise(service)
  }

  itemBytes(object: number, state: number): number {
    return rawItemBytes(this.typeOf(object), this.objectBytes(object, state))
  }

  eventBytes(object: number, _before: number, state: number): number {
    const bytes = this.objectBytes(object, state)
    return watchEventSize('MODIFIED', 'protobuf', { bytes, provenance: 'computed' }).bytes
  }

  take(exchange: number, change: number, pod: number): void {
    this.setReady(pod, change === this.plan.firstChange + BECAME_READY)
    this.desk.confirm(exchange, 0, 0)
  }

  setReady(pod: number, isReady: boolean): void {
    const { readiness, plan } = this
    if ((readiness.isReady[pod] === 1) === isReady) return
    readiness.isReady[pod] = isReady ? 1 : 0
    plan.services.forEach(({ endpoints }, service) => {
      if (endpoints.some((endpoint) => endpoint.pod === pod)) this.revise(service)
    })
  }

  /** A node has heard of it: from now on it translates by it. */
  installAt(host: number, object: number, state: number): void {
    const { virtual } = this.plan.services[this.serviceOfObject.get(object)!]
    this.translation?.install(host, virtual, this.revisions.set[state - 1])
  }

  private revise(service: number): void {
    const { revisions, translation, readiness, desk } = this
    const { endpoints, object } = this.plan.services[service]
    const ready = endpoints.filter(({ pod }) => pod === NONE || readiness.isReady[pod] === 1)
    if (translation === null) return
    const set = translation.makeSet(ready)
    const revision = revisions.allocate()
    revisions.set[revision] = set
    revisions.size[revision] = ready.length
    desk.update(object, revision + 1)
  }

  private objectBytes(object: number, state: number): number {
    const { emptyBytes, endpointBytes } = this.plan.services[this.serviceOfObject.get(object)!]
    return emptyBytes + endpointBytes * this.revisions.size[state - 1]
  }

  private typeOf(object: number) {
    return endpointsType(this.plan.services[this.serviceOfObject.get(object)!].kind, 21)
  }
}
