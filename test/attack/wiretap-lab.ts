import type { AttackRecord } from '../../src/attack/attack-record.ts'
import { ATTACK_EVENTS, type AttackEvent } from '../../src/attack/state/event-counts.ts'
import type { KnownKind } from '../../src/attack/state/knowledge-log.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { beginning, scenarioOf } from '../fixtures/simulations.ts'

/** Of which step on which path; by default the only ones. */
interface Case {
  readonly attacker?: string
  readonly technique?: string
  readonly path?: string
}

export function recordOf(simulation: Simulation): AttackRecord {
  if (simulation.attack === null) throw new Error('nobody attacks')
  return simulation.attack
}

/** To its end, however it is set up. */
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

/** What was seen, without the count of packets. */
export function sightsOf(simulation: Simulation, of: Case = {}): Partial<Record<AttackEvent, number>> {
  const record = recordOf(simulation)
  const [step, path] = [stepOf(record, of), pathOf(simulation, of)]
  const amounts = ATTACK_EVENTS.filter((sight) => sight !== 'packet' && sight !== 'sent').map(
    (sight) => [sight, record.events.amount(step, path, sight)] as const,
  )
  return Object.fromEntries(amounts.filter(([, amount]) => amount > 0))
}

/** When and on which packet something was seen first. */
export function firstOf(simulation: Simulation, sight: AttackEvent, of: Case = {}): object {
  const record = recordOf(simulation)
  const [step, path] = [stepOf(record, of), pathOf(simulation, of)]
  const { direction, serial } = record.events.firstPacket(step, path, sight)
  const link = direction < 0 ? null : simulation.plan.directions[direction].name
  return { tick: record.events.firstTick(step, path, sight), link, serial }
}

/** Kind and name of all that attackers know of this kind, in the order in which they learned it. */
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
