import type { Arena } from '../../engine/arena.ts'
import type { Account, Activity } from '../../network/rows.ts'
import type { Connection, Segment, Stream } from '../rows.ts'
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

/**
 * TCP connections: one row an end. Positions in a stream are offsets from its first byte, up to 2^53, and become
 * 32-bit sequence numbers only in packets; the FIN takes the offset behind the last byte. Windows and packets in
 * flight are counted in segments, as Linux does, since that is what congestion controls reason about.
 */
export class ConnectionTable extends SendingColumns {
  /** By the number in the column `profile`; set once, before there are connections. */
  profiles: readonly TcpProfile[] = []

  readonly state = this.uint8()
  readonly host = this.int32()
  /** Its number among all connections that the host ever had: its name in events. */
  readonly ordinal = this.uint32()
  readonly localAddress = this.int32()
  readonly remoteAddress = this.int32()
  readonly localPort = this.uint16()
  readonly remotePort = this.uint16()
  /** The next in its bucket of the demultiplexer, and of the ordinal index. */
  readonly nextByAddress = this.handle<Connection>()
  readonly nextByOrdinal = this.handle<Connection>()
  /** The connection's name with its direction folded in: what is sent under it meets its own fate. */
  readonly nameHigh = this.int32()
  readonly nameLow = this.int32()
  readonly stream = this.handle<Stream>()
  readonly account = this.handle<Account>()
  readonly activity = this.handle<Activity>()
  /** Chosen when the connection is made: indices of its profile, congestion control and loss recovery. */
  readonly profile = this.uint8()
  readonly congestionControl = this.uint8()
  readonly lossRecovery = this.uint8()
  /** Of the listener that accepted it; NONE on the end that dialled. */
  readonly listener = this.int32()

  // Sending
  readonly initialSendSequence = this.uint32()
  readonly sendUnacknowledged = this.float64()
  readonly sendNext = this.float64()
  /** Of the FIN; Infinity: the user has not finished. */
  readonly finOffset = this.float64()
  readonly sendWindowBytes = this.float64()
  /** MAX.SND.WND of RFC 5961 section 5.2. */
  readonly largestSendWindowBytes = this.float64()
  readonly maximumSegmentBytes = this.uint16()
  readonly peerWindowScale = this.uint8()
  /** Consecutive ACKs without data that say the same: their place in the packet's identity. */
  readonly repeatedAcks = this.uint32()
  readonly lastAckSent = this.float64()
  readonly isWindowClosed = this.uint8()
  /** Sent since the window was open last (lifecycle/retransmission-timeout.ts). */
  readonly windowProbes = this.uint8()

  // Segments in flight, oldest first (rows of SegmentTable)
  readonly firstSegment = this.handle<Segment>()
  readonly lastSegment = this.handle<Segment>()
  readonly segmentsOut = this.int32()
  readonly segmentsSacked = this.int32()
  readonly segmentsLost = this.int32()
  readonly segmentsRetransmitted = this.int32()
  /** The end of the highest segment that the far end has selectively acknowledged. */
  readonly highestSacked = this.float64()
  /** The block that the far end told of first in its last ACK, and the last segment in it; NONE: start over. */
  readonly newestBlockLeft = this.float64()
  readonly newestBlockRight = this.float64()
  readonly newestBlockSegment = this.handle<Segment>()
  /** No segment before this one waits to be sent again; NONE: the oldest. */
  readonly firstLostCandidate = this.handle<Segment>()
  /** When the latest-sent of all segments that are known to have arrived was sent. */
  readonly latestArrivedSentTick = this.float64()
  /** Where that one ended, and how long it took. */
  readonly latestArrivedEnd = this.float64()
  readonly latestArrivedRttNs = this.float64()
  /** `highestSacked` before the ACK that is being taken. */
  readonly priorHighestSacked = this.float64()
  /** The network was seen to deliver out of order what was sent once. */
  readonly hasReordering = this.uint8()
  /** Quarters of the smallest round-trip time that reordering is given, and recoveries for which that stays so. */
  readonly reorderingSteps = this.uint8()
  readonly reorderingPersistence = this.uint8()
  /** The far end told of a duplicate, and of how many in all; looked at again when so many were delivered. */
  readonly hasDuplicateReport = this.uint8()
  readonly duplicatesReported = this.uint32()
  readonly reorderingReviewAt = this.float64()
  /** Segments that have arrived, and that were believed lost, in all; retransmissions too. */
  readonly deliveredSegments = this.float64()
  readonly lostSegments = this.float64()
  readonly retransmittedSegments = this.uint32()
  /** `deliveredSegments` when the latest-sent of what the present ACK told of was sent; -1: it told of nothing. */
  readonly priorDelivered = this.float64()
  /** Until losses are looked for again; 0: not at all. */
  readonly reorderingWaitNs = this.float64()
  /** What the retransmission timer is for, the end of what was sent before the probe that is out, and what it was. */
  readonly timerPurpose = this.uint8()
  readonly probeEnd = this.float64()
  readonly isProbeRepetition = this.uint8()

