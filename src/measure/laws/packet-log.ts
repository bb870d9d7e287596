/** The packets of a run that an observer recorded, and the counters of the run. */
export interface PacketLog {
  readonly endTick: number
  readonly directions: readonly DirectionLog[]
  /** Steps of the bytes of streams, in order of time; empty if rules may have changed bytes. */
  readonly contents: readonly ContentStep[]
}

/** Bytes of a content, one direction of a connection, at a host or switch. */
export interface ContentStep {
  /** Bytes arrive in a packet, are sent on towards another host, or are passed to the receiving program. */
  readonly kind: 'arrived' | 'forwarded' | 'read'
  readonly place: string
  readonly content: string
  readonly startOffset: number
  readonly endOffset: number
  readonly tick: number
}

export interface DirectionLog {
  readonly name: string
  /** Bits per second; null if packets take no time to serialize. */
  readonly rateBps: number | null
  /** The delay of each packet after it left; null if it varies through jitter, noise, rules or changes. */
  readonly constantDelayNs: number | null
  /** True if packets leave one after the other, and every packet that takes link time arrives. */
  readonly hasPlainQueue: boolean
  /** In the order in which they were sent. */
  readonly packets: readonly LoggedPacket[]
  /** The counters of the direction. */
  readonly deliveredPackets: number
  readonly deliveredBytes: number
  readonly droppedPackets: number
}

export interface LoggedPacket {
  readonly bytes: number
  readonly sentTick: number
  /** The tick at which it arrived; null if it did not. */
  readonly arrivedTick: number | null
  readonly isDropped: boolean
  /** The tick at which the packet came to the queue of the link: later than `sentTick` if the host takes time to send. */
  readonly queuedTick: number
  /** The link time that packets before it needed then. */
  readonly backlogNs: number
}
