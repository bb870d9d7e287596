import { NONE } from '../../engine/table.ts'
import { ACK, RST, SYN } from '../flags.ts'
import { beginReceiveWindow } from '../receiving/receive-window.ts'
import { synWindow } from '../receiving/window-selection.ts'
import type { SegmentWriter } from '../segment-writer.ts'
import { type Acknowledgement, setSendWindow } from '../sending/acknowledgement.ts'
import { beginSendBuffer } from '../sending/send-buffer.ts'
import type { Sender } from '../sending/sender.ts'
import { derivedName } from '../streams/derived-name.ts'
import type { TcpParts } from '../tcp-parts.ts'
import type { Keepalive } from '../timing/keepalive.ts'
import { LINGER_TIMER, RETRANSMISSION_TIMER } from '../timing/timers.ts'
import type { Acceptance } from './acceptance.ts'
import { ESTABLISHED, profileOf, SYN_RECEIVED, TIME_WAIT } from './connection.ts'
import type { ConnectionFactory } from './connection-factory.ts'
import type { Demultiplexer } from './demultiplexer.ts'
import { receiveOffset, sendSequence } from './sequence-number.ts'
import type { Teardown } from './teardown.ts'

const REPLY_DIRECTION = 1

/** How connections come to be: SYN, SYN and ACK, and the options that both agree on (RFC 9293 section 3.5). */
export class Handshake {
  private readonly parts: TcpParts
  private readonly factory: ConnectionFactory
  private readonly demultiplexer: Demultiplexer
  private readonly writer: SegmentWriter
  private readonly sender: Sender
  private readonly acknowledgement: Acknowledgement
  private readonly teardown: Teardown
  private readonly acceptance: Acceptance
  private readonly keepalive: Keepalive

  constructor(
    parts: TcpParts,
    factory: ConnectionFactory,
    demultiplexer: Demultiplexer,
    writer: SegmentWriter,
    sender: Sender,
    acknowledgement: Acknowledgement,
    teardown: Teardown,
    acceptance: Acceptance,
    keepalive: Keepalive,
  ) {
    this.parts = parts
    this.factory = factory
    this.demultiplexer = demultiplexer
    this.writer = writer
    this.sender = sender
    this.acknowledgement = acknowledgement
    this.teardown = teardown
    this.acceptance = acceptance
    this.keepalive = keepalive
  }

  takeAnswerToSyn(connection: number, packet: number, flags: number): void {
    const { connections, network } = this.parts
    const { packets } = network
    if ((flags & ACK) === 0) {
      if ((flags & (SYN | RST)) === SYN) this.openBothWays(connection, packet)
      return
    }
    if (packets.acknowledgementNumber[packet] !== sendSequence(connections, connection, 0))
      return this.takeWrongAnswer(connection, packet, flags)
    if ((flags & RST) !== 0) return this.teardown.fail(connection, 'connection refused')
    if ((flags & SYN) === 0) return
    this.takeSynOptions(connection, packet)
    this.acknowledgement.take(connection, packet)
    this.establish(connection)
    this.writer.sendAck(connection)
    this.parts.streams.opened(connections.stream[connection])
  }

  /** The far end still has a connection of the same ports: the reset ends it (RFC 9293 section 3.5.1). Or it is a forger's. */
  private takeWrongAnswer(connection: number, packet: number, flags: number): void {
    const { connections, timers } = this.parts
    if ((flags & RST) === 0) this.writer.refuse(connections.host[connection], packet)
    const { hastenedSynNs, timerTickNs } = profileOf(connections, connection)
    if (connections.retries[connection] === 0 && hastenedSynNs !== Number.POSITIVE_INFINITY)
      timers.armFor(connection, RETRANSMISSION_TIMER, timerTickNs === 0 ? hastenedSynNs : 2 * timerTickNs)
  }

  /** Both dial at once (RFC 9293 section 3.5, figure 8). */
  private openBothWays(connection: number, packet: number): void {
    const { connections, network } = this.parts
    connections.state[connection] = SYN_RECEIVED
    this.takeSynOptions(connection, packet)
    setSendWindow(connections, connection, network.packets.window[packet])
    this.repeatSyn(connection)
  }

