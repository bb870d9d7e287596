import { NS_PER_MS } from '../../engine/ticks.ts'
import { type ConnectionTable, profileOf } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

// HyStartLowWindow, HyStartAckDelta, HyStartMinSamples, HyStartDelayMin, HyStartDelayMax.
const LEAST_WINDOW = 16
const TRAIN_GAP_NS = 2 * NS_PER_MS
const SAMPLES = 8
const LEAST_RISE_NS = 4 * NS_PER_MS
const MOST_RISE_NS = 1000 * NS_PER_MS

// The connection's own numbers, from `at` on.
const SMALLEST_RTT = 0
const ROUND_TICK = 1
const LAST_ACK_TICK = 2
const ROUND_END = 3
const ROUND_RTT = 4
const SAMPLED = 5
const HAS_FOUND = 6

/**
 * HyStart as ns-3.43 has it (src/internet/model/tcp-cubic.cc): a train of ACKs for longer than the smallest round trip,
 * or a round that is longer by as much again, ends slow start. It is told smoothed times, of repeated ACKs too.
 */
export function initializeNs3Hystart(
  connections: ConnectionTable,
  connection: Connection,
  at: number,
  tick: number,
): void {
  forgetNs3Hystart(connections, at)
  beginNs3Round(connections, connection, at, tick)
  connections.congestionState[at + ROUND_END] = 0
}

/** TcpCubic::CubicReset. */
export function forgetNs3Hystart(connections: ConnectionTable, at: number): void {
  connections.congestionState[at + SMALLEST_RTT] = Number.POSITIVE_INFINITY
  connections.congestionState[at + HAS_FOUND] = 0
}

/** TcpCubic::HystartReset. */
export function beginNs3Round(connections: ConnectionTable, connection: Connection, at: number, tick: number): void {
  const state = connections.congestionState
  state[at + ROUND_TICK] = tick
  state[at + LAST_ACK_TICK] = tick
  state[at + ROUND_END] = connections.sendNext[connection]
  state[at + ROUND_RTT] = Number.POSITIVE_INFINITY
  state[at + SAMPLED] = 0
}

export function isPastNs3Round(connections: ConnectionTable, connection: Connection, at: number): boolean {
  return connections.sendUnacknowledged[connection] > connections.congestionState[at + ROUND_END]
}

export function smallestNs3RttNs(connections: ConnectionTable, at: number): number {
  return connections.congestionState[at + SMALLEST_RTT]
}

/** TcpCubic::PktsAcked. */
export function sampleNs3Hystart(
  connections: ConnectionTable,
  connection: Connection,
  at: number,
  rttNs: number,
  tick: number,
): void {
  const state = connections.congestionState
  state[at + SMALLEST_RTT] = Math.min(state[at + SMALLEST_RTT], rttNs)
  const window = connections.congestionWindow[connection]
  if (window > connections.slowStartThreshold[connection] || window < LEAST_WINDOW) return
  if (state[at + HAS_FOUND] === 1 || !profileOf(connections, connection).hasHystart) return
  if (!isTooLong(state, at, rttNs, tick)) return
  state[at + HAS_FOUND] = 1
  connections.slowStartThreshold[connection] = window
}

function isTooLong(state: Float64Array, at: number, rttNs: number, tick: number): boolean {
  let isTrain = false
  if (tick - state[at + LAST_ACK_TICK] <= TRAIN_GAP_NS) {
    state[at + LAST_ACK_TICK] = tick
    isTrain = tick - state[at + ROUND_TICK] > state[at + SMALLEST_RTT]
  }
  if (state[at + SAMPLED] < SAMPLES) {
    state[at + ROUND_RTT] = Math.min(state[at + ROUND_RTT], rttNs)
    state[at + SAMPLED]++
    return isTrain
  }
  const smallestNs = state[at + SMALLEST_RTT]
  const riseNs = Math.min(Math.max(smallestNs, LEAST_RISE_NS), MOST_RISE_NS)
  return isTrain || state[at + ROUND_RTT] > smallestNs + riseNs
}
