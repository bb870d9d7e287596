import type { PacketStage } from '../../network/packet-observer.ts'
import type { StreamContent } from './stream-content.ts'

/** A packet on one link direction. What forwards it puts it on the next one as another recorded packet. */
export interface RecordedPacket {
  /** The index of the direction in the plan, and its name: `link/wan/forward`. */
  readonly direction: number
  readonly link: string
  /** The number of the packet on this direction, which evidence of verdicts names. */
  readonly serial: number
  /** The host or switch at each end of the direction. */
  readonly from: string
  readonly to: string
  readonly sentNs: number
  /** When it arrived at the end of the direction; null: it did not, or is still on its way. */
  arrivedNs: number | null
  /** The last stage that it has reached: `sent` on its way, `delivered`, or why it was discarded. */
  stage: PacketStage
  readonly source: number
  readonly destination: number
  readonly sourcePort: number
  readonly destinationPort: number
  readonly sequenceNumber: number
  readonly acknowledgementNumber: number
  /** The flags byte of the TCP header. */
  readonly flags: number
  readonly window: number
  readonly headerBytes: number
  readonly payloadBytes: number
  /** Options that only a SYN carries. */
  readonly maximumSegmentBytes: number
  readonly windowScale: number
  /** The options that it has, as bits (network/syn-options.ts). */
  readonly synOptions: number
  readonly timestamp: number
  readonly timestampEcho: number
  /** The left and right edges of SACK blocks, one after the other. */
  readonly sackEdges: readonly number[]
  /** The content of the payload, and the offset of its first byte; null where there is no payload. */
  readonly content: StreamContent | null
  readonly contentOffset: number
  /** Identifies the packet on all link directions that it passes; another transmission has another number. */
  readonly identity: number
  /** True if its data was sent before, by the same TCP connection. */
  readonly isRetransmission: boolean
  /** The attacker that has forged the packet, and the one that has changed its data; null for none. */
  readonly forgedBy: string | null
  readonly alteredBy: string | null
}

/** Receives the packets of a simulation. A call comes when all that happens to a packet at that tick is known. */
export interface PacketSink {
  /** A packet was put on a link direction. It may have been lost at once: see `stage`. */
  onSent(packet: RecordedPacket): void
  /** A packet arrived at the end of its direction. A firewall or an attacker may have dropped it there: see `stage`. */
  onArrived(packet: RecordedPacket): void
  /** A packet was discarded while it was on its way, because its link failed. */
  onDiscarded(packet: RecordedPacket): void
}
