import { finish32, mix32 } from '../../engine/hash.ts'
import { NS_PER_US } from '../../engine/ticks.ts'
import type { CongestionColumns, CongestionControl } from '../connections/congestion-control.ts'
import { OPEN, TIMEOUT_RECOVERY } from '../connections/connection.ts'
import type { RateSample } from '../connections/rate-sample.ts'
import type { Connection } from '../rows.ts'
import { forgetPolicer, samplePolicer } from './bbr-policer.ts'
import {
  BANDWIDTH,
  BANDWIDTH_UNIT,
  BBR_STATE_SIZE,
  bandwidth,
  bytesPerSecond,
  CONSERVES,
  CYCLE_INDEX,
  CYCLE_LENGTH,
  CYCLE_US,
  DRAIN,
  EPOCH_ACKED,
  EPOCH_US,
  FULL_BANDWIDTH,
  FULL_COUNT,
  GAIN_UNIT,
  HAS_RTT,
  IS_FULL,
  IS_POLICED,
  IS_RESTART,
  IS_ROUND_START,
  jiffiesAt,
  MINIMUM_RTT_JIFFIES,
  MINIMUM_RTT_US,
  MODE,
  maximumBandwidth,
  microsecondsAt,
  NEXT_ROUND_DELIVERED,
  PACING_GAIN,
  PREVIOUS_STATE,
  PRIOR_WINDOW,
  PROBE_BANDWIDTH,
  PROBE_DONE_JIFFIES,
  PROBE_ROUND_DONE,
  PROBE_RTT,
  ROUND,
  STARTUP,
  WINDOW_GAIN,
} from './bbr-state.ts'
import {
  inFlightAt,
  inFlightAtNextBurst,
  LEAST_WINDOW,
  saveWindow,
  setWindow,
  updateAggregation,
} from './bbr-window.ts'
import { type CongestionControlDescriptor, congestionStateAt } from './congestion-control.ts'
import { noteAppLimited } from './rate-sample.ts'
import { filterMaximum, resetMaximum } from './windowed-maximum.ts'

// After net/ipv4/tcp_bbr.c.
const HIGH_GAIN = Math.floor((GAIN_UNIT * 2885) / 1000) + 1 // 2 / log 2
const DRAIN_GAIN = Math.floor((GAIN_UNIT * 1000) / 2885)
const STEADY_WINDOW_GAIN = 2 * GAIN_UNIT // bbr_cwnd_gain
const CYCLE = [320, 192, 256, 256, 256, 256, 256, 256] // bbr_pacing_gain
const BANDWIDTH_ROUNDS = CYCLE_LENGTH + 2
const MINIMUM_RTT_WINDOW_JIFFIES = 2500 // 10 s
const PROBE_RTT_JIFFIES = 50 // 200 ms
const FULL_BANDWIDTH_GROWTH = (GAIN_UNIT * 5) / 4
const FULL_BANDWIDTH_ROUNDS = 3
const RTT_BEFORE_SAMPLE_US = 1000

/**
 * BBR version 1 (Cardwell et al., "BBR: Congestion-Based Congestion Control", 2016; net/ipv4/tcp_bbr.c): paces at the
 * rate at which segments arrive, keeps two bandwidth-delay products in flight, and hardly reacts to losses. In Linux's
 * units and whole numbers: microseconds, segments per microsecond in units of 2^-24, gains in 256ths.
 */
