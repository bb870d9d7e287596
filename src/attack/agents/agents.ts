import type { Arena } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { HttpDirectory } from '../../http/message.ts'
import type { Network } from '../../network/network.ts'
import { PASS, type RuleVerdict, TAKE } from '../../network/packet-rule.ts'
import type { Packet } from '../../network/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { PlannedResponse } from '../../workload/planned-response.ts'
import type { AttackPlan } from '../attack-plan.ts'
import { Forge } from '../forge.ts'
import { ForgedMessages } from '../forged-messages.ts'
import type { PlannedAttacker } from '../planned-attackers.ts'
import type { AttackState } from '../state/attack-state.ts'
import type { Tally } from '../state/tally.ts'
import { TECHNIQUES, type TechniqueName } from '../techniques.ts'
import { hasAbilities, VANTAGES } from '../vantages.ts'
import { Diverting, type Ends } from './diverting.ts'
import { LegIndex, type LegOfStep } from './leg-index.ts'
import type { AgentTools, PacketAgent } from './packet-agent.ts'
import { matchesPacket } from './packet-match.ts'
import { Sender } from './sender.ts'
import { Sighting } from './sighting.ts'

/** Who reads what an attacker sees. */
export interface Sighted {
  see(attacker: number, packet: Packet, direction: number, serial: number): void
}

/** What agents stand on. */
export interface AgentParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly network: Network
  readonly contents: Contents
  readonly ends: Ends
  readonly plan: AttackPlan
  readonly state: AttackState
  readonly tally: Tally
  readonly sighted: Sighted
  readonly directory: HttpDirectory
  /** What honest servers say, by request. */
  readonly answers: readonly (PlannedResponse | undefined)[]
}

/** Where a rule sits, and what it can do there with a packet that its attacker's host is to have. */
interface Post {
  readonly attacker: number
  readonly direction: number
  readonly at: 'entry' | 'exit'
  /** PASS: nothing. */
  readonly diversion: RuleVerdict
  /** A host that the attacker has compromised puts packets on the wire here. */
  readonly isLeaving: boolean
}

/** In every address book. */
const LOOPBACK = 0

/**
 * Attackers on link directions: what they do to each packet that they see there. Attackers are asked in the order of
 * names, as they were attached, and each one's steps in theirs; the first that does not let pass decides. A packet of a
 * connection with an end on the attacker's own host comes there before any step is asked.
 */
export class Agents {
  private readonly timeline: Timeline
  private readonly network: Network
  private readonly plan: AttackPlan
  private readonly state: AttackState
  private readonly tally: Tally
  private readonly sighted: Sighted
  private readonly sighting = new Sighting()
  /** By attacker. */
  private readonly indexes: readonly LegIndex[]
  /** The packet agent of each step; null where it does nothing to packets, or its attacker is not able to. */
  private readonly agents: readonly (PacketAgent | null)[]
  /** Whether each step takes connections that were not sent to the attacker. */
  private readonly takesConnections: readonly boolean[]
  /** By attacker. */
  private readonly haveOwnHosts: readonly boolean[]
  private readonly forge: Forge
  private readonly diverting: Diverting

  constructor(parts: AgentParts) {
    const { arena, network, contents, plan, tally } = parts
    this.timeline = parts.timeline
    this.network = network
    this.plan = plan
    this.state = parts.state
    this.tally = tally
    this.sighted = parts.sighted
    this.indexes = plan.attackers.map((_, attacker) => new LegIndex(plan, attacker))
    this.forge = new Forge(arena, network, contents, plan)
    this.haveOwnHosts = plan.attackers.map(({ vantage }) => VANTAGES[vantage].hasOwnHost)
    this.diverting = new Diverting(network, parts.ends, plan)
    const messages = new ForgedMessages(contents, parts.directory, parts.answers)
    const sender = new Sender(network, plan, tally)
    this.agents = agentsOf(plan, { ...parts, forge: this.forge, messages, sender, diverting: this.diverting })
    this.takesConnections = plan.steps.map(({ technique }) => TECHNIQUES[technique].serves?.at === 'server-address')
    for (const [attacker, planned] of plan.attackers.entries()) this.post(attacker, planned)
  }

