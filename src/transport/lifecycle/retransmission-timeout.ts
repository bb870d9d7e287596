import { NONE } from '../../engine/table.ts'
import { NS_PER_US } from '../../engine/ticks.ts'
import { ESTABLISHED, NO_ROLE, SYN_RECEIVED, SYN_SENT } from '../connections/connection.ts'
import { FOR_PROBE, FOR_REORDERING, FOR_WINDOW } from '../recovery/retransmission-timer.ts'
import type { Connection } from '../rows.ts'
import type { LifecycleParts } from './lifecycle-parts.ts'
import type { Teardown } from './teardown.ts'

/** Handles the retransmission timer: retransmits, backs off, and in the end gives up; or sends a probe. */
export class RetransmissionTimeout {
  private readonly parts: LifecycleParts
  private readonly teardown: Teardown

  constructor(parts: LifecycleParts, teardown: Teardown) {
    this.parts = parts
    this.teardown = teardown
  }

  /** Handles an expired retransmission timer by its purpose. */
  expire(connection: Connection): void {
    const { connections, timeline } = this.parts
    const { now } = timeline
    const purpose = connections.timerPurpose[connection]
    connections.plainRole[connection] = NO_ROLE
    if (purpose === FOR_WINDOW) return this.probeWindow(connection)
    if (connections.firstSegment[connection] === NONE) return
    if (purpose === FOR_PROBE) return this.parts.sender.sendProbe(connection)
    if (purpose === FOR_REORDERING) return this.parts.sender.recoveryOf(connection).onReorderingTimeout(connection)
    if (connections.retries[connection] === 0) connections.firstTimeoutTick[connection] = now
    if (this.hasRetriedEnough(connection, now)) return this.teardown.fail(connection, 'timed out')
    connections.retries[connection]++
    this.backOff(connection)
    if (connections.state[connection] < ESTABLISHED)
      this.parts.sender.retransmit(connection, connections.firstSegment[connection])
    else this.parts.sender.recoveryOf(connection).onTimeout(connection)
    this.parts.sender.timer.arm(connection, -this.beyondUserTimeoutNs(connection, now))
  }

  /**
   * Returns by how much the next timeout would come after the user timeout, at which the connection fails
   * (net/ipv4/tcp_timer.c, tcp_clamp_rto_to_user_timeout).
   */
  private beyondUserTimeoutNs(connection: Connection, now: number): number {
    const { connections } = this.parts
    const endTick = connections.firstTimeoutTick[connection] + connections.userTimeoutNs[connection]
    const timeoutNs = connections.timeoutNs[connection]
    // Past the user timeout the next timeout still comes later than now.
    return Math.min(Math.max(0, now + timeoutNs - endTick), timeoutNs - NS_PER_US)
  }

  /**
   * Probes the peer's closed window, since the segment that opened it may have been lost (RFC 9293 section 3.8.6.1), as
   * net/ipv4/tcp_timer.c, tcp_probe_timer, does: with an ACK that is one byte too old, at doubling intervals. The
   * connection fails after `windowProbes` unanswered probes, or when a user timeout has passed since the first probe,
   * answered or not.
   */
  private probeWindow(connection: Connection): void {
    const { connections, sender, timeline, writer } = this.parts
    if (connections.firstSegment[connection] !== NONE || !sender.hasNewData(connection)) return
    const most = connections.profileOf(connection).windowProbes
    if (connections.windowProbes[connection] === 0) connections.firstTimeoutTick[connection] = timeline.now
    const isLate = timeline.now - connections.firstTimeoutTick[connection] >= connections.userTimeoutNs[connection]
    if (isLate || connections.unansweredProbes[connection] >= most) return this.teardown.fail(connection, 'timed out')
    connections.unansweredProbes[connection]++
    if (connections.windowProbes[connection] < most) connections.windowProbes[connection]++
    if (sender.sendPart(connection)) return
    writer.sendProbe(connection)
    sender.timer.armForWindow(connection)
  }

  private hasRetriedEnough(connection: Connection, now: number): boolean {
    const { connections } = this.parts
    const profile = connections.profileOf(connection)
    const retries = connections.retries[connection]
    if (connections.state[connection] === SYN_SENT) return retries >= profile.synRetries
    if (connections.state[connection] === SYN_RECEIVED) return retries >= profile.synAckRetries
    const userTimeoutNs = connections.userTimeoutNs[connection]
    const limitNs = userTimeoutNs === Number.POSITIVE_INFINITY ? profile.giveUpNs : userTimeoutNs
    return now - connections.firstTimeoutTick[connection] >= limitNs
  }

  /**
   * Doubles the timeout (RFC 6298 section 5.5). Linux sends its first SYNs at equal intervals (net/ipv4/tcp_timer.c).
   */
  private backOff(connection: Connection): void {
    const { connections } = this.parts
    const profile = connections.profileOf(connection)
    const isLinear =
      connections.state[connection] === SYN_SENT && connections.retries[connection] <= profile.synLinearTimeouts
    if (isLinear) return
    connections.timeoutNs[connection] = Math.min(connections.timeoutNs[connection] * 2, profile.maximumTimeoutNs)
  }
}
