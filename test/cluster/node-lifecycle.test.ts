import '../../src/simulation/event-kinds.ts'
import { describe, expect, test } from 'vitest'
import { CONTROLLER_MANAGER_FLAGS } from '../../src/cluster/flags/controller-manager-flags.ts'
import { defaultsAt } from '../../src/cluster/flags/flag.ts'
import { NodeLifecycle } from '../../src/cluster/node-lifecycle/node-lifecycle.ts'
import { NO_ADDRESS_CHANGES, NodeAddresses } from '../../src/cluster/paths/node-addresses.ts'
import { kubernetesVersion } from '../../src/cluster/versions/kubernetes-version.ts'
import { Arena } from '../../src/engine/arena.ts'
import { RadixQueue } from '../../src/engine/radix-queue.ts'
import { NONE } from '../../src/engine/table.ts'
import { NS_PER_S } from '../../src/engine/ticks.ts'
import { Timeline } from '../../src/engine/timeline.ts'

/** The flags of a controller manager that are not set: a check each 5 s, a grace period of 40 s. */
const FLAGS = defaultsAt(CONTROLLER_MANAGER_FLAGS, kubernetesVersion(30))

const LEASE = 0
const STATUS = 1
const APISERVER = 0

/**
 * Runs a controller that checks a node every 5 s with a grace period of 40 s; `beats` are the node's heartbeats.
 * Returns the changes of its readiness.
 */
function changesAfter(beats: readonly (readonly [atS: number, request: number, status: number])[], untilS: number) {
  const arena = new Arena()
  const pending = new RadixQueue(arena)
  const timeline = new Timeline(pending)
  const lifecycle = new NodeLifecycle(
    arena,
    timeline,
    {
      nodes: ['node'],
      flags: FLAGS,
      evictions: {
        zones: [{ name: '', steadyNodes: 2 }],
        zoneOf: [0],
        by: 'timeout',
        tolerationNs: 300 * NS_PER_S,
      },
      heartbeats: new Map([
        [LEASE, { node: 0, server: APISERVER, isStatus: false }],
        [STATUS, { node: 0, server: APISERVER, isStatus: true }],
      ]),
    },
    new NodeAddresses(arena, timeline, NO_ADDRESS_CHANGES),
    0,
  )
  lifecycle.onHeartbeatsBegin(0)
  lifecycle.begin()
  const answers = [...beats]
  while (pending.nextTick() <= untilS * NS_PER_S) {
    while (answers.length > 0 && answers[0][0] * NS_PER_S < pending.nextTick()) {
      const [atS, request, status] = answers.shift()!
      timeline.now = atS * NS_PER_S
      lifecycle.onResponse(request, status, APISERVER)
    }
    timeline.now = pending.nextTick()
    pending.pop()
    timeline.dispatch(pending.target, pending.kind, pending.argument)
  }
  const changes: string[] = []
  const { table, changes: list } = lifecycle
  for (let change = list.rowAt(table.firstChange[0]); change !== NONE; change = list.next[change])
    changes.push(`${list.isReady[change] === 1 ? 'Ready' : 'NotReady'} ${list.tick[change] / NS_PER_S}`)
  const evictedTick = lifecycle.evictions.table.evictedTick[0]
  const evictedS = evictedTick < 0 ? null : evictedTick / NS_PER_S
  return { changes, evictedS, heartbeats: table.heartbeats[0] }
}

describe('a node', () => {
  test('a node stays Ready while its heartbeats arrive in time', () => {
    const beats = [10, 20, 30, 40, 50, 60, 70, 80, 90].map((atS) => [atS, LEASE, 200] as const)
    expect(changesAfter(beats, 100)).toEqual({ changes: [], evictedS: null, heartbeats: 9 })
  })

  test('a node becomes NotReady 40 s after the controller observed its last heartbeat, and its pods are evicted five minutes after that', () => {
    expect(changesAfter([[31, LEASE, 200]], 500)).toEqual({ changes: ['NotReady 75'], evictedS: 335, heartbeats: 1 })
    expect(changesAfter([[61, LEASE, 200]], 500)).toEqual({ changes: ['NotReady 40'], evictedS: 365, heartbeats: 1 })
  })

  test('a node becomes NotReady 40 s after its first heartbeat was expected if none arrives', () => {
    expect(changesAfter([], 100).changes).toEqual(['NotReady 40'])
  })

  test('a node becomes Ready again with its next node status, not with a lease', () => {
    const beats = [
      [52, LEASE, 200],
      [58, STATUS, 200],
    ] as const
    expect(changesAfter(beats, 90).changes).toEqual(['NotReady 40', 'Ready 58'])
  })

  test('a node becomes NotReady if all its heartbeats are refused', () => {
    const beats = [10, 20, 30].map((atS) => [atS, STATUS, 401] as const)
    expect(changesAfter(beats, 60)).toEqual({ changes: ['NotReady 40'], evictedS: null, heartbeats: 0 })
  })
})
