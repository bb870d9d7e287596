import { NONE } from '../../engine/table.ts'
import { ESTABLISHED, TIME_WAIT } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import { KEEPALIVE_TIMER } from '../timing/timers.ts'
import type { LifecycleParts } from './lifecycle-parts.ts'
import type { Teardown } from './teardown.ts'

/** SO_KEEPALIVE: TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT. */
export interface KeepaliveSettings {
  /** Of silence before the first probe. */
  readonly idleNs: number
  readonly intervalNs: number
  /** Probes without an answer before the connection is given up. */
  readonly count: number
}

/**
 * Asks a silent far end whether it is still there (RFC 9293 section 3.8.4), as Linux does it (net/ipv4/tcp_timer.c,
 * tcp_keepalive_timer): the timer goes off once an idle time at most and looks then how long ago something was heard,
 * so that packets only note when they came.
 */
export class Keepalive {
  private readonly parts: LifecycleParts
  private readonly teardown: Teardown

  constructor(parts: LifecycleParts, teardown: Teardown) {
    this.parts = parts
    this.teardown = teardown
  }

  /** Of a connection that begins. */
  set(connection: Connection, { idleNs, intervalNs, count }: KeepaliveSettings): void {
    const { connections } = this.parts
    connections.keepaliveIdleNs[connection] = idleNs
    connections.keepaliveIntervalNs[connection] = intervalNs
    connections.keepaliveCount[connection] = count
  }

  /** The connection stands. */
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
    if (connections.unansweredProbes[connection] < connections.keepaliveCount[connection]) {
      connections.unansweredProbes[connection]++
      this.parts.writer.sendProbe(connection)
    } else {
      this.parts.writer.sendReset(connection)
      this.teardown.fail(connection, 'timed out')
    }
  }

  /** Until it is to look again. What is under way has a timer of its own that finds out who is gone. */
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
