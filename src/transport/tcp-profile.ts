import { assert } from '../engine/assert.ts'
import { NS_PER_MS, NS_PER_S } from '../engine/ticks.ts'

/** What an implementation of TCP chose where the standards leave a choice. */
export interface TcpProfile {
  readonly name: 'linux' | 'rfc' | 'ns3'
  /** Segments (RFC 6928). */
  readonly initialWindow: number
  /** Before there is a sample (RFC 6298 section 2.1). */
  readonly initialTimeoutNs: number
  readonly maximumTimeoutNs: number
  /**
   * `variance`: RTO = SRTT + max(4 RTTVAR, floor), as Linux computes it (net/ipv4/tcp_input.c, tcp_rtt_estimator).
   * `timeout`: RTO = max(floor, SRTT + 4 RTTVAR) (RFC 6298 section 2.4).
   */
  readonly timeoutFloor: 'variance' | 'timeout'
  readonly timeoutFloorNs: number
  /** An ACK waits no longer than this for company (RFC 1122 section 4.2.3.2 allows 500 ms). */
  readonly delayedAckNs: number
  /** RFC 9293 section 3.8.6.3: more than one full segment's bytes, or any two segments, as ns-3 counts. */
  readonly ackEvery: 'full segment' | 'second segment'
  /** What ends a write is acknowledged when it was read, unless an answer seems likely (net/ipv4/tcp.c). */
  readonly acknowledgesPushed: boolean
  /** So many segments are acknowledged one by one at the start, and after whatever hints at a sender that starts anew. */
  readonly quickAcks: number
  /** Unanswered SYNs after the first before the attempt is given up; the first few wait for equal times. */
  readonly synRetries: number
  readonly synLinearTimeouts: number
  readonly synAckRetries: number
  /** Of the clock that timers go by (see timer-wheel.ts); 0: they are exact. */
  readonly timerTickNs: number
  /** A connection without progress dies after this (Linux: tcp_retries2 = 15 from 200 ms on makes 924.6 s). */
  readonly giveUpNs: number
  readonly timeWaitNs: number
  /** A far end that keeps its window closed and answers none of so many probes is gone. */
  readonly windowProbes: number
  /**
   * What a window becomes that nothing was sent in for longer than the timeout. `decay`: half for each timeout that
   * went by, not below the initial one (Linux: tcp_slow_start_after_idle = 1, net/ipv4/tcp_output.c, tcp_cwnd_restart).
   */
  readonly afterIdle: 'decay' | 'keep'
  /** `rack`: RACK-TLP (RFC 8985; net.ipv4.tcp_recovery = 1, tcp_early_retrans = 3). `sack`: RFC 6675; `ns3`: as ns-3 has it. */
  readonly recovery: 'rack' | 'sack' | 'ns3'
  /** Whether a retransmission that is lost is found before the timer goes off; RFC 6675 has no way to. */
  readonly findsLostRetransmissions: boolean
  /**
   * Reports duplicates (RFC 2883), and takes a reduction of the window back that had no cause: by timestamps, by reports
   * of duplicates, by F-RTO (net.ipv4.tcp_dsack = 1, tcp_frto = 2).
   */
  readonly undoesSpurious: boolean
  /** A tail that may be lost is probed (RFC 8985 section 7; net.ipv4.tcp_early_retrans = 3), where `recovery` is `rack`. */
  readonly probesTail: boolean
  /** What arrives out of order lets something new out before anything is believed lost (RFC 3042). */
  readonly hasLimitedTransmit: boolean
  /** Spreads a reduction over fast recovery (RFC 6937); else the window falls at once (RFC 6675 section 5). */
  readonly spreadsReduction: boolean
  /** CUBIC leaves slow start before the queue overflows (tcp_cubic's parameter `hystart`). */
  readonly hasHystart: boolean
  /** CUBIC as net/ipv4/tcp_cubic.c has it where that differs from RFC 9438. */
  readonly hasLinuxCubic: boolean
  /** Keeps what is written in units of several segments and hands it to the device in bursts (see bursts.ts). */
  readonly sendsBursts: boolean
  /** What does not fill a segment waits for what is unacknowledged (see nagle.ts). */
  readonly hasNagle: boolean
  /** CUBIC and Reno as ns-3's TcpCubic and TcpLinuxReno have them. */
  readonly hasNs3Congestion: boolean
  /** What is not acceptable is answered no more often, by one connection (RFC 5961 section 7). */
  readonly invalidAckIntervalNs: number
  /**
   * As net/ipv4/tcp_input.c and tcp_minisocks.c check what comes, where the RFCs say less: a reset behind all that is
   * held out of order counts, and so does a SYN in the window of a connection that is half open.
   */
  readonly hasLinuxChecks: boolean
  /**
   * The first SYN is sent again so soon after a wrong answer, since it may have cleared the way, or two ticks later, where
   * timers go by those (TCP_TIMEOUT_MIN); Infinity: when it is due.
   */
  readonly hastenedSynNs: number
  readonly hasTimestamps: boolean
  /** At most, where it grows; in Linux that is memory, and the window 5/8 of it. */
  readonly receiveBufferBytes: number
  /** Of many ACKs for what is out of order, most wait for each other (net.ipv4.tcp_comp_sack_*). */
  readonly compressesAcks: boolean
  /**
   * A chosen receive buffer is what SO_RCVBUF makes of four fifths of it: the window opens to it from there, and keeps
   * to whole segments (see window-selection.ts). Else that much is window from the start.
   */
  readonly hasSocketBuffer: boolean
  /** From 128 KiB on, as much as a sender in slow start needs (net.ipv4.tcp_moderate_rcvbuf = 1). */
  readonly growsReceiveBuffer: boolean
  /** At most, where it grows; in Linux that is memory. */
  readonly sendBufferBytes: number
  /** With the congestion window (see send-buffer.ts). */
  readonly growsSendBuffer: boolean
}

