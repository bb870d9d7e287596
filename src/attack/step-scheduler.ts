import type { KonnectivityAgents } from '../cluster/konnectivity/konnectivity-agents.ts'
import { EventKind } from '../engine/event-kind.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Agents } from './agents/agents.ts'
import type { AttackRecord } from './attack-record.ts'
import type { AttackerRequests } from './sockets/attacker-requests.ts'
import type { SocketsPlan } from './sockets/sockets-plan.ts'

/** A step of an attack begins or ends; there is one target for all attackers. */
export const ATTACK_TURN = new EventKind('attack turn')

/** The parts of a simulation that attackers' steps act through. */
export interface StepSchedulerParts {
  readonly record: AttackRecord
  readonly sockets: SocketsPlan
  readonly timeline: Timeline
  /** The event target of attackers. It is the last of all targets, so attackers act last at each tick. */
  readonly target: number
  readonly agents: Agents
  readonly requests: AttackerRequests
  readonly konnectivityAgents: KonnectivityAgents
}

/** Starts and ends attackers' steps at their ticks, and gives packet agents their turns. */
export class StepScheduler {
  private readonly parts: StepSchedulerParts
  private readonly lastEndTick: number

  constructor(parts: StepSchedulerParts) {
    this.parts = parts
    parts.timeline.handle(ATTACK_TURN, parts.target, (_, argument) => this.onTurn(argument))
    const ends = parts.record.plan.steps.map(({ endTick }) => endTick).filter((endTick) => endTick < Infinity)
    this.lastEndTick = Math.max(0, ...ends)
  }

  /**
   * Starts the steps that begin at tick 0, and schedules the others. A step's start and end are events, so that a run
   * lasts until them.
   */
  begin(): void {
    const { record, timeline, target } = this.parts
    const { steps } = record.plan
    steps.forEach(({ startTick, endTick }, step) => {
      if (startTick === 0) this.onTurn(step)
      else timeline.schedule(startTick, target, ATTACK_TURN, step)
      if (endTick < Infinity && endTick > startTick)
        timeline.schedule(endTick, target, ATTACK_TURN, steps.length + step)
    })
  }

  /** Sends a request of an attacker in `pauseNs`. */
  scheduleRequest(request: number, pauseNs: number): void {
    const { record, timeline, target } = this.parts
    timeline.schedule(timeline.now + pauseNs, target, ATTACK_TURN, 2 * record.plan.steps.length + request)
  }

  /** Handles the event ATTACK_TURN. `argument` is a step's turn, a step's end or a request, in this order of ranges. */
  onTurn(argument: number): void {
    const { record, timeline, target, agents, requests } = this.parts
    const { steps } = record.plan
    if (argument >= 2 * steps.length) return requests.start(argument - 2 * steps.length)
    if (argument >= steps.length) return this.stopKonnectivityAgents(argument - steps.length)
    const next = agents.onTurn(argument)
    if (next !== NONE) timeline.schedule(next, target, ATTACK_TURN, argument)
    if (timeline.now > steps[argument].startTick) return
    record.state.begin(argument)
    this.steal(argument)
    this.startKonnectivityAgents(argument)
    requests.startOf(argument)
  }

  /** Whether every step has begun, and every step and request that ends has ended. */
  get areAllDone(): boolean {
    const { record, timeline, requests } = this.parts
    const { plan, state } = record
    if (timeline.now < this.lastEndTick || !requests.areAllDone) return false
    return plan.steps.every((_, step) => state.hasBegun(step))
  }

  /** Lets the step's attacker learn the credentials on its host. */
  private steal(step: number): void {
    const { state, knowledge, plan } = this.parts.record
    if (state.isDisabled(step)) return
    const { attacker } = plan.steps[step]
    for (const { step: own, path, kind, subject } of this.parts.sockets.thefts) {
      if (own !== step) continue
      const isNew = knowledge.learn({ attacker, step, kind, subject, path, direction: NONE, serial: NONE })
      if (isNew) state.recordAct(step)
    }
  }

  private startKonnectivityAgents(step: number): void {
    const { record, sockets, konnectivityAgents } = this.parts
    if (record.state.isDisabled(step)) return
    const { attacker } = record.plan.steps[step]
    for (const { step: own, agent, paths, credential } of sockets.agents) {
      if (own !== step || (credential !== null && !record.knowledge.hasCredential(attacker, credential))) continue
      konnectivityAgents.start(agent)
      record.state.recordAct(step)
      for (const path of paths) record.events.add(step, path, 'sent', 1, NONE, NONE)
    }
  }

  private stopKonnectivityAgents(step: number): void {
    const { record, sockets, konnectivityAgents } = this.parts
    if (record.state.isDisabled(step)) return
    for (const { step: own, agent } of sockets.agents) if (own === step) konnectivityAgents.stop(agent)
  }
}
