import { formatAddress } from '../network/address-book.ts'
import type { PacketStage } from '../network/packet-observer.ts'
import type { Plan } from '../simulation/plan/plan.ts'
import { describeWithLayer } from './describe/describe-message.ts'
import { flagsText } from './describe/flags-text.ts'
import { layerOf } from './record/message-layers.ts'
import { visitMessages } from './record/messages-inside.ts'
import type { RecordedPacket } from './record/recorded-packet.ts'

/** A packet on one link direction, as plain values for people. */
export interface PacketEntry {
  /** The link direction, and the number of the packet there: the evidence of verdicts names packets by these. */
  readonly link: string
  readonly packet: number
  /** The host or switch at each end of the direction. */
  readonly from: string
  readonly to: string
  readonly sentNs: number
  /** When it arrived; null where it did not. */
  readonly arrivedNs: number | null
  readonly fate: PacketStage
  /** Address and port, such as `10.0.0.1:443`. */
  readonly source: string
  readonly destination: string
  /** The flags as tcpdump prints them: `[S]`, `[P.]`. */
  readonly flags: string
  readonly sequenceNumber: number
  readonly acknowledgementNumber: number
  readonly window: number
  readonly wireBytes: number
  readonly payloadBytes: number
  readonly isRetransmission: boolean
  readonly forgedBy: string | null
  readonly alteredBy: string | null
  /** The messages of which it has bytes, outer ones first: `TLS record with 120 bytes`, `HTTP GET /healthz`. */
  readonly carries: readonly string[]
}

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
    fate: packet.fate,
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
