import { formatAddress } from '../../network/address-book.ts'
import { ACK, SYN } from '../../network/header-flags.ts'
import type { PacketStage } from '../../network/packet-observer.ts'
import { HAS_SCALE } from '../../network/syn-options.ts'
import type { Plan } from '../../simulation/plan.ts'
import { packetEntry } from '../describe/describe-packet.ts'
import { flagsText } from '../describe/flags-text.ts'
import type { RecordedPacket } from '../record/recorded-packet.ts'
import type { SequenceNumbers } from './sequence-numbers.ts'

const STAGE_TEXTS: Readonly<Record<PacketStage, string>> = {
  sent: 'still on its way at the end',
  delivered: 'delivered',
  lost: 'LOST on the link',
  'dropped-at-queue': 'DROPPED at the full queue',
  'dropped-while-down': 'DROPPED while the link is down',
  'dropped-by-rule': 'DROPPED by an attacker',
  diverted: 'DIVERTED by an attacker',
  'dropped-by-firewall': 'DROPPED by the firewall',
}

/**
 * Formats a packet as one line in the manner of tcpdump: the time of sending, the name that evidence uses, the header,
 * the messages, and the packet's fate.
 */
export function packetLine(packet: RecordedPacket, plan: Plan, numbers: SequenceNumbers): string {
  const { sourcePort, destinationPort, flags, payloadBytes } = packet
  const source = `${formatAddress(packet.source)}.${sourcePort}`
  const destination = `${formatAddress(packet.destination)}.${destinationPort}`
  const { sequence, acknowledgement } = numbers.of(packet)
  const hasSequence = payloadBytes > 0 || (flags & ~ACK) !== 0
  const header = [
    `Flags ${flagsText(flags)}`,
    ...(hasSequence ? [`seq ${rangeText(packet, sequence)}`] : []),
    ...((flags & ACK) === 0 ? [] : [`ack ${acknowledgement}`]),
    `win ${packet.window}`,
    ...optionsText(packet),
    `length ${payloadBytes}`,
  ]
  const pointer = `packet ${packet.serial} on ${packet.link}`
  return `${secondsText(packet.sentNs)}  ${pointer}  ${source} > ${destination}: ${header.join(', ')}${aboutText(packet, plan)}`
}

/** Returns a time in seconds with nine digits, so that no nanosecond is lost. */
export function secondsText(ns: number): string {
  return `${Math.floor(ns / 1e9)}.${String(ns % 1e9).padStart(9, '0')}`
}

/**
 * Formats the range of sequence numbers. Those of a SYN are absolute, so that they can be searched for; others count
 * from the SYN.
 */
function rangeText({ flags, sequenceNumber, payloadBytes }: RecordedPacket, sequence: number): string {
  if ((flags & SYN) !== 0) return String(sequenceNumber)
  return payloadBytes === 0 ? String(sequence) : `${sequence}:${sequence + payloadBytes}`
}

function optionsText({ flags, maximumSegmentBytes, windowScale, synOptions, sackEdges }: RecordedPacket): string[] {
  const scale = (synOptions & HAS_SCALE) === 0 ? [] : [`wscale ${windowScale}`]
  if ((flags & SYN) !== 0) return [`mss ${maximumSegmentBytes}`, ...scale]
  if (sackEdges.length === 0) return []
  const blocks: string[] = []
  for (let i = 0; i < sackEdges.length; i += 2) blocks.push(`${sackEdges[i]}:${sackEdges[i + 1]}`)
  return [`sack ${blocks.join(' ')}`]
}

function aboutText(packet: RecordedPacket, plan: Plan): string {
  const { carries } = packetEntry(packet, plan)
  const what = carries.length === 0 ? '' : `: ${carries.join(' | ')}`
  const notes = [
    ...(packet.isRetransmission ? ['retransmission'] : []),
    ...(packet.forgedBy === null ? [] : [`forged by ${packet.forgedBy}`]),
    ...(packet.alteredBy === null ? [] : [`altered by ${packet.alteredBy}`]),
    packet.stage === 'delivered' && packet.arrivedNs !== null
      ? `arrives ${secondsText(packet.arrivedNs)}`
      : STAGE_TEXTS[packet.stage],
  ]
  return `${what} (${notes.join(', ')})`
}