const LINUX_BBR: CongestionControl = {
  sendBufferWindows: 3, // bbr_sndbuf_expand

  /** Called after the handshake too, which gives the first round-trip time. */
  initialize(connections: CongestionColumns, connection: Connection, tick: number): void {
    const at = congestionStateAt(connection)
    connections.congestionState.fill(0, at, at + BBR_STATE_SIZE)
    resetMaximum(connections.congestionState, at + BANDWIDTH, 0, 0)
    const state = connections.congestionState
    state[at + MINIMUM_RTT_US] = Math.floor(connections.minimumRttNs[connection] / NS_PER_US)
    state[at + MINIMUM_RTT_JIFFIES] = jiffiesAt(tick)
    state[at + PREVIOUS_STATE] = OPEN
    state[at + EPOCH_US] = microsecondsAt(tick)
    setPacingFromRtt(connections, connection, at)
    forgetPolicer(connections, connection, at)
    updateGains(state, at)
  },

  onRoundTrip() {},

  onAcknowledged() {},

  /** Keeps the threshold, since the rate decides what a loss means; saves the window for later (bbr_ssthresh). */
  thresholdAfterLoss(connections: CongestionColumns, connection: Connection): number {
    saveWindow(connections, connection, congestionStateAt(connection))
    return connections.slowStartThreshold[connection]
  },

  /** Keeps the window, and searches for the full bandwidth again (bbr_undo_cwnd). */
  windowAfterUndo(connections: CongestionColumns, connection: Connection): number {
    const at = congestionStateAt(connection)
    connections.congestionState[at + FULL_BANDWIDTH] = 0
    connections.congestionState[at + FULL_COUNT] = 0
    forgetPolicer(connections, connection, at)
    return connections.congestionWindow[connection]
  },

  /** Restarts pacing after a pause (bbr_cwnd_event). */
  onIdleEnd(connections: CongestionColumns, connection: Connection, _: number, tick: number): void {
    if (connections.appLimitedUntil[connection] === 0) return
    const at = congestionStateAt(connection)
    const state = connections.congestionState
    state[at + IS_RESTART] = 1
    state[at + EPOCH_US] = microsecondsAt(tick)
    state[at + EPOCH_ACKED] = 0
    if (state[at + MODE] === PROBE_BANDWIDTH) setPacing(connections, connection, at, GAIN_UNIT)
    else if (state[at + MODE] === PROBE_RTT) endProbeRtt(connections, connection, at, tick)
  },

  /** Counts a timeout as a loss for the policer (bbr_set_state). */
  onTimeout(connections: CongestionColumns, connection: Connection): void {
    const at = congestionStateAt(connection)
    connections.congestionState[at + PREVIOUS_STATE] = TIMEOUT_RECOVERY
    connections.congestionState[at + FULL_BANDWIDTH] = 0
    connections.congestionState[at + IS_ROUND_START] = 1
    if (samplePolicer(connections, connection, at, 1, false)) beginProbeBandwidth(connections, connection, at)
  },

  /** Updates the model after an ACK, and then rate and window (bbr_main). */
  control(connections: CongestionColumns, connection: Connection, sample: RateSample, tick: number): void {
    const at = congestionStateAt(connection)
    updateBandwidth(connections, connection, at, sample)
    updateAggregation(connections, connection, at, sample)
    updateCycle(connections, connection, at, sample, tick)
    checkFull(connections, at, sample)
    checkDrained(connections, connection, at, tick)
    updateMinimumRtt(connections, connection, at, sample, tick)
    updateGains(connections.congestionState, at)
    setPacing(connections, connection, at, connections.congestionState[at + PACING_GAIN])
    setWindow(connections, connection, at, sample)
  },
}

export const BBR: CongestionControlDescriptor = {
  description: 'paces at the measured delivery rate and keeps two round trips of it in flight (BBR version 1)',
  standard: LINUX_BBR,
}

function updateBandwidth(connections: CongestionColumns, connection: Connection, at: number, sample: RateSample): void {
  const state = connections.congestionState
  state[at + IS_ROUND_START] = 0
  if (sample.delivered < 0 || sample.intervalUs <= 0) return
  if (sample.priorDelivered >= state[at + NEXT_ROUND_DELIVERED]) {
    state[at + NEXT_ROUND_DELIVERED] = connections.deliveredSegments[connection]
    state[at + ROUND]++
    state[at + IS_ROUND_START] = 1
    state[at + CONSERVES] = 0
  }
  if (samplePolicer(connections, connection, at, sample.lost, sample.isAppLimited))
    beginProbeBandwidth(connections, connection, at)
  const rate = Math.floor((sample.delivered * BANDWIDTH_UNIT) / sample.intervalUs)
  if (!sample.isAppLimited || rate >= maximumBandwidth(state, at))
    filterMaximum(state, at + BANDWIDTH, BANDWIDTH_ROUNDS, state[at + ROUND], rate)
}

function updateCycle(
  connections: CongestionColumns,
  connection: Connection,
  at: number,
  sample: RateSample,
  tick: number,
): void {
  const isOver = connections.congestionState[at + MODE] === PROBE_BANDWIDTH
  if (isOver && isPhaseOver(connections, connection, at, sample, tick)) advanceCycle(connections, connection, at)
}

