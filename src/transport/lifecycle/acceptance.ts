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
 * What a segment must be before anything else of it is believed (RFC 9293 section 3.10.7.4, first to fourth; RFC 5961).
 * Whoever does not see a connection has to guess its numbers; here is what the guesses come to. Where the RFCs leave a
 * choice, this follows Linux 6.18 as a scripted peer finds it (net/ipv4/tcp_input.c, tcp_validate_incoming).
 */
export class Acceptance {
  private readonly parts: LifecycleParts

  constructor(parts: LifecycleParts) {
    this.parts = parts
  }

  /** Whether it lies in the receive window. What does not is answered here, and means nothing; a SYN is judged apart. */
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
    if (end <= connections.receiveWindowEdge[connection] && end + fin >= oldest) return true
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
   * Whether a reset is in its exact place: where the next byte is expected, or where that would have been for an end
   * that sent its FIN and forgot it (tcp_reset_check); Linux also takes one behind all that it holds out of order.
   */
  isExactReset(connection: Connection, packet: Packet): boolean {
    const { connections, network } = this.parts
    const offset = receiveOffset(connections, connection, network.packets.sequenceNumber[packet])
    const receiveNext = connections.receiveNext[connection]
    if (this.isOver(connection)) {
      const state = connections.state[connection]
      const mayForget = state === CLOSE_WAIT || state === LAST_ACK || state === CLOSING
      return offset === receiveNext + 1 || (mayForget && offset === receiveNext)
    }
    if (offset === receiveNext) return true
    const hasRanges = connections.firstRange[connection] !== NONE
    return (
      hasRanges && connections.profileOf(connection).hasLinuxChecks && offset === this.parts.reassembly.end(connection)
    )
  }

  /** Whether the far end's FIN has come, and all before it. */
  isOver(connection: Connection): boolean {
    const { connections } = this.parts
    return connections.receivedFinOffset[connection] === connections.receiveNext[connection]
  }

  /**
   * Says what is expected next: the true far end knows what that means, and a forger who sees nothing learns nothing
   * (RFC 5961 sections 3 to 5).
   */
  challenge(connection: Connection): void {
    if (this.isInvalidAckDue(connection)) this.parts.writer.sendAck(connection)
  }

  /** A connection answers what is not acceptable once in a while, so that two ends cannot keep each other busy. */
  isInvalidAckDue(connection: Connection): boolean {
    const { connections, timeline } = this.parts
    const elapsedNs = timeline.now - connections.lastInvalidTick[connection]
    if (elapsedNs < connections.profileOf(connection).invalidAckIntervalNs) return false
    connections.lastInvalidTick[connection] = timeline.now
    return true
  }
}
