import type { AttackerObserver } from '../../attack/agents/agents.ts'
import type { Observation } from '../../attack/agents/observation.ts'
import { NONE } from '../../engine/table.ts'
import { SYN } from '../../network/header-flags.ts'
import type { Simulation } from '../../simulation/simulation.ts'
import { describeMessage } from '../describe/describe-message.ts'
import { KeyHolder } from '../pcap/key-holder.ts'
import { layerOf } from '../record/message-layers.ts'
import { innerMessages } from '../record/messages-inside.ts'
import { PacketTap } from '../record/packet-tap.ts'
import type { PacketSink, RecordedPacket } from '../record/recorded-packet.ts'
import type { StreamContent, StreamMessage } from '../record/stream-content.ts'
import { Column } from './column.ts'
import { MARKS, MESSAGE_LAYERS, type Playback, type PlayedDirection } from './playback.ts'

/** The most packets and messages that are kept, and the time from which they are (0). */
export interface PlaybackLimits {
  readonly packets: number
  readonly messages: number
  readonly fromNs?: number
}

/** The columns of packets. */
class PacketColumns {
  readonly sentNs = new Column(Float64Array)
  readonly arrivedNs = new Column(Float64Array)
  readonly direction = new Column(Int32Array)
  readonly serial = new Column(Float64Array)
  readonly marks = new Column(Uint8Array)
}

/** The columns of messages. */
class MessageColumns {
  readonly layer = new Column(Uint8Array)
  readonly text = new Column(Int32Array)
  readonly bytes = new Column(Float64Array)
  readonly from = new Column(Int32Array)
  readonly to = new Column(Int32Array)
  readonly sentNs = new Column(Float64Array)
  readonly arrivedNs = new Column(Float64Array)
  readonly forgedBy = new Column(Int32Array)
  readonly alteredBy = new Column(Int32Array)
}

/** Numbers for texts, in the order in which they come. */
class Texts {
  readonly all: string[] = []
  readonly #numbers = new Map<string, number>()

  /** Returns the number of a text; -1 for none. */
  numberOf(text: string | null): number {
    if (text === null) return NONE
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.all.length)
    return this.all.push(text) - 1
  }
}

/** Records the packets and messages of a simulation, and which attackers could read which message. It only observes. */
export class PlaybackRecorder implements PacketSink, AttackerObserver {
  private readonly simulation: Simulation
  private readonly limits: PlaybackLimits
  private readonly fromNs: number
  private readonly tap: PacketTap
  /** The keys of each attacker, in the order of the plan. */
  private readonly holders: readonly KeyHolder[]
  private readonly packets = new PacketColumns()
  /** The rows of the packets that are on their way. */
  private readonly rows = new Map<RecordedPacket, number>()
  private packetsLeftOut = 0
  private readonly messages = new MessageColumns()
  private messagesLeftOut = 0
  private readonly texts = new Texts()
  private readonly hosts = new Texts()
  private readonly attackers = new Texts()
  private readonly readings: { message: number; attacker: number; atNs: number }[] = []
  private readonly isRead = new Set<string>()
  /** The row of each message; NONE for one that is left out. */
  private readonly known = new WeakMap<StreamMessage, number>()

  /** Attaches the recorder to a simulation that has not begun. */
  constructor(simulation: Simulation, limits: PlaybackLimits) {
    this.simulation = simulation
    this.limits = limits
    this.fromNs = limits.fromNs ?? 0
    this.tap = new PacketTap(simulation, [this])
    const { plan, parts } = simulation
    this.holders = (plan.attack?.attackers ?? []).map(
      ({ name }) => new KeyHolder(simulation, this.tap.recorder, { kind: 'attacker', name }),
    )
    for (const { name } of plan.attack?.attackers ?? []) this.attackers.numberOf(name)
    parts.attack?.agents.observers.push(this)
  }