/** Returns whether the present phase of the gain cycle is over (bbr_is_next_cycle_phase). */
function isPhaseOver(
  connections: CongestionColumns,
  connection: Connection,
  at: number,
  sample: RateSample,
  tick: number,
): boolean {
  const state = connections.congestionState
  const gain = state[at + PACING_GAIN]
  const lengthUs = microsecondsAt(connections.deliveredTick[connection]) - state[at + CYCLE_US]
  const isLong = lengthUs > state[at + MINIMUM_RTT_US]
  if (gain === GAIN_UNIT) return isLong
  const inFlight = inFlightAtNextBurst(connections, connection, at, sample.priorInFlight, tick)
  const rate = maximumBandwidth(state, at)
  if (gain > GAIN_UNIT)
    return isLong && (sample.lost > 0 || inFlight >= inFlightAt(connections, connection, at, rate, gain))
  return isLong || inFlight <= inFlightAt(connections, connection, at, rate, GAIN_UNIT)
}

function advanceCycle(connections: CongestionColumns, connection: Connection, at: number): void {
  const state = connections.congestionState
  state[at + CYCLE_INDEX] = (state[at + CYCLE_INDEX] + 1) % CYCLE_LENGTH
  state[at + CYCLE_US] = microsecondsAt(connections.deliveredTick[connection])
}

/**
 * Notes that the bandwidth is full after three rounds that did not raise it by a quarter (bbr_check_full_bw_reached).
 */
function checkFull(connections: CongestionColumns, at: number, sample: RateSample): void {
  const state = connections.congestionState
  if (state[at + IS_FULL] === 1 || state[at + IS_ROUND_START] === 0 || sample.isAppLimited) return
  const rate = maximumBandwidth(state, at)
  if (rate >= Math.floor((state[at + FULL_BANDWIDTH] * FULL_BANDWIDTH_GROWTH) / GAIN_UNIT)) {
    state[at + FULL_BANDWIDTH] = rate
    state[at + FULL_COUNT] = 0
    return
  }
  state[at + FULL_COUNT]++
  state[at + IS_FULL] = state[at + FULL_COUNT] >= FULL_BANDWIDTH_ROUNDS ? 1 : 0
}

function checkDrained(connections: CongestionColumns, connection: Connection, at: number, tick: number): void {
  const state = connections.congestionState
  if (state[at + MODE] === STARTUP && state[at + IS_FULL] === 1) state[at + MODE] = DRAIN
  if (state[at + MODE] !== DRAIN) return
  const inFlight = inFlightAtNextBurst(connections, connection, at, connections.segmentsInFlight(connection), tick)
  if (inFlight <= inFlightAt(connections, connection, at, maximumBandwidth(state, at), GAIN_UNIT))
    beginProbeBandwidth(connections, connection, at)
}

/** Begins the gain cycle at a random phase, so that flows do not probe together (bbr_reset_probe_bw_mode). */
function beginProbeBandwidth(connections: CongestionColumns, connection: Connection, at: number): void {
  const state = connections.congestionState
  const chance = mix32(connections.cycleChance[connection], connections.deliveredSegments[connection])
  const draw = (finish32(chance) >>> 0) % (CYCLE_LENGTH - 1)
  state[at + MODE] = PROBE_BANDWIDTH
  state[at + CYCLE_INDEX] = CYCLE_LENGTH - 1 - draw
  advanceCycle(connections, connection, at)
}

function updateMinimumRtt(
  connections: CongestionColumns,
  connection: Connection,
  at: number,
  sample: RateSample,
  tick: number,
): void {
  const state = connections.congestionState
  const isExpired = jiffiesAt(tick) > state[at + MINIMUM_RTT_JIFFIES] + MINIMUM_RTT_WINDOW_JIFFIES
  const isSmaller = sample.rttUs < state[at + MINIMUM_RTT_US]
  if (sample.rttUs >= 0 && (isSmaller || (isExpired && !sample.isAckDelayed))) {
    state[at + MINIMUM_RTT_US] = sample.rttUs
    state[at + MINIMUM_RTT_JIFFIES] = jiffiesAt(tick)
  }
  if (isExpired && state[at + IS_RESTART] === 0 && state[at + MODE] !== PROBE_RTT) {
    state[at + MODE] = PROBE_RTT
    saveWindow(connections, connection, at)
    state[at + PROBE_DONE_JIFFIES] = 0
  }
  if (state[at + MODE] === PROBE_RTT) continueProbingRtt(connections, connection, at, tick)
  if (sample.delivered > 0) state[at + IS_RESTART] = 0
}

