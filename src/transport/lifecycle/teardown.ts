import { NONE } from '../../engine/table.ts'
import type { Packet } from '../../network/rows.ts'
import {
  CLOSE_WAIT,
  CLOSED,
  CLOSING,
  ESTABLISHED,
  FIN_WAIT_1,
  FIN_WAIT_2,
  LAST_ACK,
  NO_ROLE,
  SYN_RECEIVED,
  SYN_SENT,
  TIME_WAIT,
} from '../connections/connection.ts'
import { endMissing } from '../connections/missing-data.ts'
import type { Connection } from '../rows.ts'
import type { FailureReason } from '../streams/failure.ts'
import { LINGER_TIMER } from '../timing/timers.ts'
import type { LifecycleParts } from './lifecycle-parts.ts'
import type { PacketAcceptance } from './packet-acceptance.ts'

/** Ends connections: by a FIN of either end, a reset, or a failure (RFC 9293 section 3.6). */
export class Teardown {
  private readonly parts: LifecycleParts
  private readonly acceptance: PacketAcceptance

  constructor(parts: LifecycleParts, acceptance: PacketAcceptance) {
    this.parts = parts
    this.acceptance = acceptance
  }

  finish(connection: Connection): void {
    const { connections } = this.parts
    connections.plainRole[connection] = NO_ROLE
    switch (connections.state[connection]) {
      case SYN_SENT:
      case SYN_RECEIVED:
        return this.abort(connection)
      case ESTABLISHED:
        connections.state[connection] = FIN_WAIT_1
        break
      case CLOSE_WAIT:
        connections.state[connection] = LAST_ACK
        break
      default:
        return
    }
    connections.finOffset[connection] = this.parts.streams.table.writtenBytes[connections.stream[connection]]
    this.parts.sender.output(connection)
  }

  abort(connection: Connection): void {
    if (this.parts.connections.state[connection] === CLOSED) return
    if (this.parts.connections.state[connection] !== SYN_SENT) this.parts.writer.sendReset(connection)
    this.remove(connection)
  }

  /**
   * Handles a reset. Only one with the exact sequence number counts (RFC 5961 section 3.2). Where both ends have sent their
   * FIN, all data have come, and the user is not told of it (RFC 9293 section 3.10.7.4, second).
   */
  takeReset(connection: Connection, packet: Packet): void {
    const state = this.parts.connections.state[connection]
    if (this.acceptance.isExactReset(connection, packet)) {
      if (state === TIME_WAIT || state === CLOSING || state === LAST_ACK) this.remove(connection)
      else this.fail(connection, 'connection reset')
    } else if (state !== TIME_WAIT) this.acceptance.challenge(connection)
  }

  /** Goes on to the next state when our FIN is acknowledged. Returns false when that ended the connection. */
  takeAcknowledgedFin(connection: Connection): boolean {
    const { connections } = this.parts
    if (connections.sendUnacknowledged[connection] <= connections.finOffset[connection]) return true
    switch (connections.state[connection]) {
      case FIN_WAIT_1:
        connections.state[connection] = FIN_WAIT_2
        break
      case CLOSING:
        connections.state[connection] = TIME_WAIT
        break
      case LAST_ACK:
        this.remove(connection)
        return false
    }
    return true
  }

  /**
   * Starts the timer that ends TIME_WAIT, or FIN_WAIT_2 of a stream without user (Linux: tcp_fin_timeout, also 60 s).
   */
  lingerIfOver(connection: Connection): void {
    const { connections, streams, timers } = this.parts
    const state = connections.state[connection]
    const isOrphan = streams.table.userKind[connections.stream[connection]] === NONE
    if (state !== TIME_WAIT && !(state === FIN_WAIT_2 && isOrphan)) return
    if (state === TIME_WAIT || !timers.isArmed(connection, LINGER_TIMER)) {
      timers.armFor(connection, LINGER_TIMER, connections.profileOf(connection).timeWaitNs)
    }
  }

  /** Fails the connection. Its stream no longer exists for the user, which therefore cannot end it a second time. */
  fail(connection: Connection, reason: FailureReason): void {
    this.parts.streams.failed(this.parts.connections.stream[connection], reason)
    this.remove(connection)
  }

  remove(connection: Connection): void {
    const { connections, demultiplexer, numbers, sender, receiver, streams, network } = this.parts
    if (connections.isWindowClosed[connection] === 1)
      network.activities.changeClosedWindows(connections.activity[connection], -1)
    if (connections.lossEndOffset[connection] >= 0) endMissing(connections, network.activities, connection)
    network.activities.drop(connections.activity[connection])
    connections.state[connection] = CLOSED
    demultiplexer.remove(connection)
    numbers.remove(connections.host[connection], connections.ordinal[connection])
    sender.clear(connection)
    receiver.release(connection)
    streams.release(connections.stream[connection])
    connections.release(connection)
  }
}
