import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { AttackPlan } from '../attack-plan.ts'
import { type AttackState, NEVER } from '../state/attack-state.ts'
import type { MessageEffect } from '../techniques/technique.ts'
import { USED_TECHNIQUES, type UsedTechnique } from '../techniques.ts'

/**
 * The role of a technique in the handling of messages. An event in a message is attributed to steps with a suitable
 * role.
 */
export type StepRole = MessageEffect | ServingRole

/** The roles of techniques that accept connections which clients open to other servers. */
type ServingRole = 'serves' | 'relays' | 'carries'

function rolesOf(name: UsedTechnique): readonly StepRole[] {
  const { messages = [], serves } = USED_TECHNIQUES[name]
  if (serves === undefined) return messages
  return [...messages, 'serves', ...(serves.relays ? RELAYS : []), ...(serves.carries ? CARRIES : [])]
}

const RELAYS: readonly ServingRole[] = ['relays']
const CARRIES: readonly ServingRole[] = ['carries']

/** Returns whether the technique sends data to honest ends that no honest end has sent. */
export function sends(technique: UsedTechnique): boolean {
  return rolesOf(technique).some((role) => role !== 'reads')
}

/** Returns whether the technique changes data of honest ends, which they may pass on. */
export function alters(technique: UsedTechnique): boolean {
  return rolesOf(technique).includes('alters')
}

/** Returns whether the technique has clients of others connect to the attacker's own host. */
export function attractsToItself(technique: UsedTechnique): boolean {
  return USED_TECHNIQUES[technique].serves?.at === 'own-address'
}

function controlledHosts({ attackers }: AttackPlan): Uint8Array {
  const controlled = new Uint8Array(Math.max(0, ...attackers.map(({ controls }) => controls.length)))
  for (const { controls } of attackers)
    for (let host = 0; host < controls.length; host++) controlled[host] |= controls[host]
  return controlled
}

const NO_STEPS: readonly number[] = []

/** Decides to which steps of an attacker an event is attributed. */
export class StepAttribution {
  readonly plan: AttackPlan
  readonly state: AttackState
  /** 1 for each host that some attacker controls, else 0. */
  readonly controlled: Uint8Array
  private readonly timeline: Timeline
  private readonly hasCarried: (step: number) => boolean
  /** The steps of each attacker, by role and then by path. */
  private readonly steps: readonly ReadonlyMap<StepRole, ReadonlyMap<number, readonly number[]>>[]

  /** @param hasCarried whether a connection of others has gone through a Konnectivity agent that the step runs */
  constructor(timeline: Timeline, plan: AttackPlan, state: AttackState, hasCarried: (step: number) => boolean) {
    this.timeline = timeline
    this.hasCarried = hasCarried
    this.plan = plan
    this.state = state
    this.controlled = controlledHosts(plan)
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

  /** Returns the attacker's steps that read messages. */
  reading(attacker: number): number[] {
    return this.ofAttacker(attacker).filter((step) => rolesOf(this.plan.steps[step].technique).includes('reads'))
  }

  /** Returns the steps that read messages of the path now. */
  readingNow(attacker: number, path: number): readonly number[] {
    return this.find(attacker, 'reads', path).filter((step) => this.state.isActive(step) && this.hasTraffic(step))
  }

  /**
   * Returns whether packets of others reach the step. If it must attract them, they do so only after its first effect;
   * otherwise always.
   */
  private hasTraffic(step: number): boolean {
    return !USED_TECHNIQUES[this.plan.steps[step].technique].attracts || this.state.firstActTick(step) !== NEVER
  }

  /**
   * Returns the steps that have started; if some of them have acted, only those. A step that has ended is included,
   * because connections outlive the step that made them. A step that serves at the attacker's own address is not,
   * because after its end the host's own programs answer there.
   */
  started(attacker: number, role: StepRole, path: number): readonly number[] {
    if (this.state.areAllDisabled) return NO_STEPS
    const started = this.find(attacker, role, path).filter(
      (step) =>
        this.plan.steps[step].startTick <= this.timeline.now &&
        !this.state.isDisabled(step) &&
        (role !== 'serves' || !this.isOver(step)) &&
        (role !== 'carries' || this.hasCarried(step)),
    )
    const active = started.filter((step) => this.state.firstActTick(step) !== NEVER)
    // A server in another's name has no connection before its step has acted.
    return active.length > 0 || (role !== 'forges' && role !== 'alters') ? active : started
  }

  /** Returns whether the time of a step is over that serves at the attacker's own address. */
  private isOver(step: number): boolean {
    const { technique, endTick } = this.plan.steps[step]
    return attractsToItself(technique) && endTick <= this.timeline.now
  }

  private find(attacker: number, role: StepRole, path: number): readonly number[] {
    return path === NONE ? NO_STEPS : (this.steps[attacker].get(role)?.get(path) ?? NO_STEPS)
  }
}
