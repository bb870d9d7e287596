import { NONE } from '../../engine/table.ts'
import type { NodeResult } from '../../measure/result.ts'
import type { Simulation } from '../simulation.ts'

const NO_CERTIFICATES = { joinedNs: null, certificates: 0 }

/** Returns the state and the history of each node that sends heartbeats. */
export function collectNodes({ plan, parts }: Simulation): NodeResult[] {
  const results = parts.cluster.background?.results() ?? []
  const certificatesOf = (name: string) =>
    results.map(({ nodes }) => nodes?.get(name)).find((known) => known !== undefined) ?? NO_CERTIFICATES
  const { table } = parts.nodeLifecycle
  return plan.nodeLifecycle.nodes.map((name, node) => ({
    name,
    ready: table.isReady[node] === 1,
    ...certificatesOf(name),
    heartbeats: table.heartbeats[node],
    lastHeartbeatNs: sinceStart(table.lastHeartbeatTick[node]),
    evictedNs: sinceStart(table.evictedTick[node]),
    transitions: transitionsOf(parts.nodeLifecycle, node),
  }))
}

function transitionsOf({ table, changes }: Simulation['parts']['nodeLifecycle'], node: number) {
  const transitions: NodeResult['transitions'][number][] = []
  for (let change = changes.rowAt(table.firstChange[node]); change !== NONE; change = changes.next[change])
    transitions.push({ atNs: changes.tick[change], ready: changes.isReady[change] === 1 })
  return transitions
}

function sinceStart(tick: number): number | null {
  return tick < 0 ? null : tick
}
