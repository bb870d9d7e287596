import type { CongestionControl } from '../connections/congestion-control.ts'
import { type ConnectionTable, FAST_RECOVERY } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'

/**
 * Restarts the congestion window after a pause (RFC 5681 section 4.1, RFC 2861), since a window that was not used for
 * longer than a timeout says little about the network. As in net/ipv4/tcp_output.c, tcp_cwnd_restart, the window is
 * halved for each timeout that has passed, but not below the initial window, and the threshold is at least three
 * quarters of the former window. Called before data are sent while nothing is in flight.
 */
export function restartIfIdle(
  connections: ConnectionTable,
  connection: Connection,
  control: CongestionControl,
  tick: number,
): void {
  const idleNs = tick - connections.lastDataSentTick[connection]
  if (idleNs <= 0) return
  const profile = connections.profileOf(connection)
  const timeoutNs = connections.timeoutNs[connection]
  if (profile.afterIdle === 'decay' && control.control === undefined && idleNs > timeoutNs) {
    let window = Math.floor(connections.congestionWindow[connection])
    // As tcp_current_ssthresh.
    if (connections.recoveryState[connection] !== FAST_RECOVERY) {
      const remembered = Math.floor(window / 2) + Math.floor(window / 4)
      connections.slowStartThreshold[connection] = Math.max(connections.slowStartThreshold[connection], remembered)
    }
    const restartWindow = Math.min(profile.initialWindow, window)
    for (let leftNs = idleNs - timeoutNs; leftNs > 0 && window > restartWindow; leftNs -= timeoutNs)
      window = Math.floor(window / 2)
    if (window < connections.congestionWindow[connection])
      connections.congestionWindow[connection] = Math.max(window, restartWindow)
    connections.isWindowLimited[connection] = 0
  }
  control.onIdleEnd(connections, connection, idleNs, tick)
}
