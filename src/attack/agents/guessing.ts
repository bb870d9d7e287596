import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import { ACK, RST } from '../../network/header-flags.ts'
import type { RuleVerdict } from '../../network/packet-rule.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { Forge } from '../forge.ts'
import type { ForgedMessages } from '../forged-messages.ts'
import type { Leg, PlannedAttackers } from '../planned-attackers.ts'
import type { AttackState } from '../state/attack-state.ts'
import { VANTAGES } from '../vantages.ts'
import type { AgentTools, PacketAgent } from './packet-agent.ts'
import type { Sender } from './sender.ts'
import type { Sighting } from './sighting.ts'

/** Ports that Linux gives to clients (net.ipv4.ip_local_port_range). */
const FIRST_PORT = 32_768
const PORTS = 28_232
const WINDOW = 65_535
const PACKET_BYTES = 52
/** As much as a small record. */
const GARBAGE_BYTES = 64
/** Between two packets, and how many in all, unless the step says so. */
const INTERVAL_NS = 1_000_000
const GUESSES = 1_000

/**
 * Sends packets for an attacker that sees none: it knows addresses and the server's port, and guesses the client's port
 * and a sequence number, anew for each packet, to both ends in turn. An attacker that sees packets acts on those.
 */
export class Guessing implements PacketAgent {
  private readonly timeline: Timeline
  private readonly contents: Contents
  private readonly plan: PlannedAttackers
  private readonly state: AttackState
  private readonly forge: Forge
  private readonly messages: ForgedMessages
  private readonly sender: Sender
  private readonly isReset: boolean
  private readonly onSight: PacketAgent

  constructor(tools: AgentTools, sends: 'reset' | 'garbage', onSight: PacketAgent) {
    this.timeline = tools.timeline
    this.contents = tools.contents
    this.plan = tools.plan
    this.state = tools.state
    this.forge = tools.forge
    this.messages = tools.messages
    this.sender = tools.sender
    this.isReset = sends === 'reset'
    this.onSight = onSight
  }

  onPacket(step: number, sighting: Sighting): RuleVerdict | null {
    return this.onSight.onPacket(step, sighting)
  }

  onTurn(step: number): number {
    const { state, timeline } = this
    const { attacker, count, delayNs } = this.plan.steps[step]
    if (VANTAGES[this.plan.attackers[attacker].vantage].sees) return NONE
    const acts = state.acts(step)
    const isDone = count === Number.POSITIVE_INFINITY && acts >= GUESSES
    if (isDone || !state.isAtWork(step) || !this.guess(step, acts)) return NONE
    state.noteAct(step)
    return timeline.now + (delayNs > 0 ? delayNs : INTERVAL_NS)
  }

  /** Sends the n-th packet. Returns whether it could. */
  private guess(step: number, nth: number): boolean {
    const { legs } = this.plan.steps[step]
    const leg = legs[Math.floor(nth / 2) % legs.length]
    if (leg === undefined || leg.clientAddress === NONE || leg.serverAddress === NONE) return false
    const isToClient = nth % 2 === 0
    const destination = isToClient ? leg.clientAddress : leg.serverAddress
    if (!this.sender.reaches(step, destination, PACKET_BYTES + GARBAGE_BYTES)) return false
    this.writeHeader(step, leg, isToClient)
    if (this.isReset) this.sender.sendNow(step, leg.path, this.forge.bare(step))
    else this.sendGarbage(step, leg.path)
    return true
  }

  private writeHeader(step: number, leg: Leg, isToClient: boolean): void {
    const { forge, isReset } = this
    const { header } = forge
    const clientPort = FIRST_PORT + (forge.draw(step) % PORTS)
    header.source = isToClient ? leg.serverAddress : leg.clientAddress
    header.sourcePort = isToClient ? leg.serverPort : clientPort
    header.destination = isToClient ? leg.clientAddress : leg.serverAddress
    header.destinationPort = isToClient ? clientPort : leg.serverPort
    header.flags = isReset ? RST : ACK
    header.sequenceNumber = forge.draw(step)
    header.acknowledgementNumber = isReset ? 0 : forge.draw(step)
    header.window = isReset ? 0 : WINDOW
  }

  private sendGarbage(step: number, path: number): void {
    const content = this.forge.content(step)
    this.messages.writeGarbage(content, GARBAGE_BYTES)
    this.sender.sendNow(step, path, this.forge.carrying(step, content, 0, GARBAGE_BYTES))
    this.contents.drop(content)
  }
}