const MIB = 1 << 20

/** Linux 6.18 with its defaults (Documentation/networking/ip-sysctl.rst; include/net/tcp.h). */
const LINUX: TcpProfile = {
  name: 'linux',
  initialWindow: 10,
  initialTimeoutNs: 1 * NS_PER_S, // TCP_TIMEOUT_INIT
  maximumTimeoutNs: 120 * NS_PER_S, // TCP_RTO_MAX
  timeoutFloor: 'variance',
  timeoutFloorNs: 200 * NS_PER_MS, // TCP_RTO_MIN
  delayedAckNs: 40 * NS_PER_MS, // TCP_DELACK_MIN, TCP_ATO_MIN
  ackEvery: 'full segment',
  acknowledgesPushed: true,
  quickAcks: 16, // TCP_MAX_QUICKACKS
  synRetries: 6 + 4, // tcp_syn_retries, and the linear ones come on top
  synLinearTimeouts: 4, // tcp_syn_linear_timeouts
  synAckRetries: 5, // tcp_synack_retries
  timerTickNs: 4 * NS_PER_MS, // CONFIG_HZ = 250, the default of kernel/Kconfig.hz
  giveUpNs: 924_600 * NS_PER_MS, // tcp_retries2 = 15
  timeWaitNs: 60 * NS_PER_S, // TCP_TIMEWAIT_LEN
  windowProbes: 15, // tcp_retries2
  afterIdle: 'decay',
  recovery: 'rack',
  findsLostRetransmissions: true,
  undoesSpurious: true,
  probesTail: true,
  hasLimitedTransmit: true,
  spreadsReduction: true, // tcp_cwnd_reduction
  hasHystart: true,
  hasLinuxCubic: true,
  sendsBursts: true,
  hasNagle: false, // as Go and Node.js set TCP_NODELAY
  hasNs3Congestion: false,
  invalidAckIntervalNs: 500 * NS_PER_MS, // tcp_invalid_ratelimit; tcp_challenge_ack_limit of the host is unlimited
  hasLinuxChecks: true,
  hastenedSynNs: 8 * NS_PER_MS, // two ticks of 4 ms, as on the test bed (CONFIG_HZ=250)
  hasTimestamps: true,
  receiveBufferBytes: 32 * MIB, // tcp_rmem's maximum
  compressesAcks: true,
  hasSocketBuffer: false,
  growsReceiveBuffer: true,
  sendBufferBytes: 4 * MIB, // tcp_wmem's maximum
  growsSendBuffer: true,
}

/** What the RFCs recommend, and nothing that they do not. */
const RFC: TcpProfile = {
  name: 'rfc',
  initialWindow: 10, // RFC 6928
  initialTimeoutNs: 1 * NS_PER_S, // RFC 6298 section 2.1
  maximumTimeoutNs: 60 * NS_PER_S, // RFC 6298 section 2.5: at least 60 s
  timeoutFloor: 'timeout',
  timeoutFloorNs: 1 * NS_PER_S, // RFC 6298 section 2.4
  delayedAckNs: 200 * NS_PER_MS, // RFC 9293 section 3.8.6.3: less than 500 ms
  ackEvery: 'full segment',
  acknowledgesPushed: false,
  quickAcks: 0,
  synRetries: 6,
  synLinearTimeouts: 0,
  synAckRetries: 5,
  timerTickNs: 0,
  giveUpNs: 100 * NS_PER_S, // RFC 9293 section 3.8.3: R2 at least 100 s
  timeWaitNs: 240 * NS_PER_S, // RFC 9293 section 3.4.2: two maximum segment lifetimes
  windowProbes: 15,
  afterIdle: 'keep',
  recovery: 'sack',
  findsLostRetransmissions: true,
  undoesSpurious: false,
  probesTail: true,
  hasLimitedTransmit: true,
  spreadsReduction: true,
  hasHystart: false,
  hasLinuxCubic: false,
  sendsBursts: false,
  hasNagle: false, // as Go and Node.js set TCP_NODELAY
  hasNs3Congestion: false,
  invalidAckIntervalNs: 500 * NS_PER_MS, // RFC 5961 section 7: ten in five seconds
  hasLinuxChecks: false,
  hastenedSynNs: Number.POSITIVE_INFINITY,
  hasTimestamps: true,
  receiveBufferBytes: 32 * MIB,
  compressesAcks: false,
  hasSocketBuffer: false,
  growsReceiveBuffer: false,
  sendBufferBytes: 4 * MIB,
  growsSendBuffer: false,
}

