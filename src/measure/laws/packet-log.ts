/** The packets of a run, as an observer saw them, beside what the run counted. */
export interface PacketLog {
  readonly endTick: number
  readonly directions: readonly DirectionLog[]
}

export interface DirectionLog {
  readonly name: string
  /** Bits per second; null where packets serialize in no time. */
  readonly rateBps: number | null
  /** The delay of each packet after it has left; null where it differs, as with jitter, noise, rules and changes. */
  readonly constantDelayNs: number | null
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
}
