import type { Arena } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { HttpDirectory } from '../../http/message.ts'
import type { Network } from '../../network/network.ts'
import { DROP, MODIFY, PASS, type RuleVerdict, TAKE } from '../../network/packet-rule.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { Answer } from '../../workload/answer.ts'
import type { AttackPlan, PlannedAttacker } from '../attack-plan.ts'
import { Forge } from '../forge.ts'
import { ForgedMessages } from '../forged-messages.ts'
import { type AttackState, NEVER } from '../state/attack-state.ts'
import type { Tally } from '../state/tally.ts'
import { ABILITIES, isAbleTo, type TechniqueName } from '../vantage.ts'
import { Diverting, type Ends, takesConnections } from './diverting.ts'
import { Guessing } from './guessing.ts'
import { Injecting } from './injecting.ts'
import { LegIndex, type LegOfStep } from './leg-index.ts'
import { matchesPacket } from './packet-match.ts'
import { Replaying } from './replaying.ts'
import { Resetting } from './resetting.ts'
import { Sender } from './sender.ts'
import { Sighting } from './sighting.ts'
import { Spoofing } from './spoofing.ts'
import { Tampering } from './tampering.ts'

/** Who reads what an attacker sees. */
export interface Sighted {
  see(attacker: number, packet: number, direction: number, serial: number): void
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
  readonly answers: readonly (Answer | undefined)[]
}

/** Where a rule sits, and what it can do there with a packet that its attacker's host is to have. */
interface Post {
  readonly attacker: number
  readonly direction: number
  readonly at: 'entry' | 'exit'
  /** PASS: nothing. */
  readonly diversion: RuleVerdict
}

