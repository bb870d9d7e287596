import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { EventKind } from '../../engine/event-kind.ts'
import { NONE } from '../../engine/table.ts'
import { NS_PER_MS } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { ControllerManagerConfiguration } from '../flags/configuration.ts'
import type { NodeTable } from './node-lifecycle-table.ts'
import { EVICTION_INTERVAL_NS, NEVER, ZONE_FULL, ZONE_INITIAL, ZoneDisruption } from './zone-disruption.ts'

/** The controller manager checks whether it may evict; the target is the scenario. */
export const EVICTION_PASS = new EventKind('eviction pass')
/** The time for which pods tolerate the taint of a node has ended; the target is the scenario. */
export const TOLERATION_END = new EventKind('toleration end')

/** The zones of a cluster, and the way in which pods are removed from lost nodes. Immutable. */
export interface EvictionPlan {
  /** The zones, in the order of their names. */
  readonly zones: readonly EvictionZone[]
  /** The zone of each node, as an index into `zones`. */
  readonly zoneOf: readonly number[]
  /**
   * `timeout`: pods are deleted when no heartbeat was observed for `--pod-eviction-timeout`. `taint`: the node gets a
   * taint, which pods tolerate for a limited time.
   */
  readonly by: 'timeout' | 'taint'
  /** The time for which pods tolerate the taint of a lost node, at least a tick. */
  readonly tolerationNs: number
}

export interface EvictionZone {
  /** The name; empty for nodes without a zone, which form one zone. */
  readonly name: string
  /** The number of its nodes without heartbeats in the scenario. They are always Ready. */
  readonly steadyNodes: number
}

/** The time between two looks at the queues (pkg/controller/nodelifecycle/scheduler, NodeEvictionPeriod). */
const PASS_NS = 100 * NS_PER_MS

/** The node is in no queue. */
const UNMARKED = 0
/** The node waits in the queue of its zone. */
const QUEUED = 1
/** The node was handled. It is queued again only after it was Ready. */
const HANDLED = 2

/** The evictions from each node; rows are indices into the plan. */
class NodeEvictionTable implements ArenaTable {
  phase!: Uint8Array
  queuedTick!: Float64Array
  /** The tick at which the node got its present taint; -1 if it has none. */
  taintedTick!: Float64Array
  /** The ticks of its first taint and of the first eviction of its pods; -1 for none. */
  firstTaintedTick!: Float64Array
  evictedTick!: Float64Array

  constructor(arena: Arena, count: number) {
    arena.attach(this, Math.max(1, count))
    this.taintedTick.fill(-1)
    this.firstTaintedTick.fill(-1)
    this.evictedTick.fill(-1)
  }

  layOut(columns: Columns): void {
    this.queuedTick = columns.float64()
    this.taintedTick = columns.float64()
    this.firstTaintedTick = columns.float64()
    this.evictedTick = columns.float64()
    this.phase = columns.uint8()
  }
}

/** The state of each zone, and its rate limiter: a token bucket for one token. */
class ZoneTable implements ArenaTable {
  /** The time to fill the bucket; NEVER for a limiter that accepts nothing. */
  intervalNs!: Float64Array
  /** The tick from which on the bucket has a token. */
  tokenTick!: Float64Array
  /** Nodes that are Ready and NotReady in the present check. */
  ready!: Int32Array
  notReady!: Int32Array
  /** The number of nodes in the queue. */
  queued!: Int32Array
  state!: Uint8Array

  constructor(arena: Arena, count: number) {
    arena.attach(this, Math.max(1, count))
    this.intervalNs.fill(EVICTION_INTERVAL_NS)
    this.state.fill(ZONE_INITIAL)
  }

  layOut(columns: Columns): void {
    this.intervalNs = columns.float64()
    this.tokenTick = columns.float64()
    this.ready = columns.int32()
    this.notReady = columns.int32()
    this.queued = columns.int32()
    this.state = columns.uint8()
  }
}

/** The next look at the queues: its tick, and the number that its event carries. Events with other numbers are void. */
class PassTable implements ArenaTable {
  tick!: Float64Array
  number!: Int32Array

  constructor(arena: Arena) {
    arena.attach(this, 1)
  }

  layOut(columns: Columns): void {
    this.tick = columns.float64()
    this.number = columns.int32()
  }
}

