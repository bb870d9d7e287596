import type { Arena, Columns } from '../../engine/arena.ts'
import { SendingColumns } from './connection-sending.ts'
import type { TcpProfile } from './tcp-profile.ts'

/** RFC 9293 section 3.3.2; LISTEN has no row, and CLOSED marks one that is free. */
export const CLOSED = 0
export const SYN_SENT = 1
export const SYN_RECEIVED = 2
export const ESTABLISHED = 3
export const FIN_WAIT_1 = 4
export const FIN_WAIT_2 = 5
export const CLOSE_WAIT = 6
export const CLOSING = 7
export const LAST_ACK = 8
export const TIME_WAIT = 9

/** What the sender believes of the network (the names are those of RFC 6582 and Linux's tcp_ca_state). */
export const OPEN = 0
export const FAST_RECOVERY = 1
export const TIMEOUT_RECOVERY = 2

/** Numbers of its own that a congestion control keeps with each connection. */
export const CONGESTION_STATE_SIZE = 39

/** The settings that a connection's host has. */
export function profileOf(connections: ConnectionTable, connection: number): TcpProfile {
  return connections.profiles[connections.profile[connection]]
}

/**
 * TCP connections: one row an end. Positions in a stream are offsets from its first byte, up to 2^53, and become
 * 32-bit sequence numbers only in packets; the FIN takes the offset behind the last byte. Windows and packets in
 * flight are counted in segments, as Linux does, since that is what congestion controls reason about.
 */
export class ConnectionTable extends SendingColumns {
  /** By the number in the column `profile`; set once, before there are connections. */
  profiles: readonly TcpProfile[] = []

  state!: Uint8Array
  host!: Int32Array
  /** Its number among all connections that the host ever had: its name in events. */
  ordinal!: Uint32Array
  localAddress!: Int32Array
  remoteAddress!: Int32Array
  localPort!: Uint16Array
  remotePort!: Uint16Array
  /** The next in its bucket of the demultiplexer, and of the ordinal index. */
  nextByAddress!: Int32Array
  nextByOrdinal!: Int32Array
  /** The connection's name with its direction folded in: what is sent under it meets its own fate. */
  nameHigh!: Int32Array
  nameLow!: Int32Array
  stream!: Int32Array
  account!: Int32Array
  activity!: Int32Array
  /** Chosen when the connection is made: indices of its profile, congestion control and loss recovery. */
  profile!: Uint8Array
  congestionControl!: Uint8Array
  lossRecovery!: Uint8Array
  /** Of the listener that accepted it; NONE on the end that dialled. */
  listener!: Int32Array

  // Sending
  initialSendSequence!: Uint32Array
  sendUnacknowledged!: Float64Array
  sendNext!: Float64Array
  /** Of the FIN; Infinity: the user has not finished. */
  finOffset!: Float64Array
  sendWindowBytes!: Float64Array
  /** MAX.SND.WND of RFC 5961 section 5.2. */
  largestSendWindowBytes!: Float64Array
  maximumSegmentBytes!: Uint16Array
  peerWindowScale!: Uint8Array
  /** Consecutive ACKs without data that say the same: their place in the packet's identity. */
  repeatedAcks!: Uint32Array
  lastAckSent!: Float64Array
  isWindowClosed!: Uint8Array
  /** Sent since the window was open last (see window-probe.ts). */
  windowProbes!: Uint8Array

