/** What an implementation of TCP chose where the standards leave a choice. */
export interface TcpProfile {
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
  /** Whether a retransmission that is lost is found before the timer goes off; RFC 6675 has no way to. */
  readonly findsLostRetransmissions: boolean
  /**
   * Reports duplicates (RFC 2883), and takes a reduction of the window back that had no cause: by timestamps, by reports
   * of duplicates, by F-RTO (net.ipv4.tcp_dsack = 1, tcp_frto = 2).
   */
  readonly undoesSpurious: boolean
  /** A tail that may be lost is probed (RFC 8985 section 7; net.ipv4.tcp_early_retrans = 3), where the recovery does that. */
  readonly probesTail: boolean
  /** What arrives out of order lets something new out before anything is believed lost (RFC 3042). */
  readonly hasLimitedTransmit: boolean
  /** Spreads a reduction over fast recovery (RFC 6937); else the window falls at once (RFC 6675 section 5). */
  readonly spreadsReduction: boolean
  /** CUBIC leaves slow start before the queue overflows (tcp_cubic's parameter `hystart`). */
  readonly hasHystart: boolean
  /** Keeps what is written in units of several segments and hands it to the device in bursts (see bursts.ts). */
  readonly sendsBursts: boolean
  /** What does not fill a segment waits for what is unacknowledged (see nagle.ts). */
  readonly hasNagle: boolean
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
