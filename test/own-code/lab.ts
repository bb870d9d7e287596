import type { CongestionControlDescriptor, OwnCode, Result } from '../../src/index.ts'
import { InvalidScenario, loadScenario, simulate, slowStart, WINDOW_ONLY } from '../../src/index.ts'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import { CPU_FIGURES } from '../../src/security/cpu-profiles.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { Simulation } from '../../src/simulation/simulation.ts'
import { finish } from '../fixtures/simulations.ts'

/** Downloads over a link that loses packets, from a server whose congestion control can be chosen. */
export function downloads(congestion = 'cubic', more = ''): string {
  return `
version: 1
name: downloads
seed: 5
hosts: { client: {}, server: { tcp: { congestion: ${congestion} } } }
links: { wan: { between: [client, server], delay: 10ms, rate: 20Mbps, loss: 1% } }
paths: { web: { from: client, to: server } }
workloads: { get: { path: web, requests: 6, response: 200KB } }
${more}`
}

/** A congestion control that behaves as Reno does. */
export const PLAIN: CongestionControlDescriptor = {
  description: 'as Reno',
  standard: {
    ...WINDOW_ONLY,
    onAcknowledged(connections, connection, segments) {
      const left = slowStart(connections, connection, segments)
      if (left > 0) connections.congestionWindow[connection] += left / connections.congestionWindow[connection]
    },
    thresholdAfterLoss: (connections, connection) => Math.max(connections.congestionWindow[connection] / 2, 2),
  },
}

export function load(text: string, own: OwnCode = {}): CheckedScenario {
  const { congestionControls = {} } = own
  const loaded = loadScenario({ text, file: 'downloads.yaml' }, { congestionControls })
  if (!loaded.ok) throw new InvalidScenario(loaded.problems)
  return loaded.scenario
}

/** Loads a scenario with objects of a user, and runs it. */
export function runWith(own: OwnCode, text: string = downloads()): Result {
  return simulate(load(text, own), own)
}

/** Returns the results of a run, of the same run that was forked at a tick, and of the fork. */
export function forkedAt(tick: number, own: OwnCode, text: string): Record<'whole' | 'parent' | 'fork', Result> {
  const scenario = load(text, own)
  const begun = () => {
    const simulation = new Simulation(makePlan(expandBlueprint(scenario.blueprint), CPU_FIGURES, own))
    simulation.begin()
    return simulation
  }
  const parent = begun()
  parent.runUntil(tick, Number.POSITIVE_INFINITY)
  const fork = parent.fork()
  return { whole: finish(begun(), scenario), parent: finish(parent, scenario), fork: finish(fork, scenario) }
}
