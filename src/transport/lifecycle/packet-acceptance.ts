import { NONE } from '../../engine/table.ts'
import type { Packet } from '../../network/rows.ts'
import { CLOSE_WAIT, CLOSING, LAST_ACK } from '../connections/connection.ts'
import { ACK, FIN, RST, SYN } from '../connections/flags.ts'
import { receiveOffset } from '../connections/sequence-number.ts'
import type { Connection } from '../rows.ts'
import { noteDuplicate } from '../segments/duplicate-data.ts'
import { enterQuickAcks } from '../segments/quick-acknowledgement.ts'
import type { LifecycleParts } from './lifecycle-parts.ts'

/**
 * Checks of a segment before anything in it is used (RFC 9293 section 3.10.7.4, first to fourth; RFC 5961). An attacker
 * who does not see the connection must guess numbers that pass these checks. Where the RFCs leave a choice, this
 * follows Linux 6.18, as measured with a scripted peer (net/ipv4/tcp_input.c, tcp_validate_incoming).
 */
export class PacketAcceptance {
  private readonly parts: LifecycleParts

  constructor(parts: LifecycleParts) {
    this.parts = parts
  }

  /**
   * Whether the segment lies in the receive window. Others are answered here and have no other effect. SYNs are checked
   * elsewhere.
   */
  admits(connection: Connection, packet: Packet, flags: number): boolean {
    if ((flags & SYN) !== 0) return true
    if ((flags & (ACK | RST)) === 0) return false
    const { connections, network } = this.parts
    const { packets } = network
    const start = receiveOffset(connections, connection, packets.sequenceNumber[packet])
    const end = start + packets.payloadBytes[packet]
    const fin = (flags & FIN) !== 0 ? 1 : 0
    const isOver = this.isOver(connection)
    const oldest = connections.lastAckSent[connection] + (isOver ? 1 : 0)
    if (end + fin >= oldest) {
      if (this.endsInWindow(connection, start, end)) return true
      connections.segmentsBeyondWindow[connection]++
    }
    if ((flags & RST) !== 0) return isOver && start === connections.receiveNext[connection]
    if (end + fin === start) this.challenge(connection)
    else {
      if (start < connections.receiveNext[connection]) {
        enterQuickAcks(connections, connection)
        noteDuplicate(connections, connection, start, Math.min(end, connections.receiveNext[connection]))
      }
      this.parts.writer.sendAck(connection)
    }
    return false
  }

  /**
   * Whether the data of a segment may be taken: they end within the window, or begin within it while nothing waits to be
   * read (tcp_sequence).
   */
  private endsInWindow(connection: Connection, start: number, end: number): boolean {
    const { connections } = this.parts
    const edge = Math.max(connections.receiveWindowEdge[connection], connections.receiveNext[connection])
    if (end <= edge) return true
    if (!connections.profileOf(connection).hasLinuxChecks) return false
    const hasRoom = start < edge && connections.receiveNext[connection] < edge
    return hasRoom && connections.receiveNext[connection] === connections.readOffset[connection]
  }

  /**
   * Whether a reset has the exact sequence number that is required: that of the next byte. After the peer's FIN it may
   * also be one less, as from an end that sent a FIN and has forgotten it (tcp_reset_check). Linux also accepts a reset
   * after everything that is held out of order.
   */
  isExactReset(connection: Connection, packet: Packet): boolean {
    const { connections, network } = this.parts
    const offset = receiveOffset(connections, connection, network.packets.sequenceNumber[packet])
    const receiveNext = connections.receiveNext[connection]
    if (this.isOver(connection)) {
      const state = connections.state[connection]
      const canHaveForgotten = state === CLOSE_WAIT || state === LAST_ACK || state === CLOSING
      return offset === receiveNext + 1 || (canHaveForgotten && offset === receiveNext)
    }
    if (offset === receiveNext) return true
    const hasRanges = connections.firstRange[connection] !== NONE
    return (
      hasRanges && connections.profileOf(connection).hasLinuxChecks && offset === this.parts.reassembly.end(connection)
    )
  }

  /** Returns whether the peer's FIN has arrived, with all data before it. */
  isOver(connection: Connection): boolean {
    const { connections } = this.parts
    return connections.receivedFinOffset[connection] === connections.receiveNext[connection]
  }

  /**
   * Sends a challenge ACK with the expected sequence number (RFC 5961 sections 3 to 5). The real peer knows what to do
   * then, and an attacker who does not see it learns nothing.
   */
  challenge(connection: Connection): void {
    if (this.isInvalidAckDue(connection)) this.parts.writer.sendAck(connection)
  }

  /**
   * Whether an unacceptable segment may be answered now. The limit keeps two ends from answering each other without
   * end.
   */
  isInvalidAckDue(connection: Connection): boolean {
    const { connections, timeline } = this.parts
    const elapsedNs = timeline.now - connections.lastInvalidTick[connection]
    if (elapsedNs < connections.profileOf(connection).invalidAckIntervalNs) return false
    connections.lastInvalidTick[connection] = timeline.now
    return true
  }
}
