import { exactCbrt } from '../../engine/exact-math.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { CongestionColumns, CongestionControl } from '../connections/congestion-control.ts'
import type { Connection } from '../rows.ts'
import { congestionStateAt, slowStart, windowBeforeLoss } from './congestion-control.ts'
import { resetHystart, shouldEndSlowStart, smallestRttNs } from './hystart.ts'

// After net/ipv4/tcp_cubic.c.
const BETA = 717 // of 1024
const SCALE = 1024
const FRIENDLY_EIGHTHS = 15 // beta_scale: 8 (1024 + 717) / 3 / (1024 - 717)
const CURVE = 410 // bic_scale * 10; of 2^40, in 1024ths of a second
const TWO_POW_40 = 1_099_511_627_776
export const LARGEST_FIRST_COUNT = 20
export const LEAST_COUNT = 2
export const FLAT_COUNT = 100
export const MINIMUM_THRESHOLD = 2
const UNTRUSTED_NS = 1 * NS_PER_S

// State of a connection, after the numbers of HyStart. Every sample reads the first.
const EPOCH_JIFFY = 7
export const LAST_MAXIMUM = 8
const K = 9
export const ORIGIN = 10
export const ACKED = 11
export const FRIENDLY_WINDOW = 12
const COUNT = 13
const LAST_WINDOW = 14
const LAST_JIFFY = 15
const PART = 16
export const HYSTART = 0
export const NO_EPOCH = -1

/**
 * CUBIC as in Linux 6.18: whole segments, the clock of timers, and a growth that is computed a few times per round trip.
 */
export const LINUX_CUBIC: CongestionControl = {
  initialize,
  onRoundTrip,
  onAcknowledged,
  thresholdAfterLoss,
  windowAfterUndo: windowBeforeLoss,
  onIdleEnd,
  /** Starts anew, as cubictcp_state does at TCP_CA_Loss (bictcp_reset). */
  onTimeout: initialize,
}

function initialize(connections: CongestionColumns, connection: Connection, tick: number): void {
  const at = congestionStateAt(connection)
  const state = connections.congestionState
  for (let own = EPOCH_JIFFY; own <= PART; own++) state[at + own] = 0
  state[at + EPOCH_JIFFY] = NO_EPOCH
  resetHystart(connections, connection, at + HYSTART, tick)
}

/** Takes a round-trip sample for HyStart (cubictcp_acked). */
function onRoundTrip(connections: CongestionColumns, connection: Connection, rttNs: number, tick: number): void {
  const at = congestionStateAt(connection)
  const epoch = connections.congestionState[at + EPOCH_JIFFY]
  if (epoch !== NO_EPOCH && tick - epoch * connections.jiffyNs(connection) < UNTRUSTED_NS) return
  if (shouldEndSlowStart(connections, connection, at + HYSTART, rttNs, tick))
    connections.slowStartThreshold[connection] = connections.congestionWindow[connection]
}

/** Grows the window (cubictcp_cong_avoid). */
function onAcknowledged(connections: CongestionColumns, connection: Connection, segments: number, tick: number): void {
  connections.congestionWindow[connection] = Math.floor(connections.congestionWindow[connection])
  const left = slowStart(connections, connection, segments)
  if (left === 0) return
  const at = congestionStateAt(connection)
  updateCount(connections, connection, at, left, Math.floor(tick / connections.jiffyNs(connection)))
  avoidCongestion(connections, connection, at, left)
}

/** Returns the threshold after a loss (bictcp_recalc_ssthresh). */
function thresholdAfterLoss(connections: CongestionColumns, connection: Connection): number {
  const at = congestionStateAt(connection)
  const state = connections.congestionState
  const window = Math.floor(connections.congestionWindow[connection])
  state[at + EPOCH_JIFFY] = NO_EPOCH
  state[at + PART] = 0
  const isBelow = window < state[at + LAST_MAXIMUM]
  state[at + LAST_MAXIMUM] = isBelow ? Math.floor((window * (SCALE + BETA)) / (2 * SCALE)) : window
  return Math.max(Math.floor((window * BETA) / SCALE), MINIMUM_THRESHOLD)
}

