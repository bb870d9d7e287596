import type { AttackRecord } from '../../src/attack/attack-record.ts'
import { ATTACK_EVENTS, type AttackEvent } from '../../src/attack/state/event-counts.ts'
import type { KnownKind } from '../../src/attack/state/knowledge-log.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { beginning, scenarioOf } from '../fixtures/simulations.ts'

/** The step and path of an event; by default the only ones. */
interface Case {
  readonly attacker?: string
  readonly technique?: string
  readonly path?: string
}

export function recordOf(simulation: Simulation): AttackRecord {
  if (simulation.attack === null) throw new Error('the scenario has no attacker')
  return simulation.attack
}

/** Runs a scenario to its end. */
export function played(text: string, set: readonly string[] = []): Simulation {
  const simulation = beginning(scenarioOf(text, set))
  simulation.runUntil(Number.POSITIVE_INFINITY, 1_000_000)
  return simulation
}

function stepOf({ plan }: AttackRecord, { attacker, technique }: Case): number {
  return plan.steps.findIndex(
    (step) =>
      (attacker === undefined || plan.attackers[step.attacker].name === attacker) &&
      (technique === undefined || step.technique === technique),
  )
}

function pathOf(simulation: Simulation, { path }: Case): number {
  return path === undefined ? 0 : simulation.plan.paths.findIndex(({ name }) => name === path)
}

/** The events of a step, without the count of packets. */
export function sightsOf(simulation: Simulation, of: Case = {}): Partial<Record<AttackEvent, number>> {
  const record = recordOf(simulation)
  const [step, path] = [stepOf(record, of), pathOf(simulation, of)]
  const amounts = ATTACK_EVENTS.filter((sight) => !['packet', 'opening', 'acted', 'sent'].includes(sight)).map(
    (sight) => [sight, record.events.amount(step, path, sight)] as const,
  )
  return Object.fromEntries(amounts.filter(([, amount]) => amount > 0))
}

/** The tick and the packet of the first occurrence of an event. */
export function firstOf(simulation: Simulation, sight: AttackEvent, of: Case = {}): object {
  const record = recordOf(simulation)
  const [step, path] = [stepOf(record, of), pathOf(simulation, of)]
  const { direction, serial } = record.events.firstPacket(step, path, sight)
  const link = direction < 0 ? null : simulation.plan.directions[direction].name
  return { tick: record.events.firstTick(step, path, sight), link, serial }
}

/** The names of what attackers have learned of a kind, in order. */
export function knownOf(simulation: Simulation, kind: KnownKind): string[] {
  const { knowledge, plan } = recordOf(simulation)
  const names: Partial<Record<KnownKind, readonly string[]>> = {
    token: plan.tokens,
    secret: plan.secrets,
    certificate: plan.certificates,
    'certificate-key': plan.certificates,
    'host-key': simulation.plan.hosts.map(({ name }) => name),
  }
  const paths = simulation.plan.paths.map(({ name }) => name)
  return knowledge
    .all()
    .filter((known) => known.kind === kind)
    .map(({ subject }) => (names[kind] ?? paths)[subject])
}
