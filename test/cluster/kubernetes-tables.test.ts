import '../../src/simulation/event-kinds.ts'
import { describe, expect, test } from 'vitest'
import { CONTROLLER_MANAGER_FLAGS } from '../../src/cluster/flags/controller-manager-flags.ts'
import { defaultsAt } from '../../src/cluster/flags/flag.ts'
import { NodeLifecycle } from '../../src/cluster/node-lifecycle/node-lifecycle.ts'
import { ZONE_FULL, ZONE_NORMAL, ZONE_PARTIAL } from '../../src/cluster/node-lifecycle/zone-disruption.ts'
import { NO_ADDRESS_CHANGES, NodeAddresses } from '../../src/cluster/paths/node-addresses.ts'
import { kubernetesVersion } from '../../src/cluster/versions/kubernetes-version.ts'
import { Arena } from '../../src/engine/arena.ts'
import { RadixQueue } from '../../src/engine/radix-queue.ts'
import { NS_PER_S } from '../../src/engine/ticks.ts'
import { Timeline } from '../../src/engine/timeline.ts'

// Inputs and expectations of Kubernetes' own tests of the node lifecycle, as figures. Rows that set what a scenario has not
// (labels that leave a node out, several taints, tolerations of single pods, pods that were never scheduled, a grace period
// for nodes that have never reported) have no row here.

/** `--node-monitor-grace-period` of those tests. */
const GRACE_S = 50
const HOUR_S = 3600
const STATUS = 0
const LEASE = 1

interface Settings {
  /** The time between two checks. */
  readonly periodS: number
  readonly by: 'timeout' | 'taint'
  readonly tolerationS: number
}

/** A controller and the nodes that it checks, whose zones are letters. */
class Controller {
  readonly lifecycle: NodeLifecycle
  private readonly zones: readonly string[]
  private readonly names: readonly string[]
  private readonly timeline: Timeline
  private readonly pending: RadixQueue

  constructor(zones: string, { periodS, by, tolerationS }: Settings) {
    this.zones = [...zones]
    this.names = [...new Set(zones)].sort()
    const arena = new Arena()
    this.pending = new RadixQueue(arena)
    this.timeline = new Timeline(this.pending)
    const heartbeats = this.zones.flatMap((_, node) =>
      [STATUS, LEASE].map((kind) => [2 * node + kind, { node, server: 0, isStatus: kind === STATUS }] as const),
    )
    this.lifecycle = new NodeLifecycle(
      arena,
      this.timeline,
      {
        nodes: this.zones.map((zone, node) => `${node}-${zone}`),
        flags: {
          ...defaultsAt(CONTROLLER_MANAGER_FLAGS, kubernetesVersion(30)),
          nodeMonitorPeriodNs: periodS * NS_PER_S,
          nodeMonitorGracePeriodNs: GRACE_S * NS_PER_S,
          podEvictionTimeoutNs: 600 * NS_PER_S,
          // As 20 in those tests, in which every zone evicts at once.
          largeZoneNodes: 0,
        },
        evictions: {
          zones: this.names.map((name) => ({ name, steadyNodes: 0 })),
          zoneOf: this.zones.map((zone) => this.names.indexOf(zone)),
          by,
          tolerationNs: tolerationS * NS_PER_S,
        },
        heartbeats: new Map(heartbeats),
      },
      new NodeAddresses(arena, this.timeline, NO_ADDRESS_CHANGES),
      0,
    )
    for (const node of this.zones.keys()) this.lifecycle.onHeartbeatsBegin(node)
    this.lifecycle.begin()
  }

  /** Sets which nodes are Ready, `+`, when the controller begins. */
  set(ready: string): void {
    for (const [node, sign] of [...ready].entries()) this.lifecycle.table.isReady[node] = sign === '+' ? 1 : 0
  }

  /** Lets nodes report: `+` each a heartbeat of this kind. */
  report(signs: string, kind = STATUS): void {
    for (const [node, sign] of [...signs].entries())
      if (sign === '+') this.lifecycle.onResponse(2 * node + kind, 200, 0)
  }

