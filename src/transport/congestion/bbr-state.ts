import { NS_PER_MS, NS_PER_US } from '../../engine/ticks.ts'

/** State of a connection under BBR, as offsets from congestionStateAt (net/ipv4/tcp_bbr.c, struct bbr). */
export const MODE = 0
export const FULL_BANDWIDTH = 1
export const FULL_COUNT = 2
export const IS_FULL = 3
export const ROUND = 4
export const NEXT_ROUND_DELIVERED = 5
export const IS_ROUND_START = 6
export const CYCLE_INDEX = 7
export const CYCLE_US = 8
export const MINIMUM_RTT_US = 9
export const MINIMUM_RTT_JIFFIES = 10
export const PROBE_DONE_JIFFIES = 11
export const PROBE_ROUND_DONE = 12
export const PRIOR_WINDOW = 13
export const CONSERVES = 14
export const PREVIOUS_STATE = 15
export const IS_RESTART = 16
export const EXTRA = 17 // two of them, which take turns
export const EXTRA_INDEX = 19
export const EXTRA_ROUND = 20
export const EPOCH_US = 21
export const EPOCH_ACKED = 22
export const HAS_RTT = 23
export const PACING_GAIN = 24
export const WINDOW_GAIN = 25
export const POLICED_BANDWIDTH = 26
export const IS_POLICED = 27
export const IS_SAMPLING_POLICER = 28
export const POLICER_ROUND = 29
export const POLICER_DELIVERED = 30
export const POLICER_MS = 31
export const POLICER_LOST = 32
/** First of the six numbers by which windowed-maximum.ts filters the largest bandwidth. */
export const BANDWIDTH = 33
export const BBR_STATE_SIZE = 39

export const STARTUP = 0
export const DRAIN = 1
export const PROBE_BANDWIDTH = 2
export const PROBE_RTT = 3

/** Bandwidths are whole numbers of segments per microsecond times this (BW_SCALE). */
export const BANDWIDTH_UNIT = 1 << 24
/** Gains are in 256ths (BBR_SCALE). */
export const GAIN_UNIT = 256
export const CYCLE_LENGTH = 8

const MARGIN_PER_S = 990_000 // a hundredth below the bandwidth, in bytes a second (bbr_pacing_margin_percent)
/** HZ = 250, as on the test machine and in most distributions. */
const NS_PER_JIFFY = 4 * NS_PER_MS

export function microsecondsAt(tick: number): number {
  return Math.floor(tick / NS_PER_US)
}

export function jiffiesAt(tick: number): number {
  return Math.floor(tick / NS_PER_JIFFY)
}

/** Returns the largest bandwidth of the last rounds (bbr_max_bw). */
export function maximumBandwidth(state: Float64Array, at: number): number {
  return state[at + BANDWIDTH + 1]
}

/** Returns the bandwidth to use, which is the policer's rate once one is detected (bbr_bw). */
export function bandwidth(state: Float64Array, at: number): number {
  return state[at + IS_POLICED] === 1 ? state[at + POLICED_BANDWIDTH] : maximumBandwidth(state, at)
}

/** Returns a bandwidth in bytes per second, less the margin; exact for all values (bbr_rate_bytes_per_sec). */
export function bytesPerSecond(rate: number, segmentBytes: number, gain: number): number {
  const scaled = Math.floor((rate * segmentBytes * gain) / GAIN_UNIT)
  const whole = Math.floor(scaled / BANDWIDTH_UNIT)
  return whole * MARGIN_PER_S + Math.floor(((scaled - whole * BANDWIDTH_UNIT) * MARGIN_PER_S) / BANDWIDTH_UNIT)
}
