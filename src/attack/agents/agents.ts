import type { Arena } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { HttpDirectory } from '../../http/message.ts'
import { RST, SYN } from '../../network/header-flags.ts'
import type { Network } from '../../network/network.ts'
import { PASS, type RuleVerdict, TAKE } from '../../network/packet-rule.ts'
import type { Packet } from '../../network/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { Tcp } from '../../transport/tcp.ts'
import type { PlannedResponse } from '../../workload/planned-response.ts'
import type { AttackPlan } from '../attack-plan.ts'
import type { AttackRecord } from '../attack-record.ts'
import { Forge } from '../forge.ts'
import { ForgedMessages } from '../forged-messages.ts'
import { LegIndex, type LegOfStep } from '../leg-index.ts'
import type { PlannedStepValues } from '../parameters/common.ts'
import type { PlannedAttacker } from '../planned-attackers.ts'
import { OpenedConnections } from '../state/opened-connections.ts'
import { USED_TECHNIQUES, type UsedTechnique } from '../techniques.ts'
import { hasAbilities, VANTAGES } from '../vantages.ts'
import { Diversion } from './diversion.ts'
import { ForgedPacketSender } from './forged-packet-sender.ts'
import { Observation } from './observation.ts'
import type { AgentTools, PacketAgent } from './packet-agent.ts'
import { isSyn, matchesPacket } from './packet-match.ts'

/** Receives each packet that an attacker observes. */
export interface PacketWatcher {
  see(attacker: number, packet: Packet, direction: number, serial: number): void
}

/**
 * Observes what attackers observe on the network. The observation is overwritten for the next packet. An observer must
 * not change anything.
 */
export interface AttackerObserver {
  onObservation(observation: Observation): void
}

/** The parts of a simulation that agents are built from. */
export interface AgentParts extends Pick<AttackRecord, 'plan' | 'state' | 'events'> {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly network: Network
  readonly contents: Contents
  readonly tcp: Tcp
  readonly watcher: PacketWatcher
  readonly directory: HttpDirectory
  /** The responses of honest servers, by request. */
  readonly answers: readonly (PlannedResponse | undefined)[]
}

/** A place on a link direction at which an attacker observes packets. */
interface WatchPoint {
  readonly attacker: number
  readonly direction: number
  readonly at: 'entry' | 'exit'
  /** The verdict that diverts a packet from here to the attacker's host; PASS where it cannot be diverted. */
  readonly diversion: RuleVerdict
  /** Whether packets on this direction leave a host that the attacker has compromised. */
  readonly isLeaving: boolean
  /** Whether the attacker gets copies of packets for its connections, which also reach the real destination. */
  readonly isRacing: boolean
}

/** The index of the loopback address in every address book. */
const LOOPBACK = 0

/**
 * Lets attackers act on each packet that they observe on a link direction. The attackers' steps decide in the order of
 * the attackers' names, and of each attacker's plan; the first verdict other than PASS counts. A packet of
 * a connection that ends on the attacker's own host is diverted there before any step decides.
 */
export class Agents {
  readonly observers: AttackerObserver[] = []
  private readonly parts: AgentParts
  private readonly observation = new Observation()
  /** The legs that the steps of each attacker concern. */
  private readonly indexes: readonly LegIndex[]
  /**
   * The agent of each step; null if the technique does nothing to packets, or if the attacker's vantage lacks an
   * ability that it needs.
   */
  private readonly agents: readonly (PacketAgent | null)[]
  /** Whether each step accepts connections that clients open to the server of its path. */
  private readonly takesConnections: readonly boolean[]
  private readonly opened: OpenedConnections
  readonly forge: Forge
  private readonly diverting: Diversion

