import type { AttackerObserver } from '../../attack/agents/agents.ts'
import type { Observation } from '../../attack/agents/observation.ts'
import { NONE } from '../../engine/table.ts'
import type { PacketStage } from '../../network/packet-observer.ts'
import type { Simulation } from '../../simulation/simulation.ts'
import { encodePacket } from '../encode/ip-tcp.ts'
import { PayloadEncoder } from '../encode/payload-encoder.ts'
import { PacketTap } from '../record/packet-tap.ts'
import type { PacketSink, RecordedPacket } from '../record/recorded-packet.ts'
import type { CaptureSubject } from './capture-subject.ts'
import { Interfaces } from './interfaces.ts'
import { KeyHolder } from './key-holder.ts'
import { type Direction, enhancedPacket, interfaceDescription, sectionHeader } from './pcapng.ts'
import { Plaintext } from './plaintext.ts'

/** Options of a capture. */
export interface CaptureOptions {
  readonly subject: CaptureSubject
  /** True to write decrypted plaintext as packets without encryption, in place of the subject's packets. */
  readonly isPlaintext: boolean
  /** The most bytes that are written. Later packets are only counted. */
  readonly mostBytes: number
  /** Receives the file in chunks. */
  readonly write: (chunk: Uint8Array) => void
}

/** The counters of a capture. */
export interface CaptureCounts {
  readonly packets: number
  /** The packets that were left out because the capture is full. */
  readonly leftOut: number
  readonly bytes: number
}

/** The size at which buffered packets are passed to `write`, in bytes. */
const CHUNK_BYTES = 0x40000

/** A packet that waits until no earlier packet can come. */
interface Waiting {
  readonly tickNs: number
  readonly block: Uint8Array
}

/** Writes the packets of a simulation in the format pcapng, during the run, in the order of time. */
export class Capture implements PacketSink, AttackerObserver {
  private readonly options: CaptureOptions
  private readonly tap: PacketTap
  private readonly encoder: PayloadEncoder
  private readonly interfaces: Interfaces
  private readonly plaintext: Plaintext | null
  private readonly simulation: Simulation
  private readonly attacker: number
  /** The last packet that an attacker diverted. When it appears at the same end again, it is the same packet. */
  private diverted: RecordedPacket | null = null
  private waiting: Waiting[] = []
  private pending: Uint8Array[] = []
  private pendingBytes = 0
  private written = 0
  private packets = 0
  private leftOut = 0

  /** Attaches the capture to a simulation that has not begun. */
  constructor(simulation: Simulation, options: CaptureOptions) {
    const { plan, parts } = simulation
    const { subject } = options
    this.options = options
    this.simulation = simulation
    this.encoder = new PayloadEncoder(plan)
    this.interfaces = new Interfaces(plan, subject)
    this.tap = new PacketTap(simulation, [this], [this.encoder])
    const holder = new KeyHolder(simulation, this.tap.recorder, subject)
    this.plaintext = options.isPlaintext ? new Plaintext(this.encoder, (message) => holder.canDecrypt(message)) : null
    this.attacker =
      subject.kind === 'attacker'
        ? (plan.attack?.attackers.findIndex(({ name }) => name === subject.name) ?? NONE)
        : NONE
    if (this.attacker !== NONE) parts.attack?.agents.observers.push(this)
    this.put(sectionHeader())
    for (const { name, description } of this.interfaces.all) this.put(interfaceDescription(name, description))
  }

  onSent(packet: RecordedPacket): void {
    const isSeenBefore = this.diverted?.identity === packet.identity && this.diverted.sentNs === packet.sentNs
    this.diverted = packet.stage === 'diverted' ? packet : null
    if (isSeenBefore) return
    this.add(this.interfaces.ofSender[packet.direction], packet.sentNs, 'outbound', packet)
  }

  onArrived(packet: RecordedPacket): void {
    this.diverted = null
    this.add(this.interfaces.ofReceiver[packet.direction], packet.arrivedNs ?? packet.sentNs, 'inbound', packet)
  }