  onSent(packet: RecordedPacket): void {
    const { packets } = this
    if (packet.sentNs < this.fromNs) {
      // Only the packets of a later time are wanted.
    } else if (packets.sentNs.length < this.limits.packets) {
      this.rows.set(packet, packets.sentNs.length)
      packets.sentNs.push(packet.sentNs)
      packets.arrivedNs.push(Number.NaN)
      packets.direction.push(packet.direction)
      packets.serial.push(packet.serial)
      packets.marks.push(marksOf(packet))
      if (packet.stage !== 'sent') this.rows.delete(packet)
    } else this.packetsLeftOut++
    for (const message of messagesIn(packet)) this.rowOf(message, packet)
  }

  onArrived(packet: RecordedPacket): void {
    const row = this.rows.get(packet)
    if (row !== undefined) {
      this.packets.arrivedNs.set(row, packet.arrivedNs ?? Number.NaN)
      this.rows.delete(packet)
    }
    const end = packet.contentOffset + packet.payloadBytes
    for (const message of messagesIn(packet)) {
      const known = this.known.get(message) ?? NONE
      if (known === NONE || (message.content === packet.content && message.end > end)) continue
      const { to, arrivedNs, alteredBy } = this.messages
      to.set(known, this.hosts.numberOf(packet.to))
      arrivedNs.set(known, packet.arrivedNs ?? Number.NaN)
      if (alteredBy.get(known) === NONE) alteredBy.set(known, this.attackers.numberOf(packet.alteredBy))
    }
  }

  onDiscarded(packet: RecordedPacket): void {
    this.rows.delete(packet)
  }

  onObservation({ attacker, packet, direction, seenInNs }: Observation): void {
    const { network, timeline } = this.simulation
    const recorded = this.tap.record(network.packets, packet, direction, timeline.now)
    const { content, contentOffset, payloadBytes } = recorded
    const holder = this.holders[attacker]
    if (content === null || holder === undefined) return
    // The attacker may see a packet before the tap knows all that happens to it.
    for (const message of messagesIn(recorded)) this.rowOf(message, recorded)
    visitReadable(content, contentOffset, contentOffset + payloadBytes, holder, (message) => {
      const row = this.known.get(message) ?? NONE
      const key = `${row} ${attacker}`
      if (row === NONE || this.isRead.has(key)) return
      this.isRead.add(key)
      this.readings.push({ message: row, attacker, atNs: timeline.now + seenInNs })
    })
  }

  /** True once a packet or a message has found no room. */
  get isFull(): boolean {
    return this.packetsLeftOut > 0 || this.messagesLeftOut > 0
  }

  /** Returns what was recorded. Called when the simulation has ended. */
  finish(): Playback {
    this.tap.finish()
    const { directions } = this.simulation.plan
    const { packets, messages, texts, hosts, attackers } = this
    const [sentNs, arrivedNs] = [packets.sentNs.numbers(), packets.arrivedNs.numbers()]
    const { order, place } = this.orderOfMessages()
    const readings = this.readings
      .map((one) => ({ ...one, message: place[one.message] }))
      .sort((a, b) => a.message - b.message || a.atNs - b.atNs)
    const inOrder = <Numbers extends Float64Array | Int32Array | Uint8Array>(numbers: Numbers): Numbers =>
      numbers.map((_, i) => numbers[order[i]]) as Numbers
    return {
      fromNs: this.fromNs,
      untilNs: this.untilNs(sentNs),
      directions: directions.map(
        ({ name, fromHost, toHost }): PlayedDirection => ({
          link: name,
          from: this.tap.nameOf(fromHost),
          to: this.tap.nameOf(toHost),
        }),
      ),
      packets: {
        sentNs,
        arrivedNs,
        direction: packets.direction.numbers(),
        serial: packets.serial.numbers(),
        marks: packets.marks.numbers(),
      },
      packetsLeftOut: this.packetsLeftOut,
      longestNs: arrivedNs.reduce(
        (longest, arrived, i) => (arrived - sentNs[i] > longest ? arrived - sentNs[i] : longest),
        0,
      ),
      messages: {
        texts: texts.all,
        hosts: hosts.all,
        attackers: attackers.all,
        layer: inOrder(messages.layer.numbers()),
        text: inOrder(messages.text.numbers()),
        bytes: inOrder(messages.bytes.numbers()),
        from: inOrder(messages.from.numbers()),
        to: inOrder(messages.to.numbers()),
        sentNs: inOrder(messages.sentNs.numbers()),
        arrivedNs: inOrder(messages.arrivedNs.numbers()),
        forgedBy: inOrder(messages.forgedBy.numbers()),
        alteredBy: inOrder(messages.alteredBy.numbers()),
        readings: {
          message: Int32Array.from(readings, ({ message }) => message),
          attacker: Int32Array.from(readings, ({ attacker }) => attacker),
          atNs: Float64Array.from(readings, ({ atNs }) => atNs),
        },
      },
      messagesLeftOut: this.messagesLeftOut,
    }
  }

