import { ACK, RST } from '../../network/header-flags.ts'
import { PASS, type RuleVerdict } from '../../network/packet-rule.ts'
import type { Packet } from '../../network/rows.ts'
import type { Observation } from './observation.ts'
import type { AgentTools, PacketAgent } from './packet-agent.ts'
import { isSyn, nextSequence } from './packet-match.ts'

const RESET_BYTES = 40

/**
 * Sends a forged RST to both ends of a connection. An end accepts a reset only at exactly the next sequence number that
 * it expects (RFC 5961 section 3.2). A packet shows both numbers: what its sender expects, and what its receiver will.
 */
export class ResetAgent implements PacketAgent {
  private readonly tools: AgentTools
  /** The time from an observed packet until its own is sent, for each step. */
  private readonly delaysNs: readonly number[]

  constructor(tools: AgentTools, delaysNs: readonly number[]) {
    this.tools = tools
    this.delaysNs = delaysNs
  }

  onPacket(step: number, observation: Observation): RuleVerdict | null {
    const { packet } = observation
    if ((this.tools.network.packets.flags[packet] & RST) !== 0) return null
    const isSenderReset = this.resetSender(step, observation, packet)
    const isReceiverReset = this.resetReceiver(step, observation, packet)
    return isSenderReset || isReceiverReset ? PASS : null
  }

  private resetSender(step: number, observation: Observation, packet: Packet): boolean {
    const { forge, sender, network } = this.tools
    const { packets } = network
    if (!sender.reaches(step, packets.source[packet], RESET_BYTES)) return false
    const isOpening = isSyn(packets, packet)
    forge.setReply(packet, isOpening ? nextSequence(packets, packet) : 0)
    // In SYN-SENT only a reset that acknowledges the SYN is accepted (RFC 9293 section 3.10.7.3).
    forge.header.flags = isOpening ? RST | ACK : RST
    forge.header.sequenceNumber = isOpening ? 0 : packets.acknowledgementNumber[packet]
    return this.send(step, observation)
  }

  private resetReceiver(step: number, observation: Observation, packet: Packet): boolean {
    const { forge, sender, network } = this.tools
    const { packets } = network
    if (!sender.reaches(step, packets.destination[packet], RESET_BYTES)) return false
    forge.setNext(packet, nextSequence(packets, packet))
    forge.header.flags = RST
    forge.header.acknowledgementNumber = 0
    return this.send(step, observation)
  }

  private send(step: number, observation: Observation): boolean {
    const { forge, sender } = this.tools
    forge.header.window = 0
    sender.send(step, observation, forge.withoutData(step), this.delaysNs[step])
    return true
  }
}
