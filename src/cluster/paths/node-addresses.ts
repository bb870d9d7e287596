import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { ResponseObserver } from '../../http/message-observer.ts'

/** The addresses at which the apiserver may dial nodes during a run. Immutable. */
export interface NodeAddressPlan {
  /** The apiserver's host; responses of other servers change no object. */
  readonly server: number
  /** Names of the nodes whose address some request may change. */
  readonly nodes: readonly string[]
  /** The change that a request makes to the status of a Node, by request. */
  readonly changes: ReadonlyMap<number, NodeAddressChange>
  /** The paths that replace a path to a node while the node has another address, by path. */
  readonly alternatives: ReadonlyMap<number, AlternativePaths>
}

export interface NodeAddressChange {
  /** Index into `nodes`. */
  readonly node: number
  /** The new address, as an index into the address book; NONE for the node's own. */
  readonly address: number
}

export interface AlternativePaths {
  readonly node: number
  /** The path that connections use instead, by the node's new address. */
  readonly byAddress: ReadonlyMap<number, number>
}

export const NO_ADDRESS_CHANGES: NodeAddressPlan = {
  server: NONE,
  nodes: [],
  changes: new Map(),
  alternatives: new Map(),
}

class NodeAddressTable implements ArenaTable {
  /** The current address, as an index into the address book; NONE for the node's own. */
  address!: Int32Array
  /** Tick of the last change; -1 for none. */
  changeTick!: Float64Array

  constructor(arena: Arena, count: number) {
    arena.attach(this, Math.max(1, count))
  }

  layOut(columns: Columns): void {
    this.changeTick = columns.float64()
    this.address = columns.int32()
  }
}

/**
 * The address of each node as the apiserver knows it. The apiserver dials kubelets at the address in Node.status,
 * which the kubelet itself writes (pkg/kubelet/nodestatus/setters.go, NodeAddress;
 * pkg/registry/core/node/strategy.go, ResourceLocation). Authorizers and admission decide who may write it; an
 * accepted change takes effect with its response.
 */
export class NodeAddresses implements ResponseObserver {
  /** Called with the name of a node when an address other than its own was written. */
  onForeignAddress: (node: string) => void = () => {}
  private readonly table: NodeAddressTable
  private readonly timeline: Timeline
  private readonly plan: NodeAddressPlan

  constructor(arena: Arena, timeline: Timeline, plan: NodeAddressPlan) {
    this.table = new NodeAddressTable(arena, plan.nodes.length)
    this.table.address.fill(NONE)
    this.table.changeTick.fill(-1)
    this.timeline = timeline
    this.plan = plan
  }

  /** Tells whether every node keeps its address, because no request changes one. */
  get areFixed(): boolean {
    return this.plan.nodes.length === 0
  }

  /** Called when a server sends a response. */
  onResponse(request: number, status: number, host: number): void {
    if (this.areFixed) return
    const { table, plan, timeline } = this
    const effect = plan.changes.get(request)
    if (effect === undefined || status >= 300 || host !== plan.server) return
    if (table.address[effect.node] === effect.address) return
    table.address[effect.node] = effect.address
    table.changeTick[effect.node] = timeline.now
    if (effect.address !== NONE) this.onForeignAddress(plan.nodes[effect.node])
  }

  /** The path that a new connection along `path` takes now. Established connections stay on their path. */
  currentPathOf(path: number): number {
    const alternatives = this.plan.alternatives.get(path)
    return alternatives?.byAddress.get(this.table.address[alternatives.node]) ?? path
  }

  /** Returns whether the address that the apiserver had for the node at `tick` was the node's own. */
  wasOwnAddress(name: string, tick: number): boolean {
    const { table, plan } = this
    const node = plan.nodes.indexOf(name)
    if (node < 0) return true
    const isOwn = table.address[node] === NONE
    return table.changeTick[node] <= tick ? isOwn : !isOwn
  }
}