  // Segments in flight, oldest first (rows of SegmentTable)
  firstSegment!: Int32Array
  lastSegment!: Int32Array
  segmentsOut!: Int32Array
  segmentsSacked!: Int32Array
  segmentsLost!: Int32Array
  segmentsRetransmitted!: Int32Array
  /** The end of the highest segment that the far end has selectively acknowledged. */
  highestSacked!: Float64Array
  /** The block that the far end told of first in its last ACK, and the last segment in it; NONE: start over. */
  newestBlockLeft!: Float64Array
  newestBlockRight!: Float64Array
  newestBlockSegment!: Int32Array
  /** No segment before this one waits to be sent again; NONE: the oldest. */
  firstLostCandidate!: Int32Array
  /** When the latest-sent of all segments that are known to have arrived was sent. */
  latestArrivedSentTick!: Float64Array
  /** Where that one ended, and how long it took. */
  latestArrivedEnd!: Float64Array
  latestArrivedRttNs!: Float64Array
  /** `highestSacked` before the ACK that is being taken. */
  priorHighestSacked!: Float64Array
  /** The network was seen to deliver out of order what was sent once. */
  hasReordering!: Uint8Array
  /** Quarters of the smallest round-trip time that reordering is given, and recoveries for which that stays so. */
  reorderingSteps!: Uint8Array
  reorderingPersistence!: Uint8Array
  /** The far end told of a duplicate, and of how many in all; looked at again when so many were delivered. */
  hasDuplicateReport!: Uint8Array
  duplicatesReported!: Uint32Array
  reorderingReviewAt!: Float64Array
  /** Segments that have arrived, and that were believed lost, in all; retransmissions too. */
  deliveredSegments!: Float64Array
  lostSegments!: Float64Array
  retransmittedSegments!: Uint32Array
  /** `deliveredSegments` when the latest-sent of what the present ACK told of was sent; -1: it told of nothing. */
  priorDelivered!: Float64Array
  /** Until losses are looked for again; 0: not at all. */
  reorderingWaitNs!: Float64Array
  /** What the retransmission timer is for, the end of what was sent before the probe that is out, and what it was. */
  timerPurpose!: Uint8Array
  probeEnd!: Float64Array
  isProbeRepetition!: Uint8Array

  // Congestion
  recoveryState!: Uint8Array
  /** Recovery is over when everything sent before it is acknowledged. */
  recoveryPoint!: Float64Array
  /** Segments; fractions accumulate. */
  congestionWindow!: Float64Array
  slowStartThreshold!: Float64Array
  isWindowLimited!: Uint8Array
  /** When data were sent last, or the connection was established. */
  lastDataSentTick!: Float64Array
  /** The most segments that were in flight in the present window of data, and where that window ends. */
  mostSegmentsOut!: Int32Array
  mostSegmentsUntil!: Float64Array
  congestionState!: Float64Array
  /** Of fast recovery: segments that arrived since it began, and were sent since (RFC 6937). */
  reductionDelivered!: Int32Array
  reductionSent!: Int32Array

  // Delivery rate and pacing, for congestion controls that pace (see congestion/rate-sample.ts, pacing.ts)
  /** When the segment was sent that began the present sample's sending, and when something arrived last. */
  firstSentTick!: Float64Array
  deliveredTick!: Float64Array
  /** Until so many have arrived, samples say what the user has to send and not what the network carries; 0: they do. */
  appLimitedUntil!: Float64Array
  ratePriorDelivered!: Float64Array
  ratePriorTick!: Float64Array
  rateSendNs!: Float64Array
  rateSendUs!: Float64Array
  rateEnd!: Float64Array
  rateIsAppLimited!: Uint8Array
  /** 0: nothing is paced. */
  pacingBytesPerS!: Float64Array
  /** When the next burst may go. */
  paceTick!: Float64Array

  // Taking back a reduction that had no cause (see recovery/undo.ts)
  /** Where the reduction began; NO_UNDO: there is none to take back. */
  undoPoint!: Float64Array
  /** Retransmissions since that no duplicate was reported of; -1: none was sent. */
  undoRetransmissions!: Int32Array
  /** When the first one was sent, as a timestamp; 0: none was. */
  retransmissionTimestamp!: Uint32Array
  windowBeforeLoss!: Float64Array
  /** 0: it was lowered twice, and cannot be restored. */
  thresholdBeforeLoss!: Float64Array
  /** Whether the last timeout may have been spurious (see recovery/undo.ts). */
  timeoutDoubt!: Uint8Array

  // Round-trip time and its timer
  smoothedRttNs!: Float64Array
  /** Four deviations, as the timer wants them. */
  rttVarianceNs!: Float64Array
  meanDeviationNs!: Float64Array
  maximumDeviationNs!: Float64Array
  rttWindowEnd!: Float64Array
  minimumRttNs!: Float64Array
  timeoutNs!: Float64Array
  retries!: Uint8Array
  firstTimeoutTick!: Float64Array

