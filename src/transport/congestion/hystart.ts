import { NS_PER_MS, NS_PER_S } from '../../engine/ticks.ts'
import type { CongestionColumns } from '../connections/congestion-control.ts'
import type { Connection } from '../rows.ts'

// After net/ipv4/tcp_cubic.c.
export const LOW_WINDOW = 16 // hystart_low_window
export const ACK_DISTANCE_NS = 2 * NS_PER_MS // hystart_ack_delta_us
export const LEAST_SAMPLES = 8 // HYSTART_MIN_SAMPLES
export const SMALLEST_DELAY_NS = 4 * NS_PER_MS // HYSTART_DELAY_MIN
const LARGEST_DELAY_NS = 16 * NS_PER_MS // HYSTART_DELAY_MAX
const DELAY_FRACTION = 1 / 8
/** Allowance for TSO, which may delay ACKs by four of the largest bursts, but by 1 ms at most (hystart_ack_delay). */
const BURSTS_BYTES = 4 * 65_536
const LONGEST_BURSTS_NS = 1 * NS_PER_MS

// Numbers of a connection that HyStart keeps, from `at` on; ns-3's HyStart keeps the same.
export const ROUND_START_TICK = 0
export const ROUND_END_OFFSET = 1
export const LAST_ACK_TICK = 2
export const ROUND_RTT_NS = 3
export const ROUND_SAMPLES = 4
export const SMALLEST_RTT_NS = 5
/** 1 once HyStart has ended slow start, which it does once until the next timeout. */
export const HAS_ENDED = 6

/**
 * Resets HyStart of Linux's CUBIC (compare RFC 9406). It ends slow start before the queue overflows: when closely
 * spaced ACKs have arrived for half a round trip, or when the smallest round-trip time of a round has risen by an
 * eighth, and by at least 4 ms.
 */
export function resetHystart(connections: CongestionColumns, connection: Connection, at: number, tick: number): void {
  connections.congestionState[at + SMALLEST_RTT_NS] = 0
  connections.congestionState[at + HAS_ENDED] = 0
  beginRound(connections, connection, at, tick)
}

/** Takes a sample of the round-trip time. Returns whether slow start should end. */
export function shouldEndSlowStart(
  connections: CongestionColumns,
  connection: Connection,
  at: number,
  rttNs: number,
  tick: number,
): boolean {
  const state = connections.congestionState
  if (state[at + SMALLEST_RTT_NS] === 0 || rttNs < state[at + SMALLEST_RTT_NS]) state[at + SMALLEST_RTT_NS] = rttNs
  const isInSlowStart = connections.congestionWindow[connection] < connections.slowStartThreshold[connection]
  if (state[at + HAS_ENDED] === 1 || !isInSlowStart || !connections.profileOf(connection).hasHystart) return false
  if (isPastRound(connections, connection, at)) beginRound(connections, connection, at, tick)
  // Linux checks this after the round's start since 6.14 ("fix incorrect HyStart round start detection").
  if (connections.congestionWindow[connection] < LOW_WINDOW) return false
  const isTrainLong = isAckTrainLong(connections, connection, at, tick)
  if (!hasDelayGrown(state, at, rttNs) && !isTrainLong) return false
  state[at + HAS_ENDED] = 1
  return true
}

export function isPastRound(connections: CongestionColumns, connection: Connection, at: number): boolean {
  return connections.sendUnacknowledged[connection] > connections.congestionState[at + ROUND_END_OFFSET]
}

export function smallestRttNs(state: Float64Array, at: number): number {
  return state[at + SMALLEST_RTT_NS]
}

/** Begins a round, which ends when everything sent before it is acknowledged (bictcp_hystart_reset). */
export function beginRound(connections: CongestionColumns, connection: Connection, at: number, tick: number): void {
  const state = connections.congestionState
  state[at + ROUND_START_TICK] = tick
  state[at + LAST_ACK_TICK] = tick
  state[at + ROUND_END_OFFSET] = connections.sendNext[connection]
  state[at + ROUND_RTT_NS] = Number.POSITIVE_INFINITY
  state[at + ROUND_SAMPLES] = 0
}

function isAckTrainLong(connections: CongestionColumns, connection: Connection, at: number, tick: number): boolean {
  const state = connections.congestionState
  if (tick - state[at + LAST_ACK_TICK] > ACK_DISTANCE_NS) return false
  state[at + LAST_ACK_TICK] = tick
  const trainNs = state[at + SMALLEST_RTT_NS] + burstsNs(connections, connection)
  // Pacing may have delayed segments by half a round trip.
  const longestNs = connections.pacingBytesPerS[connection] > 0 ? trainNs : trainNs / 2
  return tick - state[at + ROUND_START_TICK] > longestNs
}

function burstsNs(connections: CongestionColumns, connection: Connection): number {
  return Math.min(LONGEST_BURSTS_NS, (BURSTS_BYTES * NS_PER_S) / connections.impliedBytesPerS[connection])
}

function hasDelayGrown(state: Float64Array, at: number, rttNs: number): boolean {
  state[at + ROUND_RTT_NS] = Math.min(state[at + ROUND_RTT_NS], rttNs)
  if (state[at + ROUND_SAMPLES] < LEAST_SAMPLES) {
    state[at + ROUND_SAMPLES]++
    return false
  }
  const smallest = state[at + SMALLEST_RTT_NS]
  const tolerated = Math.min(Math.max(smallest * DELAY_FRACTION, SMALLEST_DELAY_NS), LARGEST_DELAY_NS)
  return state[at + ROUND_RTT_NS] > smallest + tolerated
}
