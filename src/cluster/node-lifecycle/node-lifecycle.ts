import type { Arena } from '../../engine/arena.ts'
import { NODE_MONITOR } from '../../engine/event-kinds.ts'
import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { AnswerObserver } from '../../http/message-observer.ts'
import type { NodeObserver } from '../../workload/heartbeat.ts'
import type { NodeAddresses } from './node-addresses.ts'
import { NodeChangeTable, NodeTable } from './node-lifecycle-table.ts'

/** The nodes whose heartbeats are watched, and how. Immutable. */
export interface NodeLifecyclePlan {
  /** In the order of names. */
  readonly nodes: readonly string[]
  readonly monitorPeriodNs: number
  readonly monitorGracePeriodNs: number
  readonly podEvictionTimeoutNs: number
  /** By index of the HttpRequest: whose heartbeat it is. */
  readonly heartbeats: ReadonlyMap<number, NodeHeartbeat>
}

export interface NodeHeartbeat {
  readonly node: number
  /** The host of the server that keeps what is said. */
  readonly server: number
  /** It says itself that the node is Ready; a lease says only that it lives. */
  readonly isStatus: boolean
}

/**
 * What the apiserver knows of nodes by their heartbeats, and the node lifecycle controller beside it, which looks
 * every few seconds and calls a node NotReady that was silent for too long. Ready again is a node when its own status
 * says so. The controller's own traffic does not exist.
 */
export class NodeLifecycle implements NodeObserver, AnswerObserver {
  readonly table: NodeTable
  readonly changes: NodeChangeTable
  private readonly timeline: Timeline
  private readonly plan: NodeLifecyclePlan
  private readonly addresses: NodeAddresses
  private readonly target: number

  constructor(arena: Arena, timeline: Timeline, plan: NodeLifecyclePlan, addresses: NodeAddresses, target: number) {
    this.table = new NodeTable(arena, plan.nodes.length)
    this.changes = new NodeChangeTable(arena)
    this.timeline = timeline
    this.plan = plan
    this.addresses = addresses
    this.target = target
    const { table } = this
    table.isReady.fill(1)
    table.lastHeartbeatTick.fill(-1)
    table.seenHeartbeatTick.fill(-1)
    table.changeTick.fill(-1)
    table.evictedTick.fill(-1)
    table.firstChange.fill(NONE)
    table.lastChange.fill(NONE)
  }

  /** The controller runs since before tick 0. */
  begin(): void {
    if (this.plan.nodes.length > 0) this.scheduleMonitor()
  }

  onHeartbeatsBegin(node: number): void {
    const { table, timeline } = this
    if (table.isExpected[node] === 1) return
    table.isExpected[node] = 1
    table.probeTick[node] = timeline.now
  }

  wasAsReported(node: number, tick: number): boolean {
    return this.wasReady(node, tick) && this.addresses.wasOwnAddress(this.plan.nodes[node], tick)
  }

  private wasReady(node: number, tick: number): boolean {
    const { table } = this
    const isKnown = table.changeTick[node] <= tick
    return isKnown ? table.isReady[node] === 1 : table.isReady[node] === 0
  }

  /** A server has answered; what it says is so if it is the apiserver. */
  onAnswer(request: number, status: number, host: number): void {
    this.addresses.onAnswer(request, status, host)
    const { table, timeline, plan } = this
    const beat = plan.heartbeats.get(request)
    if (beat === undefined || status >= 300 || host !== beat.server) return
    const { node, isStatus } = beat
    table.heartbeats[node]++
    table.lastHeartbeatTick[node] = timeline.now
    if (isStatus && table.isReady[node] === 0) this.change(node, true)
  }

  /** The event NODE_MONITOR (node_lifecycle_controller.go, monitorNodeHealth). */
  onMonitor(): void {
    const { table, plan, timeline } = this
    this.scheduleMonitor()
    for (let node = 0; node < plan.nodes.length; node++) {
      if (table.isExpected[node] === 0) continue
      if (table.seenHeartbeatTick[node] !== table.lastHeartbeatTick[node]) {
        table.seenHeartbeatTick[node] = table.lastHeartbeatTick[node]
        table.probeTick[node] = timeline.now
      }
      const isSilent = timeline.now - table.probeTick[node] >= plan.monitorGracePeriodNs
      if (table.isReady[node] === 1 && isSilent) this.change(node, false)
      else if (table.isReady[node] === 0) this.evictIfDue(node)
    }
  }

  private evictIfDue(node: number): void {
    const { table, plan, timeline } = this
    if (table.evictedTick[node] >= 0) return
    if (timeline.now - table.changeTick[node] >= plan.podEvictionTimeoutNs) table.evictedTick[node] = timeline.now
  }

  private change(node: number, isReady: boolean): void {
    const { table, changes, timeline } = this
    const change = changes.allocate()
    changes.tick[change] = timeline.now
    changes.isReady[change] = isReady ? 1 : 0
    const last = this.changes.rowAt(table.lastChange[node])
    if (last === NONE) table.firstChange[node] = change
    else changes.next[last] = change
    table.lastChange[node] = change
    table.isReady[node] = isReady ? 1 : 0
    table.changeTick[node] = timeline.now
  }

  private scheduleMonitor(): void {
    const { timeline, plan, target } = this
    timeline.schedule(timeline.now + plan.monitorPeriodNs, target, NODE_MONITOR, 0)
  }
}
