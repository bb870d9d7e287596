import '../../src/simulation/event-kinds.ts'
import { describe, expect, test } from 'vitest'
import { CONTROLLER_MANAGER_FLAGS } from '../../src/cluster/flags/controller-manager-flags.ts'
import { defaultsAt } from '../../src/cluster/flags/flag.ts'
import { NodeLifecycle } from '../../src/cluster/node-lifecycle/node-lifecycle.ts'
import {
  NEVER,
  ZONE_FULL,
  ZONE_NORMAL,
  ZONE_PARTIAL,
  ZoneDisruption,
} from '../../src/cluster/node-lifecycle/zone-disruption.ts'
import { NO_ADDRESS_CHANGES, NodeAddresses } from '../../src/cluster/paths/node-addresses.ts'
import { kubernetesVersion } from '../../src/cluster/versions/kubernetes-version.ts'
import { Arena } from '../../src/engine/arena.ts'
import { RadixQueue } from '../../src/engine/radix-queue.ts'
import { NS_PER_S } from '../../src/engine/ticks.ts'
import { Timeline } from '../../src/engine/timeline.ts'

/** The flags of a controller manager that are not set: a check each 5 s, a grace period of 40 s. */
const FLAGS = defaultsAt(CONTROLLER_MANAGER_FLAGS, kubernetesVersion(30))

interface Setting {
  readonly by: 'timeout' | 'taint'
  /** The zone of each node, by letter. */
  readonly zones: string
  /** The number of nodes without a heartbeat of their own, by zone. */
  readonly steady?: Readonly<Record<string, number>>
  /** When each node sends no heartbeats, in seconds: from, to, and again. Nodes that are not named always send. */
  readonly lost: Readonly<Record<number, readonly number[]>>
  readonly monitorPeriodS?: number
  readonly timeoutS?: number
  readonly largeZoneNodes?: number
}

/**
 * Runs a controller that checks nodes every 5 s, and marks those NotReady that have been silent for 40 s. Each node
 * sends a status every second. Returns what happened to each lost node.
 */
function evictions(setting: Setting, untilS = 3_000): string[] {
  const { by, zones, steady = {}, lost, monitorPeriodS = 5, timeoutS = 300, largeZoneNodes = 50 } = setting
  const letters = [...zones]
  const names = [...new Set([...letters, ...Object.keys(steady)])].sort()
  const arena = new Arena()
  const pending = new RadixQueue(arena)
  const timeline = new Timeline(pending)
  const lifecycle = new NodeLifecycle(
    arena,
    timeline,
    {
      nodes: letters.map((zone, node) => `${node}-${zone}`),
      flags: {
        ...FLAGS,
        nodeMonitorPeriodNs: monitorPeriodS * NS_PER_S,
        podEvictionTimeoutNs: timeoutS * NS_PER_S,
        largeZoneNodes,
      },
      evictions: {
        zones: names.map((name) => ({ name, steadyNodes: steady[name] ?? 0 })),
        zoneOf: letters.map((zone) => names.indexOf(zone)),
        by,
        tolerationNs: 300 * NS_PER_S,
      },
      heartbeats: new Map(letters.map((_, node) => [node, { node, server: 0, isStatus: true }])),
    },
    new NodeAddresses(arena, timeline, NO_ADDRESS_CHANGES),
    0,
  )
  for (const node of letters.keys()) lifecycle.onHeartbeatsBegin(node)
  lifecycle.begin()
  const notReadyS = letters.map((): number[] => [])
  for (let second = 0; second <= untilS; second++) {
    while (pending.nextTick() <= second * NS_PER_S) {
      timeline.now = pending.nextTick()
      pending.pop()
      const before = [...lifecycle.table.isReady]
      timeline.dispatch(pending.target, pending.kind, pending.argument)
      for (const node of letters.keys())
        if (before[node] === 1 && lifecycle.table.isReady[node] === 0) notReadyS[node].push(timeline.now / NS_PER_S)
    }
    timeline.now = second * NS_PER_S
    for (const node of letters.keys()) {
      const passed = (lost[node] ?? []).filter((tickS) => tickS <= second).length
      if (passed % 2 === 0) lifecycle.onResponse(node, 200, 0)
    }
  }
  const { firstTaintedTick, evictedTick } = lifecycle.evictions.table
  const inS = (tick: number) => (tick < 0 ? 'never' : `${tick / NS_PER_S}`)
  return letters.flatMap((_, node) => {
    if (lost[node] === undefined) return []
    const tainted = by === 'taint' ? `, tainted ${inS(firstTaintedTick[node])}` : ''
    return [`NotReady ${notReadyS[node].join(' and ')}${tainted}, evicted ${inS(evictedTick[node])}`]
  })
}

