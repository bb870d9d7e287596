import { mix32 } from '../../engine/hash.ts'
import { NS_PER_MS, NS_PER_S } from '../../engine/ticks.ts'
import { type ConnectionTable, FAST_RECOVERY, OPEN, TIMEOUT_RECOVERY } from '../connection.ts'
import { type CongestionControl, congestionStateAt } from './congestion-control.ts'
import { burstSegments } from './pacing.ts'
import { noteAppLimited, type RateSample } from './rate-sample.ts'
import { filterMaximum, resetMaximum } from './windowed-maximum.ts'

// Linux, net/ipv4/tcp_bbr.c.
const HIGH_GAIN = 2885 / 1000 // bbr_high_gain, 2 / log 2
const DRAIN_GAIN = 1000 / 2885
const WINDOW_GAIN = 2
const CYCLE = [5 / 4, 3 / 4, 1, 1, 1, 1, 1, 1] // bbr_pacing_gain
const BANDWIDTH_ROUNDS = CYCLE.length + 2
const MINIMUM_RTT_WINDOW_NS = 10 * NS_PER_S
const PROBE_RTT_NS = 200 * NS_PER_MS
const LEAST_WINDOW = 4 // bbr_cwnd_min_target
const FULL_BANDWIDTH_GROWTH = 1.25
const FULL_BANDWIDTH_ROUNDS = 3
const PACING_MARGIN = 0.99
const EXTRA_ROUNDS = 5 // bbr_extra_acked_win_rtts
const MOST_EXTRA_NS = 100 * NS_PER_MS // bbr_extra_acked_max_us
const MOST_EPOCH_ACKED = 1 << 20
const INITIAL_WINDOW = 10
const DELAY_BEFORE_RTT_NS = 1 * NS_PER_MS

const STARTUP = 0
const DRAIN = 1
const PROBE_BANDWIDTH = 2
const PROBE_RTT = 3

// The connection's own numbers.
const MODE = 0
const FULL_BANDWIDTH = 1
const FULL_COUNT = 2
const IS_FULL = 3
const ROUND = 4
const NEXT_ROUND_DELIVERED = 5
const IS_ROUND_START = 6
const CYCLE_INDEX = 7
const CYCLE_TICK = 8
const MINIMUM_RTT_NS = 9
const MINIMUM_RTT_TICK = 10
const PROBE_DONE_TICK = 11
const PROBE_ROUND_DONE = 12
const PRIOR_WINDOW = 13
const CONSERVES = 14
const PREVIOUS_STATE = 15
const IS_RESTART = 16
const EXTRA = 17 // two of them, which take turns
const EXTRA_INDEX = 19
const EXTRA_ROUND = 20
const EPOCH_TICK = 21
const EPOCH_ACKED = 22
const HAS_RTT = 23
/** Six numbers (windowed-maximum.ts): segments a nanosecond. */
const BANDWIDTH = 24

/**
 * BBR v1 (Cardwell et al., "BBR: Congestion-Based Congestion Control", 2016; Linux: net/ipv4/tcp_bbr.c): paces at the
 * rate at which segments arrive, keeps twice what that is in a round trip in flight, and hardly minds losses. Not
 * modelled: the detection of policers (lt_bw).
 */