  // Congestion
  readonly recoveryState = this.uint8()
  /** Recovery is over when everything sent before it is acknowledged. */
  readonly recoveryPoint = this.float64()
  /** Segments; fractions accumulate. */
  readonly congestionWindow = this.float64()
  readonly slowStartThreshold = this.float64()
  readonly isWindowLimited = this.uint8()
  /** When data were sent last, or the connection was established. */
  readonly lastDataSentTick = this.float64()
  /** The most segments that were in flight in the present window of data, and where that window ends. */
  readonly mostSegmentsOut = this.int32()
  readonly mostSegmentsUntil = this.float64()
  readonly congestionState = this.float64(0, CONGESTION_STATE_SIZE)
  /** Of fast recovery: segments that arrived since it began, and were sent since (RFC 6937). */
  readonly reductionDelivered = this.int32()
  readonly reductionSent = this.int32()

  // Delivery rate and pacing, for congestion controls that pace (see congestion/rate-sample.ts, pacing.ts)
  /** When the segment was sent that began the present sample's sending, and when something arrived last. */
  readonly firstSentTick = this.float64()
  readonly deliveredTick = this.float64()
  /** Until so many have arrived, samples say what the user has to send and not what the network carries; 0: they do. */
  readonly appLimitedUntil = this.float64()
  readonly ratePriorDelivered = this.float64()
  readonly ratePriorTick = this.float64()
  readonly rateSendNs = this.float64()
  readonly rateSendUs = this.float64()
  readonly rateEnd = this.float64()
  readonly rateIsAppLimited = this.uint8()
  /** 0: nothing is paced. */
  readonly pacingBytesPerS = this.float64()
  /** When the next burst may go. */
  readonly paceTick = this.float64()

  // Taking back a reduction that had no cause (see recovery/undo.ts)
  /** Where the reduction began; NO_UNDO: there is none to take back. */
  readonly undoPoint = this.float64()
  /** Retransmissions since that no duplicate was reported of; -1: none was sent. */
  readonly undoRetransmissions = this.int32()
  /** When the first one was sent, as a timestamp; 0: none was. */
  readonly retransmissionTimestamp = this.uint32()
  readonly windowBeforeLoss = this.float64()
  /** 0: it was lowered twice, and cannot be restored. */
  readonly thresholdBeforeLoss = this.float64()
  /** Whether the last timeout may have been spurious (see recovery/undo.ts). */
  readonly timeoutDoubt = this.uint8()

  // Round-trip time and its timer
  readonly smoothedRttNs = this.float64()
  /** Four deviations, as the timer wants them. */
  readonly rttVarianceNs = this.float64()
  readonly meanDeviationNs = this.float64()
  readonly maximumDeviationNs = this.float64()
  readonly rttWindowEnd = this.float64()
  readonly minimumRttNs = this.float64()
  readonly timeoutNs = this.float64()
  readonly retries = this.uint8()
  readonly firstTimeoutTick = this.float64()

  // What comes of an attacker, or from nobody
  /** When something that is not acceptable was answered last. */
  readonly lastInvalidTick = this.float64()
  /** When the far end acknowledged anything, be it for the second time. */
  readonly lastAckTick = this.float64()
  /** Infinity: none is kept. */
  readonly keepaliveIdleNs = this.float64()
  readonly keepaliveIntervalNs = this.float64()
  readonly keepaliveCount = this.uint16()
  readonly unansweredProbes = this.uint16()
  /** All that were ever sent: a probe's place in its identity. */
  readonly probes = this.uint32()

  // Timers (see timers.ts), one column each for deadline and pending event
  readonly retransmissionDeadline = this.float64()
  readonly retransmissionEvent = this.float64()
  readonly delayedAckDeadline = this.float64()
  readonly delayedAckEvent = this.float64()
  readonly lingerDeadline = this.float64()
  readonly lingerEvent = this.float64()
  readonly keepaliveDeadline = this.float64()
  readonly keepaliveEvent = this.float64()
  readonly pacingDeadline = this.float64()
  readonly pacingEvent = this.float64()

  /** A packet of this end was lost, and what it carried up to here is not acknowledged; -1: nothing is missing. */
  readonly lossEndOffset = this.float64()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  /** The settings of the connection's host. */
  profileOf(connection: Connection): TcpProfile {
    return this.profiles[this.profile[connection]]
  }

  /** Segments that are believed to be on their way (RFC 6675's pipe). */
  segmentsInFlight(connection: Connection): number {
    return (
      this.segmentsOut[connection] -
      this.segmentsSacked[connection] -
      this.segmentsLost[connection] +
      this.segmentsRetransmitted[connection]
    )
  }

  /** Bytes of the far end's window beyond what was sent. */
  peerRoomBytes(connection: Connection): number {
    return this.sendUnacknowledged[connection] + this.sendWindowBytes[connection] - this.sendNext[connection]
  }

  /** In the order in which they came to be. */
  ofHost(host: number): Connection[] {
    const rows: Connection[] = []
    for (const row of this.everyRow()) if (this.state[row] !== CLOSED && this.host[row] === host) rows.push(row)
    return rows.sort((a, b) => this.ordinal[a] - this.ordinal[b])
  }
}
