import { NONE } from '../../engine/table.ts'
import { isEnd, REQUEST_HEAD, RESPONSE_HEAD } from '../../http/marks.ts'
import { ACK, SYN } from '../../network/header-flags.ts'
import type { Network } from '../../network/network.ts'
import { PASS, type RuleVerdict } from '../../network/packet-rule.ts'
import type { Packet } from '../../network/rows.ts'
import type { Content, Mark } from '../../transport/rows.ts'
import { COVERED, type Contents } from '../../transport/streams/content.ts'
import type { Forge } from '../forge.ts'
import type { ForgedMessages } from '../forged-messages.ts'
import type { PlannedAttackers } from '../planned-attackers.ts'
import type { AgentTools, PacketAgent } from './packet-agent.ts'
import { isDial, nextSequence } from './packet-match.ts'
import type { Sender } from './sender.ts'
import type { Sighting } from './sighting.ts'

/** Kinds of marks of TLS and SSH: what is sealed (see MarkTable). */
const LAST_SEALED_KIND = 19
const HEADER_BYTES = 52
const SYN_BYTES = 60
/** What whoever answers may send at once (RFC 6928). */
const MOST_SEGMENTS = 10

/**
 * Says something in the place of the end that would speak next, and so races it: of bytes that come twice, the first
 * count. To a request it answers; where a step is about packets of the server alone, it asks once more what that has
 * just answered. In a sealed stream the forgery is a record that nobody sealed.
 */
export class Injecting implements PacketAgent {
  private readonly network: Network
  private readonly contents: Contents
  private readonly plan: PlannedAttackers
  private readonly forge: Forge
  private readonly messages: ForgedMessages
  private readonly sender: Sender

  constructor({ network, contents, plan, forge, messages, sender }: AgentTools) {
    this.network = network
    this.contents = contents
    this.plan = plan
    this.forge = forge
    this.messages = messages
    this.sender = sender
  }

  onPacket(step: number, sighting: Sighting): RuleVerdict | null {
    return this.sendInto(step, sighting) ? PASS : null
  }

  private sendInto(step: number, sighting: Sighting): boolean {
    const { match } = this.plan.steps[step]
    if (match.kind === 'syn') return this.answerDial(step, sighting)
    const isAboutServers = match.fromHost !== NONE || match.toHost !== NONE
    if (!sighting.isTowardServer && !isAboutServers) return false
    const mark = this.markIn(sighting.packet, sighting.isTowardServer)
    return mark !== NONE && this.sayInstead(step, sighting, mark)
  }

  /** A SYN-ACK from nowhere: if it comes first, the client believes in a connection that the server knows nothing of. */
  private answerDial(step: number, sighting: Sighting): boolean {
    const { packet } = sighting
    if (!isDial(this.network.packets, packet)) return false
    if (!this.sender.reaches(step, this.network.packets.source[packet], SYN_BYTES)) return false
    this.forge.answer(packet, nextSequence(this.network.packets, packet))
    this.forge.header.sequenceNumber = this.forge.draw(step)
    this.forge.header.flags = SYN | ACK
    const answer = this.forge.bare(step)
    const { packets } = this.network
    packets.maximumSegmentBytes[answer] = packets.maximumSegmentBytes[packet]
    packets.windowScale[answer] = packets.windowScale[packet]
    this.sender.send(step, sighting, answer)
    return true
  }

  /** The end of a message in the packet after which the other end speaks; NONE: there is none. */
  private markIn(packet: Packet, isTowardServer: boolean): Mark {
    const { packets } = this.network
    if (packets.payloadBytes[packet] === 0) return NONE
    const { marks } = this.contents
    const start = packets.contentOffset[packet]
    const end = start + packets.payloadBytes[packet]
    let mark = this.contents.markAt(packets.content[packet], start)
    for (; mark !== NONE && marks.endOffset[mark] <= end; mark = marks.next[mark])
      if (this.endsTurn(mark, isTowardServer)) return mark
    return NONE
  }

  private endsTurn(mark: Mark, isTowardServer: boolean): boolean {
    const { marks } = this.contents
    const kind = marks.kind[mark]
    if (kind !== COVERED && kind <= LAST_SEALED_KIND) return true
    if (isTowardServer) return kind === REQUEST_HEAD
    return kind >= RESPONSE_HEAD && isEnd(marks.detail[mark]) && marks.subject[mark] !== NONE
  }

  private sayInstead(step: number, sighting: Sighting, mark: Mark): boolean {
    const { packets } = this.network
    const { packet } = sighting
    const most = this.sender.mostBytes(step, packets.source[packet]) - HEADER_BYTES
    if (most <= 0) return false
    const content = this.forge.content(step)
    this.write(content, mark, most * MOST_SEGMENTS)
    this.forge.answer(packet, nextSequence(packets, packet))
    const first = this.forge.header.sequenceNumber
    const lengthBytes = this.contents.lengthBytes(content)
    for (let offset = 0; offset < lengthBytes; offset += most) {
      this.forge.header.sequenceNumber = first + offset
      const segment = this.forge.carrying(step, content, offset, Math.min(most, lengthBytes - offset))
      this.sender.send(step, sighting, segment)
    }
    this.contents.drop(content)
    return lengthBytes > 0
  }

  private write(content: Content, mark: Mark, mostBytes: number): void {
    const { marks } = this.contents
    const kind = marks.kind[mark]
    if (kind <= LAST_SEALED_KIND) this.messages.writeGarbage(content, marks.lengthBytes[mark])
    else if (kind === REQUEST_HEAD) this.messages.writeAnswer(content, marks.value[mark], marks.detail[mark], mostBytes)
    else this.messages.writeRequest(content, marks.subject[mark], marks.detail[mark])
  }
}
