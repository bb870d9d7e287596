import { ACK, RST, SYN } from '../../network/header-flags.ts'
import type { Network } from '../../network/network.ts'
import { PASS, type RuleVerdict } from '../../network/packet-rule.ts'
import type { Packet } from '../../network/rows.ts'
import type { Forge } from '../forge.ts'
import type { AgentTools, PacketAgent } from './packet-agent.ts'
import { nextSequence } from './packet-match.ts'
import type { Sender } from './sender.ts'
import type { Sighting } from './sighting.ts'

const RESET_BYTES = 40

/**
 * Ends a connection in the names of both its ends. Only a reset in the exact place counts (RFC 5961 section 3.2), and
 * whoever saw a packet knows both places: where its sender waits for more, and where its receiver will.
 */
export class Resetting implements PacketAgent {
  private readonly network: Network
  private readonly forge: Forge
  private readonly sender: Sender

  constructor({ network, forge, sender }: AgentTools) {
    this.network = network
    this.forge = forge
    this.sender = sender
  }

  onPacket(step: number, sighting: Sighting): RuleVerdict | null {
    const { packet } = sighting
    if ((this.network.packets.flags[packet] & RST) !== 0) return null
    const isSenderReset = this.resetSender(step, sighting, packet)
    const isReceiverReset = this.resetReceiver(step, sighting, packet)
    return isSenderReset || isReceiverReset ? PASS : null
  }

  private resetSender(step: number, sighting: Sighting, packet: Packet): boolean {
    const { packets } = this.network
    if (!this.sender.reaches(step, packets.source[packet], RESET_BYTES)) return false
    const { header } = this.forge
    const isDial = (packets.flags[packet] & (SYN | ACK)) === SYN
    this.forge.answer(packet, isDial ? nextSequence(packets, packet) : 0)
    // Who has only dialled believes a refusal that acknowledges its SYN (RFC 9293 section 3.10.7.3).
    header.flags = isDial ? RST | ACK : RST
    header.sequenceNumber = isDial ? 0 : packets.acknowledgementNumber[packet]
    header.window = 0
    this.sender.send(step, sighting, this.forge.bare(step))
    return true
  }

  private resetReceiver(step: number, sighting: Sighting, packet: Packet): boolean {
    const { packets } = this.network
    if (!this.sender.reaches(step, packets.destination[packet], RESET_BYTES)) return false
    const { header } = this.forge
    this.forge.follow(packet, nextSequence(packets, packet))
    header.flags = RST
    header.acknowledgementNumber = 0
    header.window = 0
    this.sender.send(step, sighting, this.forge.bare(step))
    return true
  }
}