/**
 * Removes pods from lost nodes, as the node lifecycle controller does. Each zone has a queue of nodes with a rate
 * limiter, whose rate depends on the number of Ready nodes. While no zone has a Ready node, nothing is evicted. Until
 * 1.12, the limiter delays the eviction of nodes; since then it delays their taints, and each node has its own
 * toleration time from then on (pkg/controller/nodelifecycle/node_lifecycle_controller.go: doEvictionPass,
 * doNoExecuteTaintingPass, handleDisruption; scheduler/rate_limited_queue.go; pkg/controller/tainteviction). Kubernetes
 * queues the nodes of one check in no particular order; here they are queued by name.
 */
export class PodEvictions {
  readonly table: NodeEvictionTable
  private readonly nodes: NodeTable
  readonly zones: ZoneTable
  private readonly pass: PassTable
  private readonly timeline: Timeline
  private readonly plan: EvictionPlan
  private readonly flags: ControllerManagerConfiguration
  private readonly disruption: ZoneDisruption
  private readonly target: number

  constructor(
    arena: Arena,
    timeline: Timeline,
    plan: EvictionPlan,
    flags: ControllerManagerConfiguration,
    nodes: NodeTable,
    target: number,
  ) {
    this.nodes = nodes
    this.table = new NodeEvictionTable(arena, plan.zoneOf.length)
    this.zones = new ZoneTable(arena, plan.zones.length)
    this.pass = new PassTable(arena)
    this.timeline = timeline
    this.plan = plan
    this.flags = flags
    this.disruption = new ZoneDisruption(flags)
    this.target = target
    timeline.handle(EVICTION_PASS, target, (_, pass) => this.onPass(pass))
    timeline.handle(TOLERATION_END, target, (_, node) => this.onTolerationEnd(node))
  }

  /** Begins a check of all nodes. */
  beginCheck(): void {
    for (const [zone, { steadyNodes }] of this.plan.zones.entries()) {
      this.zones.ready[zone] = steadyNodes
      this.zones.notReady[zone] = 0
    }
  }

  /** Called for each node in a check, after its condition was updated. `wasReady` is the previous condition. */
  onNodeChecked(node: number, wasReady: boolean): void {
    const { nodes, zones, plan, flags, timeline } = this
    if (nodes.isReady[node] === 1) zones.ready[plan.zoneOf[node]]++
    else zones.notReady[plan.zoneOf[node]]++
    if (wasReady) this.withdraw(node)
    else if (plan.by === 'taint' || timeline.now - nodes.probeTick[node] >= flags.podEvictionTimeoutNs)
      this.enqueue(node)
  }

  /**
   * Ends a check: compares the states of zones with the previous ones (handleDisruption). Returns whether a period
   * without any Ready node has ended; heartbeats then count from now on. A pass that is due at the same tick follows.
   */
  endCheck(): boolean {
    const { zones, plan, disruption, timeline } = this
    const states = plan.zones.map((_, zone) => disruption.stateOf(zones.ready[zone], zones.notReady[zone]))
    const areAllFull = states.every((state) => state === ZONE_FULL)
    const wereAllFull = plan.zones.every((_, zone) => zones.state[zone] === ZONE_FULL)
    if (areAllFull && !wereAllFull) this.stop()
    if (!areAllFull) {
      for (const [zone, state] of states.entries())
        if (wereAllFull || state !== zones.state[zone])
          this.setInterval(zone, disruption.evictionIntervalNs(state, this.nodesOf(zone)))
    }
    for (const [zone, state] of states.entries()) zones.state[zone] = state
    if (timeline.now % PASS_NS === 0) this.visitQueues()
    this.scheduleNextPass()
    return wereAllFull && !areAllFull
  }

  /** Handles the event EVICTION_PASS. */
  private onPass(number: number): void {
    if (number !== this.pass.number[0]) return this.timeline.noteIdleWakeUp()
    this.visitQueues()
    this.scheduleNextPass()
  }

  /** Handles the event TOLERATION_END: deletes the pods of a node whose taint has lasted for the whole time. */
  private onTolerationEnd(node: number): void {
    const { table, timeline } = this
    if (table.taintedTick[node] >= 0 && timeline.now === table.taintedTick[node] + this.plan.tolerationNs)
      this.evict(node)
    else timeline.noteIdleWakeUp()
  }

