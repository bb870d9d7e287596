import type { PacketEntry } from '../../packets/packet-entry.ts'
import type { MessageEntry, PacketPointer, Story } from '../../packets/story.ts'

/** The messages and packets of a connection around a piece of evidence. */
export interface StoryView {
  /** The hosts between which messages are sent, in the order in which they appear. */
  readonly hosts: readonly string[]
  readonly messages: readonly MessageView[]
  readonly messagesLeftOut: number
  readonly packets: readonly PacketView[]
  readonly packetsLeftOut: number
}

export interface MessageView {
  readonly atNs: number
  readonly from: string
  /** Null if no host has received all of it. */
  readonly to: string | null
  readonly text: string
  readonly bytes: number
  /** The attacker that forged or altered it; null for none. */
  readonly forgedBy: string | null
  readonly alteredBy: string | null
  /** True if the packet in the evidence has bytes of it. */
  readonly isEvidence: boolean
}

export interface PacketView {
  readonly link: string
  readonly packet: number
  readonly atNs: number
  readonly arrivedNs: number | null
  readonly from: string
  readonly to: string
  readonly text: string
  readonly wireBytes: number
  readonly stage: PacketEntry['stage']
  readonly forgedBy: string | null
  readonly alteredBy: string | null
  readonly isEvidence: boolean
}

/** The most messages of a diagram. */
const MOST_MESSAGES = 24

/** Returns the story around a packet; null if the packet was not found. */
export function viewStory({ pointer, packets, packetsLeftOut, messages, messagesLeftOut }: Story): StoryView | null {
  if (packets.length === 0) return null
  const views = messages.map((message) => messageView(message, pointer))
  const shown = around(views, MOST_MESSAGES)
  return {
    hosts: [...new Set(shown.flatMap(({ from, to }) => (to === null ? [from] : [from, to])))],
    messages: shown,
    messagesLeftOut: messagesLeftOut + views.length - shown.length,
    packets: packets.map((packet) => packetView(packet, pointer)),
    packetsLeftOut,
  }
}

/** Returns the messages around the evidence. It is in the middle if there are enough on both sides. */
function around(messages: readonly MessageView[], most: number): readonly MessageView[] {
  const middle = messages.findIndex(({ isEvidence }) => isEvidence)
  const first = Math.max(0, Math.min(messages.length - most, middle - Math.floor(most / 2)))
  return messages.slice(first, first + most)
}

function messageView(message: MessageEntry, pointer: PacketPointer): MessageView {
  const { sentNs, from, to, layer, text, bytes, forgedBy, alteredBy, packets } = message
  return {
    atNs: sentNs,
    from: hostText(from),
    to: to === null ? null : hostText(to),
    text: layer === 'tcp' ? `TCP ${text}` : text,
    bytes,
    forgedBy,
    alteredBy,
    isEvidence: packets.some(({ link, packet }) => link === pointer.link && packet === pointer.packet),
  }
}

function packetView(entry: PacketEntry, pointer: PacketPointer): PacketView {
  const { link, packet, sentNs, arrivedNs, from, to, flags, payloadBytes, wireBytes, stage, carries } = entry
  const retransmitted = entry.isRetransmission ? ', retransmission' : ''
  const numbers = `seq ${entry.sequenceNumber}, ack ${entry.acknowledgementNumber}, win ${entry.window}`
  return {
    link,
    packet,
    atNs: sentNs,
    arrivedNs,
    from: `${hostText(from)} ${entry.source}`,
    to: `${hostText(to)} ${entry.destination}`,
    text: [`${flags} ${numbers}, length ${payloadBytes}${retransmitted}`, ...carries].join('; '),
    wireBytes,
    stage,
    forgedBy: entry.forgedBy,
    alteredBy: entry.alteredBy,
    isEvidence: link === pointer.link && packet === pointer.packet,
  }
}

/** Returns the name of a host for readers. Names of attackers' own hosts begin with `~`. */
function hostText(name: string): string {
  return name.startsWith('~') ? `attacker ${name.slice(1)}` : name
}
