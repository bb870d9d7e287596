import { NS_PER_US } from '../../engine/ticks.ts'
import type { CongestionColumns } from '../connections/congestion-control.ts'
import { FAST_RECOVERY, OPEN } from '../connections/connection.ts'
import type { RateSample } from '../connections/rate-sample.ts'
import type { Connection } from '../rows.ts'
import {
  BANDWIDTH_UNIT,
  bandwidth,
  CONSERVES,
  CYCLE_INDEX,
  EPOCH_ACKED,
  EPOCH_US,
  EXTRA,
  EXTRA_INDEX,
  EXTRA_ROUND,
  GAIN_UNIT,
  IS_FULL,
  IS_ROUND_START,
  MINIMUM_RTT_US,
  MODE,
  microsecondsAt,
  NEXT_ROUND_DELIVERED,
  PACING_GAIN,
  PREVIOUS_STATE,
  PRIOR_WINDOW,
  PROBE_BANDWIDTH,
  PROBE_RTT,
  WINDOW_GAIN,
} from './bbr-state.ts'
import { burstGoal } from './burst-size.ts'

// These are the constants of Linux (net/ipv4/tcp_bbr.c).
export const LEAST_WINDOW = 4 // bbr_cwnd_min_target
const INITIAL_WINDOW = 10
const EXTRA_ROUNDS = 5 // bbr_extra_acked_win_rtts
const MOST_EXTRA_US = 100_000 // bbr_extra_acked_max_us
const MOST_EPOCH_ACKED = 1 << 20

/** Measures how many more segments arrived at once than the bandwidth explains (bbr_update_ack_aggregation). */
export function updateAggregation(
  connections: CongestionColumns,
  connection: Connection,
  at: number,
  sample: RateSample,
): void {
  const state = connections.congestionState
  if (sample.acknowledged <= 0 || sample.delivered < 0 || sample.intervalUs <= 0) return
  if (state[at + IS_ROUND_START] === 1) {
    state[at + EXTRA_ROUND]++
    if (state[at + EXTRA_ROUND] >= EXTRA_ROUNDS) {
      state[at + EXTRA_ROUND] = 0
      state[at + EXTRA_INDEX] = 1 - state[at + EXTRA_INDEX]
      state[at + EXTRA + state[at + EXTRA_INDEX]] = 0
    }
  }
  const deliveredUs = microsecondsAt(connections.deliveredTick[connection])
  let expected = Math.floor((bandwidth(state, at) * (deliveredUs - state[at + EPOCH_US])) / BANDWIDTH_UNIT)
  if (state[at + EPOCH_ACKED] <= expected || state[at + EPOCH_ACKED] + sample.acknowledged >= MOST_EPOCH_ACKED) {
    state[at + EPOCH_ACKED] = 0
    state[at + EPOCH_US] = deliveredUs
    expected = 0
  }
  state[at + EPOCH_ACKED] = Math.min(state[at + EPOCH_ACKED] + sample.acknowledged, MOST_EPOCH_ACKED - 1)
  const extra = Math.min(state[at + EPOCH_ACKED] - expected, connections.congestionWindow[connection])
  const index = at + EXTRA + state[at + EXTRA_INDEX]
  if (extra > state[index]) state[index] = extra
}

/** Saves the window before a loss or before probing the round-trip time (bbr_save_cwnd). */
export function saveWindow(connections: CongestionColumns, connection: Connection, at: number): void {
  const state = connections.congestionState
  const window = connections.congestionWindow[connection]
  const isWhole = state[at + PREVIOUS_STATE] === OPEN && state[at + MODE] !== PROBE_RTT
  state[at + PRIOR_WINDOW] = isWhole ? window : Math.max(state[at + PRIOR_WINDOW], window)
}

/** Returns the bandwidth-delay product in segments, times a gain (bbr_bdp). */
function bandwidthDelay(state: Float64Array, at: number, rate: number, gain: number): number {
  const rttUs = state[at + MINIMUM_RTT_US]
  if (rttUs === Number.POSITIVE_INFINITY) return INITIAL_WINDOW
  return Math.ceil(Math.floor((rate * rttUs * gain) / GAIN_UNIT) / BANDWIDTH_UNIT)
}

/** Returns a window that is larger by three bursts: one at each end, one in the network (bbr_quantization_budget). */
function withBursts(connections: CongestionColumns, connection: Connection, at: number, window: number): number {
  const state = connections.congestionState
  const whole = window + 3 * burstGoal(connections, connection)
  const even = whole + (whole % 2)
  return state[at + MODE] === PROBE_BANDWIDTH && state[at + CYCLE_INDEX] === 0 ? even + 2 : even
}

/** Returns the segments to keep in flight at a rate and gain (bbr_inflight). */
export function inFlightAt(
  connections: CongestionColumns,
  connection: Connection,
  at: number,
  rate: number,
  gain: number,
): number {
  return withBursts(connections, connection, at, bandwidthDelay(connections.congestionState, at, rate, gain))
}

/**
 * Returns how many of `inFlight` segments will still be in flight when the next burst is sent
 * (bbr_packets_in_net_at_edt).
 */
export function inFlightAtNextBurst(
  connections: CongestionColumns,
  connection: Connection,
  at: number,
  inFlight: number,
  tick: number,
): number {
  const state = connections.congestionState
  const waitUs = Math.floor(Math.max(connections.paceTick[connection] - tick, 0) / NS_PER_US)
  const arriving = Math.floor((bandwidth(state, at) * waitUs) / BANDWIDTH_UNIT)
  const then = inFlight + (state[at + PACING_GAIN] > GAIN_UNIT ? burstGoal(connections, connection) : 0)
  return Math.max(then - arriving, 0)
}

/** Sets the congestion window after an ACK (bbr_set_cwnd). */
export function setWindow(
  connections: CongestionColumns,
  connection: Connection,
  at: number,
  sample: RateSample,
): void {
  const state = connections.congestionState
  const { acknowledged } = sample
  if (acknowledged > 0) {
    let window = recoveredWindow(connections, connection, at, sample)
    if (state[at + CONSERVES] === 1) window = Math.max(window, connections.segmentsInFlight(connection) + acknowledged)
    else {
      const extra = state[at + IS_FULL] === 1 ? extraWindow(state, at) : 0
      const product = bandwidthDelay(state, at, bandwidth(state, at), state[at + WINDOW_GAIN])
      const target = withBursts(connections, connection, at, product + extra)
      if (state[at + IS_FULL] === 1) window = Math.min(window + acknowledged, target)
      else if (window < target || connections.deliveredSegments[connection] < INITIAL_WINDOW) window += acknowledged
      window = Math.max(window, LEAST_WINDOW)
    }
    connections.congestionWindow[connection] = window
  }
  if (state[at + MODE] === PROBE_RTT)
    connections.congestionWindow[connection] = Math.min(connections.congestionWindow[connection], LEAST_WINDOW)
}

/** Returns the window for segments that arrive at once, at most that of 100 ms (bbr_ack_aggregation_cwnd). */
function extraWindow(state: Float64Array, at: number): number {
  const extra = Math.max(state[at + EXTRA], state[at + EXTRA + 1])
  return Math.min(extra, Math.floor((bandwidth(state, at) * MOST_EXTRA_US) / BANDWIDTH_UNIT))
}

/**
 * Returns the window at the begin of recovery, which conserves packets for a round, and at its end, when it is
 * restored.
 */
function recoveredWindow(
  connections: CongestionColumns,
  connection: Connection,
  at: number,
  sample: RateSample,
): number {
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
