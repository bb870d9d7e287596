import { NS_PER_MS } from '../../engine/ticks.ts'
import type { CongestionColumns } from '../connections/congestion-control.ts'
import type { Connection } from '../rows.ts'
import {
  ACK_DISTANCE_NS,
  beginRound,
  HAS_ENDED,
  LAST_ACK_TICK,
  LEAST_SAMPLES,
  LOW_WINDOW,
  ROUND_END_OFFSET,
  ROUND_RTT_NS,
  ROUND_SAMPLES,
  ROUND_START_TICK,
  SMALLEST_DELAY_NS,
  SMALLEST_RTT_NS,
} from './hystart.ts'

/** HyStartDelayMax. HyStartLowWindow, HyStartAckDelta, HyStartMinSamples and HyStartDelayMin have Linux's values. */
const LARGEST_DELAY_NS = 1000 * NS_PER_MS

/**
 * Resets HyStart as in ns-3.43 (src/internet/model/tcp-cubic.cc). It ends slow start when closely spaced ACKs have
 * arrived for longer than the smallest round-trip time, or when the smallest round-trip time of a round is twice that.
 * Its samples are smoothed round-trip times, those of duplicate ACKs included.
 */
export function initializeNs3Hystart(
  connections: CongestionColumns,
  connection: Connection,
  at: number,
  tick: number,
): void {
  forgetNs3Hystart(connections, at)
  beginRound(connections, connection, at, tick)
  connections.congestionState[at + ROUND_END_OFFSET] = 0
}

/** Forgets the smallest round-trip time, and that slow start was ended (TcpCubic::CubicReset). */
export function forgetNs3Hystart(connections: CongestionColumns, at: number): void {
  connections.congestionState[at + SMALLEST_RTT_NS] = Number.POSITIVE_INFINITY
  connections.congestionState[at + HAS_ENDED] = 0
}

/** Takes a sample of the round-trip time, and ends slow start when it should (TcpCubic::PktsAcked). */
export function sampleNs3Hystart(
  connections: CongestionColumns,
  connection: Connection,
  at: number,
  rttNs: number,
  tick: number,
): void {
  const state = connections.congestionState
  state[at + SMALLEST_RTT_NS] = Math.min(state[at + SMALLEST_RTT_NS], rttNs)
  const window = connections.congestionWindow[connection]
  if (window > connections.slowStartThreshold[connection] || window < LOW_WINDOW) return
  if (state[at + HAS_ENDED] === 1 || !connections.profileOf(connection).hasHystart) return
  if (!isTooLong(state, at, rttNs, tick)) return
  state[at + HAS_ENDED] = 1
  connections.slowStartThreshold[connection] = window
}

function isTooLong(state: Float64Array, at: number, rttNs: number, tick: number): boolean {
  let isTrain = false
  if (tick - state[at + LAST_ACK_TICK] <= ACK_DISTANCE_NS) {
    state[at + LAST_ACK_TICK] = tick
    isTrain = tick - state[at + ROUND_START_TICK] > state[at + SMALLEST_RTT_NS]
  }
  if (state[at + ROUND_SAMPLES] < LEAST_SAMPLES) {
    state[at + ROUND_RTT_NS] = Math.min(state[at + ROUND_RTT_NS], rttNs)
    state[at + ROUND_SAMPLES]++
    return isTrain
  }
  const smallestNs = state[at + SMALLEST_RTT_NS]
  const riseNs = Math.min(Math.max(smallestNs, SMALLEST_DELAY_NS), LARGEST_DELAY_NS)
  return isTrain || state[at + ROUND_RTT_NS] > smallestNs + riseNs
}
