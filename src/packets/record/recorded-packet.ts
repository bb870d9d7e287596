import type { PacketStage } from '../../network/packet-observer.ts'
import type { StreamContent } from './stream-content.ts'

/** A packet on one link direction. A forwarded packet is another recorded packet on the next direction. */
export interface RecordedPacket {
  /** The index of the direction in the plan, and its name: `link/wan/forward`. */
  readonly direction: number
  readonly link: string
  /** The serial of the packet on this direction, which evidence of verdicts names. */
  readonly serial: number
  /** The host or switch at each end of the direction. */
  readonly from: string
  readonly to: string
  readonly sentNs: number
  /** The time of arrival at the end of the direction; null if it did not arrive, or is still under way. */
  arrivedNs: number | null
  /** The last stage that it reached: `sent`, `delivered`, or why it was discarded. */
  stage: PacketStage
  readonly source: number
  readonly destination: number
  readonly sourcePort: number
  readonly destinationPort: number
  readonly sequenceNumber: number
  readonly acknowledgementNumber: number
  /** The flags of the TCP header, and the ECN field of IP above them (network/header-flags.ts). */
  readonly flags: number
  readonly window: number
  readonly headerBytes: number
  readonly payloadBytes: number
  /** Options that only a SYN has. */
  readonly maximumSegmentBytes: number
  readonly windowScale: number
  /** The options of the SYN, as bits (network/syn-options.ts). */
  readonly synOptions: number
  readonly timestamp: number
  readonly timestampEcho: number
  /** The left and right edges of SACK blocks, one after the other. */
  readonly sackEdges: readonly number[]
  /** The content of the payload, and the offset of its first byte; null without payload. */
  readonly content: StreamContent | null
  readonly contentOffset: number
  /** Identifies the packet on all link directions that it crosses. Another transmission has another number. */
  readonly identity: number
  /** True if its data was sent before by the same TCP connection. */
  readonly isRetransmission: boolean
  /** The attacker that forged the packet, and the attacker that changed its data; null for none. */
  readonly forgedBy: string | null
  readonly alteredBy: string | null
}

/**
 * Receives the packets of a simulation. Each call comes when everything that happens to a packet at that tick is known.
 */
export interface PacketSink {
  /** Called when a packet was put on a link direction. It may have been lost at once: see `stage`. */
  onSent(packet: RecordedPacket): void
  /**
   * Called when a packet arrived at the end of its direction. A firewall or an attacker may have dropped it there: see
   * `stage`.
   */
  onArrived(packet: RecordedPacket): void
  /** Called when a packet was discarded under way, because its link failed. */
  onDiscarded(packet: RecordedPacket): void
}