  // What comes of an attacker, or from nobody
  /** When something that is not acceptable was answered last. */
  lastInvalidTick!: Float64Array
  /** When the far end acknowledged anything, be it for the second time. */
  lastHeardTick!: Float64Array
  /** Infinity: none is kept. */
  keepaliveIdleNs!: Float64Array
  keepaliveIntervalNs!: Float64Array
  keepaliveCount!: Uint16Array
  unansweredProbes!: Uint16Array
  /** All that were ever sent: a probe's place in its identity. */
  probes!: Uint32Array

  // Timers (see timers.ts), one column each for deadline and pending event
  retransmissionDeadline!: Float64Array
  retransmissionEvent!: Float64Array
  delayedAckDeadline!: Float64Array
  delayedAckEvent!: Float64Array
  lingerDeadline!: Float64Array
  lingerEvent!: Float64Array
  keepaliveDeadline!: Float64Array
  keepaliveEvent!: Float64Array
  pacingDeadline!: Float64Array
  pacingEvent!: Float64Array

  /** A packet of this end was lost, and what it carried up to here is not acknowledged; -1: nothing is missing. */
  lossEndOffset!: Float64Array

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.layOutIdentity(columns)
    this.layOutSending(columns)
    this.layOutBuffering(columns)
    this.layOutScoreboard(columns)
    this.layOutCongestion(columns)
    this.layOutRate(columns)
    this.layOutUndo(columns)
    this.layOutRoundTrip(columns)
    this.layOutReceiving(columns)
    this.layOutNs3(columns)
    this.layOutVigilance(columns)
    this.layOutTimers(columns)
  }

  private layOutIdentity(columns: Columns): void {
    this.host = columns.int32()
    this.localAddress = columns.int32()
    this.remoteAddress = columns.int32()
    this.nextByAddress = columns.int32()
    this.nextByOrdinal = columns.int32()
    this.nameHigh = columns.int32()
    this.nameLow = columns.int32()
    this.stream = columns.int32()
    this.account = columns.int32()
    this.activity = columns.int32()
    this.listener = columns.int32()
    this.ordinal = columns.uint32()
    this.localPort = columns.uint16()
    this.remotePort = columns.uint16()
    this.state = columns.uint8()
    this.profile = columns.uint8()
    this.congestionControl = columns.uint8()
    this.lossRecovery = columns.uint8()
  }

  private layOutSending(columns: Columns): void {
    this.sendUnacknowledged = columns.float64()
    this.sendNext = columns.float64()
    this.finOffset = columns.float64()
    this.sendWindowBytes = columns.float64()
    this.largestSendWindowBytes = columns.float64()
    this.lastAckSent = columns.float64()
    this.initialSendSequence = columns.uint32()
    this.repeatedAcks = columns.uint32()
    this.maximumSegmentBytes = columns.uint16()
    this.peerWindowScale = columns.uint8()
    this.isWindowClosed = columns.uint8()
    this.windowProbes = columns.uint8()
  }

  private layOutScoreboard(columns: Columns): void {
    this.highestSacked = columns.float64()
    this.newestBlockLeft = columns.float64()
    this.newestBlockRight = columns.float64()
    this.latestArrivedSentTick = columns.float64()
    this.latestArrivedEnd = columns.float64()
    this.latestArrivedRttNs = columns.float64()
    this.priorHighestSacked = columns.float64()
    this.reorderingWaitNs = columns.float64()
    this.probeEnd = columns.float64()
    this.hasReordering = columns.uint8()
    this.reorderingSteps = columns.uint8()
    this.reorderingPersistence = columns.uint8()
    this.hasDuplicateReport = columns.uint8()
    this.duplicatesReported = columns.uint32()
    this.retransmittedSegments = columns.uint32()
    this.reorderingReviewAt = columns.float64()
    this.deliveredSegments = columns.float64()
    this.lostSegments = columns.float64()
    this.priorDelivered = columns.float64()
    this.timerPurpose = columns.uint8()
    this.isProbeRepetition = columns.uint8()
    this.firstSegment = columns.int32()
    this.lastSegment = columns.int32()
    this.newestBlockSegment = columns.int32()
    this.firstLostCandidate = columns.int32()
    this.segmentsOut = columns.int32()
    this.segmentsSacked = columns.int32()
    this.segmentsLost = columns.int32()
    this.segmentsRetransmitted = columns.int32()
  }

  private layOutCongestion(columns: Columns): void {
    this.recoveryPoint = columns.float64()
    this.congestionWindow = columns.float64()
    this.slowStartThreshold = columns.float64()
    this.mostSegmentsUntil = columns.float64()
    this.lastDataSentTick = columns.float64()
    this.congestionState = columns.float64(columns.capacity * CONGESTION_STATE_SIZE)
    this.mostSegmentsOut = columns.int32()
    this.reductionDelivered = columns.int32()
    this.reductionSent = columns.int32()
    this.recoveryState = columns.uint8()
    this.isWindowLimited = columns.uint8()
  }

  private layOutRate(columns: Columns): void {
    this.firstSentTick = columns.float64()
    this.deliveredTick = columns.float64()
    this.appLimitedUntil = columns.float64()
    this.ratePriorDelivered = columns.float64()
    this.ratePriorTick = columns.float64()
    this.rateSendNs = columns.float64()
    this.rateSendUs = columns.float64()
    this.rateEnd = columns.float64()
    this.pacingBytesPerS = columns.float64()
    this.paceTick = columns.float64()
    this.rateIsAppLimited = columns.uint8()
  }

  private layOutUndo(columns: Columns): void {
    this.undoPoint = columns.float64()
    this.windowBeforeLoss = columns.float64()
    this.thresholdBeforeLoss = columns.float64()
    this.undoRetransmissions = columns.int32()
    this.retransmissionTimestamp = columns.uint32()
    this.timeoutDoubt = columns.uint8()
  }

  private layOutRoundTrip(columns: Columns): void {
    this.smoothedRttNs = columns.float64()
    this.rttVarianceNs = columns.float64()
    this.meanDeviationNs = columns.float64()
    this.maximumDeviationNs = columns.float64()
    this.rttWindowEnd = columns.float64()
    this.minimumRttNs = columns.float64()
    this.timeoutNs = columns.float64()
    this.firstTimeoutTick = columns.float64()
    this.retries = columns.uint8()
  }

  private layOutVigilance(columns: Columns): void {
    this.lastInvalidTick = columns.float64()
    this.lastHeardTick = columns.float64()
    this.keepaliveIdleNs = columns.float64()
    this.keepaliveIntervalNs = columns.float64()
    this.probes = columns.uint32()
    this.keepaliveCount = columns.uint16()
    this.unansweredProbes = columns.uint16()
  }

  private layOutTimers(columns: Columns): void {
    this.retransmissionDeadline = columns.float64()
    this.retransmissionEvent = columns.float64()
    this.delayedAckDeadline = columns.float64()
    this.delayedAckEvent = columns.float64()
    this.lingerDeadline = columns.float64()
    this.lingerEvent = columns.float64()
    this.keepaliveDeadline = columns.float64()
    this.keepaliveEvent = columns.float64()
    this.pacingDeadline = columns.float64()
    this.pacingEvent = columns.float64()
    this.lossEndOffset = columns.float64()
  }

  /** Segments that are believed to be on their way (RFC 6675's pipe). */
  segmentsInFlight(connection: number): number {
    return (
      this.segmentsOut[connection] -
      this.segmentsSacked[connection] -
      this.segmentsLost[connection] +
      this.segmentsRetransmitted[connection]
    )
  }

  /** In the order in which they came to be. */
  ofHost(host: number): number[] {
    const rows: number[] = []
    for (let row = 0; row < this.highWater; row++)
      if (this.state[row] !== CLOSED && this.host[row] === host) rows.push(row)
    return rows.sort((a, b) => this.ordinal[a] - this.ordinal[b])
  }
}
