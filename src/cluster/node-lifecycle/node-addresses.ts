import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { AnswerObserver } from '../../http/message-observer.ts'

/** Where the apiserver may come to look for nodes. Immutable. */
export interface NodeAddressPlan {
  /** The apiserver's host; what others answer changes no object. */
  readonly server: number
  /** Those that somebody may move, by name. */
  readonly nodes: readonly string[]
  /** By request: what it writes into the status of a Node. */
  readonly changes: ReadonlyMap<number, NodeAddressChange>
  /** By path to a node: which path is taken instead while the node has another address. */
  readonly alternatives: ReadonlyMap<number, AlternativePaths>
}

export interface NodeAddressChange {
  /** Its place among `nodes`. */
  readonly node: number
  /** Index into the address book; NONE: its own again. */
  readonly address: number
}

export interface AlternativePaths {
  readonly node: number
  /** By address: a path. */
  readonly byAddress: ReadonlyMap<number, number>
}

export const NO_ADDRESS_CHANGES: NodeAddressPlan = {
  server: NONE,
  nodes: [],
  changes: new Map(),
  alternatives: new Map(),
}

class NodeAddressTable implements ArenaTable {
  /** Index into the address book; NONE: its own. */
  address!: Int32Array
  /** Of the last change; -1: none. */
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
 * Which address each node has, as the apiserver knows it: it dials kubelets where Node.status says, and a node writes
 * that itself (pkg/kubelet/client/kubelet_client.go). Who may write it is the business of authorizers and admission; what
 * they let through takes effect with the answer.
 */
export class NodeAddresses implements AnswerObserver {
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

  /** A server has answered. */
  onAnswer(request: number, status: number, host: number): void {
    const { table, plan, timeline } = this
    const effect = plan.changes.get(request)
    if (effect === undefined || status >= 300 || host !== plan.server) return
    if (table.address[effect.node] === effect.address) return
    table.address[effect.node] = effect.address
    table.changeTick[effect.node] = timeline.now
  }

  /** The path that a connection along `path` takes now. Connections that stand go on as they are. */
  currentPathOf(path: number): number {
    const ways = this.plan.alternatives.get(path)
    return ways?.byAddress.get(this.table.address[ways.node]) ?? path
  }

  /** Whether the apiserver knew at `tick` the address that the node gives itself. */
  wasOwnAddress(name: string, tick: number): boolean {
    const { table, plan } = this
    const node = plan.nodes.indexOf(name)
    if (node < 0) return true
    const isOwn = table.address[node] === NONE
    return table.changeTick[node] <= tick ? isOwn : !isOwn
  }
}
