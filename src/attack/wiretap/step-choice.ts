import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { AttackPlan } from '../attack-plan.ts'
import { type AttackState, NEVER } from '../state/attack-state.ts'
import type { TechniqueName } from '../vantage.ts'

/** What a technique does with messages, so that what is seen or achieved by it is put down to its step. */
export type StepRole =
  /** Reads what passes. */
  | 'listens'
  /** Has ends of connections that are meant for others. */
  | 'serves'
  /** Puts words of its own into connections of others. */
  | 'forges'
  /** Changes what passes. */
  | 'alters'

const ROLES: Readonly<Partial<Record<TechniqueName, readonly StepRole[]>>> = {
  eavesdrop: ['listens'],
  'impersonate-server': ['serves'],
  relay: ['serves'],
  'readdress-node': ['serves'],
  'claim-agent': ['serves'],
  // What it does not answer itself, it passes on and reads.
  'spoof-arp': ['serves', 'listens'],
  'redirect-service': ['serves'],
  inject: ['forges'],
  replay: ['forges'],
  'smuggle-request': ['forges'],
  tamper: ['alters'],
}

/** By it somebody is told something that others have not said. */
export function hasWords(technique: TechniqueName): boolean {
  return (['serves', 'forges', 'alters'] as const).some((role) => hasRole(technique, role))
}

function hasRole(technique: TechniqueName, role: StepRole): boolean {
  return ROLES[technique]?.includes(role) ?? false
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
        for (const role of ROLES[plan.steps[step].technique] ?? []) {
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
    return this.ofAttacker(attacker).filter((step) => hasRole(this.plan.steps[step].technique, 'listens'))
  }

  /** Those that listen at this moment. */
  listeningTo(attacker: number, path: number): readonly number[] {
    return this.find(attacker, 'listens', path).filter((step) => this.state.isAtWork(step) && this.brings(step))
  }

  /** What comes to an attacker because of a step comes once that has had an effect; the rest is there to be seen. */
  private brings(step: number): boolean {
    return this.plan.steps[step].technique === 'eavesdrop' || this.state.firstActTick(step) !== NEVER
  }

  /** Connections outlive the time in which they were made: those that have begun, and of these the ones that have done something. */
  begun(attacker: number, role: StepRole, path: number): readonly number[] {
    if (this.state.isSilent) return NO_STEPS
    const begun = this.find(attacker, role, path).filter(
      (step) => this.plan.steps[step].startTick <= this.timeline.now && !this.state.isLeftOut(step),
    )
    const active = begun.filter((step) => this.state.firstActTick(step) !== NEVER)
    // Nobody serves in another's stead before something was done for it.
    return active.length > 0 || role === 'serves' ? active : begun
  }

  private find(attacker: number, role: StepRole, path: number): readonly number[] {
    return path === NONE ? NO_STEPS : (this.steps[attacker].get(role)?.get(path) ?? NO_STEPS)
  }
}
