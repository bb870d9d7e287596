import { NS_PER_S } from '../src/engine/ticks.ts'
import { expandBlueprint } from '../src/simulation/expand.ts'
import { makePlan } from '../src/simulation/make-plan.ts'
import { Simulation } from '../src/simulation/simulation.ts'
import { scenarioOf } from './bulk.ts'
import type { Case, Suite } from './suite.ts'

/** Measures a fork of a running simulation of ten hosts in the middle of five downloads, and a copy of as many bytes. */
export const fork: Suite = { name: 'fork', cases: () => forkAndCopy(10) }

function forkAndCopy(hosts: number): Case[] {
  const pairs = Array.from({ length: hosts / 2 }, (_, i) => i)
  const simulation = new Simulation(makePlan(expandBlueprint(scenarioOf(downloads(pairs)).blueprint)))
  simulation.begin()
  simulation.runUntil(NS_PER_S, Number.POSITIVE_INFINITY)
  const state = new Uint8Array(simulation.stateBytes).fill(1)
  const copy = new Uint8Array(state.length)
  return [
    { name: `fork/${hosts}-hosts`, unit: 'us/fork', work: 1, run: () => simulation.fork().release() },
    { name: `copy/${hosts}-hosts`, unit: 'us/fork', work: 1, run: () => copy.set(state) },
  ]
}

function downloads(pairs: readonly number[]): string {
  return `
    version: 1
    hosts: { ${pairs.map((i) => `client-${i}: {}, server-${i}: {}`).join(', ')} }
    links: { ${pairs.map((i) => `wire-${i}: { between: [client-${i}, server-${i}], delay: 10ms, rate: 100Mbps }`).join(', ')} }
    paths: { ${pairs.map((i) => `path-${i}: { from: client-${i}, to: server-${i}, scheme: https }`).join(', ')} }
    workloads: { ${pairs.map((i) => `bulk-${i}: { path: path-${i}, requests: 1, response: 50MB }`).join(', ')} }
  `
}