  constructor(parts: AgentParts) {
    const { arena, network, contents, plan, events, tcp, directory, answers } = parts
    this.parts = parts
    this.indexes = plan.attackers.map((_, attacker) => new LegIndex(plan, stepsOf(plan, attacker)))
    this.opened = new OpenedConnections(arena, network.packets)
    this.forge = new Forge(arena, network, contents, plan)
    this.diverting = new Diversion(network, tcp, plan)
    const messages = new ForgedMessages(contents, directory, answers)
    const sender = new ForgedPacketSender(network, plan, events)
    this.agents = agentsOf(plan, { ...parts, forge: this.forge, messages, sender, diversion: this.diverting })
    this.takesConnections = plan.steps.map(
      ({ technique }) => USED_TECHNIQUES[technique].serves?.at === 'server-address',
    )
    for (const [attacker, planned] of plan.attackers.entries()) this.watch(attacker, planned)
  }

  /** Lets a step act without a packet as its trigger. Returns the tick of its next turn; NONE if there is none. */
  onTurn(step: number): number {
    const { plan, state, timeline } = this.parts
    const { startTick } = plan.steps[step]
    if (state.isDisabled(step)) return NONE
    if (timeline.now < startTick) return startTick
    return this.agents[step]?.onTurn?.(step) ?? NONE
  }

  private watch(attacker: number, planned: PlannedAttacker): void {
    const { rules, directions, routing } = this.parts.network
    const { intercepts, injects, hasOwnHost } = VANTAGES[planned.vantage]
    const isAttracting = this.isAttracting(attacker, planned)
    const isLeaving = (direction: number) => !hasOwnHost && directions.startOf(direction) === planned.host
    const attach = (direction: number, at: 'entry' | 'exit', diversion: RuleVerdict) => {
      const isRacing = injects && this.diverting.canMirror(attacker, direction)
      const point = { attacker, direction, at, diversion, isLeaving: isLeaving(direction), isRacing }
      rules.attach(direction, at, { judge: ({ row }) => this.judge(point, row) })
    }
    const loopback = routing.nextDirection(planned.host, LOOPBACK)
    const back: RuleVerdict = { action: 'divert', direction: loopback }
    for (const { direction, at } of planned.watched) {
      const tap = intercepts ? planned.tapOf[direction] : NONE
      const isAtHost = (intercepts || isAttracting) && at === 'exit' && directions.endOf(direction) === planned.host
      const leaves = intercepts && direction !== loopback && isLeaving(direction)
      const elsewhere = leaves ? back : tap === NONE ? PASS : ({ action: 'divert', direction: tap } as const)
      attach(direction, at, isAtHost ? TAKE : elsewhere)
    }
    if (hasOwnHost || intercepts) rules.takeAll(loopback)
    if (!hasOwnHost) return
    for (let direction = 0; direction < directions.count; direction++) {
      if (direction === loopback) continue
      if (directions.startOf(direction) === planned.host)
        rules.attach(direction, 'entry', { judge: ({ row }) => this.judgeOwn(attacker, back, row) })
      else if (directions.endOf(direction) !== planned.host) continue
      else if (isAttracting) attach(direction, 'exit', TAKE)
      else if (planned.tapOf.includes(direction)) rules.takeAll(direction)
    }
  }

  /**
   * Returns whether a step attracts packets of others to the attacker's host, which forwards those that no step
   * concerns.
   */
  private isAttracting(attacker: number, { vantage, hasRawSockets }: PlannedAttacker): boolean {
    return this.parts.plan.steps.some((step) => {
      const { attracts, needs } = USED_TECHNIQUES[step.technique]
      return step.attacker === attacker && attracts === true && hasRawSockets && hasAbilities(vantage, needs)
    })
  }

  // Packets on watched directions.

