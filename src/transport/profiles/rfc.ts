import { NS_PER_MS, NS_PER_S } from '../../engine/ticks.ts'
import type { StandardProfile } from './standard-profile.ts'

const MIB = 1 << 20

/** The recommendations of the RFCs, without extensions. */
export const RFC: StandardProfile = {
  isInterrupted: false,
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
  ephemeralPorts: { first: 32_768, last: 60_999 }, // as Linux, so that profiles differ in what they do and not in their draws
  timeWaitReuse: 'never',
  windowProbes: 15,
  afterIdle: 'keep',
  recovery: 'sack',
  findsLostRetransmissions: true,
  undoesSpurious: false,
  probesTail: true,
  hasLimitedTransmit: true,
  spreadsReduction: true,
  hasHystart: false,
  sendsBursts: false,
  windowDivisor: 3,
  leastBurstSegments: 2,
  paces: false,
  ecn: 'answer',
  hasNagle: false, // as Go and Node.js set TCP_NODELAY
  invalidAckIntervalNs: 500 * NS_PER_MS, // RFC 5961 section 7: ten in five seconds
  hasLinuxChecks: false,
  hastenedSynNs: Number.POSITIVE_INFINITY,
  hasTimestamps: true,
  hasSelectiveAcks: true,
  hasWindowScaling: true,
  receiveBufferBytes: 32 * MIB,
  firstReceiveBufferBytes: 131_072,
  compressesAcks: false,
  hasSocketBuffer: false,
  growsReceiveBuffer: false,
  sendBufferBytes: 4 * MIB,
  firstSendBufferBytes: 16_384,
  growsSendBuffer: false,
}
