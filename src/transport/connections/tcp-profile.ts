/** Ports from `first` to `last`, both included. */
export interface PortRange {
  readonly first: number
  readonly last: number
}

/** The values of `timeWaitReuse`: no dial, dials to 127.0.0.0/8, all dials. */
export const TIME_WAIT_REUSES = ['never', 'loopback', 'always'] as const
export type TimeWaitReuse = (typeof TIME_WAIT_REUSES)[number]

/** The values of `ecn`. */
export const ECN_USES = ['off', 'answer', 'offer'] as const
export type EcnUse = (typeof ECN_USES)[number]

/** Choices of a TCP implementation where the standards leave one. */
export interface TcpProfile {
  /** Initial congestion window in segments (RFC 6928). */
  readonly initialWindow: number
  /** Retransmission timeout before the first sample (RFC 6298 section 2.1). */
  readonly initialTimeoutNs: number
  readonly maximumTimeoutNs: number
  /**
   * `variance`: RTO = SRTT + max(4 RTTVAR, floor), as Linux computes it (net/ipv4/tcp_input.c, tcp_rtt_estimator).
   * `timeout`: RTO = max(floor, SRTT + 4 RTTVAR) (RFC 6298 section 2.4).
   */
  readonly timeoutFloor: 'variance' | 'timeout'
  readonly timeoutFloorNs: number
  /** Longest delay of an ACK (RFC 1122 section 4.2.3.2 allows 500 ms). */
  readonly delayedAckNs: number
  /**
   * When an ACK is due at once (RFC 9293 section 3.8.6.3): for more than one full segment, or for any two, as ns-3
   * counts.
   */
  readonly ackEvery: 'full segment' | 'second segment'
  /**
   * Acknowledges a segment that ends a write as soon as it is read, unless data are likely to carry the ACK
   * (net/ipv4/tcp.c, __tcp_cleanup_rbuf).
   */
  readonly acknowledgesPushed: boolean
  /**
   * Segments that are acknowledged one by one at the start, and whenever the sender seems to be in slow start again.
   */
  readonly quickAcks: number
  /** Retransmissions of a SYN before the dial fails; the first `synLinearTimeouts` are equally far apart. */
  readonly synRetries: number
  readonly synLinearTimeouts: number
  readonly synAckRetries: number
  /** Tick of the clock that timers follow (timing/timer-wheel.ts); 0: timers are exact. */
  readonly timerTickNs: number
  /** A connection without progress fails after this time (Linux: tcp_retries2 = 15 from 200 ms on gives 924.6 s). */
  readonly giveUpNs: number
  readonly timeWaitNs: number
  /** The ports from which a dial chooses its own (net.ipv4.ip_local_port_range). */
  readonly ephemeralPorts: PortRange
  /**
   * The dials that may take the port of a connection in TIME_WAIT, where timestamps tell the packets of both apart and one
   * second has passed (net.ipv4.tcp_tw_reuse, net/ipv4/tcp_ipv4.c, tcp_twsk_unique).
   */
  readonly timeWaitReuse: TimeWaitReuse
  /** Unanswered probes of a closed window after which the connection fails. */
  readonly windowProbes: number
  /**
   * The treatment of the congestion window when nothing was sent for longer than the timeout. `decay`: it is halved for
   * each timeout that has passed, but not below the initial window (Linux: tcp_slow_start_after_idle = 1,
   * net/ipv4/tcp_output.c, tcp_cwnd_restart).
   */
  readonly afterIdle: 'decay' | 'keep'
  /** Finds the loss of a retransmission before the timer fires, for which RFC 6675 has no rule. */
  readonly findsLostRetransmissions: boolean
  /**
   * Reports duplicates (RFC 2883), and undoes a reduction of the window that was not needed, by timestamps, duplicate
   * reports or F-RTO (net.ipv4.tcp_dsack = 1, tcp_frto = 2).
   */
  readonly undoesSpurious: boolean
  /**
   * Probes a tail that may be lost (RFC 8985 section 7; net.ipv4.tcp_early_retrans = 3), where the loss recovery
   * supports it.
   */
  readonly probesTail: boolean
  /** Sends new data for segments that arrived out of order before any is believed lost (RFC 3042). */
  readonly hasLimitedTransmit: boolean
  /**
   * Spreads the reduction of the window over fast recovery (RFC 6937); false: the window falls at once (RFC 6675
   * section 5).
   */
  readonly spreadsReduction: boolean
  /** CUBIC leaves slow start before the queue overflows (module parameter `hystart` of tcp_cubic). */
  readonly hasHystart: boolean
  /** Queues what is written in units of several segments, and hands it to the device in bursts (sending/bursts.ts). */
  readonly sendsBursts: boolean
  /** A burst of this part of the window is sent in any case (net.ipv4.tcp_tso_win_divisor). */
  readonly windowDivisor: number
  /** The fewest segments of a burst (net.ipv4.tcp_min_tso_segs). */
  readonly leastBurstSegments: number
  /**
   * Spaces bursts at the rate that the window implies, under congestion controls that set no rate themselves
   * (net.core.default_qdisc = fq; SO_MAX_PACING_RATE).
   */
  readonly paces: boolean
  /** Explicit congestion notification (RFC 3168; net.ipv4.tcp_ecn = 0, 2, 1): whether a SYN offers it, or only agrees to it. */
  readonly ecn: EcnUse
  /** A partial segment waits for the ACK of an earlier one (sending/nagle.ts). */
  readonly hasNagle: boolean
  /** Shortest interval between ACKs that answer unacceptable segments of one connection (RFC 5961 section 7). */
  readonly invalidAckIntervalNs: number
  /**
   * Checks segments as net/ipv4/tcp_input.c and tcp_minisocks.c do where the RFCs require less: accepts a reset after
   * everything that is held out of order, and lets a SYN in the window end a half-open connection.
   */
  readonly hasLinuxChecks: boolean
  /**
   * Delay after which the first SYN is sent again when a wrong reply came, which may have removed the old connection;
   * two ticks where timers follow a clock (TCP_TIMEOUT_MIN). Infinity: the SYN waits for its timeout.
   */
  readonly hastenedSynNs: number
  /** The options that a SYN offers: timestamps, selective ACKs and window scaling (net.ipv4.tcp_timestamps and so on). */
  readonly hasTimestamps: boolean
  readonly hasSelectiveAcks: boolean
  readonly hasWindowScaling: boolean
  /** Limit of the receive buffer where it grows. In Linux this is memory, of which 5/8 are window. */
  readonly receiveBufferBytes: number
  /** Memory of a buffer that grows, at first (net.ipv4.tcp_rmem, default). */
  readonly firstReceiveBufferBytes: number
  /** Compresses ACKs: when many data arrive out of order, most ACKs for them wait (net.ipv4.tcp_comp_sack_*). */
  readonly compressesAcks: boolean
  /**
   * Treats a configured receive buffer as SO_RCVBUF does: it is memory, the window opens up to it, and keeps to whole
   * segments (segments/window-selection.ts). False: the configured size is the window from the start.
   */
  readonly hasSocketBuffer: boolean
  /** Grows the receive buffer from 128 KiB on as a sender in slow start needs it (net.ipv4.tcp_moderate_rcvbuf = 1). */
  readonly growsReceiveBuffer: boolean
  /** Limit of the send buffer where it grows. In Linux this is memory. */
  readonly sendBufferBytes: number
  /** Memory of a send buffer that grows, at first (net.ipv4.tcp_wmem, default). */
  readonly firstSendBufferBytes: number
  /** Grows the send buffer with the congestion window (sending/send-buffer.ts). */
  readonly growsSendBuffer: boolean
}