export const BBR: CongestionControl = {
  name: 'bbr',
  sendBufferWindows: 3, // bbr_sndbuf_expand

  initialize(connections: ConnectionTable, connection: number, tick: number): void {
    const at = congestionStateAt(connection)
    resetMaximum(connections.congestionState, at + BANDWIDTH, 0, 0)
    const state = connections.congestionState
    for (let own = 0; own < BANDWIDTH; own++) state[at + own] = 0
    state[at + MINIMUM_RTT_NS] = Number.POSITIVE_INFINITY
    state[at + MINIMUM_RTT_TICK] = tick
    state[at + PREVIOUS_STATE] = OPEN
    state[at + EPOCH_TICK] = tick
    state[at + CYCLE_TICK] = tick
    setPacingFromRtt(connections, connection, at)
  },

  onRoundTrip() {},

  onAcknowledged() {},

  /** None: what comes of a loss is decided by the rate; the window is kept for afterwards (bbr_ssthresh). */
  thresholdAfterLoss(connections: ConnectionTable, connection: number): number {
    saveWindow(connections, connection, congestionStateAt(connection))
    return Number.POSITIVE_INFINITY
  },

  /** bbr_undo_cwnd. */
  windowAfterUndo(connections: ConnectionTable, connection: number): number {
    const at = congestionStateAt(connection)
    connections.congestionState[at + FULL_BANDWIDTH] = 0
    connections.congestionState[at + FULL_COUNT] = 0
    return connections.congestionWindow[connection]
  },

  /** bbr_cwnd_event. */
  onIdleEnd(connections: ConnectionTable, connection: number, _: number, tick: number): void {
    if (connections.appLimitedUntil[connection] === 0) return
    const at = congestionStateAt(connection)
    const state = connections.congestionState
    state[at + IS_RESTART] = 1
    state[at + EPOCH_TICK] = tick
    state[at + EPOCH_ACKED] = 0
    if (state[at + MODE] === PROBE_BANDWIDTH) setPacing(connections, connection, at, 1)
    else if (state[at + MODE] === PROBE_RTT) endProbeRtt(connections, connection, at, tick)
  },

  /** bbr_set_state. */
  onTimeout(connections: ConnectionTable, connection: number): void {
    const at = congestionStateAt(connection)
    connections.congestionState[at + PREVIOUS_STATE] = TIMEOUT_RECOVERY
    connections.congestionState[at + FULL_BANDWIDTH] = 0
    connections.congestionState[at + IS_ROUND_START] = 1
  },

  /** bbr_main. */
  control(connections: ConnectionTable, connection: number, sample: RateSample, tick: number): void {
    const at = congestionStateAt(connection)
    updateBandwidth(connections, connection, at, sample)
    updateAggregation(connections, connection, at, sample)
    updateCycle(connections, connection, at, sample)
    checkFull(connections, at, sample)
    checkDrained(connections, connection, at)
    updateMinimumRtt(connections, connection, at, sample, tick)
    setPacing(connections, connection, at, pacingGain(connections.congestionState, at))
    setWindow(connections, connection, at, sample)
  },
}

function bandwidth(state: Float64Array, at: number): number {
  return state[at + BANDWIDTH + 1]
}

function pacingGain(state: Float64Array, at: number): number {
  const mode = state[at + MODE]
  if (mode === STARTUP) return HIGH_GAIN
  if (mode === DRAIN) return DRAIN_GAIN
  return mode === PROBE_BANDWIDTH ? CYCLE[state[at + CYCLE_INDEX]] : 1
}

function windowGain(state: Float64Array, at: number): number {
  const mode = state[at + MODE]
  if (mode === STARTUP || mode === DRAIN) return HIGH_GAIN
  return mode === PROBE_BANDWIDTH ? WINDOW_GAIN : 1
}

function updateBandwidth(connections: ConnectionTable, connection: number, at: number, sample: RateSample): void {
  const state = connections.congestionState
  state[at + IS_ROUND_START] = 0
  if (sample.delivered < 0 || sample.intervalNs <= 0) return
  if (sample.priorDelivered >= state[at + NEXT_ROUND_DELIVERED]) {
    state[at + NEXT_ROUND_DELIVERED] = connections.deliveredSegments[connection]
    state[at + ROUND]++
    state[at + IS_ROUND_START] = 1
    state[at + CONSERVES] = 0
  }
  const rate = sample.delivered / sample.intervalNs
  if (!sample.isAppLimited || rate >= bandwidth(state, at))
    filterMaximum(state, at + BANDWIDTH, BANDWIDTH_ROUNDS, state[at + ROUND], rate)
}