  /** A step acts of its own accord. Returns the tick at which it does so next; NONE: never. */
  onTurn(step: number): number {
    const { startTick } = this.plan.steps[step]
    if (this.state.isLeftOut(step)) return NONE
    if (this.timeline.now < startTick) return startTick
    return this.agents[step]?.onTurn?.(step) ?? NONE
  }

  private post(attacker: number, planned: PlannedAttacker): void {
    const { rules, directions, routing } = this.network
    const { intercepts, hasOwnHost } = VANTAGES[planned.vantage]
    const isAttracting = this.isAttracting(attacker, planned)
    const isLeaving = (direction: number, at: 'entry' | 'exit') =>
      at === 'entry' && !hasOwnHost && directions.fromHost[direction] === planned.host
    const attach = (direction: number, at: 'entry' | 'exit', diversion: RuleVerdict) => {
      const post: Post = { attacker, direction, at, diversion, isLeaving: isLeaving(direction, at) }
      rules.attach(direction, at, { judge: (_, packet) => this.judge(post, packet) })
    }
    const loopback = routing.nextDirection(planned.host, LOOPBACK)
    const back: RuleVerdict = { action: 'divert', direction: loopback }
    for (const { direction, at } of planned.watched) {
      const tap = intercepts ? planned.tapOf[direction] : NONE
      const isAtHost = (intercepts || isAttracting) && at === 'exit' && directions.toHost[direction] === planned.host
      const leaves = intercepts && direction !== loopback && isLeaving(direction, at)
      const elsewhere = leaves ? back : tap === NONE ? PASS : ({ action: 'divert', direction: tap } as const)
      attach(direction, at, isAtHost ? TAKE : elsewhere)
    }
    if (hasOwnHost || intercepts) rules.takeAll(loopback)
    if (!hasOwnHost) return
    for (let direction = 0; direction < directions.count; direction++) {
      if (direction === loopback) continue
      if (directions.fromHost[direction] === planned.host)
        rules.attach(direction, 'entry', { judge: (_, packet) => this.judgeOwn(attacker, back, packet) })
      else if (directions.toHost[direction] !== planned.host) continue
      else if (isAttracting) attach(direction, 'exit', TAKE)
      else if (planned.tapOf.includes(direction)) rules.takeAll(direction)
    }
  }

  /** Packets of others come to its host by themselves, and it forwards what none of its steps is about. */
  private isAttracting(attacker: number, { vantage, hasRawSockets }: PlannedAttacker): boolean {
    return this.plan.steps.some((step) => {
      const { attracts, needs } = TECHNIQUES[step.technique]
      return step.attacker === attacker && attracts === true && hasRawSockets && hasAbilities(vantage, needs)
    })
  }

  // On watched directions.

  private judge(post: Post, packet: Packet): RuleVerdict {
    if (this.state.isSilent || !this.isOnTheWire(post) || this.isSentOn(post, packet)) return PASS
    const { attacker, direction, at, diversion, isLeaving } = post
    const { sighting } = this
    const { packets, directions } = this.network
    sighting.attacker = attacker
    sighting.packet = packet
    sighting.direction = direction
    sighting.serial = at === 'entry' ? directions.nextSerial[direction] : packets.serial[packet]
    sighting.seenInNs = this.seenInNs(post, packet)
    sighting.diversion = diversion
    sighting.isLeaving = isLeaving
    if (this.isItsOwn(attacker, packet)) return PASS
    this.sighted.see(attacker, packet, direction, sighting.serial)
    if (diversion !== PASS && this.diverting.isOwn(attacker, packet)) return diversion
    const index = this.indexes[attacker]
    const toward = this.ask(index.withServer(packets.destination[packet], packets.destinationPort[packet]), true)
    if (toward !== PASS) return toward
    const back = this.ask(index.withServer(packets.source[packet], packets.sourcePort[packet]), false)
    if (back !== PASS || !index.hasAnyServer) return back
    const towardAny = this.ask(index.withAnyServer(packets.destinationPort[packet]), true)
    return towardAny === PASS ? this.ask(index.withAnyServer(packets.sourcePort[packet]), false) : towardAny
  }

  /** On a host that it has taken it saw the packet when that came. */
  private isSentOn({ attacker, direction, at }: Post, packet: Packet): boolean {
    const { packets, directions, addresses } = this.network
    const { host } = this.plan.attackers[attacker]
    if (at === 'exit' || directions.fromHost[direction] !== host) return false
    return addresses.hostOf(packets.source[packet], host) !== host
  }