  runTo(untilS: number): void {
    while (this.pending.nextTick() <= untilS * NS_PER_S) {
      this.timeline.now = this.pending.nextTick()
      this.pending.pop()
      this.timeline.dispatch(this.pending.target, this.pending.kind, this.pending.argument)
    }
    this.timeline.now = untilS * NS_PER_S
  }

  /** Returns the states of the zones, in the order of their letters. */
  get states(): string {
    const names: Readonly<Record<number, string>> = {
      [ZONE_NORMAL]: 'normal',
      [ZONE_PARTIAL]: 'partial',
      [ZONE_FULL]: 'full',
    }
    return this.names.map((_, zone) => names[this.lifecycle.evictions.zones.state[zone]]).join(' ')
  }

  get ready(): string {
    return this.zones.map((_, node) => (this.lifecycle.table.isReady[node] === 1 ? '+' : '-')).join('')
  }

  evictedS(node: number): number {
    return this.lifecycle.evictions.table.evictedTick[node] / NS_PER_S
  }
}

/** Checks come an hour apart, as in those tests: nobody looks in between. */
const HOURLY: Settings = { periodS: HOUR_S, by: 'taint', tolerationS: 300 }

// pkg/controller/nodelifecycle/node_lifecycle_controller_test.go, TestMonitorNodeHealth (Kubernetes 1.34)
const ZONE_STATES = [
  ['node created recently without failure domain labels', 'a', '+', 'normal', '+', 'normal'],
  ['initially both zones down, one comes back', 'ab', '--', 'full full', '-+', 'full normal'],
  ['nodes created recently without status conditions', 'aaaa', '----', 'full', '---+', 'partial'],
  ['one node failed', 'aaaaa', '--+++', 'normal', '---++', 'partial'],
  ['the last healthy node has failed', 'aaa', '--+', 'normal', '---', 'full'],
  ['all the nodes in one zone are down', 'ab', '-+', 'full normal', '-+', 'full normal'],
  ['all the nodes in both the zones are down', 'ab', '--', 'full full', '--', 'full full'],
  ['Ready condition removed from the node', 'a', '+', 'normal', '-', 'full'],
] as const

describe('states of zones, by Kubernetes', () => {
  test.each(ZONE_STATES)('%s', (_, zones, initially, initialStates, later, laterStates) => {
    const controller = new Controller(zones, HOURLY)
    controller.runTo(HOUR_S - 1)
    controller.set(initially)
    controller.report(initially)
    controller.runTo(HOUR_S)
    expect(controller.states).toBe(initialStates)
    controller.runTo(2 * HOUR_S - 1)
    controller.report(later)
    controller.runTo(2 * HOUR_S)
    expect(controller.states).toBe(laterStates)
  })
})

// The same file, TestMonitorNodeHealthUpdateStatus and TestMonitorNodeHealthUpdateNodeAndPodStatusWithLease: which of both kinds
// of heartbeats comes again after an hour, and whether the node is Ready then.
const HEARTBEATS = [
  ['with status updated by kubelet exceeds grace period', '', '-'],
  ['with status updated recently', 'status', '+'],
  ['with status updated by kubelet exceeds grace period, node lease is renewed', 'lease', '+'],
  ['with status updated by kubelet recently, node lease is expired', 'status', '+'],
] as const

describe('a node created long time ago, by Kubernetes', () => {
  test.each(HEARTBEATS)('%s', (_, again, ready) => {
    const controller = new Controller('a', HOURLY)
    controller.runTo(HOUR_S - 1)
    controller.report('+', STATUS)
    controller.report('+', LEASE)
    controller.runTo(2 * HOUR_S - 1)
    if (again !== '') controller.report('+', again === 'status' ? STATUS : LEASE)
    controller.runTo(2 * HOUR_S)
    expect(controller.ready).toBe(ready)
  })
})

// The same file of Kubernetes 1.20, TestMonitorNodeHealthEvictPodsWithDisruption: node 0 has a pod; whether it leaves.
const DISRUPTIONS = [
  ['only zone is down - eviction should not take place', 'aa', '--', '--', false],
  ['both zones down - eviction should not take place', 'ab', '--', '--', false],
  ['one zone is down - eviction should take place', 'ab', '-+', '-+', true],
  ['initially both zones down, one comes back - eviction should take place', 'ab', '--', '-+', true],
  ['zone is partially disrupted - eviction should take place', 'aaaaa', '---++', '---++', true],
] as const