/** How much more has come at once than the rate lets expect. */
function updateAggregation(connections: ConnectionTable, connection: number, at: number, sample: RateSample): void {
  const state = connections.congestionState
  if (sample.acknowledged <= 0 || sample.delivered < 0 || sample.intervalNs <= 0) return
  if (state[at + IS_ROUND_START] === 1) {
    state[at + EXTRA_ROUND]++
    if (state[at + EXTRA_ROUND] >= EXTRA_ROUNDS) {
      state[at + EXTRA_ROUND] = 0
      state[at + EXTRA_INDEX] = 1 - state[at + EXTRA_INDEX]
      state[at + EXTRA + state[at + EXTRA_INDEX]] = 0
    }
  }
  const deliveredTick = connections.deliveredTick[connection]
  let expected = Math.floor(bandwidth(state, at) * (deliveredTick - state[at + EPOCH_TICK]))
  if (state[at + EPOCH_ACKED] <= expected || state[at + EPOCH_ACKED] + sample.acknowledged >= MOST_EPOCH_ACKED) {
    state[at + EPOCH_ACKED] = 0
    state[at + EPOCH_TICK] = deliveredTick
    expected = 0
  }
  state[at + EPOCH_ACKED] += sample.acknowledged
  const extra = Math.min(state[at + EPOCH_ACKED] - expected, connections.congestionWindow[connection])
  const index = at + EXTRA + state[at + EXTRA_INDEX]
  if (extra > state[index]) state[index] = extra
}

function updateCycle(connections: ConnectionTable, connection: number, at: number, sample: RateSample): void {
  const state = connections.congestionState
  if (state[at + MODE] !== PROBE_BANDWIDTH) return
  const gain = pacingGain(state, at)
  const isLong = connections.deliveredTick[connection] - state[at + CYCLE_TICK] > state[at + MINIMUM_RTT_NS]
  let isOver = isLong
  if (gain > 1)
    isOver = isLong && (sample.lost > 0 || sample.priorInFlight >= inFlightAt(connections, connection, at, gain))
  else if (gain < 1) isOver = isLong || sample.priorInFlight <= inFlightAt(connections, connection, at, 1)
  if (isOver) advanceCycle(connections, connection, at)
}

function advanceCycle(connections: ConnectionTable, connection: number, at: number): void {
  const state = connections.congestionState
  state[at + CYCLE_INDEX] = (state[at + CYCLE_INDEX] + 1) % CYCLE.length
  state[at + CYCLE_TICK] = connections.deliveredTick[connection]
}

/** Three rounds without a quarter more: the pipe is full. */
function checkFull(connections: ConnectionTable, at: number, sample: RateSample): void {
  const state = connections.congestionState
  if (state[at + IS_FULL] === 1 || state[at + IS_ROUND_START] === 0 || sample.isAppLimited) return
  if (bandwidth(state, at) >= state[at + FULL_BANDWIDTH] * FULL_BANDWIDTH_GROWTH) {
    state[at + FULL_BANDWIDTH] = bandwidth(state, at)
    state[at + FULL_COUNT] = 0
    return
  }
  state[at + FULL_COUNT]++
  state[at + IS_FULL] = state[at + FULL_COUNT] >= FULL_BANDWIDTH_ROUNDS ? 1 : 0
}

function checkDrained(connections: ConnectionTable, connection: number, at: number): void {
  const state = connections.congestionState
  if (state[at + MODE] === STARTUP && state[at + IS_FULL] === 1) state[at + MODE] = DRAIN
  if (state[at + MODE] !== DRAIN) return
  if (connections.segmentsInFlight(connection) <= inFlightAt(connections, connection, at, 1))
    beginProbeBandwidth(connections, connection, at)
}

