import { NS_PER_MS, NS_PER_S } from '../../engine/ticks.ts'
import type { StandardProfile } from './standard-profile.ts'

const MIB = 1 << 20

/** Linux 6.18 with default settings (Documentation/networking/ip-sysctl.rst; include/net/tcp.h). */
export const LINUX: StandardProfile = {
  isInterrupted: true,
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
  ephemeralPorts: { first: 32_768, last: 60_999 }, // net.ipv4.ip_local_port_range
  timeWaitReuse: 'loopback', // net.ipv4.tcp_tw_reuse = 2, since Linux 4.19
  windowProbes: 15, // tcp_retries2
  afterIdle: 'decay',
  recovery: 'rack',
  congestionVariant: 'linux',
  findsLostRetransmissions: true,
  undoesSpurious: true,
  probesTail: true,
  hasLimitedTransmit: true,
  spreadsReduction: true, // tcp_cwnd_reduction
  hasHystart: true,
  sendsBursts: true,
  windowDivisor: 3,
  leastBurstSegments: 2,
  paces: false, // pfifo_fast, fq_codel
  ecn: 'answer', // net.ipv4.tcp_ecn = 2
  hasNagle: false, // as Go and Node.js set TCP_NODELAY
  invalidAckIntervalNs: 500 * NS_PER_MS, // tcp_invalid_ratelimit; tcp_challenge_ack_limit of the host is unlimited
  hasLinuxChecks: true,
  hastenedSynNs: 8 * NS_PER_MS, // two ticks of 4 ms, as on the test bed (CONFIG_HZ=250)
  hasTimestamps: true,
  hasSelectiveAcks: true,
  hasWindowScaling: true,
  receiveBufferBytes: 32 * MIB, // tcp_rmem's maximum
  firstReceiveBufferBytes: 131_072, // net.ipv4.tcp_rmem, default
  compressesAcks: true,
  hasSocketBuffer: false,
  growsReceiveBuffer: true,
  sendBufferBytes: 4 * MIB, // tcp_wmem's maximum
  firstSendBufferBytes: 16_384, // net.ipv4.tcp_wmem, default
  growsSendBuffer: true,
}
