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
  /**
   * The packets of the same connection around it, in the order in which they were sent; empty: there is no such packet.
   */
  readonly packets: readonly PacketEntry[]
  /** The packets of the connection before and after these. */
  readonly packetsLeftOut: number
  readonly messages: readonly MessageEntry[]
  readonly messagesLeftOut: number
}

export interface StoryOptions extends RunLimits {
  /** The most packets, and the most messages, of a story. Default: 200. */
  readonly most?: number
}
