import { NONE } from '../../engine/table.ts'
import type { Packet } from '../../network/rows.ts'
import { HAS_SCALE } from '../../network/syn-options.ts'
import { ESTABLISHED, SYN_RECEIVED, TIME_WAIT } from '../connections/connection.ts'
import { takeEcnOffer, takeEcnReply } from '../connections/ecn.ts'
import { ACK, RST, SYN } from '../connections/flags.ts'
import { receiveOffset, sendSequence } from '../connections/sequence-number.ts'
import type { Connection } from '../rows.ts'
import { beginReceiveWindow } from '../segments/receive-window.ts'
import { synWindow } from '../segments/window-selection.ts'
import { setSendWindow } from '../sending/acknowledgement.ts'
import { beginSendBuffer } from '../sending/send-buffer.ts'
import { derivedName } from '../streams/derived-name.ts'
import { LINGER_TIMER, RETRANSMISSION_TIMER } from '../timing/timers.ts'
import type { ConnectionFactory } from './connection-factory.ts'
import type { Keepalive } from './keepalive.ts'
import type { LifecycleParts } from './lifecycle-parts.ts'
import type { PacketAcceptance } from './packet-acceptance.ts'
import type { SocketOptions } from './socket-options.ts'
import type { Teardown } from './teardown.ts'

/** Derives the name of the accepted end of a connection from that of the end that dialled. */
export const REPLY_DIRECTION = 1

export interface HandshakeParts extends LifecycleParts {
  readonly acceptance: PacketAcceptance
  readonly teardown: Teardown
  readonly factory: ConnectionFactory
  readonly keepalive: Keepalive
}

/** Opens connections: SYN, SYN-ACK, and the options that both ends agree on (RFC 9293 section 3.5). */
export class Handshake {
  private readonly parts: HandshakeParts

  constructor(parts: HandshakeParts) {
    this.parts = parts
  }

  takeReplyToSyn(connection: Connection, packet: Packet, flags: number): void {
    const { connections, network } = this.parts
    const { packets } = network
    if ((flags & ACK) === 0) {
      if ((flags & (SYN | RST)) === SYN) this.openSimultaneously(connection, packet)
      return
    }
    if (packets.acknowledgementNumber[packet] !== sendSequence(connections, connection, 0))
      return this.takeWrongReply(connection, packet, flags)
    if ((flags & RST) !== 0) return this.parts.teardown.fail(connection, 'connection refused')
    if ((flags & SYN) === 0) return
    this.takeSynOptions(connection, packet)
    takeEcnReply(connections, connection, flags)
    this.parts.acknowledgement.take(connection, packet)
    this.establish(connection)
    this.parts.writer.sendAck(connection)
    this.parts.streams.opened(connections.stream[connection])
  }

  /**
   * Replies to a SYN-ACK or ACK with a wrong number. The peer still has an old connection with the same ports, which
   * the reset ends (RFC 9293 section 3.5.1), or the segment is forged.
   */
  private takeWrongReply(connection: Connection, packet: Packet, flags: number): void {
    const { connections, timers } = this.parts
    if ((flags & RST) === 0) this.parts.writer.sendResetTo(connections.host[connection], packet)
    const { hastenedSynNs, timerTickNs } = connections.profileOf(connection)
    if (connections.retries[connection] === 0 && hastenedSynNs !== Number.POSITIVE_INFINITY)
      timers.armFor(connection, RETRANSMISSION_TIMER, timerTickNs === 0 ? hastenedSynNs : 2 * timerTickNs)
  }

  /** Handles a SYN in SYN-SENT: both ends have dialled at once (RFC 9293 section 3.5, figure 8). */
  private openSimultaneously(connection: Connection, packet: Packet): void {
    const { connections, network } = this.parts
    connections.state[connection] = SYN_RECEIVED
    this.takeSynOptions(connection, packet)
    setSendWindow(connections, connection, network.packets.window[packet])
    this.repeatSyn(connection)
  }

  /** Returns whether the segment is the SYN-ACK of a peer that has dialled at the same time. */
  isReplyToSimultaneousOpen(connection: Connection, packet: Packet, flags: number): boolean {
    const { connections, network } = this.parts
    const { packets } = network
    return (
      connections.state[connection] === SYN_RECEIVED &&
      (flags & ACK) !== 0 &&
      packets.sequenceNumber[packet] === connections.initialReceiveSequence[connection] &&
      packets.acknowledgementNumber[packet] === sendSequence(connections, connection, 0)
    )
  }

  /** Returns whether a SYN begins a new connection with the ports of one in TIME-WAIT (RFC 9293 section 3.6.1). */
  isNewIncarnation(connection: Connection, packet: Packet, flags: number): boolean {
    const { connections, network } = this.parts
    if (connections.state[connection] !== TIME_WAIT || (flags & ACK) !== 0) return false
    return network.packets.sequenceNumber[packet] !== connections.initialReceiveSequence[connection]
  }