/** Flows begin their cycles apart: by chance in Linux, by the connection's name and its progress here. */
function beginProbeBandwidth(connections: ConnectionTable, connection: number, at: number): void {
  const state = connections.congestionState
  const name = mix32(connections.nameHigh[connection], connections.nameLow[connection])
  const draw = (mix32(name, connections.deliveredSegments[connection]) >>> 0) % (CYCLE.length - 1)
  state[at + MODE] = PROBE_BANDWIDTH
  state[at + CYCLE_INDEX] = CYCLE.length - 1 - draw
  advanceCycle(connections, connection, at)
}

function updateMinimumRtt(
  connections: ConnectionTable,
  connection: number,
  at: number,
  sample: RateSample,
  tick: number,
): void {
  const state = connections.congestionState
  const isExpired = tick > state[at + MINIMUM_RTT_TICK] + MINIMUM_RTT_WINDOW_NS
  if (sample.rttNs >= 0 && (sample.rttNs < state[at + MINIMUM_RTT_NS] || isExpired)) {
    state[at + MINIMUM_RTT_NS] = sample.rttNs
    state[at + MINIMUM_RTT_TICK] = tick
  }
  if (isExpired && state[at + IS_RESTART] === 0 && state[at + MODE] !== PROBE_RTT) {
    state[at + MODE] = PROBE_RTT
    saveWindow(connections, connection, at)
    state[at + PROBE_DONE_TICK] = 0
  }
  if (state[at + MODE] === PROBE_RTT) goOnProbingRtt(connections, connection, at, tick)
  if (sample.delivered > 0) state[at + IS_RESTART] = 0
}

/** Four segments in flight for 200 ms and a round trip, so that the queue drains. */
function goOnProbingRtt(connections: ConnectionTable, connection: number, at: number, tick: number): void {
  const state = connections.congestionState
  noteAppLimited(connections, connection)
  if (state[at + PROBE_DONE_TICK] === 0) {
    if (connections.segmentsInFlight(connection) > LEAST_WINDOW) return
    state[at + PROBE_DONE_TICK] = tick + PROBE_RTT_NS
    state[at + PROBE_ROUND_DONE] = 0
    state[at + NEXT_ROUND_DELIVERED] = connections.deliveredSegments[connection]
    return
  }
  if (state[at + IS_ROUND_START] === 1) state[at + PROBE_ROUND_DONE] = 1
  if (state[at + PROBE_ROUND_DONE] === 1) endProbeRtt(connections, connection, at, tick)
}

function endProbeRtt(connections: ConnectionTable, connection: number, at: number, tick: number): void {
  const state = connections.congestionState
  if (state[at + PROBE_DONE_TICK] === 0 || tick <= state[at + PROBE_DONE_TICK]) return
  state[at + MINIMUM_RTT_TICK] = tick
  const { congestionWindow } = connections
  congestionWindow[connection] = Math.max(congestionWindow[connection], state[at + PRIOR_WINDOW])
  if (state[at + IS_FULL] === 1) beginProbeBandwidth(connections, connection, at)
  else state[at + MODE] = STARTUP
}

function saveWindow(connections: ConnectionTable, connection: number, at: number): void {
  const state = connections.congestionState
  const window = connections.congestionWindow[connection]
  const isWhole = state[at + PREVIOUS_STATE] === OPEN && state[at + MODE] !== PROBE_RTT
  state[at + PRIOR_WINDOW] = isWhole ? window : Math.max(state[at + PRIOR_WINDOW], window)
}

/** What the rate fills in a round trip, in segments. */
function bandwidthDelay(state: Float64Array, at: number, gain: number): number {
  const rttNs = state[at + MINIMUM_RTT_NS]
  if (rttNs === Number.POSITIVE_INFINITY) return INITIAL_WINDOW
  return Math.ceil(bandwidth(state, at) * rttNs * gain)
}

/** With room for bursts at both ends and one on the way (bbr_quantization_budget). */
function withBursts(connections: ConnectionTable, connection: number, at: number, window: number): number {
  const state = connections.congestionState
  const whole = window + 3 * burstSegments(connections, connection)
  const even = whole + (whole % 2)
  return state[at + MODE] === PROBE_BANDWIDTH && state[at + CYCLE_INDEX] === 0 ? even + 2 : even
}