  private judge(point: WatchPoint, packet: Packet): RuleVerdict {
    if (this.parts.state.areAllDisabled || !this.isAccepted(point) || this.isForwarded(point, packet)) return PASS
    const { attacker, direction, diversion, isLeaving, isRacing } = point
    const { observation } = this
    const { packets } = this.parts.network
    observation.attacker = attacker
    observation.packet = packet
    observation.direction = direction
    observation.serial = packets.serial[packet]
    observation.seenInNs = this.seenInNs(point, packet)
    observation.diversion = diversion
    observation.isLeaving = isLeaving
    if (this.isItsOwn(attacker, packet)) return PASS
    this.parts.watcher.see(attacker, packet, direction, observation.serial)
    for (let i = 0; i < this.observers.length; i++) this.observers[i].onObservation(observation)
    if (diversion !== PASS && this.diverting.isOwn(attacker, packet)) return diversion
    if (isRacing && this.diverting.isOwn(attacker, packet)) this.diverting.mirror(attacker, direction, packet)
    const index = this.indexes[attacker]
    const toward = this.decide(index.withServer(packets.destination[packet], packets.destinationPort[packet]), true)
    if (toward !== PASS) return toward
    const back = this.decide(index.withServer(packets.source[packet], packets.sourcePort[packet]), false)
    if (back !== PASS || !index.hasAnyServer) return back
    const towardAny = this.decide(index.withAnyServer(packets.destinationPort[packet]), true)
    return towardAny === PASS ? this.decide(index.withAnyServer(packets.sourcePort[packet]), false) : towardAny
  }

  /**
   * Returns whether a compromised host is forwarding the packet. The attacker has already observed it at its arrival.
   */
  private isForwarded({ attacker, direction }: WatchPoint, packet: Packet): boolean {
    const { packets, directions, addresses } = this.parts.network
    const { host } = this.parts.plan.attackers[attacker]
    if (directions.startOf(direction) !== host) return false
    return addresses.hostOf(packets.source[packet], host) !== host
  }

  /**
   * Returns whether the attacker sent the packet, by its sockets or forged: on a segment it observes its own packets
   * too.
   */
  private isItsOwn(attacker: number, packet: Packet): boolean {
    if (!VANTAGES[this.parts.plan.attackers[attacker].vantage].hasOwnHost) return false
    return this.forge.hasForged(attacker, packet) || this.diverting.isFromOwn(attacker, packet)
  }

  /**
   * Returns whether the link accepts the packet. An attacker beside a link does not observe a packet that the queue
   * drops.
   */
  private isAccepted({ direction, at }: WatchPoint): boolean {
    const { network, timeline } = this.parts
    const { directions } = network
    if (at === 'exit') return true
    const row = directions.rowOf(direction)
    const waitsNs = directions.busyUntilTick[row] - timeline.now
    return directions.isUp(row) && waitsNs <= directions.queueLimitNs[row]
  }

  /** The nanoseconds until the packet's last bit has passed the attacker, who is in the middle of the link. */
  private seenInNs({ attacker, direction, at }: WatchPoint, packet: Packet): number {
    const { network, plan, timeline } = this.parts
    const { packets, directions } = network
    if (at === 'exit' || directions.startOf(direction) === plan.attackers[attacker].host) return 0
    const row = directions.rowOf(direction)
    const waitsNs = Math.max(0, directions.busyUntilTick[row] - timeline.now)
    const ownNs = directions.serializationNs(row, packets.wireBytes(packet))
    return waitsNs + ownNs + Math.floor(directions.delayNs[row] / 2)
  }

  private decide(candidates: readonly LegOfStep[], isTowardServer: boolean): RuleVerdict {
    if (candidates.length === 0) return PASS
    const { observation } = this
    const { network, state, events, plan } = this.parts
    const { packets } = network
    const { packet, direction, serial } = observation
    observation.candidates = candidates
    observation.isTowardServer = isTowardServer
    observation.clientAddress = isTowardServer ? packets.source[packet] : packets.destination[packet]
    const isOpening = (packets.flags[packet] & (SYN | RST)) === SYN
    for (let i = 0; i < candidates.length; i++) {
      const { step, leg } = candidates[i]
      if (!observation.isOnLeg(leg) || !state.isActive(step)) continue
      if (plan.steps[step].match.isStanding) this.opened.see(step, packet, isTowardServer)
      if (leg.isSpare) continue
      events.add(step, leg.replica, 'packet', 1, direction, serial)
      if (isOpening) events.add(step, leg.replica, 'opening', 1, direction, serial)
    }
    let last: number = NONE
    for (let i = 0; i < candidates.length; i++) {
      const { step, leg } = candidates[i]
      if (step === last || !observation.isOnLeg(leg) || !state.isActive(step)) continue
      last = step
      const verdict = this.verdictOf(step)
      if (verdict !== PASS) return verdict
    }
    return PASS
  }

