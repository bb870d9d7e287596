import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { AttackPlan } from '../attack-plan.ts'
import { type AttackState, NEVER } from '../state/attack-state.ts'
import type { MessageEffect } from '../techniques/technique.ts'
import { TECHNIQUES, type TechniqueName } from '../techniques.ts'

/** What a technique does with messages, so that what is seen or achieved by it is put down to its step. */
export type StepRole =
  | MessageEffect
  /** It has ends of connections that are meant for others. */
  | ServingRole

type ServingRole = 'serves' | 'relays' | 'carries'

function rolesOf(name: TechniqueName): readonly StepRole[] {
  const { messages = [], serves } = TECHNIQUES[name]
  if (serves === undefined) return messages
  return [...messages, 'serves', ...(serves.relays ? RELAYS : []), ...(serves.carries ? CARRIES : [])]
}

const RELAYS: readonly ServingRole[] = ['relays']
const CARRIES: readonly ServingRole[] = ['carries']

/** By it an honest end is sent something that no other honest end has sent. */
export function sends(technique: TechniqueName): boolean {
  return rolesOf(technique).some((role) => role !== 'reads')
}

const NO_STEPS: readonly number[] = []

/** Which steps of an attacker something is put down to. */
export class StepChoice {
  readonly plan: AttackPlan
  readonly state: AttackState
  private readonly timeline: Timeline
  /** By attacker and role: steps by path. */
  private readonly steps: readonly ReadonlyMap<StepRole, ReadonlyMap<number, readonly number[]>>[]

  constructor(timeline: Timeline, plan: AttackPlan, state: AttackState) {
    this.timeline = timeline
    this.plan = plan
    this.state = state
    this.steps = plan.attackers.map((_, attacker) => {
      const byRole = new Map<StepRole, Map<number, number[]>>()
      for (const step of this.ofAttacker(attacker)) {
        for (const role of rolesOf(plan.steps[step].technique)) {
          const byPath = byRole.get(role) ?? new Map<number, number[]>()
          byRole.set(role, byPath)
          for (const path of plan.steps[step].paths) byPath.set(path, [...(byPath.get(path) ?? []), step])
        }
      }
      return byRole
    })
  }

  ofAttacker(attacker: number): number[] {
    return [...this.plan.steps.keys()].filter((step) => this.plan.steps[step].attacker === attacker)
  }

  listening(attacker: number): number[] {
    return this.ofAttacker(attacker).filter((step) => rolesOf(this.plan.steps[step].technique).includes('reads'))
  }

  /** Those that listen at this moment. */
  listeningTo(attacker: number, path: number): readonly number[] {
    return this.find(attacker, 'reads', path).filter((step) => this.state.isAtWork(step) && this.brings(step))
  }

  /** What a step attracts comes once it has had an effect; the rest is there to be seen. */
  private brings(step: number): boolean {
    return !TECHNIQUES[this.plan.steps[step].technique].attracts || this.state.firstActTick(step) !== NEVER
  }

  /** Connections outlive the time in which they were made: those that have begun, and of these the ones that have done something. */
  begun(attacker: number, role: StepRole, path: number): readonly number[] {
    if (this.state.isSilent) return NO_STEPS
    const begun = this.find(attacker, role, path).filter(
      (step) => this.plan.steps[step].startTick <= this.timeline.now && !this.state.isLeftOut(step),
    )
    const active = begun.filter((step) => this.state.firstActTick(step) !== NEVER)
    // A server in another's name has no connection before something was done for it.
    return active.length > 0 || (role !== 'forges' && role !== 'alters') ? active : begun
  }

  private find(attacker: number, role: StepRole, path: number): readonly number[] {
    return path === NONE ? NO_STEPS : (this.steps[attacker].get(role)?.get(path) ?? NO_STEPS)
  }
}