const FOR_GOOD = [101]

describe('the pods of one lost node', () => {
  test('the pods of a lost node leave 300 s after its last observed heartbeat, until 1.12', () => {
    expect(evictions({ by: 'timeout', zones: 'aaa', lost: { 0: FOR_GOOD } })).toEqual(['NotReady 145, evicted 405'])
  })

  test('the pods of a lost node leave 305 s after it became NotReady, from 1.13: tainted at the next check, tolerated for 300 s', () => {
    expect(evictions({ by: 'taint', zones: 'aaa', lost: { 0: FOR_GOOD } })).toEqual([
      'NotReady 145, tainted 150, evicted 450',
    ])
  })

  test('pods of a lost node can have their own pod-eviction-timeout, until 1.12 only', () => {
    const of = (by: 'timeout' | 'taint') => evictions({ by, zones: 'aaa', lost: { 0: FOR_GOOD }, timeoutS: 60 })
    expect(of('timeout')).toEqual(['NotReady 145, evicted 165'])
    expect(of('taint')).toEqual(['NotReady 145, tainted 150, evicted 450'])
  })

  test('pods of a lost node stay if it comes back in time', () => {
    expect(evictions({ by: 'timeout', zones: 'aaa', lost: { 0: [101, 399] } })).toEqual(['NotReady 145, evicted never'])
    expect(evictions({ by: 'taint', zones: 'aaa', lost: { 0: [101, 443] } })).toEqual([
      'NotReady 145, tainted 150, evicted never',
    ])
  })

  test('pods of a lost node leave even if it came back just before, since the taint is removed at the next check', () => {
    const late = (toS: number) => evictions({ by: 'taint', zones: 'aaa', lost: { 0: [103, toS] }, monitorPeriodS: 7 })
    // Checks come at 448 and 455 s.
    expect(late(448)).toEqual(['NotReady 147, tainted 154, evicted 454'])
    expect(late(447)).toEqual(['NotReady 147, tainted 154, evicted never'])
  })

  test('pods of a lost node have their full time again if it returns and is lost once more', () => {
    const again = (by: 'timeout' | 'taint') => evictions({ by, zones: 'aaa', lost: { 0: [101, 300, 311] } })
    expect(again('taint')).toEqual(['NotReady 145 and 355, tainted 150, evicted 660'])
    expect(again('timeout')).toEqual(['NotReady 145 and 355, evicted 615'])
  })
})

