import { NONE } from '../../engine/table.ts'
import { profileOf } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import type { LifecycleParts } from './lifecycle-parts.ts'
import type { Teardown } from './teardown.ts'

/**
 * Asks the far end for its window, since its news of one may have been lost (RFC 9293 section 3.8.6.1). As Linux does it
 * (net/ipv4/tcp_timer.c, tcp_probe_timer): an ACK that is a byte too old, each time after twice as long; whoever answers
 * none of `windowProbes` is gone.
 */
export class WindowProbe {
  private readonly parts: LifecycleParts
  private readonly teardown: Teardown

  constructor(parts: LifecycleParts, teardown: Teardown) {
    this.parts = parts
    this.teardown = teardown
  }

  expire(connection: Connection): void {
    const { connections } = this.parts
    if (connections.firstSegment[connection] !== NONE || !this.parts.sender.hasNewData(connection)) return
    const most = profileOf(connections, connection).windowProbes
    if (connections.unansweredProbes[connection] >= most) return this.teardown.fail(connection, 'timed out')
    connections.unansweredProbes[connection]++
    if (connections.windowProbes[connection] < most) connections.windowProbes[connection]++
    if (this.parts.sender.sendPart(connection)) return
    this.parts.writer.sendProbe(connection)
    this.parts.sender.timer.armForWindow(connection)
  }
}
