import { formatAddress } from '../network/address-book.ts'
import { RST, SYN } from '../network/header-flags.ts'
import type { Blueprint } from '../simulation/blueprint.ts'
import type { Plan } from '../simulation/plan/plan.ts'
import { type RunOptions, runForObservers } from '../simulation/run.ts'
import { describeMessage } from './describe/describe-message.ts'
import { type PacketEntry, packetEntry } from './packet-entry.ts'
import { layerOf, type MessageLayer } from './record/message-layers.ts'
import { innerMessages } from './record/messages-inside.ts'
import { PacketTap } from './record/packet-tap.ts'
import type { PacketSink, RecordedPacket } from './record/recorded-packet.ts'
import type { StreamMessage } from './record/stream-content.ts'

/** A packet that evidence names: "packet 8 on link/wan/forward". */
export interface PacketPointer {
  readonly link: string
  readonly packet: number
}

/** A message between two hosts, or the opening or reset of their connection. */
export interface MessageEntry {
  readonly layer: MessageLayer | 'tcp'
  /** The hosts that have written it and received it; `to` is null where no host has received all of it. */
  readonly from: string
  readonly to: string | null
  /** Address and port of both ends of the TCP connection that carried it first. */
  readonly connection: string
  readonly text: string
  readonly bytes: number
  /** When its first byte was put on a link, and when its last one arrived at the end of the last link. */
  readonly sentNs: number
  readonly arrivedNs: number | null
  readonly forgedBy: string | null
  readonly alteredBy: string | null
  /** The packets with bytes of it, at most 20, and the number of those that are left out. */
  readonly packets: readonly PacketPointer[]
  readonly packetsLeftOut: number
}

/** The packets and messages around a packet. */
export interface Story {
  readonly pointer: PacketPointer
  /** The packets of the same connection around it, in the order in which they were sent; empty: there is no such packet. */
  readonly packets: readonly PacketEntry[]
  /** The packets of the connection before and after these. */
  readonly packetsLeftOut: number
  readonly messages: readonly MessageEntry[]
  readonly messagesLeftOut: number
}

export interface StoryOptions extends Pick<RunOptions, 'maxEvents' | 'maxMemoryBytes' | 'shouldStop' | 'onProgress'> {
  /** The most packets, and the most messages, of a story. Default: 200. */
  readonly most?: number
}

const DEFAULT_MOST = 200
const MOST_PACKETS_OF_MESSAGE = 20

/**
 * Runs a scenario again and returns, for each packet that evidence of a verdict names, the packets of its connection
 * around it and the messages in them: who sent what to whom, and when.
 *
 * @throws BudgetExceeded when the run needs more than `maxEvents` events or `maxMemoryBytes` of memory.
 * @example
 * const [{ link, packet }] = verdicts[0].evidence
 * const [story] = storiesAround(loaded.scenario, [{ link, packet }])
 * for (const { from, to, text } of story.messages) console.log(`${from} > ${to}: ${text}`)
 */
export function storiesAround(
  scenario: { readonly blueprint: Blueprint },
  pointers: readonly PacketPointer[],
  { most = DEFAULT_MOST, ...options }: StoryOptions = {},
): readonly Story[] {
  const teller = new StoryTeller(pointers, most)
  const taps: PacketTap[] = []
  runForObservers(scenario, {
    ...options,
    observe: (simulation) => {
      taps.push(new PacketTap(simulation, [teller]))
      teller.plan = simulation.plan
    },
  })
  for (const tap of taps) tap.finish()
  return teller.tell()
}

/** The packets around one pointer, while the simulation runs. */
interface Telling {
  readonly pointer: PacketPointer
  found: RecordedPacket | null
  packets: RecordedPacket[]
  /** The number of packets after the one that was found. */
  after: number
  leftOut: number
}

/** Collects the packets of the connections of some packets. */
class StoryTeller implements PacketSink {
  plan!: Plan
  private readonly tellings: readonly Telling[]
  private readonly most: number
  /** The last packets of each connection, as long as a pointer has not been found. */
  private readonly recent = new Map<string, { packets: RecordedPacket[]; dropped: number }>()

  constructor(pointers: readonly PacketPointer[], most: number) {
    this.most = most
    this.tellings = pointers.map((pointer) => ({ pointer, found: null, packets: [], after: 0, leftOut: 0 }))
  }

  onSent(packet: RecordedPacket): void {
    const key = connectionKey(packet)
    for (const telling of this.tellings) {
      const { found, pointer } = telling
      if (found !== null && connectionKey(found) === key) this.continue(telling, packet)
      else if (found === null && pointer.packet === packet.serial && pointer.link === packet.link)
        this.begin(telling, packet, key)
    }
    this.remember(key, packet)
  }

  onArrived(): void {}

  onDiscarded(): void {}

  tell(): readonly Story[] {
    return this.tellings.map(({ pointer, packets, leftOut }) => {
      const messages = messagesOf(packets, this.plan)
      return {
        pointer,
        packets: packets.map((packet) => packetEntry(packet, this.plan)),
        packetsLeftOut: leftOut,
        messages: messages.slice(0, this.most),
        messagesLeftOut: Math.max(0, messages.length - this.most),
      }
    })
  }

  private begin(telling: Telling, packet: RecordedPacket, key: string): void {
    const { packets, dropped } = this.recent.get(key) ?? { packets: [], dropped: 0 }
    telling.found = packet
    telling.packets = [...packets, packet]
    telling.leftOut = dropped
  }

  private continue(telling: Telling, packet: RecordedPacket): void {
    telling.after++
    if (telling.after <= this.most / 2) telling.packets.push(packet)
    else telling.leftOut++
    if (telling.packets.length <= this.most) return
    telling.packets.shift()
    telling.leftOut++
  }

  private remember(key: string, packet: RecordedPacket): void {
    if (this.tellings.every(({ found }) => found !== null)) return this.recent.clear()
    const recent = this.recent.get(key) ?? { packets: [], dropped: 0 }
    recent.packets.push(packet)
    if (recent.packets.length > this.most) {
      recent.packets.shift()
      recent.dropped++
    }
    this.recent.set(key, recent)
  }
}

/** Returns the same key for both directions of a TCP connection. */
export function connectionKey({ source, sourcePort, destination, destinationPort }: RecordedPacket): string {
  const ends = [`${formatAddress(source)}:${sourcePort}`, `${formatAddress(destination)}:${destinationPort}`]
  return ends[0] < ends[1] ? `${ends[0]} ${ends[1]}` : `${ends[1]} ${ends[0]}`
}

/** Returns the messages of which the packets have bytes, in the order in which they were sent first. */
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

/** Returns the messages in a packet; its identity where it opens or resets a connection. */
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
