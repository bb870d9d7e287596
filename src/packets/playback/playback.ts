import type { MessageLayer } from '../record/message-layers.ts'

/** The packets and messages of a run as plain values, from which a page shows any moment of simulated time. */
export interface Playback {
  readonly directions: readonly PlayedDirection[]
  readonly packets: PlayedPackets
  /** The number of later packets that are left out. */
  readonly packetsLeftOut: number
  /** In the order of first sending. */
  readonly messages: readonly PlayedMessage[]
  readonly messagesLeftOut: number
}

/** A link direction, with the host or switch at each end. */
export interface PlayedDirection {
  readonly link: string
  readonly from: string
  readonly to: string
}

/** Packets on link directions, in the order of sending, as columns of equal length. */
export interface PlayedPackets {
  readonly sentNs: Float64Array
  /** NaN if a packet did not arrive. */
  readonly arrivedNs: Float64Array
  /** An index of `directions`. */
  readonly direction: Int32Array
  /** The serial of the packet on its direction, which evidence names. */
  readonly serial: Float64Array
  /** The bitwise sum of its MARKS. */
  readonly marks: Uint8Array
}

/** Properties of a packet, as bits. */
export const MARKS = { forged: 1, altered: 2, data: 4, opening: 8, retransmission: 16 } as const

/** A message between two hosts. */
export interface PlayedMessage {
  readonly layer: MessageLayer
  readonly text: string
  readonly bytes: number
  /** The host that wrote it. */
  readonly from: string
  /** The host at which its last byte arrived; null if it did not. */
  to: string | null
  readonly sentNs: number
  arrivedNs: number | null
  readonly forgedBy: string | null
  alteredBy: string | null
  /** The attackers that observed it with the keys to read it, each with the first time. */
  readonly readBy: { readonly attacker: string; readonly atNs: number }[]
}
