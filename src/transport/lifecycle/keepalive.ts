import { NONE } from '../../engine/table.ts'
import { ESTABLISHED, TIME_WAIT } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import { KEEPALIVE_TIMER } from '../timing/timers.ts'
import type { LifecycleParts } from './lifecycle-parts.ts'
import type { Teardown } from './teardown.ts'

/** Settings of SO_KEEPALIVE: TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT. */
export interface KeepaliveSettings {
  /** Silence before the first probe. */
  readonly idleNs: number
  readonly intervalNs: number
  /** Unanswered probes after which the connection fails. */
  readonly count: number
}

/** The settings of a socket against a peer that has fallen silent. */
export interface SilenceSettings {
  /** Absent: an idle connection is not probed. */
  readonly keepalive?: KeepaliveSettings
  /**
   * TCP_USER_TIMEOUT: the connection fails this long after the first retransmission, the first probe of a closed
   * window, or, with keepalive, the peer's last ACK. Absent: the limits of the TCP profile and of `keepalive` apply.
   */
  readonly userTimeoutNs?: number
}

/**
 * Probes an idle peer (RFC 9293 section 3.8.4) as net/ipv4/tcp_timer.c, tcp_keepalive_timer, does: the timer fires at
 * most once per idle time and checks when the last ACK arrived, so that a packet only stores its arrival.
 */
export class Keepalive {
  private readonly parts: LifecycleParts
  private readonly teardown: Teardown

  constructor(parts: LifecycleParts, teardown: Teardown) {
    this.parts = parts
    this.teardown = teardown
  }

  /** Sets the keepalive and the user timeout of a new connection. */
  set(connection: Connection, { keepalive, userTimeoutNs }: SilenceSettings): void {
    const { connections } = this.parts
    if (userTimeoutNs !== undefined) connections.userTimeoutNs[connection] = userTimeoutNs
    if (keepalive === undefined) return
    const { idleNs, intervalNs, count } = keepalive
    connections.keepaliveIdleNs[connection] = idleNs
    connections.keepaliveIntervalNs[connection] = intervalNs
    connections.keepaliveCount[connection] = count
  }

  /** Starts the timer when the handshake is over. */
  begin(connection: Connection): void {
    const { connections, timers } = this.parts
    const idleNs = connections.keepaliveIdleNs[connection]
    if (idleNs !== Number.POSITIVE_INFINITY) timers.armFor(connection, KEEPALIVE_TIMER, idleNs)
  }

  expire(connection: Connection): void {
    const { connections, timers } = this.parts
    const state = connections.state[connection]
    if (state < ESTABLISHED || state === TIME_WAIT) return
    timers.armFor(connection, KEEPALIVE_TIMER, this.waitNs(connection))
    if (!this.isSilent(connection)) return
    if (this.isDead(connection)) {
      this.parts.writer.sendReset(connection)
      this.teardown.fail(connection, 'timed out')
    } else {
      connections.unansweredProbes[connection]++
      this.parts.writer.sendProbe(connection)
    }
  }

  /**
   * Returns whether probes were unanswered for so long that a user timeout has passed, or without one, often enough.
   */
  private isDead(connection: Connection): boolean {
    const { connections } = this.parts
    const probes = connections.unansweredProbes[connection]
    const userTimeoutNs = connections.userTimeoutNs[connection]
    return userTimeoutNs === Number.POSITIVE_INFINITY
      ? probes >= connections.keepaliveCount[connection]
      : probes > 0 && this.silentNs(connection) >= userTimeoutNs
  }

  /**
   * Returns the time until the next check. While data are unacknowledged, the retransmission timer detects a dead peer.
   */
  private waitNs(connection: Connection): number {
    const { connections } = this.parts
    const idleNs = connections.keepaliveIdleNs[connection]
    if (this.isSilent(connection)) return connections.keepaliveIntervalNs[connection]
    if (this.hasUnacknowledgedData(connection)) return idleNs
    return idleNs - this.silentNs(connection)
  }

  private isSilent(connection: Connection): boolean {
    const { connections } = this.parts
    return (
      this.silentNs(connection) >= connections.keepaliveIdleNs[connection] && !this.hasUnacknowledgedData(connection)
    )
  }

  private silentNs(connection: Connection): number {
    const { connections, timers } = this.parts
    return timers.elapsedNs(connection, connections.lastAckTick[connection])
  }

  private hasUnacknowledgedData(connection: Connection): boolean {
    const { connections, streams } = this.parts
    const hasUnsent = connections.sendNext[connection] < streams.table.writtenBytes[connections.stream[connection]]
    return hasUnsent || connections.firstSegment[connection] !== NONE
  }
}