/** How often somebody sends who has nothing to go by, and how much in all, unless the step says so. */
const GUESSING_INTERVAL_NS = 1_000_000
const GUESSES = 1_000

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
  /** By step: what becomes of a packet that it holds up. */
  private readonly delays: readonly RuleVerdict[]
  /** By attacker. */
  private readonly haveOwnHosts: readonly boolean[]
  private readonly forge: Forge
  private readonly diverting: Diverting
  private readonly tampering: Tampering
  private readonly resetting: Resetting
  private readonly injecting: Injecting
  private readonly replaying: Replaying
  private readonly guessing: Guessing
  private readonly spoofing: Spoofing

  constructor(parts: AgentParts) {
    const { arena, network, contents, plan, tally } = parts
    this.timeline = parts.timeline
    this.network = network
    this.plan = plan
    this.state = parts.state
    this.tally = tally
    this.sighted = parts.sighted
    this.indexes = plan.attackers.map((_, attacker) => new LegIndex(plan, attacker))
    this.delays = plan.steps.map(({ delayNs }) => ({ action: 'delay', delayNs }))
    const forge = new Forge(arena, network, contents, plan)
    this.forge = forge
    this.haveOwnHosts = plan.attackers.map(({ vantage }) => ABILITIES[vantage].hasOwnHost)
    const messages = new ForgedMessages(contents, parts.directory, parts.answers)
    const sender = new Sender(network, plan, tally)
    this.diverting = new Diverting(network, parts.ends, plan)
    this.tampering = new Tampering(arena, network, contents, plan)
    this.resetting = new Resetting(network, forge, sender)
    this.injecting = new Injecting(network, contents, plan, forge, messages, sender)
    this.replaying = new Replaying(network, forge, sender)
    this.guessing = new Guessing(contents, plan, forge, messages, sender)
    this.spoofing = new Spoofing(network, plan, parts.state, tally)
    for (const [attacker, planned] of plan.attackers.entries()) this.post(attacker, planned)
  }

  /** What a step does by itself has its turn. Returns the tick of the next; NONE: there is none. */
  onTurn(step: number): number {
    const { attacker, technique, startTick } = this.plan.steps[step]
    const { vantage } = this.plan.attackers[attacker]
    if (this.state.isLeftOut(step)) return NONE
    if (this.timeline.now < startTick) return startTick
    if (!isAbleTo(vantage, technique)) return NONE
    if (technique === 'spoof-arp') return this.spoof(step)
    if (!ABILITIES[vantage].sees && (technique === 'reset' || technique === 'inject')) return this.guess(step)
    return NONE
  }

  private isAble(attacker: number, technique: TechniqueName): boolean {
    const { vantage, hasRawSockets } = this.plan.attackers[attacker]
    return isAbleTo(vantage, technique) && (hasRawSockets || technique !== 'spoof-arp')
  }

  /** From its begin to its end. */
  private spoof(step: number): number {
    const { startTick, endTick } = this.plan.steps[step]
    if (this.timeline.now >= endTick) this.spoofing.end(step)
    else if (this.timeline.now === startTick && this.state.isAtWork(step)) this.spoofing.begin(step)
    else return NONE
    return this.timeline.now < endTick && endTick < Number.POSITIVE_INFINITY ? endTick : NONE
  }

  /** One packet of somebody who sees nothing. */
  private guess(step: number): number {
    const { state, timeline } = this
    const { count, delayNs } = this.plan.steps[step]
    const acts = state.acts(step)
    const isDone = count === Number.POSITIVE_INFINITY && acts >= GUESSES
    if (isDone || !state.isAtWork(step) || !this.guessing.act(step, acts)) return NONE
    state.noteAct(step)
    return timeline.now + (delayNs > 0 ? delayNs : GUESSING_INTERVAL_NS)
  }

  private post(attacker: number, planned: PlannedAttacker): void {
    const { rules, directions, routing } = this.network
    const attach = (direction: number, at: 'entry' | 'exit', diversion: RuleVerdict) => {
      const post: Post = { attacker, direction, at, diversion }
      rules.attach(direction, at, { judge: (_, packet) => this.judge(post, packet) })
    }
    const isSentForOthers = this.isSentForOthers(attacker)
    const { intercepts, hasOwnHost } = ABILITIES[planned.vantage]
    const takes = intercepts || isSentForOthers
    const loopback = routing.nextDirection(planned.host, LOOPBACK)
    const back: RuleVerdict = { action: 'divert', direction: loopback }
    for (const { direction, at } of planned.watched) {
      const tap = intercepts ? planned.tapOf[direction] : NONE
      const isAtHost = takes && at === 'exit' && directions.toHost[direction] === planned.host
      const leaves = intercepts && direction !== loopback && this.isLeaving({ attacker, direction, at })
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
      else if (isSentForOthers) attach(direction, 'exit', TAKE)
      else if (planned.tapOf.includes(direction)) rules.takeAll(direction)
    }
  }

  /** Others' packets come to its host by themselves, and it sends on what none of its steps is about. */
  private isSentForOthers(attacker: number): boolean {
    const spoofs = this.plan.steps.some((step) => step.attacker === attacker && step.technique === 'spoof-arp')
    return spoofs && this.isAble(attacker, 'spoof-arp')
  }

  // On watched directions.

  private judge(post: Post, packet: number): RuleVerdict {
    if (this.state.isSilent || !this.isOnTheWire(post) || this.isSentOn(post, packet)) return PASS
    const { attacker, direction, at, diversion } = post
    const { sighting } = this
    const { packets, directions } = this.network
    sighting.attacker = attacker
    sighting.packet = packet
    sighting.direction = direction
    sighting.serial = at === 'entry' ? directions.nextSerial[direction] : packets.serial[packet]
    sighting.seenInNs = this.seenInNs(post, packet)
    if (this.isItsOwn(attacker, packet)) return PASS
    this.sighted.see(attacker, packet, direction, sighting.serial)
    if (diversion !== PASS && this.diverting.isOwn(attacker, packet)) return diversion
    const index = this.indexes[attacker]
    const toward = this.ask(post, index.withServer(packets.destination[packet], packets.destinationPort[packet]), true)
    if (toward !== PASS) return toward
    const back = this.ask(post, index.withServer(packets.source[packet], packets.sourcePort[packet]), false)
    if (back !== PASS || !index.hasAnyServer) return back
    const towardAny = this.ask(post, index.withAnyServer(packets.destinationPort[packet]), true)
    return towardAny === PASS ? this.ask(post, index.withAnyServer(packets.sourcePort[packet]), false) : towardAny
  }

  /** On a host that it has taken it saw the packet when that came. */
  private isSentOn({ attacker, direction, at }: Post, packet: number): boolean {
    const { packets, directions, addresses } = this.network
    const { host } = this.plan.attackers[attacker]
    if (at === 'exit' || directions.fromHost[direction] !== host) return false
    return addresses.hostOf(packets.source[packet], host) !== host
  }

  /** On a segment it sees again what it has sent, by its sockets or forged. */
  private isItsOwn(attacker: number, packet: number): boolean {
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
  private seenInNs({ attacker, direction, at }: Post, packet: number): number {
    const { packets, directions } = this.network
    if (at === 'exit' || directions.fromHost[direction] === this.plan.attackers[attacker].host) return 0
    const waitsNs = Math.max(0, directions.busyUntilTick[direction] - this.timeline.now)
    const ownNs = directions.serializationNs(direction, packets.wireBytes(packet))
    return waitsNs + ownNs + Math.floor(directions.delayNs[direction] / 2)
  }

  private ask(post: Post, candidates: readonly LegOfStep[], isTowardServer: boolean): RuleVerdict {
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
    let asked = NONE
    for (let i = 0; i < candidates.length; i++) {
      const { step, leg } = candidates[i]
      if (step === asked || !sighting.isAbout(leg) || !state.isAtWork(step)) continue
      asked = step
      const verdict = this.askStep(post, step)
      if (verdict !== PASS) return verdict
    }
    return PASS
  }

  private askStep(post: Post, step: number): RuleVerdict {
    const { attacker, direction, diversion } = post
    const { network, sighting } = this
    const { technique, match } = this.plan.steps[step]
    const { packet } = sighting
    const sender = network.directions.fromHost[direction]
    if (!matchesPacket(match, network.packets, packet, network.addresses, sender)) return PASS
    if (!this.isAble(attacker, technique)) return PASS
    if (takesConnections(technique)) {
      const isTaken = diversion !== PASS && sighting.isTowardServer && this.diverting.isDial(packet)
      return isTaken && this.mayTake(post, step, packet) ? this.noted(step, diversion) : PASS
    }
    if (technique === 'drop') return this.noted(step, DROP)
    if (technique === 'delay') return this.noted(step, this.delays[step])
    if (technique === 'tamper') return this.tampering.act(sighting) ? this.noted(step, MODIFY) : PASS
    return this.forges(technique, step) ? this.noted(step, PASS) : PASS
  }

  /** A host that it has taken puts a packet of its own on the wire. */
  private isLeaving({ attacker, direction, at }: Omit<Post, 'diversion'>): boolean {
    const isFromHost = this.network.directions.fromHost[direction] === this.plan.attackers[attacker].host
    return at === 'entry' && isFromHost && !this.haveOwnHosts[attacker]
  }

  /** Of what a taken host dials itself, that which is for others: where their tunnel ends. */
  private mayTake(post: Post, step: number, packet: number): boolean {
    if (!this.isLeaving(post)) return this.hasComeBy(step, packet)
    return this.plan.steps[step].technique !== 'spoof-arp' && this.diverting.isForOthers(post.attacker, packet)
  }

  /** What was spoofed for; what comes to a host anyway is no work of that. */
  private hasComeBy(step: number, packet: number): boolean {
    const { attacker, technique } = this.plan.steps[step]
    if (technique !== 'spoof-arp') return true
    const { packets, addresses } = this.network
    const { host } = this.plan.attackers[attacker]
    return this.state.firstActTick(step) !== NEVER && addresses.hostOf(packets.destination[packet], host) !== host
  }

  private forges(technique: TechniqueName, step: number): boolean {
    switch (technique) {
      case 'reset':
        return this.resetting.act(step, this.sighting)
      case 'inject':
        return this.injecting.act(step, this.sighting)
      case 'replay':
        return this.replaying.act(step, this.sighting)
      default:
        return false
    }
  }

  private noted(step: number, verdict: RuleVerdict): RuleVerdict {
    this.state.noteAct(step)
    return verdict
  }

  // Packets that an attacker's own host sends.

  /** Whatever addresses they bear, they find the servers that it runs in the names of others. */
  private judgeOwn(attacker: number, back: RuleVerdict, packet: number): RuleVerdict {
    const { state, diverting, plan } = this
    if (state.isSilent) return PASS
    if (diverting.isOwn(attacker, packet)) return back
    if (!diverting.isDial(packet) || !diverting.isForOthers(attacker, packet)) return PASS
    const { destination, destinationPort } = this.network.packets
    const candidates = this.indexes[attacker].withServer(destination[packet], destinationPort[packet])
    for (let i = 0; i < candidates.length; i++) {
      const { step } = candidates[i]
      if (takesConnections(plan.steps[step].technique) && state.isAtWork(step)) return this.noted(step, back)
    }
    return PASS
  }
}