  /** On a segment it sees again what it has sent, by its sockets or forged. */
  private isItsOwn(attacker: number, packet: Packet): boolean {
    if (!this.haveOwnHosts[attacker]) return false
    return this.forge.hasMade(attacker, packet) || this.diverting.isFromOwn(attacker, packet)
  }

  /** Whoever sits beside a link sees nothing of what the link does not take. */
  private isOnTheWire({ direction, at }: Post): boolean {
    const { directions } = this.network
    if (at === 'exit') return true
    const waitsNs = directions.busyUntilTick[direction] - this.timeline.now
    return directions.isUp[direction] === 1 && waitsNs <= directions.queueLimitNs[direction]
  }

  /** Beside a link one sits in its middle, and has a packet when its last bit has come by. */
  private seenInNs({ attacker, direction, at }: Post, packet: Packet): number {
    const { packets, directions } = this.network
    if (at === 'exit' || directions.fromHost[direction] === this.plan.attackers[attacker].host) return 0
    const waitsNs = Math.max(0, directions.busyUntilTick[direction] - this.timeline.now)
    const ownNs = directions.serializationNs(direction, packets.wireBytes(packet))
    return waitsNs + ownNs + Math.floor(directions.delayNs[direction] / 2)
  }

  private ask(candidates: readonly LegOfStep[], isTowardServer: boolean): RuleVerdict {
    if (candidates.length === 0) return PASS
    const { sighting, state, tally } = this
    const { packets } = this.network
    const { packet, direction, serial } = sighting
    sighting.candidates = candidates
    sighting.isTowardServer = isTowardServer
    sighting.clientAddress = isTowardServer ? packets.source[packet] : packets.destination[packet]
    for (let i = 0; i < candidates.length; i++) {
      const { step, leg } = candidates[i]
      const isSeen = !leg.isSpare && sighting.isAbout(leg) && state.isAtWork(step)
      if (isSeen) tally.note(step, leg.path, 'packet', 1, direction, serial)
    }
    let asked: number = NONE
    for (let i = 0; i < candidates.length; i++) {
      const { step, leg } = candidates[i]
      if (step === asked || !sighting.isAbout(leg) || !state.isAtWork(step)) continue
      asked = step
      const verdict = this.askStep(step)
      if (verdict !== PASS) return verdict
    }
    return PASS
  }

  private askStep(step: number): RuleVerdict {
    const agent = this.agents[step]
    if (agent === null) return PASS
    const { network, sighting } = this
    const sender = network.directions.fromHost[sighting.direction]
    const { match } = this.plan.steps[step]
    if (!matchesPacket(match, network.packets, sighting.packet, network.addresses, sender)) return PASS
    const verdict = agent.onPacket(step, sighting)
    return verdict === null ? PASS : this.noted(step, verdict)
  }

  private noted(step: number, verdict: RuleVerdict): RuleVerdict {
    this.state.noteAct(step)
    return verdict
  }

  // Packets that an attacker's own host sends.

  /** Whatever addresses they bear, they find the servers that it runs in the names of others. */
  private judgeOwn(attacker: number, back: RuleVerdict, packet: Packet): RuleVerdict {
    const { state, diverting } = this
    if (state.isSilent) return PASS
    if (diverting.isOwn(attacker, packet)) return back
    if (!diverting.isDial(packet) || !diverting.isForOthers(attacker, packet)) return PASS
    const { destination, destinationPort } = this.network.packets
    const candidates = this.indexes[attacker].withServer(destination[packet], destinationPort[packet])
    for (let i = 0; i < candidates.length; i++) {
      const { step } = candidates[i]
      if (this.takesConnections[step] && state.isAtWork(step)) return this.noted(step, back)
    }
    return PASS
  }
}

/** Makes the packet agent of each step; steps of one technique share one. */
function agentsOf({ steps, attackers }: AttackPlan, tools: AgentTools): readonly (PacketAgent | null)[] {
  const byTechnique = new Map<TechniqueName, PacketAgent | null>()
  return steps.map(({ technique, attacker }) => {
    const { needs, packets } = TECHNIQUES[technique]
    if (!hasAbilities(attackers[attacker].vantage, needs)) return null
    const agent = byTechnique.get(technique) ?? packets?.(tools) ?? null
    byTechnique.set(technique, agent)
    return agent
  })
}
