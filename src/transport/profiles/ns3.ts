import { NS_PER_MS, NS_PER_S } from '../../engine/ticks.ts'
import type { StandardProfile } from './standard-profile.ts'

/** ns-3.43 with default settings (src/internet/model/tcp-socket.cc, tcp-socket-base.cc, rtt-estimator.cc). */
export const NS3: StandardProfile = {
  isInterrupted: false,
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
  ephemeralPorts: { first: 32_768, last: 60_999 }, // as Linux, so that profiles differ in what they do and not in their draws
  timeWaitReuse: 'never',
  windowProbes: 15,
  afterIdle: 'keep',
  recovery: 'ns3', // Sack, ReTxThreshold = 3, TcpPrrRecovery
  congestionVariant: 'ns3',
  findsLostRetransmissions: false,
  undoesSpurious: false,
  probesTail: true,
  hasLimitedTransmit: true, // LimitedTransmit
  spreadsReduction: true, // RecoveryType: TcpPrrRecovery
  hasHystart: true, // HyStart
  sendsBursts: false,
  windowDivisor: 3,
  leastBurstSegments: 2,
  paces: false,
  ecn: 'off',
  hasNagle: false, // TcpNoDelay
  // ns-3 answers each repeated SYN, and of other unacceptable segments only those with data (tcp-socket-base.cc,
  // ProcessSynRcvd and IsValidTcpSegment). The limit on all of them keeps an old SYN that arrives after its connection
  // has ended from starting an endless exchange of ACKs.
  invalidAckIntervalNs: 500 * NS_PER_MS,
  hasLinuxChecks: false,
  hastenedSynNs: Number.POSITIVE_INFINITY,
  hasTimestamps: true, // Timestamp
  hasSelectiveAcks: true,
  hasWindowScaling: true,
  receiveBufferBytes: 131_072, // RcvBufSize
  firstReceiveBufferBytes: 131_072,
  compressesAcks: false,
  hasSocketBuffer: false,
  growsReceiveBuffer: false,
  sendBufferBytes: 131_072, // SndBufSize
  firstSendBufferBytes: 16_384,
  growsSendBuffer: false,
}