/** Keeps at most four segments in flight for 200 ms and a round trip, so that the queue drains (bbr_update_min_rtt). */
function continueProbingRtt(connections: CongestionColumns, connection: Connection, at: number, tick: number): void {
  const state = connections.congestionState
  noteAppLimited(connections, connection)
  if (state[at + PROBE_DONE_JIFFIES] === 0) {
    if (connections.segmentsInFlight(connection) > LEAST_WINDOW) return
    state[at + PROBE_DONE_JIFFIES] = jiffiesAt(tick) + PROBE_RTT_JIFFIES
    state[at + PROBE_ROUND_DONE] = 0
    state[at + NEXT_ROUND_DELIVERED] = connections.deliveredSegments[connection]
    return
  }
  if (state[at + IS_ROUND_START] === 1) state[at + PROBE_ROUND_DONE] = 1
  if (state[at + PROBE_ROUND_DONE] === 1) endProbeRtt(connections, connection, at, tick)
}

function endProbeRtt(connections: CongestionColumns, connection: Connection, at: number, tick: number): void {
  const state = connections.congestionState
  if (state[at + PROBE_DONE_JIFFIES] === 0 || jiffiesAt(tick) <= state[at + PROBE_DONE_JIFFIES]) return
  state[at + MINIMUM_RTT_JIFFIES] = jiffiesAt(tick)
  connections.congestionWindow[connection] = Math.max(
    connections.congestionWindow[connection],
    state[at + PRIOR_WINDOW],
  )
  if (state[at + IS_FULL] === 1) beginProbeBandwidth(connections, connection, at)
  else state[at + MODE] = STARTUP
}

/** Sets the gains for the present mode (bbr_update_gains). */
function updateGains(state: Float64Array, at: number): void {
  const mode = state[at + MODE]
  if (mode === STARTUP || mode === DRAIN) {
    state[at + PACING_GAIN] = mode === STARTUP ? HIGH_GAIN : DRAIN_GAIN
    state[at + WINDOW_GAIN] = HIGH_GAIN
    return
  }
  const isProbing = mode === PROBE_BANDWIDTH
  const isCycling = isProbing && state[at + IS_POLICED] === 0
  state[at + PACING_GAIN] = isCycling ? CYCLE[state[at + CYCLE_INDEX]] : GAIN_UNIT
  state[at + WINDOW_GAIN] = isProbing ? STEADY_WINDOW_GAIN : GAIN_UNIT
}

/** Sets the pacing rate (bbr_set_pacing_rate). */
function setPacing(connections: CongestionColumns, connection: Connection, at: number, gain: number): void {
  const state = connections.congestionState
  const segmentBytes = connections.maximumSegmentBytes[connection]
  const rate = bytesPerSecond(bandwidth(state, at), segmentBytes, gain)
  if (state[at + HAS_RTT] === 0 && connections.smoothedRttNs[connection] > 0)
    setPacingFromRtt(connections, connection, at)
  if (state[at + IS_FULL] === 1 || rate > connections.pacingBytesPerS[connection])
    connections.pacingBytesPerS[connection] = rate
}

/** Sets the pacing rate from the initial window and round-trip time (bbr_init_pacing_rate_from_rtt). */
function setPacingFromRtt(connections: CongestionColumns, connection: Connection, at: number): void {
  const smoothedNs = connections.smoothedRttNs[connection]
  if (smoothedNs > 0) connections.congestionState[at + HAS_RTT] = 1
  const rttUs = smoothedNs > 0 ? Math.max(Math.floor(smoothedNs / NS_PER_US), 1) : RTT_BEFORE_SAMPLE_US
  const rate = Math.floor((connections.congestionWindow[connection] * BANDWIDTH_UNIT) / rttUs)
  connections.pacingBytesPerS[connection] = bytesPerSecond(rate, connections.maximumSegmentBytes[connection], HIGH_GAIN)
}
