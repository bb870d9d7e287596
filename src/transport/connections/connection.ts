import type { Arena } from '../../engine/arena.ts'
import { placesOf } from '../../engine/table.ts'
import type { Account, Activity } from '../../network/rows.ts'
import { HAS_TIMESTAMPS, PERMITS_SACK } from '../../network/syn-options.ts'
import type { Connection, Segment, Stream } from '../rows.ts'
import type { CongestionControl } from './congestion-control.ts'
import { SendingColumns } from './connection-sending.ts'
import { FIRST_COLUMNS } from './first-columns.ts'
import type { TcpProfile } from './tcp-profile.ts'

/** Length of the timestamps option with two no-operations before it (RFC 7323 appendix A). */
export const TIMESTAMP_OPTION_BYTES = 12

/** States of RFC 9293 section 3.3.2. A listener has no row; CLOSED marks a free row. */
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

/** States of loss recovery, named as in RFC 6582 and in Linux's tcp_ca_state. */
export const OPEN = 0
export const FAST_RECOVERY = 1
export const TIMEOUT_RECOVERY = 2
/** The window is reduced though nothing is known to be lost (TCP_CA_CWR). */
export const WINDOW_REDUCTION = 3

/** Values of `plainRole`. */
export const NO_ROLE = 0
export const RECEIVES = 1
export const SENDS = 2

const USUAL_JIFFY_NS = 4_000_000
/** net.ipv4.tcp_reordering, and the most that is counted (net.ipv4.tcp_max_reordering). */
const FIRST_REORDERING = 3
export const LARGEST_REORDERING = 300

/** Numbers that each connection holds for its congestion control. */
export const CONGESTION_STATE_SIZE = 39

/**
 * TCP connections, one row for each end. Positions are offsets from the stream's first byte, up to 2^53, and become
 * 32-bit sequence numbers only in packets; the FIN takes the offset after the last byte. Windows and packets in flight
 * are counted in segments, as in Linux, since congestion controls reason about segments.
 */
export class ConnectionTable extends SendingColumns {
  /** Profiles by the number in the column `profile`. Set once, before the first connection. */
  profiles: readonly TcpProfile[] = []
  /** Congestion controls by the number in the column `congestionControl`. Set once, before the first connection. */
  congestionControls: readonly CongestionControl[] = []

  readonly state = this.int32()
  readonly host = this.int32()
  /** Number among all connections that the host ever had. It names the connection in events. */
  readonly ordinal = this.uint32()
  readonly localAddress = this.int32()
  readonly remoteAddress = this.int32()
  readonly localPort = this.int32()
  readonly remotePort = this.int32()
  /**
   * The connection at the other end; NONE until the handshake is over, and where an address is replaced on the way. It may
   * be over, and its row another's (`Demultiplexer.receiverOf`).
   */
  readonly peer = this.handle<Connection>()
  /** Next row in its bucket of the demultiplexer. */
  readonly nextByAddress = this.handle<Connection>()
  /** Hash of the connection's name and direction. Random losses of its packets derive from it. */
  readonly nameHigh = this.int32()
  readonly nameLow = this.int32()
  readonly stream = this.handle<Stream>()
  readonly account = this.handle<Account>()
  readonly activity = this.handle<Activity>()
  /** Indices of the profile, congestion control and loss recovery, chosen when the connection is made. */
  readonly profile = this.int32()
  readonly congestionControl = this.int32()
  readonly lossRecovery = this.int32()
  /** 1 where plain segments take the short path (header-prediction.ts). */
  readonly predictsHeaders = this.int32()
  /**
   * RECEIVES or SENDS while the connection has done nothing but receive plain segments and reply to them since the last
   * one that `HeaderPrediction` took; else NO_ROLE (receiving/plain-data.ts, sending/plain-acks.ts).
   */
  readonly plainRole = this.int32()
  /** The listener that accepted the connection; NONE on the end that dialled. */
  readonly listener = this.int32()

  // Sending
  readonly initialSendSequence = this.uint32()
  readonly sendUnacknowledged = this.float64()
  readonly sendNext = this.float64()
  /** Offset of our FIN; Infinity until the user finishes. */
  readonly finOffset = this.float64()
  readonly sendWindowBytes = this.float64()
  /** MAX.SND.WND of RFC 5961 section 5.2. */
  readonly largestSendWindowBytes = this.float64()
  readonly maximumSegmentBytes = this.int32()
  /** Options in use: those of our SYN, and after the handshake those that both SYNs have (network/syn-options.ts). */
  readonly options = this.int32()
  /** The maximum segment size that our SYN announces, without options (RFC 6691). */
  readonly announcedSegmentBytes = this.int32()
  readonly peerWindowScale = this.int32()
  /** Consecutive ACKs without data for the same offset. The number is part of such a packet's identity. */
  readonly repeatedAcks = this.uint32()
  readonly lastAckSent = this.float64()
  readonly isWindowClosed = this.int32()
  /** Window probes sent since the window was last open (lifecycle/retransmission-timeout.ts). */
  readonly windowProbes = this.int32()

