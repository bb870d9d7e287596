import { NONE } from '../../engine/table.ts'
import { isEnd, REQUEST_HEAD, RESPONSE_HEAD } from '../../http/marks.ts'
import { ACK, SYN } from '../../network/header-flags.ts'
import { PASS, type RuleVerdict } from '../../network/packet-rule.ts'
import type { Packet } from '../../network/rows.ts'
import type { Content, Mark } from '../../transport/rows.ts'
import { COVERED } from '../../transport/streams/content.ts'
import type { Observation } from './observation.ts'
import type { AgentTools, PacketAgent } from './packet-agent.ts'
import { isSyn, nextSequence } from './packet-match.ts'

/** The last kind of mark of TLS and SSH, whose records are encrypted (see MarkTable). */
const LAST_SEALED_KIND = 19
const HEADER_BYTES = 52
const SYN_BYTES = 60
/** The number of segments that a sender may send at once (the initial window of RFC 6928). */
const MOST_SEGMENTS = 10

/**
 * Injects data that seem to come from the end whose turn it is to send. They must arrive before that end's own data,
 * because a receiver keeps the first copy of each byte. The data are a response to an observed request. If the step
 * matches packets of the server only, they repeat the request that the server has just answered. In an encrypted
 * stream they are a record that does not decrypt.
 */
export class InjectionAgent implements PacketAgent {
  private readonly tools: AgentTools
  /** The time from an observed packet until its own is sent, for each step. */
  private readonly delaysNs: readonly number[]

  constructor(tools: AgentTools, delaysNs: readonly number[]) {
    this.tools = tools
    this.delaysNs = delaysNs
  }

  onPacket(step: number, observation: Observation): RuleVerdict | null {
    return this.sendInto(step, observation) ? PASS : null
  }

  private sendInto(step: number, observation: Observation): boolean {
    const { match } = this.tools.plan.steps[step]
    if (match.kind === 'syn') return this.answerDial(step, observation)
    const isAboutServers = match.fromHost !== NONE || match.toHost !== NONE
    if (!observation.isTowardServer && !isAboutServers) return false
    const mark = this.markIn(observation.packet, observation.isTowardServer)
    return mark !== NONE && this.sendInstead(step, observation, mark)
  }

  /** Forges a SYN-ACK. If it arrives first, the client has a connection that the server knows nothing of. */
  private answerDial(step: number, observation: Observation): boolean {
    const { packet } = observation
    const { network, sender, forge } = this.tools
    const { packets } = network
    if (!isSyn(packets, packet)) return false
    if (!sender.reaches(step, packets.source[packet], SYN_BYTES)) return false
    forge.setReply(packet, nextSequence(packets, packet))
    forge.header.sequenceNumber = forge.random32(step)
    forge.header.flags = SYN | ACK
    const answer = forge.withoutData(step)
    packets.maximumSegmentBytes[answer] = packets.maximumSegmentBytes[packet]
    packets.windowScale[answer] = packets.windowScale[packet]
    packets.synOptions[answer] = packets.synOptions[packet]
    sender.send(step, observation, answer, this.delaysNs[step])
    return true
  }

  /**
   * Finds the end of a message in the packet after which it is the other end's turn to send; NONE where there is none.
   */
  private markIn(packet: Packet, isTowardServer: boolean): Mark {
    const { network, contents } = this.tools
    const { packets } = network
    if (packets.payloadBytes[packet] === 0) return NONE
    const { marks } = contents
    const start = packets.contentOffset[packet]
    const end = start + packets.payloadBytes[packet]
    let mark = contents.markAt(packets.content[packet], start)
    for (; mark !== NONE && marks.endOffset[mark] <= end; mark = marks.next[mark])
      if (this.endsTurn(mark, isTowardServer)) return mark
    return NONE
  }

  private endsTurn(mark: Mark, isTowardServer: boolean): boolean {
    const { marks } = this.tools.contents
    const kind = marks.kind[mark]
    if (kind !== COVERED && kind <= LAST_SEALED_KIND) return true
    if (isTowardServer) return kind === REQUEST_HEAD
    return kind >= RESPONSE_HEAD && isEnd(marks.detail[mark]) && marks.subject[mark] !== NONE
  }

  private sendInstead(step: number, observation: Observation, mark: Mark): boolean {
    const { network, contents, forge, sender } = this.tools
    const { packets } = network
    const { packet } = observation
    const most = sender.mostBytes(step, packets.source[packet]) - HEADER_BYTES
    if (most <= 0) return false
    const content = forge.content(step)
    this.write(content, mark, most * MOST_SEGMENTS)
    forge.setReply(packet, nextSequence(packets, packet))
    const first = forge.header.sequenceNumber
    const lengthBytes = contents.lengthBytes(content)
    for (let offset = 0; offset < lengthBytes; offset += most) {
      forge.header.sequenceNumber = first + offset
      const segment = forge.withData(step, content, offset, Math.min(most, lengthBytes - offset))
      sender.send(step, observation, segment, this.delaysNs[step])
    }
    contents.drop(content)
    return lengthBytes > 0
  }

  private write(content: Content, mark: Mark, mostBytes: number): void {
    const { contents, messages } = this.tools
    const { marks } = contents
    const kind = marks.kind[mark]
    if (kind <= LAST_SEALED_KIND) messages.writeGarbage(content, marks.lengthBytes[mark])
    else if (kind === REQUEST_HEAD) messages.writeResponse(content, marks.value[mark], marks.detail[mark], mostBytes)
    else messages.writeRequest(content, marks.subject[mark], marks.detail[mark])
  }
}
