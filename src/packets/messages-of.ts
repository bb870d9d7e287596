import { formatAddress } from '../network/address-book.ts'
import { RST, SYN } from '../network/header-flags.ts'
import type { Plan } from '../simulation/plan.ts'
import { describeMessage } from './describe/describe-message.ts'
import { layerOf } from './record/message-layers.ts'
import { innerMessages } from './record/messages-inside.ts'
import type { RecordedPacket } from './record/recorded-packet.ts'
import type { StreamMessage } from './record/stream-content.ts'
import type { MessageEntry } from './story.ts'

const MOST_PACKETS_OF_MESSAGE = 20

/** Returns the same key for both directions of a TCP connection. */
export function connectionKey({ source, sourcePort, destination, destinationPort }: RecordedPacket): string {
  const ends = [`${formatAddress(source)}:${sourcePort}`, `${formatAddress(destination)}:${destinationPort}`]
  return ends[0] < ends[1] ? `${ends[0]} ${ends[1]}` : `${ends[1]} ${ends[0]}`
}

/** Returns the messages that have bytes in these packets, in the order of first sending. */
export function messagesOf(packets: readonly RecordedPacket[], plan: Plan): readonly MessageEntry[] {
  const carriersOf = new Map<StreamMessage | number, RecordedPacket[]>()
  for (const packet of packets) {
    for (const message of messagesIn(packet)) {
      const carriers = carriersOf.get(message) ?? []
      carriers.push(packet)
      carriersOf.set(message, carriers)
    }
  }
  return [...carriersOf].map(([message, carriers]) => entryOf(message, carriers, plan))
}

/** Returns the messages in a packet. A packet that opens or resets a connection gives its identity instead. */
function messagesIn(packet: RecordedPacket): readonly (StreamMessage | number)[] {
  if ((packet.flags & (SYN | RST)) !== 0) return [packet.identity]
  const { content, contentOffset, payloadBytes } = packet
  return content === null ? [] : innerMessages(content, contentOffset, contentOffset + payloadBytes)
}

function entryOf(message: StreamMessage | number, carriers: readonly RecordedPacket[], plan: Plan): MessageEntry {
  const [first] = carriers
  const arrived = carriers.filter(({ arrivedNs }) => arrivedNs !== null)
  const last = arrived.at(-1)
  const isPacket = typeof message === 'number'
  return {
    layer: isPacket ? 'tcp' : layerOf(message),
    from: isPacket ? first.from : plan.hosts[message.content.author].name,
    to: last?.to ?? null,
    connection: `${formatAddress(first.source)}:${first.sourcePort} > ${formatAddress(first.destination)}:${first.destinationPort}`,
    text: isPacket ? tcpText(first.flags) : describeMessage(message, plan),
    bytes: isPacket ? first.headerBytes : message.end - message.start,
    sentNs: first.sentNs,
    arrivedNs: last?.arrivedNs ?? null,
    forgedBy: first.forgedBy,
    alteredBy: carriers.find(({ alteredBy }) => alteredBy !== null)?.alteredBy ?? null,
    packets: carriers.slice(0, MOST_PACKETS_OF_MESSAGE).map(({ link, serial }) => ({ link, packet: serial })),
    packetsLeftOut: Math.max(0, carriers.length - MOST_PACKETS_OF_MESSAGE),
  }
}

function tcpText(flags: number): string {
  if ((flags & RST) !== 0) return 'RST'
  return (flags & 0x10) === 0 ? 'SYN' : 'SYN, ACK'
}