  // Segments in flight, oldest first (rows of SegmentTable)
  readonly firstSegment = this.handle<Segment>()
  readonly lastSegment = this.handle<Segment>()
  readonly segmentsOut = this.int32()
  readonly segmentsSacked = this.int32()
  readonly segmentsLost = this.int32()
  readonly segmentsRetransmitted = this.int32()
  /** End of the highest segment that the peer has selectively acknowledged. */
  readonly highestSacked = this.float64()
  /** First SACK block of the peer's last ACK, and the last segment in it; NONE: search from the oldest segment. */
  readonly newestBlockLeft = this.float64()
  readonly newestBlockRight = this.float64()
  readonly newestBlockSegment = this.handle<Segment>()
  /** No segment before this one waits to be retransmitted; NONE: search from the oldest segment. */
  readonly firstLostCandidate = this.handle<Segment>()
  /** When the latest-sent of the segments that are known to have arrived was sent. */
  readonly latestArrivedSentTick = this.float64()
  /** End of that segment, and its round-trip time. */
  readonly latestArrivedEnd = this.float64()
  readonly latestArrivedRttNs = this.float64()
  /** 1 once the network has delivered segments out of order that were sent once. */
  readonly hasReordering = this.int32()
  /** The farthest that a segment has arrived behind a later one, in segments; at first three (tcpi_reordering). */
  readonly reorderingSegments = this.int32(FIRST_REORDERING)
  /**
   * Reordering window in quarters of the smallest round-trip time, and the recoveries for which it stays that large.
   */
  readonly reorderingSteps = this.int32()
  readonly reorderingPersistence = this.int32()
  /**
   * The peer reported a duplicate since the last review, its reports in all, and `deliveredSegments` at the next
   * review.
   */
  readonly hasDuplicateReport = this.int32()
  readonly duplicatesReported = this.uint32()
  readonly reorderingReviewAt = this.float64()
  /** Segments that arrived, that were marked lost, and that were retransmitted, over the connection's lifetime. */
  readonly deliveredSegments = this.float64()
  readonly lostSegments = this.float64()
  readonly retransmittedSegments = this.uint32()
  /** `deliveredSegments` when the latest-sent segment that this ACK acknowledges was sent; -1: it acknowledges none. */
  readonly priorDelivered = this.float64()
  /** Time until losses are looked for again; 0: nothing waits for that. */
  readonly reorderingWaitNs = this.float64()
  /**
   * Purpose of the retransmission timer; `sendNext` when the unacknowledged probe was sent; 1: the probe repeated old
   * data.
   */
  readonly timerPurpose = this.int32()
  readonly probeEnd = this.float64()
  readonly isProbeRepetition = this.int32()

  // Congestion
  readonly recoveryState = this.int32()
  /** Recovery ends when everything sent before this offset is acknowledged. */
  readonly recoveryPoint = this.float64()
  /** Congestion window and slow-start threshold in segments. Both can be fractions. */
  readonly congestionWindow = this.float64()
  readonly slowStartThreshold = this.float64()
  readonly isWindowLimited = this.int32()
  /** The tick at which data were sent last, or at which the connection was established. */
  readonly lastDataSentTick = this.float64()
  /** Most segments in flight in the present window of data, and the offset at which that window ends. */
  readonly mostSegmentsOut = this.float64()
  readonly mostSegmentsUntil = this.float64()
  readonly congestionState = this.float64(0, CONGESTION_STATE_SIZE)
  /** Segments that have arrived, and that were sent, since fast recovery began (RFC 6937). */
  readonly reductionDelivered = this.int32()
  readonly reductionSent = this.int32()

  // Delivery rate and pacing, for congestion controls that pace (see congestion/rate-sample.ts, pacing.ts)
  /** When the first segment of the present rate sample was sent, and when a segment arrived last. */
  readonly firstSentTick = this.float64()
  readonly deliveredTick = this.float64()
  /**
   * Until this many segments have arrived, samples measure what the user writes and not the network; 0: they measure
   * the network.
   */
  readonly appLimitedUntil = this.float64()
  readonly ratePriorDelivered = this.float64()
  readonly ratePriorTick = this.float64()
  readonly rateSendNs = this.float64()
  readonly rateSendUs = this.float64()
  readonly rateEnd = this.float64()
  readonly rateIsAppLimited = this.int32()
  /** Pacing rate; 0: segments are not paced. */
  readonly pacingBytesPerS = this.float64()
  /** Earliest tick of the next burst. */
  readonly paceTick = this.float64()

