import { exactCbrt } from '../../engine/exact-math.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { CongestionColumns, CongestionControl } from '../connections/congestion-control.ts'
import type { Connection } from '../rows.ts'
import {
  type CongestionControlDescriptor,
  congestionStateAt,
  slowStart,
  windowBeforeLoss,
} from './congestion-control.ts'
import { resetHystart, shouldEndSlowStart } from './hystart.ts'
import { LINUX_CUBIC } from './linux-cubic.ts'
import { NS3_CUBIC } from './ns3-cubic.ts'

// RFC 9438 section 4.1.
const C = 0.4
const BETA = 0.7
/** Increase that makes a Reno-like flow with this beta as fast as Reno (section 4.3). */
const RENO_FRIENDLY_ALPHA = (3 * (1 - BETA)) / (1 + BETA)
/** The target exceeds the window by half at most (section 4.1.2). */
const MAXIMUM_TARGET_RATIO = 1.5
const MINIMUM_THRESHOLD = 2

// State of a connection
const WINDOW_MAXIMUM = 0
const EPOCH_TICK = 1
const PLATEAU_S = 2
const RENO_ESTIMATE = 3
const WINDOW_BEFORE_LOSS = 4
/** First number of HyStart. */
const HYSTART = 5
const NO_EPOCH = -1

/** CUBIC as in RFC 9438, with fast convergence (section 4.7). */
const RFC_CUBIC: CongestionControl = {
  initialize(connections: CongestionColumns, connection: Connection, tick: number): void {
    const at = congestionStateAt(connection)
    connections.congestionState[at + WINDOW_MAXIMUM] = 0
    connections.congestionState[at + EPOCH_TICK] = NO_EPOCH
    connections.congestionState[at + WINDOW_BEFORE_LOSS] = 0
    resetHystart(connections, connection, at + HYSTART, tick)
  },

  onRoundTrip(connections: CongestionColumns, connection: Connection, rttNs: number, tick: number): void {
    // RFC 9438 section 4.10.
    if (shouldEndSlowStart(connections, connection, congestionStateAt(connection) + HYSTART, rttNs, tick))
      connections.slowStartThreshold[connection] = connections.congestionWindow[connection]
  },

  onAcknowledged(connections: CongestionColumns, connection: Connection, segments: number, tick: number): void {
    const left = slowStart(connections, connection, segments)
    if (left > 0) avoidCongestion(connections, connection, left, tick)
  },

  thresholdAfterLoss(connections: CongestionColumns, connection: Connection): number {
    const at = congestionStateAt(connection)
    const state = connections.congestionState
    const window = connections.congestionWindow[connection]
    // A flow that loses before it has regained its last maximum makes room for newer flows (section 4.7).
    state[at + WINDOW_MAXIMUM] = window < state[at + WINDOW_MAXIMUM] ? (window * (1 + BETA)) / 2 : window
    state[at + WINDOW_BEFORE_LOSS] = window
    state[at + EPOCH_TICK] = NO_EPOCH
    return Math.max(window * BETA, MINIMUM_THRESHOLD)
  },

  windowAfterUndo: windowBeforeLoss,

  /** Continues the curve where it was before the pause (RFC 9438 section 5.8). */
  onIdleEnd(connections: CongestionColumns, connection: Connection, idleNs: number, tick: number): void {
    const at = congestionStateAt(connection)
    const epoch = connections.congestionState[at + EPOCH_TICK]
    if (epoch !== NO_EPOCH) connections.congestionState[at + EPOCH_TICK] = Math.min(epoch + idleNs, tick)
  },

  onTimeout(connections: CongestionColumns, connection: Connection, tick: number): void {
    const at = congestionStateAt(connection)
    // The next curve begins at its plateau, wherever slow start ends (section 4.8).
    connections.congestionState[at + WINDOW_MAXIMUM] = 0
    connections.congestionState[at + EPOCH_TICK] = NO_EPOCH
    resetHystart(connections, connection, at + HYSTART, tick)
  },
}

export const CUBIC: CongestionControlDescriptor = {
  description: 'the window is a cubic function of the time since the last loss (RFC 9438)',
  standard: RFC_CUBIC,
  variants: { linux: LINUX_CUBIC, ns3: NS3_CUBIC },
  hasHystart: true,
}

function avoidCongestion(connections: CongestionColumns, connection: Connection, segments: number, tick: number): void {
  const at = congestionStateAt(connection)
  const state = connections.congestionState
  if (state[at + EPOCH_TICK] === NO_EPOCH) beginEpoch(connections, connection, tick)
  const window = connections.congestionWindow[connection]

  const elapsedS = (tick - state[at + EPOCH_TICK]) / NS_PER_S
  const target = cubicWindow(state, at, elapsedS + connections.smoothedRttNs[connection] / NS_PER_S)
  const reno = growRenoEstimate(state, at, segments, window)

  if (cubicWindow(state, at, elapsedS) < reno) {
    connections.congestionWindow[connection] = Math.max(window, reno)
    return
  }
  // Sections 4.4 and 4.5.
  const bounded = Math.min(Math.max(target, window), window * MAXIMUM_TARGET_RATIO)
  connections.congestionWindow[connection] = window + (segments * (bounded - window)) / window
}

/** Begins congestion avoidance with a curve that starts at the present window (section 4.2). */
function beginEpoch(connections: CongestionColumns, connection: Connection, tick: number): void {
  const at = congestionStateAt(connection)
  const state = connections.congestionState
  const window = connections.congestionWindow[connection]
  if (state[at + WINDOW_MAXIMUM] < window) state[at + WINDOW_MAXIMUM] = window
  state[at + EPOCH_TICK] = tick
  state[at + PLATEAU_S] = exactCbrt((state[at + WINDOW_MAXIMUM] - window) / C)
  state[at + RENO_ESTIMATE] = window
}

/** Returns W_cubic(t), equation (1) of section 4.2. */
function cubicWindow(state: Float64Array, at: number, elapsedS: number): number {
  const distance = elapsedS - state[at + PLATEAU_S]
  return C * distance * distance * distance + state[at + WINDOW_MAXIMUM]
}

/** Updates and returns W_est, the window that Reno would have (section 4.3, equation 4). */
function growRenoEstimate(state: Float64Array, at: number, segments: number, window: number): number {
  const alpha = state[at + RENO_ESTIMATE] < state[at + WINDOW_BEFORE_LOSS] ? RENO_FRIENDLY_ALPHA : 1
  state[at + RENO_ESTIMATE] += (alpha * segments) / window
  return state[at + RENO_ESTIMATE]
}
