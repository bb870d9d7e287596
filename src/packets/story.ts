import type { RunLimits } from '../simulation/run-limits.ts'
import type { PacketEntry } from './packet-entry.ts'
import type { MessageLayer } from './record/message-layers.ts'

/** A packet that evidence names: "packet 8 on link/wan/forward". */
export interface PacketPointer {
  readonly link: string
  readonly packet: number
}

/** A message between two hosts, or the opening or reset of their connection. */
export interface MessageEntry {
  readonly layer: MessageLayer | 'tcp'
  /** The hosts that wrote it and received it; `to` is null if no host received all of it. */
  readonly from: string
  readonly to: string | null
  /** Address and port of both ends of the TCP connection that first carried it. */
  readonly connection: string
  readonly text: string
  readonly bytes: number
  /**
   * The time at which its first byte was put on a link, and at which its last byte arrived at the end of the last link.
   */
  readonly sentNs: number
  readonly arrivedNs: number | null
  readonly forgedBy: string | null
  readonly alteredBy: string | null
  /** The packets with bytes of it, at most 20, and the number of packets left out. */
  readonly packets: readonly PacketPointer[]
  readonly packetsLeftOut: number
}

/** The packets and messages around a packet. */
export interface Story {
  readonly pointer: PacketPointer
  /** The packets of the same connection around it, in the order of sending; empty if there is no such packet. */
  readonly packets: readonly PacketEntry[]
  /** The number of packets of the connection before and after these. */
  readonly packetsLeftOut: number
  readonly messages: readonly MessageEntry[]
  readonly messagesLeftOut: number
}

export interface StoryOptions extends RunLimits {
  /** The most packets, and the most messages, of a story. Default: 200. */
  readonly most?: number
}
