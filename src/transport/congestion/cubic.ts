import { exactCbrt } from '../../engine/exact-math.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import {
  type CongestionControl,
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
/** Section 4.3: the increase that makes a Reno-like flow with this beta as fast as Reno. */
const RENO_FRIENDLY_ALPHA = (3 * (1 - BETA)) / (1 + BETA)
/** Section 4.1.2 lets the target outgrow the window by half at most. */
const MAXIMUM_TARGET_RATIO = 1.5
const MINIMUM_THRESHOLD = 2

// The connection's own numbers.
const WINDOW_MAXIMUM = 0
const EPOCH_TICK = 1
const PLATEAU_S = 2
const RENO_ESTIMATE = 3
const WINDOW_BEFORE_LOSS = 4
/** Where the numbers of HyStart begin. */
const HYSTART = 5
const NO_EPOCH = -1

/** CUBIC as RFC 9438 has it, with fast convergence (section 4.7). */
const RFC_CUBIC: CongestionControl = {
  initialize(connections: ConnectionTable, connection: Connection, tick: number): void {
    const at = congestionStateAt(connection)
    connections.congestionState[at + WINDOW_MAXIMUM] = 0
    connections.congestionState[at + EPOCH_TICK] = NO_EPOCH
    connections.congestionState[at + WINDOW_BEFORE_LOSS] = 0
    resetHystart(connections, connection, at + HYSTART, tick)
  },

  onRoundTrip(connections: ConnectionTable, connection: Connection, rttNs: number, tick: number): void {
    // RFC 9438 section 4.10.
    if (shouldEndSlowStart(connections, connection, congestionStateAt(connection) + HYSTART, rttNs, tick))
      connections.slowStartThreshold[connection] = connections.congestionWindow[connection]
  },

  onAcknowledged(connections: ConnectionTable, connection: Connection, segments: number, tick: number): void {
    const left = slowStart(connections, connection, segments)
    if (left > 0) avoidCongestion(connections, connection, left, tick)
  },

  thresholdAfterLoss(connections: ConnectionTable, connection: Connection): number {
    const at = congestionStateAt(connection)
    const state = connections.congestionState
    const window = connections.congestionWindow[connection]
    // Section 4.7: a flow that lost before it regained its last maximum makes room for newer flows.
    state[at + WINDOW_MAXIMUM] = window < state[at + WINDOW_MAXIMUM] ? (window * (1 + BETA)) / 2 : window
    state[at + WINDOW_BEFORE_LOSS] = window
    state[at + EPOCH_TICK] = NO_EPOCH
    return Math.max(window * BETA, MINIMUM_THRESHOLD)
  },

  windowAfterUndo: windowBeforeLoss,

  /** The curve continues where it was left (RFC 9438 section 5.8). */
  onIdleEnd(connections: ConnectionTable, connection: Connection, idleNs: number, tick: number): void {
    const at = congestionStateAt(connection)
    const epoch = connections.congestionState[at + EPOCH_TICK]
    if (epoch !== NO_EPOCH) connections.congestionState[at + EPOCH_TICK] = Math.min(epoch + idleNs, tick)
  },

  onTimeout(connections: ConnectionTable, connection: Connection, tick: number): void {
    const at = congestionStateAt(connection)
    // Section 4.8: the next curve begins at its plateau, wherever slow start then ends.
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

function avoidCongestion(connections: ConnectionTable, connection: Connection, segments: number, tick: number): void {
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

/** Section 4.2: congestion avoidance begins, and the curve is laid so that it starts at the present window. */
function beginEpoch(connections: ConnectionTable, connection: Connection, tick: number): void {
  const at = congestionStateAt(connection)
  const state = connections.congestionState
  const window = connections.congestionWindow[connection]
  if (state[at + WINDOW_MAXIMUM] < window) state[at + WINDOW_MAXIMUM] = window
  state[at + EPOCH_TICK] = tick
  state[at + PLATEAU_S] = exactCbrt((state[at + WINDOW_MAXIMUM] - window) / C)
  state[at + RENO_ESTIMATE] = window
}

/** Section 4.2, equation (1). */
function cubicWindow(state: Float64Array, at: number, elapsedS: number): number {
  const distance = elapsedS - state[at + PLATEAU_S]
  return C * distance * distance * distance + state[at + WINDOW_MAXIMUM]
}

/** Section 4.3, equation (4): what Reno would have by now. */
function growRenoEstimate(state: Float64Array, at: number, segments: number, window: number): number {
  const alpha = state[at + RENO_ESTIMATE] < state[at + WINDOW_BEFORE_LOSS] ? RENO_FRIENDLY_ALPHA : 1
  state[at + RENO_ESTIMATE] += (alpha * segments) / window
  return state[at + RENO_ESTIMATE]
}
