import type { StepValues } from '../../src/attack/parameters/common.ts'
import type { Parameter } from '../../src/attack/parameters/parameter.ts'
import { USED_TECHNIQUES } from '../../src/attack/techniques.ts'
import { mapEntries } from '../../src/engine/registry.ts'
import type { Result } from '../../src/measure/result.ts'
import type { Blueprint } from '../../src/simulation/blueprint.ts'
import type { AttackerBlueprint, AttackStepBlueprint } from '../../src/simulation/blueprint-attack.ts'
import { collectResult } from '../../src/simulation/collect-result.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { blueprintOf } from '../fixtures/clusters.ts'
import { begun } from '../fixtures/simulations.ts'

/**
 * A scenario of a master and a node, a link of 40 ms between them, and a path to the kubelet on which logs are fetched.
 * With `client: none` the server accepts any client.
 */
export function plainScenario(verify: 'none' | 'ca' | 'none, client: none' = 'none', more = ''): string {
  return `
seed: 7
hosts: { master: { cpu: go, cores: 4 }, node: { cpu: go, cores: 2 } }
links: { wan: { between: [master, node], delay: 40ms, rate: 100Mbps } }
paths:
  logs: { kind: apiserver-kubelet, from: master, to: node, tls: { verify: ${verify} } }
${more}
workloads:
  keep: { path: logs, connection: keep-alive, requests: 5, request: 200B, response: 1000B }
`
}

/** A step on the path `logs` from the beginning. Parameters that are not given have the defaults of the technique. */
export function step(
  technique: AttackStepBlueprint['technique'],
  { atNs = 0, paths = ['logs'], ...given }: StepValues & Partial<Pick<AttackStepBlueprint, 'atNs' | 'paths'>> = {},
): AttackStepBlueprint {
  const parameters = { ...defaultsOf(USED_TECHNIQUES[technique].parameters), ...given }
  return { technique, atNs, paths, parameters }
}

function defaultsOf(own: Readonly<Record<string, Parameter>>): StepValues {
  return mapEntries(own, ({ otherwise = null }) => otherwise)
}

/** An attacker called mallory, by default inline on the link `wan`. */
export function mallory(
  plan: readonly AttackStepBlueprint[],
  more: Partial<AttackerBlueprint> = {},
): AttackerBlueprint {
  return {
    name: 'mallory',
    vantage: 'inline',
    on: { kind: 'link', name: 'wan' },
    holds: [],
    allies: [],
    absent: [],
    plan,
    ...more,
  }
}

export interface AttackedRun {
  readonly simulation: Simulation
  readonly result: Result
}

const MOST_EVENTS = 5_000_000

export function attacked(scenario: string | Blueprint, ...attackers: readonly AttackerBlueprint[]): AttackedRun {
  const blueprint = { ...(typeof scenario === 'string' ? blueprintOf(scenario) : scenario), attackers }
  const simulation = begun(makePlan(expandBlueprint(blueprint)))
  const pause = simulation.runUntil(Number.POSITIVE_INFINITY, MOST_EVENTS)
  if (pause === 'budget') throw new Error(`it runs and runs: tick ${simulation.timeline.now}`)
  return {
    simulation,
    result: collectResult(simulation, blueprint, [], pause === 'duration' ? 'duration' : 'finished'),
  }
}

/** The number of packets that a link direction has delivered. */
export function delivered({ result }: AttackedRun, link: string): number {
  const found = result.links.find(({ name }) => name === link)
  if (found === undefined) throw new Error(`no link ${link} in ${result.links.map(({ name }) => name)}`)
  return found.packets
}
