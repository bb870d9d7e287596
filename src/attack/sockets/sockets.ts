import { ATTACK_TURN } from '../../engine/event-kinds.ts'
import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Agents } from '../agents/agents.ts'
import type { AttackPlan } from '../attack-plan.ts'
import { TECHNIQUES } from '../techniques.ts'
import type { DirectRequests } from './direct-requests.ts'
import type { FalseAgents } from './false-agents.ts'
import type { SocketsPlan } from './sockets-plan.ts'
import type { Thefts } from './thefts.ts'

/** What attackers' own programs do when the time of their steps comes. */
export class Sockets {
  readonly plan: SocketsPlan
  private readonly attack: AttackPlan
  private readonly timeline: Timeline
  private readonly target: number
  private readonly agents: Agents
  private readonly requests: DirectRequests
  private readonly thefts: Thefts
  private readonly falseAgents: FalseAgents
  /** By service of HTTP. */
  private readonly stepByService: ReadonlyMap<number, number>
  private readonly lastEndTick: number

  /** `target`: behind all others, so that at one tick everybody else is done before attackers have their turn. */
  constructor(
    plan: SocketsPlan,
    attack: AttackPlan,
    timeline: Timeline,
    target: number,
    agents: Agents,
    requests: DirectRequests,
    thefts: Thefts,
    falseAgents: FalseAgents,
    stepByService: ReadonlyMap<number, number>,
  ) {
    this.plan = plan
    this.attack = attack
    this.timeline = timeline
    this.target = target
    this.agents = agents
    this.requests = requests
    this.thefts = thefts
    this.falseAgents = falseAgents
    this.stepByService = stepByService
    const awaited = attack.steps.filter(
      ({ technique, endTick }) => !TECHNIQUES[technique].isPassive && endTick < Infinity,
    )
    this.lastEndTick = Math.max(0, ...awaited.map(({ endTick }) => endTick))
  }

  /** What is to be at tick 0 is at once; an end is an event too, so that a run goes on until then. */
  begin(): void {
    this.attack.steps.forEach(({ startTick, endTick }, step) => {
      if (startTick === 0) this.onTurn(step)
      else this.timeline.schedule(startTick, this.target, ATTACK_TURN, step)
      if (endTick < Infinity && endTick > startTick)
        this.timeline.schedule(endTick, this.target, ATTACK_TURN, this.attack.steps.length + step)
    })
  }

  /** The event ATTACK_TURN. */
  onTurn(argument: number): void {
    const { length } = this.attack.steps
    if (argument >= 2 * length) return this.requests.beginOne(argument - 2 * length)
    if (argument >= length) return this.falseAgents.end(argument - length)
    const { startTick } = this.attack.steps[argument]
    const next = this.agents.onTurn(argument)
    if (next !== NONE) this.timeline.schedule(next, this.target, ATTACK_TURN, argument)
    if (this.timeline.now > startTick) return
    this.thefts.begin(argument)
    this.falseAgents.begin(argument)
    this.requests.begin(argument)
  }

  /** Nothing of what ends is under way or still to come; what never ends nobody waits for. */
  get areAllDone(): boolean {
    return this.timeline.now >= this.lastEndTick && this.requests.areAllDone
  }

  /** The step whose server a service of HTTP is; NONE: an honest one. */
  stepOfService(service: number): number {
    return this.stepByService.get(service) ?? NONE
  }

  /** Whether whatever is asked there is asked on. */
  isRelay(service: number): boolean {
    const step = this.stepOfService(service)
    return step !== NONE && this.plan.relays[step] !== undefined
  }

  /** The step that asks along a path, its own requests or others'; NONE: an honest path. */
  stepOfPath(path: number): number {
    return this.plan.stepByPath[path]
  }
}
