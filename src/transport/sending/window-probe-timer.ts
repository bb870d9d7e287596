import { FOR_WINDOW } from '../recovery/tail-loss-probe.ts'
import type { TcpParts } from '../tcp-parts.ts'
import { profileOf } from '../timing/round-trip-time.ts'
import { RETRANSMISSION_TIMER } from '../timing/timers.ts'

/** Linux, include/net/tcp.h, tcp_probe0_base: TCP_RTO_MIN at the least. */
const SHORTEST_WAIT_NS = 200_000_000

/** Data wait for a window that is closed, and nothing is in flight whose ACK would open it. */
export function armWindowProbe(parts: TcpParts, connection: number): void {
  const { connections, timers } = parts
  if (timers.isArmed(connection, RETRANSMISSION_TIMER)) return
  const profile = profileOf(connections, connection)
  if (profile.windowProbes === 0) return
  const baseNs = Math.max(connections.timeoutNs[connection], SHORTEST_WAIT_NS)
  const waitNs = Math.min(baseNs * (1 << connections.windowProbes[connection]), profile.maximumTimeoutNs)
  connections.timerPurpose[connection] = FOR_WINDOW
  timers.armFor(connection, RETRANSMISSION_TIMER, waitNs)
}
