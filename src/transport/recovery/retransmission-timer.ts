import { NS_PER_US } from '../../engine/ticks.ts'
import type { Connection } from '../rows.ts'
import type { TcpParts } from '../timing/tcp-parts.ts'
import { RETRANSMISSION_TIMER } from '../timing/timers.ts'
import type { Scoreboard } from './scoreboard.ts'
import { probeTimeoutNs, soonestProbeNs } from './tail-loss-probe.ts'

/** Purposes of the retransmission timer. One timer serves all, as in Linux (icsk_pending). */
const FOR_TIMEOUT = 0
export const FOR_PROBE = 1
export const FOR_REORDERING = 2
export const FOR_WINDOW = 3

/** Shortest interval of window probes (include/net/tcp.h, tcp_probe0_base: at least TCP_RTO_MIN). */
const SHORTEST_WINDOW_PROBE_NS = 200_000_000

/** Arms a connection's retransmission timer for one purpose at a time. */
export class RetransmissionTimer {
  private readonly parts: TcpParts
  private readonly scoreboard: Scoreboard

  constructor(parts: TcpParts, scoreboard: Scoreboard) {
    this.parts = parts
    this.scoreboard = scoreboard
  }

  /**
   * Arms the timer for a whole timeout from now on. Its event comes when a tail loss probe could be due, since the next
   * segments often arm the timer for one: so one event serves both.
   */
  arm(connection: Connection, aheadNs = this.pacedAheadNs(connection)): void {
    const { connections, timers } = this.parts
    const delayNs = connections.timeoutNs[connection] + aheadNs
    connections.timerPurpose[connection] = FOR_TIMEOUT
    timers.armFor(connection, RETRANSMISSION_TIMER, delayNs, soonestProbeNs(connections, connection))
  }

  /**
   * Arms the timer for the timeout. If it served another purpose, the timeout began when the oldest segment was sent
   * (tcp_rearm_rto).
   */
  rearm(connection: Connection): void {
    const { connections, timeline } = this.parts
    if (connections.timerPurpose[connection] === FOR_TIMEOUT) return this.arm(connection)
    const sinceNs = timeline.now - this.scoreboard.segments.sentTick[connections.firstSegment[connection]]
    const goneNs = Math.min(sinceNs, connections.timeoutNs[connection] - NS_PER_US)
    this.arm(connection, this.pacedAheadNs(connection) - goneNs)
  }

  /** Arms the timer for a tail loss probe, which comes before the timeout that began `agoNs` ago. */
  armForProbe(connection: Connection, agoNs: number): void {
    const { connections, timers } = this.parts
    const timeoutNs = connections.timeoutNs[connection] - agoNs
    const probeNs = probeTimeoutNs(connections, connection)
    connections.timerPurpose[connection] = FOR_PROBE
    const waitNs = timeoutNs > 0 ? Math.min(probeNs, timeoutNs) : probeNs
    timers.armFor(connection, RETRANSMISSION_TIMER, waitNs + this.pacedAheadNs(connection))
  }

  /** Arms the timer for the end of the reordering window. */
  armForReordering(connection: Connection): void {
    const { connections, timers } = this.parts
    connections.timerPurpose[connection] = FOR_REORDERING
    const waitNs = Math.min(connections.reorderingWaitNs[connection], connections.timeoutNs[connection])
    timers.armFor(connection, RETRANSMISSION_TIMER, waitNs)
  }

  /** Arms the timer for a window probe: data wait for a closed window, and no ACK is expected that would open it. */
  armForWindow(connection: Connection): void {
    const { connections, timers } = this.parts
    if (timers.isArmed(connection, RETRANSMISSION_TIMER)) return
    const profile = connections.profileOf(connection)
    if (profile.windowProbes === 0) return
    const baseNs = Math.max(connections.timeoutNs[connection], SHORTEST_WINDOW_PROBE_NS)
    const waitNs = Math.min(
      baseNs * (1 << connections.windowProbes[connection]),
      profile.maximumTimeoutNs,
      this.untilUserTimeoutNs(connection),
    )
    connections.timerPurpose[connection] = FOR_WINDOW
    timers.armFor(connection, RETRANSMISSION_TIMER, waitNs)
  }

  /** Returns the time until the user timeout that began with the first window probe; Infinity before that probe. */
  private untilUserTimeoutNs(connection: Connection): number {
    const { connections, timeline } = this.parts
    if (connections.windowProbes[connection] === 0) return Number.POSITIVE_INFINITY
    return connections.firstTimeoutTick[connection] + connections.userTimeoutNs[connection] - timeline.now
  }

  /**
   * Returns the time until the last segment leaves at the pacing rate, in whole ticks of the host's clock. The timeout
   * begins then (tcp_pacing_delay).
   */
  private pacedAheadNs(connection: Connection): number {
    const { connections, timeline } = this.parts
    if (connections.pacingBytesPerS[connection] === 0) return 0
    const aheadNs = connections.paceTick[connection] - timeline.now
    if (aheadNs <= 0) return 0
    const { timerTickNs } = connections.profileOf(connection)
    return timerTickNs === 0 ? aheadNs : Math.floor(aheadNs / timerTickNs) * timerTickNs
  }
}
