import { exactCbrt } from '../../engine/exact-math.ts'
import { NS_PER_MS, NS_PER_S } from '../../engine/ticks.ts'
import type { CongestionColumns, CongestionControl } from '../connections/congestion-control.ts'
import type { Connection } from '../rows.ts'
import { congestionStateAt, windowBeforeLoss } from './congestion-control.ts'
import { beginRound, isPastRound, smallestRttNs } from './hystart.ts'
import {
  ACKED,
  FLAT_COUNT,
  FRIENDLY_WINDOW,
  friendlyCount,
  HYSTART,
  LARGEST_FIRST_COUNT,
  LAST_MAXIMUM,
  LEAST_COUNT,
  MINIMUM_THRESHOLD,
  NO_EPOCH,
  ORIGIN,
} from './linux-cubic.ts'
import { forgetNs3Hystart, initializeNs3Hystart, sampleNs3Hystart } from './ns3-hystart.ts'

// Beta and C; CntClamp, CubicDelta and the other parameters have Linux's values.
const BETA = 0.7
const C = 0.4
const UNTRUSTED_NS = 10 * NS_PER_MS

// State of a connection besides that shared with Linux's CUBIC
const EPOCH_TICK = 7
const K_S = 9
const PART = 13

/**
 * CUBIC as in ns-3.43 (src/internet/model/tcp-cubic.cc): whole segments, growth computed at each ACK, by one segment at
 * most. Slow start exceeds the threshold, the plateau survives a timeout, and a pause has no effect.
 */
export const NS3_CUBIC: CongestionControl = {
  initialize,
  onRoundTrip,
  onAcknowledged,
  thresholdAfterLoss,
  windowAfterUndo: windowBeforeLoss,
  onIdleEnd() {},
  onTimeout,
}

function initialize(connections: CongestionColumns, connection: Connection, tick: number): void {
  const at = congestionStateAt(connection)
  const state = connections.congestionState
  for (let own = EPOCH_TICK; own <= PART; own++) state[at + own] = 0
  state[at + EPOCH_TICK] = NO_EPOCH
  initializeNs3Hystart(connections, connection, at + HYSTART, tick)
}

function onRoundTrip(connections: CongestionColumns, connection: Connection, rttNs: number, tick: number): void {
  const at = congestionStateAt(connection)
  const epochTick = connections.congestionState[at + EPOCH_TICK]
  if (epochTick !== NO_EPOCH && tick - epochTick < UNTRUSTED_NS) return
  sampleNs3Hystart(connections, connection, at + HYSTART, rttNs, tick)
}

function onAcknowledged(connections: CongestionColumns, connection: Connection, segments: number, tick: number): void {
  if (connections.isWindowLimited[connection] === 0) return
  const state = connections.congestionState
  const at = congestionStateAt(connection)
  if (connections.congestionWindow[connection] < connections.slowStartThreshold[connection]) {
    if (isPastRound(connections, connection, at + HYSTART)) beginRound(connections, connection, at + HYSTART, tick)
    connections.congestionWindow[connection] += segments
    return
  }
  if (segments === 0) return
  state[at + PART] += segments
  const count = countUntilGrowth(connections, connection, at, segments, tick)
  if (state[at + PART] < count) return
  connections.congestionWindow[connection]++
  state[at + PART] -= count
}

/** Returns the threshold after a loss (TcpCubic::GetSsThresh). */
function thresholdAfterLoss(connections: CongestionColumns, connection: Connection): number {
  const at = congestionStateAt(connection)
  const state = connections.congestionState
  const window = Math.floor(connections.congestionWindow[connection])
  const isBelow = window < state[at + LAST_MAXIMUM]
  state[at + LAST_MAXIMUM] = isBelow ? Math.floor((window * (1 + BETA)) / 2) : window
  state[at + EPOCH_TICK] = NO_EPOCH
  return Math.max(Math.floor(window * BETA), MINIMUM_THRESHOLD)
}

/** Resets the curve at a timeout (TcpCubic::CongestionStateSet, CA_LOSS). */
function onTimeout(connections: CongestionColumns, connection: Connection, tick: number): void {
  const at = congestionStateAt(connection)
  const state = connections.congestionState
  state[at + ORIGIN] = 0
  state[at + K_S] = 0
  state[at + ACKED] = 0
  state[at + FRIENDLY_WINDOW] = 0
  forgetNs3Hystart(connections, at + HYSTART)
  beginRound(connections, connection, at + HYSTART, tick)
}

/** Returns after how many acknowledged segments the window grows by one (TcpCubic::Update). */
function countUntilGrowth(
  connections: CongestionColumns,
  connection: Connection,
  at: number,
  segments: number,
  tick: number,
): number {
  const state = connections.congestionState
  const window = Math.floor(connections.congestionWindow[connection])
  state[at + ACKED] += segments
  if (state[at + EPOCH_TICK] === NO_EPOCH) beginEpoch(state, at, window, segments, tick)
  const elapsedNs = tick + smallestRttNs(state, at + HYSTART) - state[at + EPOCH_TICK]
  const offsetS = elapsedNs / NS_PER_S - state[at + K_S]
  const away = Math.floor(C * Math.abs(offsetS * offsetS * offsetS))
  const target = state[at + ORIGIN] + (offsetS < 0 ? -away : away)
  let count = target > window ? Math.floor(window / (target - window)) : FLAT_COUNT * window
  if (state[at + LAST_MAXIMUM] === 0) count = Math.min(count, LARGEST_FIRST_COUNT)
  return Math.max(Math.min(count, friendlyCount(state, at, window)), LEAST_COUNT)
}

function beginEpoch(state: Float64Array, at: number, window: number, segments: number, tick: number): void {
  const below = Math.max(state[at + LAST_MAXIMUM] - window, 0)
  state[at + EPOCH_TICK] = tick
  state[at + ACKED] = segments
  state[at + FRIENDLY_WINDOW] = window
  state[at + K_S] = exactCbrt(below / C)
  state[at + ORIGIN] = Math.max(state[at + LAST_MAXIMUM], window)
}
