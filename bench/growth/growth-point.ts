import { loadScenario } from '../../src/scenario/load.ts'
import { CPU_FIGURES } from '../../src/security/cpu-profiles.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { Simulation } from '../../src/simulation/simulation.ts'

/** The measurements of a cluster with so many nodes. */
export interface GrowthPoint {
  readonly nodes: number
  /** The CPU time of an event when all kubelets send heartbeats, after all have connected. */
  readonly eventNs: number
  /** The time that passes, and the CPU time, from the text of a scenario to a simulation that can begin. */
  readonly planS: number
  readonly planCpuS: number
  /** The memory of a process with a simulation in which one node sends heartbeats and all others are idle. */
  readonly idleMb: number
}

/**
 * The part of the measurement that one process makes. Each has a process of its own, since memory is counted by
 * process.
 */
export type GrowthPart = 'idle' | 'busy'

const BYTES_PER_MB = 1e6
const S = 1e9
/** All kubelets have connected by then, and sent their first heartbeat. */
const CONNECTED_NS = 20 * S
/** So many that the handshakes of 100,000 kubelets which begin at once do not wait for each other until they time out. */
const MASTER_CORES = 256
const MOST_EVENTS = 1_500_000

function scenario(nodes: number, from: string): string {
  return `
version: 1
name: growth
kubernetes: "1.32"
duration: 24h
cluster: { nodes: ${nodes}, links: { control-to-nodes: gce-private } }
hosts: { master: { cores: ${MASTER_CORES} } }
paths: { kubelets: { kind: kubelet-apiserver, from: ${from}, to: master } }
workloads: { heartbeats: { path: kubelets, kind: heartbeat } }
`
}

function build(nodes: number, from: string): Simulation {
  const loaded = loadScenario({ file: 'growth.yaml', text: scenario(nodes, from) })
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'))
  return new Simulation(makePlan(expandBlueprint(loaded.scenario.blueprint), CPU_FIGURES))
}

const cpuS = (since?: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}

/** Measures the costs of nodes of which one is busy. Needs `node --expose-gc`. */
export function measureIdle(nodes: number): Pick<GrowthPoint, 'planS' | 'planCpuS' | 'idleMb'> {
  const began = performance.now()
  const before = process.cpuUsage()
  const simulation = build(nodes, 'node-1')
  const planS = (performance.now() - began) / 1e3
  const planCpuS = cpuS(before)
  simulation.begin()
  simulation.runUntil(CONNECTED_NS, Number.POSITIVE_INFINITY)
  globalThis.gc?.()
  return { planS, planCpuS, idleMb: process.memoryUsage.rss() / BYTES_PER_MB }
}

/** Measures the cost of an event while all nodes send heartbeats. */
export function measureBusy(nodes: number): Pick<GrowthPoint, 'eventNs'> {
  const simulation = build(nodes, 'nodes/*')
  simulation.begin()
  simulation.runUntil(CONNECTED_NS, Number.POSITIVE_INFINITY)
  const first = simulation.events
  const before = process.cpuUsage()
  simulation.runUntil(Number.POSITIVE_INFINITY, first + MOST_EVENTS)
  return { eventNs: (cpuS(before) * S) / (simulation.events - first) }
}
