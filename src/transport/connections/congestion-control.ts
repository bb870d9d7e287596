import type { Connection } from '../rows.ts'
import type { RateSample } from './rate-sample.ts'
import type { TcpProfile } from './tcp-profile.ts'

/** A number of each connection, to be read: `column[connection]`. */
export interface Column {
  readonly [connection: number]: number
}

/** A number of each connection, which a congestion control also sets. */
export interface OwnColumn {
  [connection: number]: number
}

/** The columns of the table of connections that congestion controls see. Windows are counted in segments. */
export interface CongestionColumns {
  /** Congestion window and slow-start threshold in segments. Both can be fractions; the threshold is Infinity at first. */
  readonly congestionWindow: OwnColumn
  readonly slowStartThreshold: OwnColumn
  /** The numbers that a control keeps for the connection, from `congestionStateAt(connection)` on. */
  readonly congestionState: Float64Array
  /** Pacing rate; 0: segments are not paced. */
  readonly pacingBytesPerS: OwnColumn
  /**
   * Until this many segments have arrived, rate samples measure what the user writes and not the network; 0: they measure
   * the network.
   */
  readonly appLimitedUntil: OwnColumn

  /** The congestion window before the latest reduction. */
  readonly windowBeforeLoss: Column
  readonly maximumSegmentBytes: Column
  readonly smoothedRttNs: Column
  /** The smallest round-trip time so far. */
  readonly minimumRttNs: Column
  readonly timeoutNs: Column
  /** Segments that were sent and are not acknowledged, among them those that are believed lost. */
  readonly segmentsOut: Column
  /** Segments that arrived, and that were marked lost, over the connection's lifetime. */
  readonly deliveredSegments: Column
  readonly lostSegments: Column

  /** Returns the tick of the clock by which the kernel of the connection's host counts time. */
  jiffyNs(connection: Connection): number
  /** When a segment arrived last. */
  readonly deliveredTick: Column
  /** 1 if the window, and not the user, limited the sender when it sent last. */
  readonly isWindowLimited: Column
  /** Earliest tick of the next burst, where segments are paced. */
  readonly paceTick: Column
  /** The rate of one window in one round trip, as Linux estimates it for its bursts. */
  readonly impliedBytesPerS: Column
  /** A random number of the connection, which chooses where BBR begins its cycle. */
  readonly cycleChance: Column
  /** Offset in the stream of the oldest byte that is not acknowledged, and of the next new byte. */
  readonly sendUnacknowledged: Column
  readonly sendNext: Column
  /** The state of loss recovery: 0 none, 1 fast recovery, 2 after a retransmission timeout, 3 after a mark of ECN. */
  readonly recoveryState: Column
  /** The tick at which data were sent last, or at which the connection was established. */
  readonly lastDataSentTick: Column

  /** Returns the segments that are believed to be in the network (`pipe` of RFC 6675). */
  segmentsInFlight(connection: Connection): number
  /** Returns the settings of the connection's host. */
  profileOf(connection: Connection): TcpProfile
}

/**
 * Decides how much a sender may have in flight. A congestion control owns `congestionWindow`, `slowStartThreshold` and
 * CONGESTION_STATE_SIZE numbers of the connection (`congestionStateAt`): what it remembers elsewhere is not in a fork. It
 * sees no packets, and no clock except the tick that it is given.
 */
export interface CongestionControl {
  /** Congestion windows that a growing send buffer holds; absent: two. */
  readonly sendBufferWindows?: number

  /**
   * Prepares the state of a new connection, whose window has its initial value and whose threshold is Infinity. A
   * control with `control` is initialized again after the handshake, with a round-trip time.
   */
  initialize(connections: CongestionColumns, connection: Connection, tick: number): void

  /**
   * Takes a sample of the round-trip time: that of the newest acknowledged segment, which was sent once. Called before
   * `onAcknowledged`, in all states of recovery.
   */
  onRoundTrip(connections: CongestionColumns, connection: Connection, rttNs: number, tick: number): void

  /**
   * Grows the window: `segments` were newly acknowledged outside fast recovery, while the window limited the sender.
   */
  onAcknowledged(connections: CongestionColumns, connection: Connection, segments: number, tick: number): void

  /** Returns the new threshold after a loss, in segments, at least 2 (RFC 5681 section 3.1). */
  thresholdAfterLoss(connections: CongestionColumns, connection: Connection, tick: number): number

  /** Returns the window after a reduction that was not needed. `windowBeforeLoss` is the window before it. */
  windowAfterUndo(connections: CongestionColumns, connection: Connection): number

  /**
   * Sets window and pacing rate after each ACK, in all states of recovery. Absent: losses and `onAcknowledged` change
   * the window.
   */
  control?(connections: CongestionColumns, connection: Connection, sample: RateSample, tick: number): void

  /** Called before data are sent when nothing was in flight for `idleNs`. */
  onIdleEnd(connections: CongestionColumns, connection: Connection, idleNs: number, tick: number): void

  /** Called at a retransmission timeout, after `thresholdAfterLoss`. */
  onTimeout(connections: CongestionColumns, connection: Connection, tick: number): void
}