  /** The SYN and ACK of an end that dialled too. */
  answersBothWays(connection: number, packet: number, flags: number): boolean {
    const { connections, network } = this.parts
    const { packets } = network
    return (
      connections.state[connection] === SYN_RECEIVED &&
      (flags & ACK) !== 0 &&
      packets.sequenceNumber[packet] === connections.initialReceiveSequence[connection] &&
      packets.acknowledgementNumber[packet] === sendSequence(connections, connection, 0)
    )
  }

  /** A connection that only waits makes room for a new one of the same ports (RFC 9293 section 3.6.1). */
  isNewIncarnation(connection: number, packet: number, flags: number): boolean {
    const { connections, network } = this.parts
    if (connections.state[connection] !== TIME_WAIT || (flags & ACK) !== 0) return false
    return network.packets.sequenceNumber[packet] !== connections.initialReceiveSequence[connection]
  }

  /**
   * Our answer to it, or our ACK of it, was lost; or it was never the far end's (RFC 5961 section 4). Whoever accepts
   * answers the SYN again, and in Linux gives up what is half open when another SYN lies in its window
   * (net/ipv4/tcp_minisocks.c, tcp_check_req).
   */
  takeRepeatedSyn(connection: number, packet: number, flags: number): void {
    const { connections, network } = this.parts
    const sequence = network.packets.sequenceNumber[packet]
    const isAccepting = connections.state[connection] === SYN_RECEIVED && connections.listener[connection] !== NONE
    if (!isAccepting) return this.acceptance.challenge(connection)
    if (sequence === connections.initialReceiveSequence[connection] && (flags & ACK) === 0) {
      if (this.acceptance.mayAnswerInvalid(connection)) this.repeatSyn(connection)
      return
    }
    const offset = receiveOffset(connections, connection, sequence)
    const isInWindow = offset >= 0 && offset <= connections.receiveWindowEdge[connection]
    if (!isInWindow || !profileOf(connections, connection).hasLinuxChecks) return this.acceptance.challenge(connection)
    this.writer.refuse(connections.host[connection], packet)
    this.teardown.remove(connection)
  }

  private repeatSyn(connection: number): void {
    this.sender.retransmit(connection, this.parts.connections.firstSegment[connection])
    this.sender.timer.arm(connection)
  }

  accept(host: number, listener: number, packet: number): number {
    const { connections, network } = this.parts
    const { packets } = network
    const nameHigh = derivedName(packets.senderNameHigh[packet], REPLY_DIRECTION)
    const nameLow = derivedName(packets.senderNameLow[packet], REPLY_DIRECTION)
    const connection = this.factory.allocate(
      host,
      nameHigh,
      nameLow,
      packets.account[packet],
      packets.activity[packet],
      false,
    )
    connections.state[connection] = SYN_RECEIVED
    connections.listener[connection] = listener
    connections.localAddress[connection] = packets.destination[packet]
    connections.localPort[connection] = packets.destinationPort[packet]
    connections.remoteAddress[connection] = packets.source[packet]
    connections.remotePort[connection] = packets.sourcePort[packet]
    this.factory.noteLocality(connection)
    this.takeSynOptions(connection, packet)
    setSendWindow(connections, connection, packets.window[packet])
    this.demultiplexer.add(connection)
    this.sender.sendSyn(connection)
    return connection
  }

  private takeSynOptions(connection: number, packet: number): void {
    const { connections, network } = this.parts
    const { packets } = network
    connections.initialReceiveSequence[connection] = packets.sequenceNumber[packet]
    connections.receiveNext[connection] = 0
    connections.deliveredBytes[connection] = 0
    connections.readOffset[connection] = 0
    connections.lastAckSent[connection] = 0
    connections.peerWindowScale[connection] = packets.windowScale[packet]
    const announced = packets.maximumSegmentBytes[packet] - this.factory.optionBytes(connection)
    connections.maximumSegmentBytes[connection] = Math.min(announced, this.factory.ownSegmentBytes(connection))
    beginSendBuffer(connections, connection)
    const windowBytes = synWindow(connections, connection, connections.listener[connection] !== NONE)
    beginReceiveWindow(connections, connection, windowBytes, this.parts.timeline.now)
  }

  establish(connection: number): void {
    const { connections, timers, timeline } = this.parts
    connections.state[connection] = ESTABLISHED
    timers.stop(connection, LINGER_TIMER)
    connections.lastDataSentTick[connection] = timeline.now
    this.sender.beginTransfer(connection)
    this.keepalive.begin(connection)
  }
}
