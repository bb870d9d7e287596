import { NS_PER_MS } from '../../engine/ticks.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import { ticksFor } from './timer-wheel.ts'
import { timestampAt } from './timestamps.ts'

/** `smoothedRttNs` before the first sample. */
const NO_RTT = 0
const LEAST_RTT_NS = 1000

/**
 * Takes a sample of the round-trip time, in nanoseconds (tcp_ack_update_rtt): that of the oldest newly acknowledged
 * segment for the timeout, and that of the newest for the minimum.
 */
export function sampleRoundTrip(
  connections: ConnectionTable,
  connection: Connection,
  rttNs: number,
  newestRttNs: number,
): void {
  const profile = connections.profileOf(connection)
  noteSmallest(connections, connection, newestRttNs)
  if (profile.timeoutFloor === 'variance') sampleLikeLinux(connections, connection, rttNs, profile.timeoutFloorNs)
  else sampleLikeRfc(connections, connection, rttNs)
  updateTimeout(connections, connection)
}

export function noteSmallest(connections: ConnectionTable, connection: Connection, rttNs: number): void {
  if (rttNs < connections.minimumRttNs[connection]) connections.minimumRttNs[connection] = rttNs
}

/** Sets the timeout from the present estimate, without back-off. */
export function updateTimeout(connections: ConnectionTable, connection: Connection): void {
  const profile = connections.profileOf(connection)
  const estimate = connections.smoothedRttNs[connection] + connections.rttVarianceNs[connection]
  const floor = profile.timeoutFloor === 'timeout' ? profile.timeoutFloorNs : 0
  connections.timeoutNs[connection] =
    connections.smoothedRttNs[connection] === NO_RTT
      ? profile.initialTimeoutNs
      : Math.min(Math.max(inWholeTicks(estimate, profile.timerTickNs), floor), profile.maximumTimeoutNs)
}

/** icsk_rto counts ticks (__tcp_set_rto), so back-off doubles a whole number of ticks. */
function inWholeTicks(estimateNs: number, tickNs: number): number {
  return tickNs === 0 ? Math.round(estimateNs) : ticksFor(estimateNs, tickNs) * tickNs
}

/** Updates the estimate as RFC 6298 section 2. The variance is kept times four. */
function sampleLikeRfc(connections: ConnectionTable, connection: Connection, rttNs: number): void {
  const smoothed = connections.smoothedRttNs[connection]
  if (smoothed === NO_RTT) {
    connections.smoothedRttNs[connection] = rttNs
    connections.rttVarianceNs[connection] = 2 * rttNs
    return
  }
  connections.rttVarianceNs[connection] = 0.75 * connections.rttVarianceNs[connection] + Math.abs(smoothed - rttNs)
  connections.smoothedRttNs[connection] = 0.875 * smoothed + 0.125 * rttNs
}

/**
 * Updates the estimate as ns-3.43, from timestamps in milliseconds, in whole nanoseconds (TcpSocketBase::EstimateRtt,
 * RttMeanDeviation::IntegerUpdate). Segments sent before the last timeout give no sample.
 */
export function sampleLikeNs3(connections: ConnectionTable, connection: Connection, echo: number, tick: number): void {
  if (echo === 0 || connections.sendUnacknowledged[connection] <= connections.sampleFloor[connection]) return
  const rttNs = Math.max((timestampAt(tick) - echo) | 0, 0) * NS_PER_MS || LEAST_RTT_NS
  const smoothed = connections.smoothedRttNs[connection]
  if (smoothed === NO_RTT) {
    connections.smoothedRttNs[connection] = rttNs
    connections.rttVarianceNs[connection] = 4 * Math.floor(rttNs / 2)
  } else {
    const error = rttNs - smoothed
    const variance = connections.rttVarianceNs[connection] / 4
    connections.smoothedRttNs[connection] = Math.floor((8 * smoothed + error) / 8)
    connections.rttVarianceNs[connection] = 4 * Math.floor((3 * variance + Math.abs(error)) / 4)
  }
  updateTimeout(connections, connection)
}

/**
 * Updates the estimate as Linux (net/ipv4/tcp_input.c, tcp_rtt_estimator): a fall of the round-trip time counts an
 * eighth; the variance is the largest deviation within a window of data, never below the floor, and falls by a quarter
 * per window.
 */
function sampleLikeLinux(connections: ConnectionTable, connection: Connection, rttNs: number, floorNs: number): void {
  if (connections.smoothedRttNs[connection] === NO_RTT) {
    connections.smoothedRttNs[connection] = rttNs
    connections.meanDeviationNs[connection] = 2 * rttNs
    connections.rttVarianceNs[connection] = Math.max(2 * rttNs, floorNs)
    connections.maximumDeviationNs[connection] = connections.rttVarianceNs[connection]
    connections.rttWindowEnd[connection] = connections.sendNext[connection]
    return
  }
  const error = rttNs - connections.smoothedRttNs[connection]
  connections.smoothedRttNs[connection] += error / 8
  let deviationError = Math.abs(error) - connections.meanDeviationNs[connection] / 4
  if (error < 0 && deviationError > 0) deviationError /= 8
  connections.meanDeviationNs[connection] += deviationError
  if (connections.meanDeviationNs[connection] > connections.maximumDeviationNs[connection]) {
    connections.maximumDeviationNs[connection] = connections.meanDeviationNs[connection]
    if (connections.maximumDeviationNs[connection] > connections.rttVarianceNs[connection]) {
      connections.rttVarianceNs[connection] = connections.maximumDeviationNs[connection]
    }
  }
  endWindowOfData(connections, connection, floorNs)
}

function endWindowOfData(connections: ConnectionTable, connection: Connection, floorNs: number): void {
  if (connections.sendUnacknowledged[connection] <= connections.rttWindowEnd[connection]) return
  if (connections.maximumDeviationNs[connection] < connections.rttVarianceNs[connection]) {
    connections.rttVarianceNs[connection] -=
      (connections.rttVarianceNs[connection] - connections.maximumDeviationNs[connection]) / 4
  }
  connections.rttWindowEnd[connection] = connections.sendNext[connection]
  connections.maximumDeviationNs[connection] = floorNs
}