  /** Returns the time of the last packet or message before one that is left out; null where nothing is. */
  private untilNs(packetsSentNs: Float64Array): number | null {
    const ends = [
      ...(this.packetsLeftOut > 0 ? [packetsSentNs.at(-1) ?? 0] : []),
      ...(this.messagesLeftOut > 0 ? [this.messages.sentNs.get(this.messages.sentNs.length - 1)] : []),
    ]
    return ends.length === 0 ? null : Math.min(...ends)
  }

  /**
   * Returns the rows of messages in the order in which they were sent, and the place of each row in it: what an attacker
   * observes is recorded before the tap passes on the packet before it.
   */
  private orderOfMessages(): { readonly order: Int32Array; readonly place: Int32Array } {
    const { sentNs } = this.messages
    const order = Int32Array.from({ length: sentNs.length }, (_, row) => row).sort(
      (a, b) => sentNs.get(a) - sentNs.get(b) || a - b,
    )
    const place = new Int32Array(order.length)
    order.forEach((row, i) => {
      place[row] = i
    })
    return { order, place }
  }

  /** Takes a message into the columns where it is new. */
  private rowOf(message: StreamMessage, packet: RecordedPacket): void {
    if (this.known.has(message)) return
    const { messages } = this
    if (packet.sentNs < this.fromNs || messages.sentNs.length >= this.limits.messages) {
      this.known.set(message, NONE)
      if (packet.sentNs >= this.fromNs) this.messagesLeftOut++
      return
    }
    const { plan } = this.simulation
    this.known.set(message, messages.sentNs.length)
    messages.layer.push(MESSAGE_LAYERS.indexOf(layerOf(message)))
    messages.text.push(this.texts.numberOf(describeMessage(message, plan)))
    messages.bytes.push(message.end - message.start)
    messages.from.push(this.hosts.numberOf(plan.hosts[message.content.author].name))
    messages.to.push(NONE)
    messages.sentNs.push(packet.sentNs)
    messages.arrivedNs.push(Number.NaN)
    messages.forgedBy.push(this.attackers.numberOf(packet.forgedBy))
    messages.alteredBy.push(this.attackers.numberOf(packet.alteredBy))
  }
}

function messagesIn({ content, contentOffset, payloadBytes }: RecordedPacket): readonly StreamMessage[] {
  return content === null ? [] : innerMessages(content, contentOffset, contentOffset + payloadBytes)
}

/**
 * Calls `visit` for each message that these keys make readable. The content of an encrypted record needs its session
 * keys.
 */
function visitReadable(
  content: StreamContent,
  from: number,
  until: number,
  holder: KeyHolder,
  visit: (message: StreamMessage) => void,
): void {
  for (const message of content.messagesIn(from, until)) {
    visit(message)
    const { carried, carriedOffset, value } = message
    if (carried === null) continue
    const isSealed = layerOf(message) === 'tls' || layerOf(message) === 'ssh'
    if (!isSealed || holder.canDecrypt(message))
      visitReadable(carried, carriedOffset, carriedOffset + value, holder, visit)
  }
}

function marksOf({ forgedBy, alteredBy, payloadBytes, flags, isRetransmission }: RecordedPacket): number {
  return (
    (forgedBy === null ? 0 : MARKS.forged) +
    (alteredBy === null ? 0 : MARKS.altered) +
    (payloadBytes === 0 ? 0 : MARKS.data) +
    ((flags & SYN) === 0 ? 0 : MARKS.opening) +
    (isRetransmission ? MARKS.retransmission : 0)
  )
}