describe.each(['timeout', 'taint'] as const)('evictions by %s, by Kubernetes', (by) => {
  test.each(DISRUPTIONS)('%s', (_, zones, initially, later, isEvicted) => {
    const controller = new Controller(zones, { periodS: 5, by, tolerationS: 300 })
    controller.set(initially)
    for (let second = 1; second < 2 * HOUR_S; second += 4) {
      controller.runTo(second)
      controller.report(second < 60 ? initially : later)
    }
    expect(controller.evictedS(0) >= 0).toBe(isEvicted)
  })
})

// pkg/controller/nodelifecycle/scheduler/rate_limited_queue_test.go: nodes are added one after the other, and some removed.
const QUEUES = [
  ['TestAddNode', [0, 1, 2], [], [0, 1, 2]],
  ['TestAddNode in another order', [2, 0, 1], [], [2, 0, 1]],
  ['TestDelNode, the first', [0, 1, 2], [0], [1, 2]],
  ['TestDelNode, TestTry: the second', [0, 1, 2], [1], [0, 2]],
  ['TestDelNode, the third', [0, 1, 2], [2], [0, 1]],
  ['TestClear', [0, 1, 2], [0, 1, 2], []],
] as const

describe('the queue of a zone, by Kubernetes', () => {
  test.each(QUEUES)('%s', (_, added, removed, order) => {
    // A first node uses the token, so that the others wait in the queue.
    const controller = new Controller('aaaaaaaaaa', { periodS: 1, by: 'taint', tolerationS: 1 })
    const lostS = new Map<number, number>([[9, 1], ...added.map((node, nth) => [node, 3 + 2 * nth] as const)])
    const backS = new Map<number, number>(removed.map((node) => [node, GRACE_S + 9]))
    for (let second = 0; second < 200; second++) {
      const isUp = (node: number) => second < (lostS.get(node) ?? Infinity) || second >= (backS.get(node) ?? Infinity)
      controller.report([...Array(10).keys()].map((node) => (isUp(node) ? '+' : '-')).join(''))
      controller.runTo(second + 1)
    }
    const evicted = [0, 1, 2].filter((node) => controller.evictedS(node) >= 0)
    expect(evicted.sort((a, b) => controller.evictedS(a) - controller.evictedS(b))).toEqual(order)
  })

  test('TestAddAfterTry: a node is not handled again unless it was removed', () => {
    const controller = new Controller('aa', { periodS: 1, by: 'taint', tolerationS: 1 })
    const taintedAt = (untilS: number, beats: string) => {
      for (let second = untilS - 200; second < untilS; second++) {
        controller.report(beats)
        controller.runTo(second + 1)
      }
      return controller.lifecycle.evictions.table.taintedTick[0] / NS_PER_S
    }
    const first = taintedAt(200, '-+')
    expect(first).toBeGreaterThan(GRACE_S)
    expect(taintedAt(400, '-+')).toBe(first)
    taintedAt(600, '++')
    expect(taintedAt(800, '-+')).toBeGreaterThan(600)
  })
})

// pkg/controller/tainteviction/taint_eviction_test.go, TestUpdateNode: the seconds for which pods tolerate the taint, those
// after which it is removed, and whether pods are deleted.
const TAINTS = [
  ['added taint', 0.001, Infinity, true],
  ['added tolerated taint', 100, 90, false],
  ['taint removed', 10, 5, false],
] as const

describe('the taint of a node, by Kubernetes', () => {
  test.each(TAINTS)('%s', (_, tolerationS, removedS, isDeleted) => {
    const controller = new Controller('aa', { periodS: 1, by: 'taint', tolerationS })
    for (let second = 0; second < 300; second++) {
      controller.runTo(second)
      const { taintedTick } = controller.lifecycle.evictions.table
      const isBack = taintedTick[0] >= 0 && second * NS_PER_S - taintedTick[0] >= removedS * NS_PER_S
      controller.report(isBack ? '++' : '-+')
      if (isBack) break
    }
    controller.runTo(400)
    expect(controller.evictedS(0) >= 0).toBe(isDeleted)
  })
})
