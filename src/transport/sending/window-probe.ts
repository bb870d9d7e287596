import { NONE } from '../../engine/table.ts'
import { profileOf } from '../connections/connection.ts'
import type { Teardown } from '../connections/teardown.ts'
import type { SegmentWriter } from '../segment-writer.ts'
import type { TcpParts } from '../tcp-parts.ts'
import type { Sender } from './sender.ts'

/**
 * Asks the far end for its window, since its news of one may have been lost (RFC 9293 section 3.8.6.1). As Linux does it
 * (net/ipv4/tcp_timer.c, tcp_probe_timer): an ACK that is a byte too old, each time after twice as long; whoever answers
 * none of `windowProbes` is gone.
 */
export class WindowProbe {
  private readonly parts: TcpParts
  private readonly writer: SegmentWriter
  private readonly sender: Sender
  private readonly teardown: Teardown

  constructor(parts: TcpParts, writer: SegmentWriter, sender: Sender, teardown: Teardown) {
    this.parts = parts
    this.writer = writer
    this.sender = sender
    this.teardown = teardown
  }

  expire(connection: number): void {
    const { connections } = this.parts
    if (connections.firstSegment[connection] !== NONE || !this.sender.newData.exists(connection)) return
    const most = profileOf(connections, connection).windowProbes
    if (connections.unansweredProbes[connection] >= most) return this.teardown.fail(connection, 'timed out')
    connections.unansweredProbes[connection]++
    if (connections.windowProbes[connection] < most) connections.windowProbes[connection]++
    if (this.sender.newData.sendPart(connection)) return
    this.writer.sendProbe(connection)
    this.sender.timer.armForWindow(connection)
  }
}
