import { NONE } from '../../engine/table.ts'
import { ACK, RST } from '../../network/header-flags.ts'
import type { RuleVerdict } from '../../network/packet-rule.ts'
import type { Leg } from '../planned-attackers.ts'
import { VANTAGES } from '../vantages.ts'
import type { Observation } from './observation.ts'
import type { AgentTools, PacketAgent } from './packet-agent.ts'

/** The range of ports that Linux gives to clients (net.ipv4.ip_local_port_range). */
const FIRST_PORT = 32_768
const PORTS = 28_232
const WINDOW = 65_535
const PACKET_BYTES = 52
/** The length of a small TLS record. */
const GARBAGE_BYTES = 64
/** The defaults of a step: the time between two packets, and the number of packets. */
const INTERVAL_NS = 1_000_000
const GUESSES = 1_000

/**
 * Sends packets for an attacker that observes none. It knows the addresses and the server's port, and guesses the
 * client's port and a sequence number anew for each packet, which go to the two ends in turn. An attacker that observes
 * packets uses the agent `whenObserving` instead.
 */
export class BlindAgent implements PacketAgent {
  private readonly tools: AgentTools
  private readonly isReset: boolean
  private readonly whenObserving: PacketAgent
  /** The time from one packet to the next, for each step; 0 for the default. */
  private readonly intervalsNs: readonly number[]

  constructor(
    tools: AgentTools,
    sends: 'reset' | 'garbage',
    intervalsNs: readonly number[],
    whenObserving: PacketAgent,
  ) {
    this.tools = tools
    this.intervalsNs = intervalsNs
    this.isReset = sends === 'reset'
    this.whenObserving = whenObserving
  }

  onPacket(step: number, observation: Observation): RuleVerdict | null {
    return this.whenObserving.onPacket(step, observation)
  }

  onTurn(step: number): number {
    const { state, timeline, plan } = this.tools
    const { attacker, count } = plan.steps[step]
    if (VANTAGES[plan.attackers[attacker].vantage].sees) return NONE
    const acts = state.acts(step)
    const isDone = count === Number.POSITIVE_INFINITY && acts >= GUESSES
    if (isDone || !state.isActive(step) || !this.guess(step, acts)) return NONE
    state.recordAct(step)
    const intervalNs = this.intervalsNs[step]
    return timeline.now + (intervalNs > 0 ? intervalNs : INTERVAL_NS)
  }

  /** Sends the `nth` packet, from 0. Returns false when it cannot be sent. */
  private guess(step: number, nth: number): boolean {
    const { plan, sender, forge } = this.tools
    const { legs } = plan.steps[step]
    const leg = legs[Math.floor(nth / 2) % legs.length]
    if (leg === undefined || leg.clientAddress === NONE || leg.serverAddress === NONE) return false
    const isToClient = nth % 2 === 0
    const destination = isToClient ? leg.clientAddress : leg.serverAddress
    if (!sender.reaches(step, destination, PACKET_BYTES + GARBAGE_BYTES)) return false
    this.writeHeader(step, leg, isToClient)
    if (this.isReset) sender.sendNow(step, leg.replica, forge.withoutData(step))
    else this.sendGarbage(step, leg.replica)
    return true
  }

  private writeHeader(step: number, leg: Leg, isToClient: boolean): void {
    const { isReset } = this
    const { forge } = this.tools
    const { header } = forge
    const clientPort = FIRST_PORT + (forge.random32(step) % PORTS)
    header.source = isToClient ? leg.serverAddress : leg.clientAddress
    header.sourcePort = isToClient ? leg.serverPort : clientPort
    header.destination = isToClient ? leg.clientAddress : leg.serverAddress
    header.destinationPort = isToClient ? clientPort : leg.serverPort
    header.flags = isReset ? RST : ACK
    header.sequenceNumber = forge.random32(step)
    header.acknowledgementNumber = isReset ? 0 : forge.random32(step)
    header.window = isReset ? 0 : WINDOW
  }

  private sendGarbage(step: number, path: number): void {
    const { contents, forge, messages, sender } = this.tools
    const content = forge.content(step)
    messages.writeGarbage(content, GARBAGE_BYTES)
    sender.sendNow(step, path, forge.withData(step, content, 0, GARBAGE_BYTES))
    contents.drop(content)
  }
}
