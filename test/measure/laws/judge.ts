import { breachesOf } from '../../../src/measure/laws/law.ts'
import { LAWS, PACKET_LAWS } from '../../../src/measure/laws/laws.ts'
import type { CheckedScenario } from '../../../src/scenario/load.ts'
import { CPU_FIGURES } from '../../../src/security/cpu-profiles.ts'
import { collectAccounts } from '../../../src/simulation/accounts/collect-accounts.ts'
import { expandBlueprint } from '../../../src/simulation/expand.ts'
import { makePlan } from '../../../src/simulation/make-plan.ts'
import { Simulation } from '../../../src/simulation/simulation.ts'
import { PacketLogger } from '../../fixtures/packet-log.ts'

const MOST_EVENTS = 300_000

export interface Judged {
  readonly breaches: readonly string[]
  /** The number of times that each law judged, by name. */
  readonly times: ReadonlyMap<string, number>
}

/** Runs a scenario, with and without an observer, since packets that are seen take another way through the network. */
export function judge({ blueprint }: CheckedScenario, cpuProfiles = CPU_FIGURES): Judged {
  const plan = makePlan(expandBlueprint(blueprint), cpuProfiles)
  const seen = new Simulation(plan)
  const logger = new PacketLogger(seen)
  const unseen = new Simulation(plan)
  for (const simulation of [seen, unseen]) {
    simulation.begin()
    simulation.runUntil(Number.POSITIVE_INFINITY, MOST_EVENTS)
  }
  const log = logger.log()
  const accounts = (simulation: Simulation) => collectAccounts(simulation)
  const times = [
    ...LAWS.map((law) => [law.name, law.judge(accounts(unseen)).times] as const),
    ...PACKET_LAWS.map((law) => [law.name, law.judge(log).times] as const),
  ]
  return {
    breaches: [
      ...breachesOf(LAWS, accounts(unseen)),
      ...breachesOf(LAWS, accounts(seen)),
      ...breachesOf(PACKET_LAWS, log),
    ],
    times: new Map(times),
  }
}

/** The noise of a host makes the delay of its links vary, and then arrivals do not tell when packets left. */
export function withoutNoise({ blueprint, expectations }: CheckedScenario): CheckedScenario {
  return {
    blueprint: { ...blueprint, hosts: blueprint.hosts.map((host) => ({ ...host, noise: 'none' })) },
    expectations,
  }
}