function inFlightAt(connections: ConnectionTable, connection: number, at: number, gain: number): number {
  return withBursts(connections, connection, at, bandwidthDelay(connections.congestionState, at, gain))
}

function setWindow(connections: ConnectionTable, connection: number, at: number, sample: RateSample): void {
  const state = connections.congestionState
  const { acknowledged } = sample
  if (acknowledged > 0) {
    let window = recoveredWindow(connections, connection, at, sample)
    if (state[at + CONSERVES] === 1) window = Math.max(window, connections.segmentsInFlight(connection) + acknowledged)
    else {
      const extra = state[at + IS_FULL] === 1 ? extraWindow(state, at) : 0
      const target = withBursts(connections, connection, at, bandwidthDelay(state, at, windowGain(state, at)) + extra)
      if (state[at + IS_FULL] === 1) window = Math.min(window + acknowledged, target)
      else if (window < target || connections.deliveredSegments[connection] < INITIAL_WINDOW) window += acknowledged
      window = Math.max(window, LEAST_WINDOW)
    }
    connections.congestionWindow[connection] = window
  }
  if (state[at + MODE] === PROBE_RTT)
    connections.congestionWindow[connection] = Math.min(connections.congestionWindow[connection], LEAST_WINDOW)
}

/** bbr_ack_aggregation_cwnd. */
function extraWindow(state: Float64Array, at: number): number {
  const extra = Math.max(state[at + EXTRA], state[at + EXTRA + 1])
  return Math.min(extra, Math.floor(bandwidth(state, at) * MOST_EXTRA_NS))
}

/** A round of packet conservation when recovery begins, and the old window when it ends. */
function recoveredWindow(connections: ConnectionTable, connection: number, at: number, sample: RateSample): number {
  const state = connections.congestionState
  const previous = state[at + PREVIOUS_STATE]
  const now = connections.recoveryState[connection]
  let window = connections.congestionWindow[connection]
  if (sample.lost > 0) window = Math.max(window - sample.lost, 1)
  if (now === FAST_RECOVERY && previous !== FAST_RECOVERY) {
    state[at + CONSERVES] = 1
    state[at + NEXT_ROUND_DELIVERED] = connections.deliveredSegments[connection]
    window = connections.segmentsInFlight(connection) + sample.acknowledged
  } else if (previous !== OPEN && now === OPEN) {
    window = Math.max(window, state[at + PRIOR_WINDOW])
    state[at + CONSERVES] = 0
  }
  state[at + PREVIOUS_STATE] = now
  return window
}

function setPacing(connections: ConnectionTable, connection: number, at: number, gain: number): void {
  const state = connections.congestionState
  if (state[at + HAS_RTT] === 0 && connections.smoothedRttNs[connection] > 0)
    setPacingFromRtt(connections, connection, at)
  const bytesPerNs = bandwidth(state, at) * connections.maximumSegmentBytes[connection] * gain * PACING_MARGIN
  const bytesPerS = bytesPerNs * NS_PER_S
  if (state[at + IS_FULL] === 1 || bytesPerS > connections.pacingBytesPerS[connection])
    connections.pacingBytesPerS[connection] = bytesPerS
}

/** bbr_init_pacing_rate_from_rtt. */
function setPacingFromRtt(connections: ConnectionTable, connection: number, at: number): void {
  const smoothedNs = connections.smoothedRttNs[connection]
  if (smoothedNs > 0) connections.congestionState[at + HAS_RTT] = 1
  const rttNs = smoothedNs > 0 ? smoothedNs : DELAY_BEFORE_RTT_NS
  const segmentsPerNs = (connections.congestionWindow[connection] / rttNs) * HIGH_GAIN * PACING_MARGIN
  connections.pacingBytesPerS[connection] = segmentsPerNs * connections.maximumSegmentBytes[connection] * NS_PER_S
}