  /**
   * Handles a SYN on an existing connection: our reply or our ACK was lost, or the SYN is forged (RFC 5961 section 4).
   * The accepting end sends its SYN-ACK again. Linux gives up a half-open connection when another SYN lies in its
   * window (net/ipv4/tcp_minisocks.c, tcp_check_req).
   */
  takeRepeatedSyn(connection: Connection, packet: Packet, flags: number): void {
    const { connections, network } = this.parts
    const sequence = network.packets.sequenceNumber[packet]
    const isAccepting = connections.state[connection] === SYN_RECEIVED && connections.listener[connection] !== NONE
    if (!isAccepting) return this.parts.acceptance.challenge(connection)
    if (sequence === connections.initialReceiveSequence[connection] && (flags & ACK) === 0) {
      if (this.parts.acceptance.isInvalidAckDue(connection)) this.repeatSyn(connection)
      return
    }
    const offset = receiveOffset(connections, connection, sequence)
    const isInWindow = offset >= 0 && offset <= connections.receiveWindowEdge[connection]
    if (!isInWindow || !connections.profileOf(connection).hasLinuxChecks)
      return this.parts.acceptance.challenge(connection)
    this.parts.writer.sendResetTo(connections.host[connection], packet)
    this.parts.teardown.remove(connection)
  }

  private repeatSyn(connection: Connection): void {
    this.parts.sender.retransmit(connection, this.parts.connections.firstSegment[connection])
    this.parts.sender.timer.arm(connection)
  }

  accept(host: number, listener: number, packet: Packet, socket: SocketOptions = {}): Connection {
    const { connections, network } = this.parts
    const { packets } = network
    const nameHigh = derivedName(packets.senderNameHigh[packet], REPLY_DIRECTION)
    const nameLow = derivedName(packets.senderNameLow[packet], REPLY_DIRECTION)
    const account = packets.account[packet]
    const activity = packets.activity[packet]
    const name = { host, nameHigh, nameLow, account, activity, isRelay: false }
    const connection = this.parts.factory.allocate(name, socket)
    connections.state[connection] = SYN_RECEIVED
    connections.listener[connection] = listener
    connections.localAddress[connection] = packets.destination[packet]
    connections.localPort[connection] = packets.destinationPort[packet]
    connections.remoteAddress[connection] = packets.source[packet]
    connections.remotePort[connection] = packets.sourcePort[packet]
    this.parts.factory.noteLocality(connection)
    this.parts.factory.announceSegmentBytes(connection)
    this.takeSynOptions(connection, packet)
    takeEcnOffer(connections, connection, packets.flags[packet])
    setSendWindow(connections, connection, packets.window[packet])
    this.parts.demultiplexer.add(connection)
    this.parts.sender.sendSyn(connection)
    return connection
  }

  private takeSynOptions(connection: Connection, packet: Packet): void {
    const { connections, network } = this.parts
    const { packets } = network
    connections.initialReceiveSequence[connection] = packets.sequenceNumber[packet]
    connections.receiveNext[connection] = 0
    connections.deliveredBytes[connection] = 0
    connections.readOffset[connection] = 0
    connections.lastAckSent[connection] = 0
    connections.options[connection] &= packets.synOptions[packet]
    if (connections.hasTimestamps(connection)) connections.recentTimestamp[connection] = packets.timestamp[packet]
    const hasScale = (connections.options[connection] & HAS_SCALE) !== 0
    connections.peerWindowScale[connection] = hasScale ? packets.windowScale[packet] : 0
    if (!hasScale) connections.windowScale[connection] = 0
    const announced = packets.maximumSegmentBytes[packet] - this.parts.factory.optionBytes(connection)
    connections.maximumSegmentBytes[connection] = Math.min(announced, connections.ownSegmentBytes(connection))
    beginSendBuffer(connections, connection)
    const windowBytes = synWindow(connections, connection, connections.listener[connection] !== NONE)
    beginReceiveWindow(connections, connection, windowBytes, this.parts.timeline.now)
  }

  establish(connection: Connection): void {
    const { connections, demultiplexer, network, timers, timeline } = this.parts
    const peerHost = network.addresses.hostOf(connections.remoteAddress[connection], connections.host[connection])
    connections.state[connection] = ESTABLISHED
    connections.peer[connection] = demultiplexer.peerOf(connection, peerHost)
    timers.stop(connection, LINGER_TIMER)
    connections.lastDataSentTick[connection] = timeline.now
    this.parts.sender.beginTransfer(connection)
    this.parts.keepalive.begin(connection)
  }
}