  private noteAct(step: number): void {
    const { observation } = this
    const { candidates, direction, serial } = observation
    for (let i = 0; i < candidates.length; i++) {
      const { step: other, leg } = candidates[i]
      if (other === step && observation.isOnLeg(leg))
        this.parts.events.add(step, leg.replica, 'acted', 1, direction, serial)
    }
  }

  private verdictOf(step: number): RuleVerdict {
    const { observation } = this
    const { network, plan, state } = this.parts
    const agent = this.agents[step]
    if (agent === null) return PASS
    const sender = network.directions.startOf(observation.direction)
    const { match } = plan.steps[step]
    const { packet, isTowardServer } = observation
    if (!matchesPacket(match, network.packets, packet, network.addresses, sender)) return PASS
    if (match.isStanding && this.opened.has(step, packet, isTowardServer)) return PASS
    const verdict = agent.onPacket(step, observation)
    if (verdict === null) return PASS
    state.recordAct(step)
    this.noteAct(step)
    return verdict
  }

  // Packets that an attacker's own host sends.

  /**
   * Diverts a connection that the attacker's host opens as the end of a tunnel to a server that one of the attacker's
   * steps impersonates, unless the step passes it on as bytes.
   */
  private judgeOwn(attacker: number, back: RuleVerdict, packet: Packet): RuleVerdict {
    const { diverting } = this
    const { network, state, plan } = this.parts
    const { packets } = network
    if (state.areAllDisabled) return PASS
    if (diverting.isOwn(attacker, packet)) return back
    if (!isSyn(packets, packet) || !diverting.isForwardedDial(attacker, packet)) return PASS
    const candidates = this.indexes[attacker].withServer(packets.destination[packet], packets.destinationPort[packet])
    for (let i = 0; i < candidates.length; i++) {
      const { step, leg } = candidates[i]
      if (!this.takesConnections[step] || !state.isActive(step)) continue
      state.recordAct(step)
      return plan.steps[step].passedPaths.includes(leg.path) ? PASS : back
    }
    return PASS
  }
}

function stepsOf({ steps }: AttackPlan, attacker: number): number[] {
  return [...steps.keys()].filter((step) => steps[step].attacker === attacker)
}

/** Makes the packet agent of each step. The steps of a technique share one agent. */
function agentsOf({ steps, attackers }: AttackPlan, tools: AgentTools): readonly (PacketAgent | null)[] {
  const byTechnique = new Map<UsedTechnique, PacketAgent | null>()
  return steps.map(({ technique, attacker }) => {
    const own = USED_TECHNIQUES[technique]
    if (!hasAbilities(attackers[attacker].vantage, own.needs)) return null
    const parameters = parametersOf(technique, steps)
    const agent = byTechnique.get(technique) ?? own.packets?.({ ...tools, parameters }) ?? null
    byTechnique.set(technique, agent)
    return agent
  })
}

/** Returns the parameters of each step of a technique. The places of other steps are empty. */
function parametersOf(technique: UsedTechnique, steps: AttackPlan['steps']): readonly PlannedStepValues[] {
  const parameters: PlannedStepValues[] = []
  for (const [step, one] of steps.entries()) if (one.technique === technique) parameters[step] = one.parameters
  return parameters
}
