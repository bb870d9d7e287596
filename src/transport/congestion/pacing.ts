import { NS_PER_S } from '../../engine/ticks.ts'
import type { Connection } from '../rows.ts'
import type { TcpParts } from '../timing/tcp-parts.ts'
import { PACING_TIMER } from '../timing/timers.ts'

/** Segments that are sent unpaced at first (net/ipv4/tcp_output.c, tcp_update_skb_after_send). */
const UNPACED_SEGMENTS = 10

/** Spaces bursts by the time that they take at the connection's pacing rate. */
export class Pacing {
  private readonly parts: TcpParts

  constructor(parts: TcpParts) {
    this.parts = parts
  }

  /** Returns whether a burst may be sent now. If not, a timer is armed. */
  isDue(connection: Connection): boolean {
    const { connections, timers, timeline } = this.parts
    if (connections.pacingBytesPerS[connection] === 0) return true
    const due = connections.paceTick[connection]
    if (due <= timeline.now) return true
    timers.arm(connection, PACING_TIMER, due)
    return false
  }

  /** Notes that a burst was sent. A sender that comes late may wait up to half of the burst's time less. */
  noteBurst(connection: Connection, bytes: number): void {
    const { connections, timeline } = this.parts
    const bytesPerS = connections.pacingBytesPerS[connection]
    if (bytesPerS === 0) return
    const due = connections.paceTick[connection]
    const beganTick = Math.max(due, timeline.now)
    connections.paceTick[connection] = beganTick
    // The SYN is not counted.
    const sent = connections.deliveredSegments[connection] + connections.segmentsOut[connection] - 1
    if (sent < UNPACED_SEGMENTS) return
    const lengthNs = Math.floor((bytes * NS_PER_S) / bytesPerS)
    connections.paceTick[connection] += lengthNs - Math.min(Math.floor(lengthNs / 2), beganTick - due)
  }
}