describe('a zone', () => {
  test('a zone loses its nodes’ pods one node after the other, ten seconds apart, until 1.12', () => {
    const lost = { 0: FOR_GOOD, 1: FOR_GOOD, 2: FOR_GOOD }
    expect(evictions({ by: 'timeout', zones: 'aaaaaa', lost })).toEqual([
      'NotReady 145, evicted 405',
      'NotReady 145, evicted 415',
      'NotReady 145, evicted 425',
    ])
  })

  test('a zone has its nodes tainted ten seconds apart from 1.13, each with its own toleration time', () => {
    const lost = { 0: FOR_GOOD, 1: FOR_GOOD, 2: FOR_GOOD }
    expect(evictions({ by: 'taint', zones: 'aaaaaa', lost })).toEqual([
      'NotReady 145, tainted 150, evicted 450',
      'NotReady 145, tainted 160, evicted 460',
      'NotReady 145, tainted 170, evicted 470',
    ])
  })

  test('each zone has an eviction queue of its own', () => {
    expect(evictions({ by: 'taint', zones: 'aabb', lost: { 0: FOR_GOOD, 2: FOR_GOOD } })).toEqual([
      'NotReady 145, tainted 150, evicted 450',
      'NotReady 145, tainted 150, evicted 450',
    ])
  })

  test('a zone evicts first from the node that has waited longest', () => {
    const lost = { 0: [116], 1: FOR_GOOD, 2: [106] }
    expect(evictions({ by: 'taint', zones: 'aaaaaa', lost })).toEqual([
      'NotReady 160, tainted 170, evicted 470',
      'NotReady 145, tainted 150, evicted 450',
      'NotReady 150, tainted 160, evicted 460',
    ])
  })

  test('a zone without a Ready node evicts at the normal rate while another zone has one', () => {
    const lost = { 0: FOR_GOOD, 1: FOR_GOOD, 2: FOR_GOOD }
    expect(evictions({ by: 'taint', zones: 'aaab', lost })).toEqual([
      'NotReady 145, tainted 150, evicted 450',
      'NotReady 145, tainted 160, evicted 460',
      'NotReady 145, tainted 170, evicted 470',
    ])
  })

  test('a zone with three of five nodes lost evicts from none, and with two of three lost from both', () => {
    const three = { 0: FOR_GOOD, 1: FOR_GOOD, 2: FOR_GOOD }
    for (const by of ['timeout', 'taint'] as const) {
      const evicted = (zones: string, lost: Setting['lost']) =>
        evictions({ by, zones, lost }).filter((each) => !each.includes('evicted never')).length
      expect(evicted('aaaaa', three)).toBe(0)
      expect(evicted('aaaaaa', three)).toBe(3)
      expect(evicted('aaa', { 0: FOR_GOOD, 1: FOR_GOOD })).toBe(2)
    }
  })

  test('a zone counts nodes whose heartbeats are not simulated, such as the master', () => {
    const lost = { 0: FOR_GOOD, 1: FOR_GOOD, 2: FOR_GOOD }
    const never = 'NotReady 145, tainted never, evicted never'
    expect(evictions({ by: 'taint', zones: 'aaa', steady: { a: 1 }, lost })).toEqual([never, never, never])
    const evicted = evictions({ by: 'taint', zones: 'aaa', steady: { a: 3 }, lost })
    expect(evicted[0]).toBe('NotReady 145, tainted 150, evicted 450')
    // In a zone of its own, it keeps the cluster from being lost as a whole.
    expect(evictions({ by: 'taint', zones: 'aaa', steady: { b: 1 }, lost })).toEqual(evicted)
  })

  test('a zone with more than 50 nodes evicts a hundred seconds apart in a partial disruption', () => {
    const lost = Object.fromEntries(Array.from({ length: 30 }, (_, node) => [node, FOR_GOOD] as const))
    const of = (nodes: number) => evictions({ by: 'taint', zones: 'a'.repeat(nodes), lost }, 500).slice(0, 3)
    // The limiter is replaced when the zone is disrupted; it had its token, and has it still.
    expect(of(51)).toEqual([
      'NotReady 145, tainted 150, evicted 450',
      'NotReady 145, tainted 250, evicted never',
      'NotReady 145, tainted 350, evicted never',
    ])
    expect(of(50)[0]).toBe('NotReady 145, tainted never, evicted never')
  })

  test('a zone goes on evicting from nodes that were tainted before its disruption', () => {
    const lost = { 0: FOR_GOOD, 1: [106], 2: [111] }
    expect(evictions({ by: 'taint', zones: 'aaa', steady: { a: 1 }, lost })).toEqual([
      'NotReady 145, tainted 150, evicted 450',
      'NotReady 150, tainted never, evicted never',
      'NotReady 155, tainted never, evicted never',
    ])
  })
})

