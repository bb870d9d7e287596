import { NS_PER_US } from '../../engine/ticks.ts'
import type { Connection } from '../rows.ts'
import type { TcpParts } from '../timing/tcp-parts.ts'
import { RETRANSMISSION_TIMER } from '../timing/timers.ts'
import type { Scoreboard } from './scoreboard.ts'
import { probeTimeoutNs } from './tail-loss-probe.ts'

/** What the retransmission timer is armed for; one timer serves all, as in Linux (icsk_pending). */
export const FOR_TIMEOUT = 0
export const FOR_PROBE = 1
export const FOR_REORDERING = 2
export const FOR_WINDOW = 3

/** Linux, include/net/tcp.h, tcp_probe0_base: TCP_RTO_MIN at the least. */
const SHORTEST_WINDOW_PROBE_NS = 200_000_000

/** Arms a connection's retransmission timer, for one purpose at a time, as Linux does (icsk_pending). */
export class RetransmissionTimer {
  private readonly parts: TcpParts
  private readonly scoreboard: Scoreboard

  constructor(parts: TcpParts, scoreboard: Scoreboard) {
    this.parts = parts
    this.scoreboard = scoreboard
  }

  /** For the timeout, from now on. */
  arm(connection: Connection, aheadNs = this.pacedAheadNs(connection)): void {
    const { connections, timers } = this.parts
    connections.timerPurpose[connection] = FOR_TIMEOUT
    timers.armFor(connection, RETRANSMISSION_TIMER, connections.timeoutNs[connection] + aheadNs)
  }

  /** The same, but if the timer served another purpose, its clock began when the oldest was sent (tcp_rearm_rto). */
  rearm(connection: Connection): void {
    const { connections, timeline } = this.parts
    if (connections.timerPurpose[connection] === FOR_TIMEOUT) return this.arm(connection)
    const sinceNs = timeline.now - this.scoreboard.segments.sentTick[connections.firstSegment[connection]]
    const goneNs = Math.min(sinceNs, connections.timeoutNs[connection] - NS_PER_US)
    this.arm(connection, this.pacedAheadNs(connection) - goneNs)
  }

  /** For a probe of the tail, which comes before the timeout, whose clock began at `sinceTick`. */
  armForProbe(connection: Connection, sinceTick: number): void {
    const { connections, timeline, timers } = this.parts
    const timeoutNs = sinceTick + connections.timeoutNs[connection] - timeline.now
    const probeNs = probeTimeoutNs(connections, connection)
    connections.timerPurpose[connection] = FOR_PROBE
    const waitNs = timeoutNs > 0 ? Math.min(probeNs, timeoutNs) : probeNs
    timers.armFor(connection, RETRANSMISSION_TIMER, waitNs + this.pacedAheadNs(connection))
  }

  /** For what may only be out of order. */
  armForReordering(connection: Connection): void {
    const { connections, timers } = this.parts
    connections.timerPurpose[connection] = FOR_REORDERING
    const waitNs = Math.min(connections.reorderingWaitNs[connection], connections.timeoutNs[connection])
    timers.armFor(connection, RETRANSMISSION_TIMER, waitNs)
  }

  /** For a window that is closed, while data wait for it and nothing is in flight whose ACK would open it. */
  armForWindow(connection: Connection): void {
    const { connections, timers } = this.parts
    if (timers.isArmed(connection, RETRANSMISSION_TIMER)) return
    const profile = connections.profileOf(connection)
    if (profile.windowProbes === 0) return
    const baseNs = Math.max(connections.timeoutNs[connection], SHORTEST_WINDOW_PROBE_NS)
    const waitNs = Math.min(baseNs * (1 << connections.windowProbes[connection]), profile.maximumTimeoutNs)
    connections.timerPurpose[connection] = FOR_WINDOW
    timers.armFor(connection, RETRANSMISSION_TIMER, waitNs)
  }

  /** What was sent is taken to leave with its pace, and has so many ticks more to be answered (tcp_pacing_delay). */
  private pacedAheadNs(connection: Connection): number {
    const { connections, timeline } = this.parts
    const aheadNs = connections.paceTick[connection] - timeline.now
    if (connections.pacingBytesPerS[connection] === 0 || aheadNs <= 0) return 0
    const { timerTickNs } = connections.profileOf(connection)
    return timerTickNs === 0 ? aheadNs : Math.floor(aheadNs / timerTickNs) * timerTickNs
  }
}
