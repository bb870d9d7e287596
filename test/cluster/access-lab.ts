import type { CheckedScenario } from '../../src/scenario/load.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { beginning, finish } from '../fixtures/simulations.ts'

/** Every decision of every door of a cluster, a line each: who asked for what, and what came of it. */
export function logAccess({ plan, parts }: Simulation): string[] {
  const log: string[] = []
  const { http } = parts
  parts.cluster.observeAccess({
    onNotPassedOn() {},
    onDecided(exchange, identity, isAllowed, status) {
      const request = http.exchanges.request[exchange]
      const host = plan.hosts[parts.streams.table.host[http.exchanges.stream[exchange]]].name
      const { method, target } = plan.cluster!.apiserver.requests[request].line
      const what = `${method} ${target.split('?')[0]}`
      log.push(`${host}: ${identity?.user ?? 'nobody'} ${what} ${isAllowed ? 'allowed' : status}`)
    },
  })
  return log
}

/** What every door of the cluster decided, from beginning to end. */
export function accessLogOf(scenario: CheckedScenario): string[] {
  const simulation = beginning(scenario)
  const log = logAccess(simulation)
  finish(simulation, scenario)
  return log
}
