import { NONE } from '../../engine/table.ts'
import type { NodeResult } from '../../measure/result.ts'
import type { Simulation } from '../simulation.ts'

/** Returns the state and the history of each node that sends heartbeats. */
export function collectNodes({ plan, parts }: Simulation): NodeResult[] {
  const { table } = parts.nodeLifecycle
  return plan.nodeLifecycle.nodes.map((name, node) => ({
    name,
    ready: table.isReady[node] === 1,
    ...certificatesOf(plan, parts, name),
    heartbeats: table.heartbeats[node],
    lastHeartbeatNs: sinceStart(table.lastHeartbeatTick[node]),
    evictedNs: sinceStart(table.evictedTick[node]),
    transitions: transitionsOf(parts.nodeLifecycle, node),
  }))
}

function certificatesOf({ background }: Simulation['plan'], { cluster }: Simulation['parts'], name: string) {
  const node = background?.programs.certificates.nodes.findIndex((candidate) => candidate.name === name) ?? NONE
  if (node === NONE || cluster.background === null) return { joinedNs: null, certificates: 0 }
  const { table } = cluster.background.programs.certificates.kubelets
  return { joinedNs: sinceStart(table.joinedTick[node]), certificates: table.certificates[node] }
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
