import { formatAddress } from '../../network/address-book.ts'
import type { Plan } from '../../simulation/plan.ts'
import type { PacketEntry } from '../packet-entry.ts'
import { layerOf } from '../record/message-layers.ts'
import { visitMessages } from '../record/messages-inside.ts'
import type { RecordedPacket } from '../record/recorded-packet.ts'
import { describeWithLayer } from './describe-message.ts'
import { flagsText } from './flags-text.ts'

/** The most messages that an entry names. */
const MOST_CARRIED = 8

export function packetEntry(packet: RecordedPacket, plan: Plan): PacketEntry {
  return {
    link: packet.link,
    packet: packet.serial,
    from: packet.from,
    to: packet.to,
    sentNs: packet.sentNs,
    arrivedNs: packet.arrivedNs,
    stage: packet.stage,
    source: `${formatAddress(packet.source)}:${packet.sourcePort}`,
    destination: `${formatAddress(packet.destination)}:${packet.destinationPort}`,
    flags: flagsText(packet.flags),
    sequenceNumber: packet.sequenceNumber,
    acknowledgementNumber: packet.acknowledgementNumber,
    window: packet.window,
    wireBytes: packet.headerBytes + packet.payloadBytes,
    payloadBytes: packet.payloadBytes,
    isRetransmission: packet.isRetransmission,
    forgedBy: packet.forgedBy,
    alteredBy: packet.alteredBy,
    carries: carriedTexts(packet, plan),
  }
}

function carriedTexts({ content, contentOffset, payloadBytes }: RecordedPacket, plan: Plan): readonly string[] {
  if (content === null) return []
  const texts: string[] = []
  let leftOut = 0
  visitMessages(content, contentOffset, contentOffset + payloadBytes, (message) => {
    if (layerOf(message) === 'data') return
    if (texts.length < MOST_CARRIED) texts.push(describeWithLayer(message, plan))
    else leftOut++
  })
  if (leftOut > 0) texts.push(`${leftOut} more`)
  return texts.length === 0 ? ['bytes that no program has written as a message'] : texts
}
