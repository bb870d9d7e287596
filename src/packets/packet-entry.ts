import type { PacketStage } from '../network/packet-observer.ts'

/** A packet on one link direction, as plain values for people. */
export interface PacketEntry {
  /** The link direction, and the packet's serial there. Evidence of verdicts names packets by these. */
  readonly link: string
  readonly packet: number
  /** The host or switch at each end of the direction. */
  readonly from: string
  readonly to: string
  readonly sentNs: number
  /** The time of arrival; null if it did not arrive. */
  readonly arrivedNs: number | null
  readonly stage: PacketStage
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
  /** The messages that have bytes in it, outer ones first: `TLS record with 120 bytes`, `HTTP GET /healthz`. */
  readonly carries: readonly string[]
}