/** ns-3.43 with its defaults (src/internet/model/tcp-socket.cc, tcp-socket-base.cc, rtt-estimator.cc). */
const NS3: TcpProfile = {
  name: 'ns3',
  initialWindow: 10, // InitialCwnd
  initialTimeoutNs: 3 * NS_PER_S, // ConnTimeout, of SYNs
  maximumTimeoutNs: 60 * NS_PER_S,
  timeoutFloor: 'timeout',
  timeoutFloorNs: 1 * NS_PER_S, // MinRto
  delayedAckNs: 200 * NS_PER_MS, // DelAckTimeout
  ackEvery: 'second segment', // DelAckCount
  acknowledgesPushed: false,
  quickAcks: 0,
  synRetries: 6, // ConnCount
  synLinearTimeouts: 0,
  synAckRetries: 6,
  timerTickNs: 0,
  giveUpNs: 100 * NS_PER_S, // DataRetries = 6 from 1 s on makes 63 to 127 s
  timeWaitNs: 240 * NS_PER_S, // MaxSegLifetime = 120 s, twice
  windowProbes: 15,
  afterIdle: 'keep',
  recovery: 'ns3', // Sack, ReTxThreshold = 3, TcpPrrRecovery
  findsLostRetransmissions: false,
  undoesSpurious: false,
  probesTail: true,
  hasLimitedTransmit: true, // LimitedTransmit
  spreadsReduction: true, // RecoveryType: TcpPrrRecovery
  hasHystart: true, // HyStart
  sendsBursts: false,
  hasNagle: false, // TcpNoDelay
  hasLinuxCubic: false,
  hasNs3Congestion: true,
  // ns-3 answers each SYN that is repeated, and of what else is not acceptable only data (tcp-socket-base.cc,
  // ProcessSynRcvd and IsValidTcpSegment). A limit for all of it keeps an old SYN that comes after its connection's end
  // from setting off ACKs that answer each other.
  invalidAckIntervalNs: 500 * NS_PER_MS,
  hasLinuxChecks: false,
  hastenedSynNs: Number.POSITIVE_INFINITY,
  hasTimestamps: true, // Timestamp
  receiveBufferBytes: 131_072, // RcvBufSize
  compressesAcks: false,
  hasSocketBuffer: false,
  growsReceiveBuffer: false,
  sendBufferBytes: 131_072, // SndBufSize
  growsSendBuffer: false,
}

export const STANDARD_PROFILES: readonly TcpProfile[] = [LINUX, RFC, NS3]

/** What a host does otherwise than its profile. */
export type TcpOverrides = Partial<
  Pick<
    TcpProfile,
    | 'initialWindow'
    | 'timeoutFloorNs'
    | 'synRetries'
    | 'synLinearTimeouts'
    | 'giveUpNs'
    | 'timerTickNs'
    | 'delayedAckNs'
    | 'quickAcks'
    | 'hasNagle'
    | 'recovery'
    | 'undoesSpurious'
    | 'probesTail'
    | 'hasLimitedTransmit'
    | 'spreadsReduction'
    | 'hasHystart'
    | 'windowProbes'
    | 'afterIdle'
    | 'growsReceiveBuffer'
    | 'hasSocketBuffer'
    | 'growsSendBuffer'
    | 'sendBufferBytes'
  >
>

/** The standard profiles, and each that some host has changed, once. */
export class TcpProfiles {
  private readonly list: TcpProfile[] = [...STANDARD_PROFILES]
  private readonly indexByKey = new Map<string, number>()

  get all(): readonly TcpProfile[] {
    return this.list
  }

  indexOf(name: TcpProfile['name'], overrides: TcpOverrides = {}): number {
    const standard = STANDARD_PROFILES.findIndex((profile) => profile.name === name)
    const entries = Object.entries(overrides).sort(([a], [b]) => (a < b ? -1 : 1))
    if (entries.length === 0) return standard
    const key = JSON.stringify([name, entries])
    const known = this.indexByKey.get(key)
    if (known !== undefined) return known
    const index = this.list.push({ ...STANDARD_PROFILES[standard], ...overrides }) - 1
    assert(index < 256, 'at most 253 ways to change a profile')
    this.indexByKey.set(key, index)
    return index
  }
}