describe('a cluster in which no node is Ready', () => {
  const all = (toS: number) => ({ 0: [101, toS], 1: [101, toS], 2: [101, toS] })

  test('a cluster without a Ready node evicts nothing', () => {
    for (const by of ['timeout', 'taint'] as const)
      for (const zones of ['aaa', 'abc'])
        expect(evictions({ by, zones, lost: all(4_000) })).toEqual(
          [0, 1, 2].map(() => `NotReady 145${by === 'taint' ? ', tainted never' : ''}, evicted never`),
        )
  })

  test('a cluster without a Ready node removes its taints and empties its eviction queues', () => {
    const lost = { 0: FOR_GOOD, 1: FOR_GOOD, 2: [121] }
    expect(evictions({ by: 'taint', zones: 'aaa', lost })).toEqual([
      'NotReady 145, tainted 150, evicted never',
      'NotReady 145, tainted 160, evicted never',
      'NotReady 165, tainted never, evicted never',
    ])
  })

  test('a cluster taints its lost nodes once one is Ready again, the first after ten seconds', () => {
    const lost = { 0: FOR_GOOD, 1: FOR_GOOD, 2: [101, 298] }
    expect(evictions({ by: 'taint', zones: 'aaa', lost })).toEqual([
      'NotReady 145, tainted 310, evicted 610',
      'NotReady 145, tainted 320, evicted 620',
      'NotReady 145, tainted never, evicted never',
    ])
  })

  test('a cluster counts grace periods anew once a node is Ready again, until 1.12', () => {
    const lost = { 0: FOR_GOOD, 1: FOR_GOOD, 2: [101, 298] }
    expect(evictions({ by: 'timeout', zones: 'aaa', lost })).toEqual([
      'NotReady 145, evicted 600',
      'NotReady 145, evicted 610',
      'NotReady 145, evicted never',
    ])
  })

  test('a cluster evicts queued pods at once when a node is Ready again, until 1.12', () => {
    const lost = { 0: FOR_GOOD, 1: FOR_GOOD, 2: [101, 498] }
    expect(evictions({ by: 'timeout', zones: 'aaa', lost })).toEqual([
      'NotReady 145, evicted 510',
      'NotReady 145, evicted 520',
      'NotReady 145, evicted never',
    ])
  })
})

describe('the state of a zone', () => {
  const disruption = new ZoneDisruption(FLAGS)

  test('a zone is partially disrupted from 55 % and three NotReady nodes on, and fully without a Ready one', () => {
    expect(disruption.stateOf(9, 11)).toBe(ZONE_PARTIAL)
    expect(disruption.stateOf(10, 11)).toBe(ZONE_NORMAL)
    expect(disruption.stateOf(1, 3)).toBe(ZONE_PARTIAL)
    expect(disruption.stateOf(1, 2)).toBe(ZONE_NORMAL)
    expect(disruption.stateOf(0, 1)).toBe(ZONE_FULL)
    expect(disruption.stateOf(1, 0)).toBe(ZONE_NORMAL)
    expect(disruption.stateOf(0, 0)).toBe(ZONE_NORMAL)
  })

  test('the disruption state of a zone sets the time between evictions', () => {
    expect(disruption.evictionIntervalNs(ZONE_NORMAL, 5)).toBe(10 * NS_PER_S)
    expect(disruption.evictionIntervalNs(ZONE_FULL, 5_000)).toBe(10 * NS_PER_S)
    expect(disruption.evictionIntervalNs(ZONE_PARTIAL, 51)).toBe(100 * NS_PER_S)
    expect(disruption.evictionIntervalNs(ZONE_PARTIAL, 50)).toBe(NEVER)
  })
})
