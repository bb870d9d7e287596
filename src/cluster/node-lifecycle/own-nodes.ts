import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import type { Timeline } from '../../engine/timeline.ts'
import { rawItemBytes, typeOf, watchEventBytes } from '../messages/object-sizes.ts'
import type { ObjectStore, ResourceHandler } from '../objects/object-store.ts'
import type { ReflectedResource } from '../objects/reflector.ts'

/** A Node whose address requests may change, and that its kubelet watches. Immutable. */
export interface WatchedNode extends ReflectedResource {
  readonly name: string
  /** The Node, as an index into the watched objects. */
  readonly object: number
  readonly bytes: number
}

export interface OwnNodesPlan {
  readonly nodes: readonly WatchedNode[]
}

class NewsTable implements ArenaTable {
  /** The tick at which each kubelet last received its Node; -1 before that. */
  newsTick!: Float64Array

  constructor(arena: Arena, count: number) {
    arena.attach(this, Math.max(1, count))
    this.newsTick.fill(-1)
  }

  layOut(columns: Columns): void {
    this.newsTick = columns.float64()
  }
}

/**
 * The Nodes in the object store that kubelets watch (from 1.31), and the time at which each kubelet last received its
 * own. The state of an object is the number of its changes. Only changes of addresses are reported. A change that a
 * kubelet makes itself gives it no news.
 */
export class OwnNodes implements ResourceHandler {
  private readonly table: NewsTable
  private readonly timeline: Timeline
  private readonly plan: OwnNodesPlan
  private store!: ObjectStore

  constructor(arena: Arena, timeline: Timeline, plan: OwnNodesPlan) {
    this.table = new NewsTable(arena, plan.nodes.length)
    this.timeline = timeline
    this.plan = plan
  }

  connect(store: ObjectStore): void {
    this.store = store
    for (const { object } of this.plan.nodes) store.update(object, 1)
  }

  itemBytes(object: number): number {
    return rawItemBytes(typeOf('nodes'), this.bytesOf(object))
  }

  eventBytes(object: number): number {
    return watchEventBytes('MODIFIED', 'protobuf', this.bytesOf(object))
  }

  /** Does nothing, because responses to requests change the addresses of nodes (NodeAddresses). */
  applyChange(): void {}

  /** Called when another address of a node was written. */
  onAddressChange(name: string): void {
    const node = this.plan.nodes.find((each) => each.name === name)
    if (node !== undefined) this.store.update(node.object, this.store.stateOf(node.object) + 1)
  }

  /** Called when the kubelet of a node has received its Node. */
  noteNews(index: number): void {
    this.table.newsTick[index] = this.timeline.now
  }

  /** Returns the tick at which the kubelet of a node last received its Node from a watch; -1 if it never did. */
  newsTickOf(name: string): number {
    const index = this.plan.nodes.findIndex((each) => each.name === name)
    return index < 0 ? -1 : this.table.newsTick[index]
  }

  private bytesOf(object: number): number {
    return this.plan.nodes.find((each) => each.object === object)?.bytes ?? 0
  }
}
