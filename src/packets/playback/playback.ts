import type { MessageLayer } from '../record/message-layers.ts'

/** The packets and messages of a run as plain values, which a page shows at any moment of simulated time. */
export interface Playback {
  readonly directions: readonly PlayedDirection[]
  readonly packets: PlayedPackets
  /** The number of packets after these. */
  readonly packetsLeftOut: number
  /** In the order in which they were sent first. */
  readonly messages: readonly PlayedMessage[]
  readonly messagesLeftOut: number
}

/** A link direction, with the host or switch at each end. */
export interface PlayedDirection {
  readonly link: string
  readonly from: string
  readonly to: string
}

/** Packets on link directions, in the order in which they were sent: a number of each packet in each list. */
export interface PlayedPackets {
  readonly sentNs: Float64Array
  /** NaN where a packet did not arrive. */
  readonly arrivedNs: Float64Array
  /** An index of `directions`. */
  readonly direction: Int32Array
  /** The number of the packet on its direction, which evidence names. */
  readonly serial: Float64Array
  /** The sum of the MARKS that it has. */
  readonly marks: Uint8Array
}

/** Properties of a packet, as bits. */
export const MARKS = { forged: 1, altered: 2, data: 4, opening: 8, retransmission: 16 } as const

/** A message between two hosts. */
export interface PlayedMessage {
  readonly layer: MessageLayer
  readonly text: string
  readonly bytes: number
  /** The host that has written it. */
  readonly from: string
  /** The host where its end arrived last; null where it did not arrive. */
  to: string | null
  readonly sentNs: number
  arrivedNs: number | null
  readonly forgedBy: string | null
  alteredBy: string | null
  /** The attackers that observed it with the keys to read it, each with the first time. */
  readonly readBy: { readonly attacker: string; readonly atNs: number }[]
}
