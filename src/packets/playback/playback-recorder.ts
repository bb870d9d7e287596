import type { AttackerObserver } from '../../attack/agents/agents.ts'
import type { Observation } from '../../attack/agents/observation.ts'
import { SYN } from '../../network/header-flags.ts'
import type { Simulation } from '../../simulation/simulation.ts'
import { describeMessage } from '../describe/describe-message.ts'
import { KeyHolder } from '../pcap/key-holder.ts'
import { layerOf } from '../record/message-layers.ts'
import { innerMessages } from '../record/messages-inside.ts'
import { PacketTap } from '../record/packet-tap.ts'
import type { PacketSink, RecordedPacket } from '../record/recorded-packet.ts'
import type { StreamContent, StreamMessage } from '../record/stream-content.ts'
import { MARKS, type Playback, type PlayedDirection, type PlayedMessage } from './playback.ts'

/** The most packets and messages that are kept. */
export interface PlaybackLimits {
  readonly packets: number
  readonly messages: number
}

/** Records the packets and messages of a simulation, and which attackers could read each message. It only observes. */
export class PlaybackRecorder implements PacketSink, AttackerObserver {
  private readonly simulation: Simulation
  private readonly limits: PlaybackLimits
  private readonly tap: PacketTap
  /** The keys of each attacker, in the order of the plan. */
  private readonly holders: readonly KeyHolder[]
  private readonly packets: RecordedPacket[] = []
  private packetsLeftOut = 0
  private readonly messages: PlayedMessage[] = []
  private messagesLeftOut = 0
  private readonly known = new WeakMap<StreamMessage, PlayedMessage>()

  /** Attaches the recorder to a simulation that has not begun. */
  constructor(simulation: Simulation, limits: PlaybackLimits) {
    this.simulation = simulation
    this.limits = limits
    this.tap = new PacketTap(simulation, [this])
    const { plan, parts } = simulation
    this.holders = (plan.attack?.attackers ?? []).map(
      ({ name }) => new KeyHolder(simulation, this.tap.recorder, { kind: 'attacker', name }),
    )
    parts.attack?.agents.observers.push(this)
  }

  onSent(packet: RecordedPacket): void {
    if (this.packets.length < this.limits.packets) this.packets.push(packet)
    else this.packetsLeftOut++
    for (const message of messagesIn(packet)) this.playedOf(message, packet)
  }

  onArrived(packet: RecordedPacket): void {
    const end = packet.contentOffset + packet.payloadBytes
    for (const message of messagesIn(packet)) {
      const played = this.known.get(message)
      if (played === undefined || (message.content === packet.content && message.end > end)) continue
      played.to = packet.to
      played.arrivedNs = packet.arrivedNs
      played.alteredBy ??= packet.alteredBy
    }
  }

  onDiscarded(): void {}

  onObservation({ attacker, packet, direction, seenInNs }: Observation): void {
    const { network, timeline, plan } = this.simulation
    const recorded = this.tap.record(network.packets, packet, direction, timeline.now)
    const { content, contentOffset, payloadBytes } = recorded
    const holder = this.holders[attacker]
    const name = plan.attack?.attackers[attacker]?.name
    if (content === null || holder === undefined || name === undefined) return
    // The attacker may see a packet before the tap records it.
    for (const message of messagesIn(recorded)) this.playedOf(message, recorded)
    visitReadable(content, contentOffset, contentOffset + payloadBytes, holder, (message) => {
      const played = this.known.get(message)
      if (played === undefined || played.readBy.some((one) => one.attacker === name)) return
      played.readBy.push({ attacker: name, atNs: timeline.now + seenInNs })
    })
  }

  /** Returns what was recorded. Called when the simulation has ended. */
  finish(): Playback {
    this.tap.finish()
    const { directions } = this.simulation.plan
    const { packets } = this
    return {
      directions: directions.map(
        ({ name, fromHost, toHost }): PlayedDirection => ({
          link: name,
          from: this.tap.nameOf(fromHost),
          to: this.tap.nameOf(toHost),
        }),
      ),
      packets: {
        sentNs: Float64Array.from(packets, ({ sentNs }) => sentNs),
        arrivedNs: Float64Array.from(packets, ({ arrivedNs }) => arrivedNs ?? Number.NaN),
        direction: Int32Array.from(packets, ({ direction }) => direction),
        serial: Float64Array.from(packets, ({ serial }) => serial),
        marks: Uint8Array.from(packets, marksOf),
      },
      packetsLeftOut: this.packetsLeftOut,
      messages: this.messages,
      messagesLeftOut: this.messagesLeftOut,
    }
  }

  private playedOf(message: StreamMessage, packet: RecordedPacket): void {
    if (this.known.has(message)) return
    if (this.messages.length >= this.limits.messages) {
      this.messagesLeftOut++
      return
    }
    const { plan } = this.simulation
    const played: PlayedMessage = {
      layer: layerOf(message),
      text: describeMessage(message, plan),
      bytes: message.end - message.start,
      from: plan.hosts[message.content.author].name,
      to: null,
      sentNs: packet.sentNs,
      arrivedNs: null,
      forgedBy: packet.forgedBy,
      alteredBy: packet.alteredBy,
      readBy: [],
    }
    this.known.set(message, played)
    this.messages.push(played)
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