  // Taking back a reduction that had no cause (see recovery/undo.ts)
  /** `sendUnacknowledged` when the reduction began; NO_UNDO: there is nothing to undo. */
  readonly undoPoint = this.float64()
  /** Retransmissions since then for which no duplicate was reported; -1: there were none. */
  readonly undoRetransmissions = this.int32()
  /** Timestamp of the first retransmission since then; 0: there was none. */
  readonly retransmissionTimestamp = this.uint32()
  readonly windowBeforeLoss = this.float64()
  /** Threshold before the reduction; 0: it was lowered twice and cannot be restored. */
  readonly thresholdBeforeLoss = this.float64()
  /** Whether the last timeout may have been spurious: NO_DOUBT, IN_DOUBT or SEND_NEW_FIRST of recovery/undo.ts. */
  readonly timeoutDoubt = this.int32()

  // Round-trip time and its timer
  readonly smoothedRttNs = this.float64()
  /** Four times the deviation, as the timeout's formula uses it. */
  readonly rttVarianceNs = this.float64()
  readonly meanDeviationNs = this.float64()
  readonly maximumDeviationNs = this.float64()
  readonly rttWindowEnd = this.float64()
  readonly minimumRttNs = this.float64()
  readonly timeoutNs = this.float64()
  readonly retries = this.int32()
  readonly firstTimeoutTick = this.float64()

  // Defence against forged and late packets, and against silent peers
  /** The tick at which an unacceptable segment was last answered with an ACK. */
  readonly lastInvalidTick = this.float64()
  /** When the peer's last acceptable ACK arrived. */
  readonly lastAckTick = this.float64()
  /** Idle time before the first keepalive probe; Infinity: keepalive is off. */
  readonly keepaliveIdleNs = this.float64()
  readonly keepaliveIntervalNs = this.float64()
  readonly keepaliveCount = this.int32()
  /** TCP_USER_TIMEOUT; Infinity: none. */
  readonly userTimeoutNs = this.float64()
  readonly unansweredProbes = this.int32()
  /** Keepalive and window probes over the connection's lifetime. The number is part of a probe's identity. */
  readonly probes = this.uint32()

  // Deadline and pending event of each timer (timing/timers.ts)
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

  /** Explicit congestion notification, as bits (segments/ecn.ts); 0: the ends do not use it. */
  readonly ecn = this.int32()
  /** Segments that were refused since they reach beyond the window that was advertised (TcpExtBeyondWindow). */
  readonly segmentsBeyondWindow = this.uint32()
  /** End of the data that a lost packet carried and that is not acknowledged yet; -1: no data are missing. */
  readonly lossEndOffset = this.float64()
  /** 1 if a rule of a link, such as an attacker's, dropped some of them; 0 if the network lost them. */
  readonly isLossByRule = this.int32()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach(FIRST_COLUMNS)
  }

  /** Returns the payload of the largest segment that the peer may send, beside timestamps (tp->advmss). */
  ownSegmentBytes(connection: Connection): number {
    const optionBytes = this.hasTimestamps(connection) ? TIMESTAMP_OPTION_BYTES : 0
    return this.announcedSegmentBytes[connection] - optionBytes
  }

  /** Returns whether segments carry timestamps. */
  hasTimestamps(connection: Connection): boolean {
    return (this.options[connection] & HAS_TIMESTAMPS) !== 0
  }

  /** Returns whether ACKs may report what arrived out of order. */
  hasSelectiveAcks(connection: Connection): boolean {
    return (this.options[connection] & PERMITS_SACK) !== 0
  }

  /** Returns the settings of the connection's host. */
  profileOf(connection: Connection): TcpProfile {
    return this.profiles[this.profile[connection]]
  }

  /** Returns the tick of the clock that timers follow; that of CONFIG_HZ=250 where timers are exact. */
  jiffyNs(connection: Connection): number {
    const { timerTickNs } = this.profileOf(connection)
    return timerTickNs === 0 ? USUAL_JIFFY_NS : timerTickNs
  }

  /** Segments that are believed to be in the network (`pipe` of RFC 6675). */
  segmentsInFlight(connection: Connection): number {
    return (
      this.segmentsOut[connection] -
      this.segmentsSacked[connection] -
      this.segmentsLost[connection] +
      this.segmentsRetransmitted[connection]
    )
  }

  /** Bytes of the peer's window beyond what was sent. */
  peerRoomBytes(connection: Connection): number {
    return this.sendUnacknowledged[connection] + this.sendWindowBytes[connection] - this.sendNext[connection]
  }

  /** The host's connections, in the order in which they were created. */
  ofHost(host: number): Connection[] {
    const rows: Connection[] = []
    for (const row of this.everyRow()) if (this.state[row] !== CLOSED && this.host[row] === host) rows.push(row)
    return rows.sort((a, b) => this.ordinal[a] - this.ordinal[b])
  }
}

/** The places of the columns of connections (`Table.float64s`). */
export const CONNECTION_PLACES = placesOf((arena) => new ConnectionTable(arena))