  onDiscarded(): void {}

  onObservation({ attacker, packet, direction, seenInNs }: Observation): void {
    if (attacker !== this.attacker) return
    const index = this.interfaces.ofAttacker[direction]
    const { network, timeline } = this.simulation
    if (index === NONE) return
    // The attacker sees the packet when it arrives, and does not know its fate.
    const recorded = this.tap.record(network.packets, packet, direction, timeline.now)
    this.add(index, timeline.now + seenInNs, null, recorded)
  }

  /** Writes the remaining packets. Called when the simulation has ended. */
  finish(): CaptureCounts {
    this.tap.finish()
    this.release(Number.POSITIVE_INFINITY)
    this.flush()
    return { packets: this.packets, leftOut: this.leftOut, bytes: this.written }
  }

  private add(index: number, tickNs: number, direction: Direction | null, packet: RecordedPacket): void {
    if (index === NONE) return
    if (this.written + this.pendingBytes >= this.options.mostBytes) {
      this.leftOut++
      return
    }
    this.release(this.simulation.timeline.now)
    if (this.plaintext === null) {
      const isOwn = this.attacker !== NONE
      const comments = isOwn ? forgeryOf(packet) : [...forgeryOf(packet), ...stageNotes(packet, direction)]
      const bytes = encodePacket(packet, this.encoder.payloadOf(packet))
      this.wait({ tickNs, block: enhancedPacket(index, tickNs, direction, bytes, comments) })
    } else
      for (const { fields, payload, comment } of this.plaintext.see(packet)) {
        const comments = comment === null ? [] : [comment]
        this.wait({ tickNs, block: enhancedPacket(index, tickNs, null, encodePacket(fields, payload), comments) })
      }
  }

  /** Inserts a packet after all packets of the same tick or earlier. */
  private wait(packet: Waiting): void {
    let at = this.waiting.length
    while (at > 0 && this.waiting[at - 1].tickNs > packet.tickNs) at--
    this.waiting.splice(at, 0, packet)
  }

  /** Writes the packets before a tick. More packets can still come at that tick. */
  private release(tickNs: number): void {
    let count = 0
    for (; count < this.waiting.length && this.waiting[count].tickNs < tickNs; count++) {
      this.put(this.waiting[count].block)
      this.packets++
    }
    if (count > 0) this.waiting = this.waiting.slice(count)
  }

  private put(block: Uint8Array): void {
    this.pending.push(block)
    this.pendingBytes += block.length
    if (this.pendingBytes >= CHUNK_BYTES) this.flush()
  }

  private flush(): void {
    const chunk = new Uint8Array(this.pendingBytes)
    let at = 0
    for (const block of this.pending) {
      chunk.set(block, at)
      at += block.length
    }
    this.pending = []
    this.pendingBytes = 0
    this.written += chunk.length
    if (chunk.length > 0) this.options.write(chunk)
  }
}

function forgeryOf({ forgedBy, alteredBy }: RecordedPacket): readonly string[] {
  return [
    ...(forgedBy === null ? [] : [`forged by ${forgedBy}`]),
    ...(alteredBy === null ? [] : [`data altered by ${alteredBy}`]),
  ]
}

const STAGE_TEXTS: Readonly<Record<PacketStage, string | null>> = {
  sent: null,
  delivered: null,
  lost: 'lost on the link',
  'dropped-at-queue': 'dropped: the queue of the link is full',
  'dropped-while-down': 'dropped: the link is down',
  'dropped-by-rule': 'dropped by an attacker',
  diverted: 'diverted by an attacker',
  'dropped-by-firewall': 'dropped by the firewall of the host',
}

function stageNotes({ stage }: RecordedPacket, direction: Direction | null): readonly string[] {
  const text = direction === null ? null : STAGE_TEXTS[stage]
  return text === null ? [] : [text]
}
