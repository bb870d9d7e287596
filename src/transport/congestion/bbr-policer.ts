import type { CongestionColumns } from '../connections/congestion-control.ts'
import type { Connection } from '../rows.ts'
import {
  BANDWIDTH_UNIT,
  bytesPerSecond,
  GAIN_UNIT,
  IS_POLICED,
  IS_ROUND_START,
  IS_SAMPLING_POLICER,
  MODE,
  microsecondsAt,
  PACING_GAIN,
  POLICED_BANDWIDTH,
  POLICER_DELIVERED,
  POLICER_LOST,
  POLICER_MS,
  POLICER_ROUND,
  PROBE_BANDWIDTH,
} from './bbr-state.ts'

// After net/ipv4/tcp_bbr.c, bbr_lt_*.
const LEAST_ROUNDS = 4
const MOST_ROUNDS = 4 * LEAST_ROUNDS
/** Lost segments per 256 that arrived. */
const LOSS_THRESHOLD = 50
/** Rates of two intervals agree if they differ by at most an eighth, or 4 kbps. */
const AGREEMENT = GAIN_UNIT / 8
const AGREEMENT_BYTES_PER_S = 4000 / 8
const ROUNDS_BELIEVED = 48

/**
 * Detects a policer (bbr_lt_bw_sampling). A token bucket passes bursts and then drops what exceeds its rate. If two
 * intervals of at least four rounds, each from one loss to another, lose a fifth and have the same rate, that rate is
 * used for 48 rounds, without probing. Returns true when those are over and probing begins again.
 */
export function samplePolicer(
  connections: CongestionColumns,
  connection: Connection,
  at: number,
  lost: number,
  isAppLimited: boolean,
): boolean {
  const state = connections.congestionState
  if (state[at + IS_POLICED] === 1) return hasPolicerExpired(connections, connection, at)
  if (state[at + IS_SAMPLING_POLICER] === 0) {
    if (lost === 0) return false
    beginInterval(connections, connection, at)
    state[at + IS_SAMPLING_POLICER] = 1
  }
  if (isAppLimited) {
    forgetPolicer(connections, connection, at)
    return false
  }
  if (state[at + IS_ROUND_START] === 1) state[at + POLICER_ROUND]++
  if (state[at + POLICER_ROUND] < LEAST_ROUNDS) return false
  if (state[at + POLICER_ROUND] > MOST_ROUNDS) forgetPolicer(connections, connection, at)
  else if (lost > 0) compareIntervals(connections, connection, at)
  return false
}

/** Forgets the policer's rate and begins a new interval (bbr_reset_lt_bw_sampling). */
export function forgetPolicer(connections: CongestionColumns, connection: Connection, at: number): void {
  const state = connections.congestionState
  state[at + POLICED_BANDWIDTH] = 0
  state[at + IS_POLICED] = 0
  state[at + IS_SAMPLING_POLICER] = 0
  beginInterval(connections, connection, at)
}

function beginInterval(connections: CongestionColumns, connection: Connection, at: number): void {
  const state = connections.congestionState
  state[at + POLICER_MS] = deliveredMs(connections, connection)
  state[at + POLICER_DELIVERED] = connections.deliveredSegments[connection]
  state[at + POLICER_LOST] = connections.lostSegments[connection]
  state[at + POLICER_ROUND] = 0
}

function hasPolicerExpired(connections: CongestionColumns, connection: Connection, at: number): boolean {
  const state = connections.congestionState
  if (state[at + MODE] !== PROBE_BANDWIDTH || state[at + IS_ROUND_START] === 0) return false
  state[at + POLICER_ROUND]++
  if (state[at + POLICER_ROUND] < ROUNDS_BELIEVED) return false
  forgetPolicer(connections, connection, at)
  return true
}

/** Ends the interval at a loss, if enough was lost, and compares its rate with the one before. */
function compareIntervals(connections: CongestionColumns, connection: Connection, at: number): void {
  const state = connections.congestionState
  const lost = connections.lostSegments[connection] - state[at + POLICER_LOST]
  const delivered = connections.deliveredSegments[connection] - state[at + POLICER_DELIVERED]
  if (delivered === 0 || lost * GAIN_UNIT < LOSS_THRESHOLD * delivered) return
  const intervalMs = deliveredMs(connections, connection) - state[at + POLICER_MS]
  if (intervalMs < 1) return
  const rate = Math.floor((delivered * BANDWIDTH_UNIT) / (intervalMs * 1000))
  const before = state[at + POLICED_BANDWIDTH]
  const difference = Math.abs(rate - before)
  const isConsistent =
    difference * GAIN_UNIT <= AGREEMENT * before ||
    bytesPerSecond(difference, connections.maximumSegmentBytes[connection], GAIN_UNIT) <= AGREEMENT_BYTES_PER_S
  if (before === 0 || !isConsistent) {
    state[at + POLICED_BANDWIDTH] = rate
    return beginInterval(connections, connection, at)
  }
  state[at + POLICED_BANDWIDTH] = Math.floor((rate + before) / 2)
  state[at + IS_POLICED] = 1
  state[at + PACING_GAIN] = GAIN_UNIT
  state[at + POLICER_ROUND] = 0
}

function deliveredMs(connections: CongestionColumns, connection: Connection): number {
  return Math.floor(microsecondsAt(connections.deliveredTick[connection]) / 1000)
}