  /** In each zone, takes nodes from the queue as far as the limiter allows. */
  private visitQueues(): void {
    const { zones, timeline, plan } = this
    for (let zone = 0; zone < plan.zones.length; zone++) {
      while (zones.queued[zone] > 0 && zones.intervalNs[zone] !== NEVER && timeline.now >= zones.tokenTick[zone]) {
        zones.tokenTick[zone] = timeline.now + zones.intervalNs[zone]
        this.handle(this.firstQueued(zone))
      }
    }
  }

  /** Takes a node out of the queue and removes its taint (cancelPodEviction, markNodeAsReachable). */
  private withdraw(node: number): void {
    const { table, zones, plan } = this
    if (table.phase[node] === QUEUED) zones.queued[plan.zoneOf[node]]--
    table.phase[node] = UNMARKED
    table.taintedTick[node] = -1
  }

  private enqueue(node: number): void {
    const { table, zones, plan } = this
    if (table.phase[node] !== UNMARKED) return
    zones.queued[plan.zoneOf[node]]++
    table.phase[node] = QUEUED
    table.queuedTick[node] = this.timeline.now
  }

  /** Handles the next node in the queue: its pods are deleted, or it gets a taint unless it is Ready again. */
  private handle(node: number): void {
    const { table, nodes, zones, timeline, plan } = this
    zones.queued[plan.zoneOf[node]]--
    table.phase[node] = HANDLED
    if (plan.by === 'timeout') return this.evict(node)
    if (nodes.isReady[node] === 1) return
    table.taintedTick[node] = timeline.now
    if (table.firstTaintedTick[node] < 0) table.firstTaintedTick[node] = timeline.now
    timeline.schedule(timeline.now + plan.tolerationNs, this.target, TOLERATION_END, node)
  }

  private evict(node: number): void {
    const { table } = this
    if (table.evictedTick[node] < 0) table.evictedTick[node] = this.timeline.now
  }

  /** Stops evictions while no zone has a Ready node, because the fault may be in the control plane. */
  private stop(): void {
    for (let node = 0; node < this.plan.zoneOf.length; node++) this.withdraw(node)
    for (let zone = 0; zone < this.plan.zones.length; zone++) this.setInterval(zone, NEVER)
  }

  /** Replaces a limiter (SwapLimiter). The new one starts empty, unless the old one has a token. */
  private setInterval(zone: number, intervalNs: number): void {
    const { zones, timeline } = this
    const before = zones.intervalNs[zone]
    if (before === intervalNs) return
    zones.intervalNs[zone] = intervalNs
    if (intervalNs === NEVER) return
    const hasToken = before !== NEVER && timeline.now >= zones.tokenTick[zone]
    zones.tokenTick[zone] = hasToken ? timeline.now : timeline.now + intervalNs
  }

  private nodesOf(zone: number): number {
    return this.zones.ready[zone] + this.zones.notReady[zone]
  }

  /** Returns the node that has been in the queue of a zone for the longest time; the queue is not empty. */
  private firstQueued(zone: number): number {
    const { table, plan } = this
    let first: number = NONE
    for (let node = 0; node < plan.zoneOf.length; node++) {
      if (plan.zoneOf[node] !== zone || table.phase[node] !== QUEUED) continue
      if (first === NONE || table.queuedTick[node] < table.queuedTick[first]) first = node
    }
    return first
  }

  /** Schedules the first pass at which a limiter lets a node through. Passes are at multiples of PASS_NS. */
  private scheduleNextPass(): void {
    const { zones, pass, timeline, plan } = this
    let dueTick = NEVER
    for (let zone = 0; zone < plan.zones.length; zone++)
      if (zones.queued[zone] > 0 && zones.intervalNs[zone] !== NEVER)
        dueTick = Math.min(dueTick, Math.max(zones.tokenTick[zone], timeline.now + 1))
    if (dueTick === NEVER) return
    const tick = Math.ceil(dueTick / PASS_NS) * PASS_NS
    if (pass.tick[0] > timeline.now && pass.tick[0] <= tick) return
    pass.tick[0] = tick
    pass.number[0]++
    timeline.schedule(tick, this.target, EVICTION_PASS, pass.number[0])
  }
}
