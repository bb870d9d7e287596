import type { MessageLayer } from '../record/message-layers.ts'

/** The packets and messages of a run as columns of numbers, which a page shows at any moment of simulated time. */
export interface Playback {
  /** The time from which packets and messages are kept, and the last of which all are; null for the end of the run. */
  readonly fromNs: number
  readonly untilNs: number | null
  readonly directions: readonly PlayedDirection[]
  readonly packets: PlayedPackets
  /** The number of packets after these. */
  readonly packetsLeftOut: number
  /** The longest time that one of these packets is on a link. */
  readonly longestNs: number
  readonly messages: PlayedMessages
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

/** Messages in the order in which they were sent first: a number of each message in each list. */
export interface PlayedMessages {
  readonly texts: readonly string[]
  readonly hosts: readonly string[]
  readonly attackers: readonly string[]
  /** An index of MESSAGE_LAYERS. */
  readonly layer: Uint8Array
  /** An index of `texts`. */
  readonly text: Int32Array
  readonly bytes: Float64Array
  /** The host that has written it, and the one where its end arrived last: indexes of `hosts`; -1 for none. */
  readonly from: Int32Array
  readonly to: Int32Array
  readonly sentNs: Float64Array
  /** NaN where it did not arrive. */
  readonly arrivedNs: Float64Array
  /** Indexes of `attackers`; -1 for none. */
  readonly forgedBy: Int32Array
  readonly alteredBy: Int32Array
  readonly readings: Readings
}

/** The first time that each attacker observed each message with the keys to read it, in the order of messages. */
export interface Readings {
  readonly message: Int32Array
  readonly attacker: Int32Array
  readonly atNs: Float64Array
}

/** The layers of messages, by their numbers in a playback. */
export const MESSAGE_LAYERS: readonly MessageLayer[] = ['tls', 'ssh', 'http', 'konnectivity', 'data']

/** A message between two hosts. */
export interface PlayedMessage {
  readonly layer: MessageLayer
  readonly text: string
  readonly bytes: number
  /** The host that has written it. */
  readonly from: string
  /** The host where its end arrived last; null where it did not arrive. */
  readonly to: string | null
  readonly sentNs: number
  readonly arrivedNs: number | null
  readonly forgedBy: string | null
  readonly alteredBy: string | null
  /** The attackers that could read it. */
  readonly readBy: readonly string[]
}

/** Returns a message of a playback. */
export function messageAt(messages: PlayedMessages, index: number): PlayedMessage {
  const { hosts, attackers, readings } = messages
  const first = firstAfter(readings.message, index - 1)
  const arrivedNs = messages.arrivedNs[index]
  return {
    layer: MESSAGE_LAYERS[messages.layer[index]],
    text: messages.texts[messages.text[index]],
    bytes: messages.bytes[index],
    from: hosts[messages.from[index]],
    to: hosts[messages.to[index]] ?? null,
    sentNs: messages.sentNs[index],
    arrivedNs: Number.isNaN(arrivedNs) ? null : arrivedNs,
    forgedBy: attackers[messages.forgedBy[index]] ?? null,
    alteredBy: attackers[messages.alteredBy[index]] ?? null,
    readBy: Array.from(
      readings.attacker.subarray(first, firstAfter(readings.message, index)),
      (attacker) => attackers[attacker],
    ),
  }
}

/** Returns the index of the first of sorted numbers that is greater. */
export function firstAfter(sorted: ArrayLike<number>, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle] > value) high = middle
    else low = middle + 1
  }
  return low
}