/** Continues the curve where it was before the pause (cubictcp_cwnd_event, CA_EVENT_TX_START). */
function onIdleEnd(connections: CongestionColumns, connection: Connection, idleNs: number, tick: number): void {
  const at = congestionStateAt(connection)
  const epoch = connections.congestionState[at + EPOCH_JIFFY]
  if (epoch === NO_EPOCH) return
  const jiffyNs = connections.jiffyNs(connection)
  const now = Math.floor(tick / jiffyNs)
  connections.congestionState[at + EPOCH_JIFFY] = Math.min(epoch + Math.floor(idleNs / jiffyNs), now)
}

/** Sets COUNT: after how many acknowledged segments the window grows by one (bictcp_update). */
function updateCount(
  connections: CongestionColumns,
  connection: Connection,
  at: number,
  acked: number,
  now: number,
): void {
  const state = connections.congestionState
  const window = connections.congestionWindow[connection]
  state[at + ACKED] += acked
  const sinceLast = now - state[at + LAST_JIFFY]
  if (state[at + LAST_WINDOW] === window && sinceLast <= Math.floor(NS_PER_S / connections.jiffyNs(connection) / 32))
    return
  if (state[at + EPOCH_JIFFY] === NO_EPOCH || sinceLast !== 0) followCurve(connections, connection, at, acked, now)
  state[at + COUNT] = Math.max(Math.min(state[at + COUNT], friendlyCount(state, at, window)), LEAST_COUNT)
}

function followCurve(
  connections: CongestionColumns,
  connection: Connection,
  at: number,
  acked: number,
  now: number,
): void {
  const state = connections.congestionState
  const window = connections.congestionWindow[connection]
  state[at + LAST_WINDOW] = window
  state[at + LAST_JIFFY] = now
  if (state[at + EPOCH_JIFFY] === NO_EPOCH) {
    state[at + EPOCH_JIFFY] = now
    state[at + ACKED] = acked
    state[at + FRIENDLY_WINDOW] = window
    const below = Math.max(state[at + LAST_MAXIMUM] - window, 0)
    state[at + K] = Math.floor(exactCbrt((TWO_POW_40 / CURVE) * below))
    state[at + ORIGIN] = Math.max(state[at + LAST_MAXIMUM], window)
  }
  const rttNs = smallestRttNs(state, at + HYSTART)
  const jiffyNs = connections.jiffyNs(connection)
  const jiffies = now - state[at + EPOCH_JIFFY] + Math.ceil(rttNs / jiffyNs)
  const time = Math.floor((jiffies * SCALE * jiffyNs) / NS_PER_S)
  const offset = time - state[at + K]
  const away = Math.floor((CURVE * Math.abs(offset) * offset * offset) / TWO_POW_40)
  const target = state[at + ORIGIN] + (offset < 0 ? -away : away)
  state[at + COUNT] = target > window ? Math.floor(window / (target - window)) : FLAT_COUNT * window
  if (state[at + LAST_MAXIMUM] === 0 && state[at + COUNT] > LARGEST_FIRST_COUNT) state[at + COUNT] = LARGEST_FIRST_COUNT
}

/**
 * Returns after how many acknowledged segments a Reno flow with the same reduction would grow this window by one;
 * Infinity where CUBIC's window is not below that flow's (RFC 9438 section 4.3).
 */
export function friendlyCount(state: Float64Array, at: number, window: number): number {
  const step = Math.floor((window * FRIENDLY_EIGHTHS) / 8)
  while (state[at + ACKED] > step) {
    state[at + ACKED] -= step
    state[at + FRIENDLY_WINDOW]++
  }
  const ahead = state[at + FRIENDLY_WINDOW] - window
  return ahead > 0 ? Math.floor(window / ahead) : Number.POSITIVE_INFINITY
}

/** Grows the window by one for each COUNT segments (tcp_cong_avoid_ai). */
function avoidCongestion(connections: CongestionColumns, connection: Connection, at: number, acked: number): void {
  const state = connections.congestionState
  const count = state[at + COUNT]
  if (state[at + PART] >= count) {
    state[at + PART] = 0
    connections.congestionWindow[connection]++
  }
  state[at + PART] += acked
  if (state[at + PART] < count) return
  const grown = Math.floor(state[at + PART] / count)
  state[at + PART] -= grown * count
  connections.congestionWindow[connection] += grown
}
