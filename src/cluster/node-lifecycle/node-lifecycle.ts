import type { Arena } from '../../engine/arena.ts'
import { EventKind } from '../../engine/event-kind.ts'
import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { ResponseObserver } from '../../http/message-observer.ts'
import type { NodeObserver } from '../../workload/heartbeat.ts'
import type { ControllerManagerConfiguration } from '../flags/configuration.ts'
import type { NodeAddresses } from '../paths/node-addresses.ts'
import { NodeChangeTable, NodeTable } from './node-lifecycle-table.ts'
import { type EvictionPlan, PodEvictions } from './pod-evictions.ts'

/** The controller manager checks its nodes; the target is the scenario. */
export const NODE_MONITOR = new EventKind('node monitor')

/** The nodes that the controller monitors, and its settings. Immutable. */
export interface NodeLifecyclePlan {
  /** Names of the nodes, in their order. */
  readonly nodes: readonly string[]
  readonly flags: ControllerManagerConfiguration
  readonly evictions: EvictionPlan
  /** The heartbeat that a request carries, by index of the HttpRequest. */
  readonly heartbeats: ReadonlyMap<number, NodeHeartbeat>
}

export interface NodeHeartbeat {
  readonly node: number
  /** The host of the apiserver that stores the heartbeat. */
  readonly server: number
  /**
   * True if the heartbeat is a node status, which reports the node as Ready. Otherwise it is a lease, which only shows
   * that the kubelet is alive.
   */
  readonly isStatus: boolean
}

/**
 * The node lifecycle controller, and the heartbeats that the apiserver has accepted. Periodically the controller
 * marks as NotReady each node without a heartbeat for the grace period. A node becomes Ready again with its next node
 * status. The controller's own requests are not simulated
 * (pkg/controller/nodelifecycle/node_lifecycle_controller.go).
 */
export class NodeLifecycle implements NodeObserver, ResponseObserver {
  readonly table: NodeTable
  readonly changes: NodeChangeTable
  readonly evictions: PodEvictions
  /** Returns the tick at which the kubelet of a node last received its Node from a watch; -1 without a watch. */
  newsTickOf: (node: string) => number = () => -1
  private readonly timeline: Timeline
  private readonly plan: NodeLifecyclePlan
  private readonly addresses: NodeAddresses
  private readonly target: number
  /** The node whose heartbeat each HttpRequest is; NONE for other requests. */
  private readonly nodeOf: Int32Array
  /** The host of the apiserver that stores each heartbeat; indexed like `nodeOf`. */
  private readonly serverOf: Int32Array

  constructor(arena: Arena, timeline: Timeline, plan: NodeLifecyclePlan, addresses: NodeAddresses, target: number) {
    this.table = new NodeTable(arena, plan.nodes.length)
    this.changes = new NodeChangeTable(arena)
    this.evictions = new PodEvictions(arena, timeline, plan.evictions, plan.flags, this.table, target)
    this.timeline = timeline
    this.plan = plan
    this.addresses = addresses
    this.target = target
    timeline.handle(NODE_MONITOR, target, () => this.onMonitor())
    const requestCount = [...plan.heartbeats.keys()].reduce((most, request) => Math.max(most, request + 1), 0)
    this.nodeOf = new Int32Array(requestCount).fill(NONE)
    this.serverOf = new Int32Array(requestCount)
    for (const [request, { node, server }] of plan.heartbeats) {
      this.nodeOf[request] = node
      this.serverOf[request] = server
    }
    const { table } = this
    table.isReady.fill(1)
    table.lastHeartbeatTick.fill(-1)
    table.observedHeartbeatTick.fill(-1)
    table.changeTick.fill(-1)
    table.firstChange.fill(NONE)
    table.lastChange.fill(NONE)
  }

  /** Schedules the first check. The controller has been running since before tick 0. */
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
    // With thousands of nodes, the name of a node is not in any cache.
    if (this.addresses.areFixed) return this.wasReady(node, tick)
    const name = this.plan.nodes[node]
    const knownTick = Math.max(tick, this.newsTickOf(name))
    return this.wasReady(node, tick) && this.addresses.wasOwnAddress(name, knownTick)
  }

  private wasReady(node: number, tick: number): boolean {
    const { table } = this
    const isKnown = table.changeTick[node] <= tick
    return isKnown ? table.isReady[node] === 1 : table.isReady[node] === 0
  }

  /** Called when a server sends a response. Only responses of the apiserver have an effect. */
  onResponse(request: number, status: number, host: number): void {
    this.addresses.onResponse(request, status, host)
    const { table, timeline, nodeOf } = this
    const node = request < nodeOf.length ? nodeOf[request] : NONE
    if (node === NONE || status >= 300 || host !== this.serverOf[request]) return
    table.heartbeats[node]++
    table.lastHeartbeatTick[node] = timeline.now
    if (table.isReady[node] === 0 && this.plan.heartbeats.get(request)!.isStatus) this.change(node, true)
  }

  /** Handles the event NODE_MONITOR (pkg/controller/nodelifecycle/node_lifecycle_controller.go, monitorNodeHealth). */
  private onMonitor(): void {
    const { plan, evictions } = this
    this.scheduleMonitor()
    evictions.beginCheck()
    for (let node = 0; node < plan.nodes.length; node++) {
      const wasReady = this.table.isReady[node] === 1
      if (this.table.isExpected[node] === 1) this.check(node)
      evictions.onNodeChecked(node, wasReady)
    }
    if (evictions.endCheck()) this.table.probeTick.fill(this.timeline.now)
  }

  private check(node: number): void {
    const { table, plan, timeline } = this
    if (table.observedHeartbeatTick[node] !== table.lastHeartbeatTick[node]) {
      table.observedHeartbeatTick[node] = table.lastHeartbeatTick[node]
      table.probeTick[node] = timeline.now
    }
    const isSilent = timeline.now - table.probeTick[node] >= plan.flags.nodeMonitorGracePeriodNs
    if (table.isReady[node] === 1 && isSilent) this.change(node, false)
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
    timeline.schedule(timeline.now + plan.flags.nodeMonitorPeriodNs, target, NODE_MONITOR, 0)
  }
}
