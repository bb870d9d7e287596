import type { Acknowledgement } from './acknowledgement.ts'
import { ESTABLISHED, SYN_RECEIVED, TIME_WAIT } from './connection.ts'
import type { ConnectionFactory } from './connection-factory.ts'
import type { Demultiplexer } from './demultiplexer.ts'
import { derivedName } from './derived-name.ts'
import { ACK, RST, SYN } from './flags.ts'
import type { SegmentWriter } from './segment-writer.ts'
import type { Sender } from './sender.ts'
import { sendSequence } from './sequence-number.ts'
import type { TcpParts } from './tcp-parts.ts'
import type { Teardown } from './teardown.ts'
import { LINGER_TIMER } from './timers.ts'

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

  constructor(
    parts: TcpParts,
    factory: ConnectionFactory,
    demultiplexer: Demultiplexer,
    writer: SegmentWriter,
    sender: Sender,
    acknowledgement: Acknowledgement,
    teardown: Teardown,
  ) {
    this.parts = parts
    this.factory = factory
    this.demultiplexer = demultiplexer
    this.writer = writer
    this.sender = sender
    this.acknowledgement = acknowledgement
    this.teardown = teardown
  }

  takeAnswerToSyn(connection: number, packet: number, flags: number): void {
    const { connections, network } = this.parts
    const { packets } = network
    const answers =
      (flags & ACK) !== 0 && packets.acknowledgementNumber[packet] === sendSequence(connections, connection, 0)
    if (!answers) {
      // The far end still has a connection of the same ports; the reset ends it (RFC 9293 section 3.5.1).
      if ((flags & (ACK | RST)) === ACK) this.writer.refuse(connections.host[connection], packet)
      return
    }
    if ((flags & RST) !== 0) return this.teardown.fail(connection, 'connection refused')
    if ((flags & SYN) === 0) return
    this.takeSynOptions(connection, packet)
    this.acknowledgement.take(connection, packet)
    // A SYN's window is not scaled (RFC 7323 section 2.2).
    connections.sendWindowBytes[connection] = packets.window[packet]
    this.establish(connection)
    this.writer.sendAck(connection)
    this.parts.streams.opened(connections.stream[connection])
  }

  /** A connection that only waits makes room for a new one of the same ports (RFC 9293 section 3.6.1). */
  isNewIncarnation(connection: number, packet: number, flags: number): boolean {
    const { connections, network } = this.parts
    if (connections.state[connection] !== TIME_WAIT || (flags & ACK) !== 0) return false
    return network.packets.sequenceNumber[packet] !== connections.initialReceiveSequence[connection]
  }

  /** Our answer to it, or our ACK of it, was lost. */
  takeRepeatedSyn(connection: number, flags: number): void {
    const { connections } = this.parts
    if (connections.state[connection] === SYN_RECEIVED && (flags & ACK) === 0) {
      this.sender.retransmit(connection, connections.firstSegment[connection])
      this.sender.armTimer(connection)
    } else {
      this.writer.sendAck(connection)
    }
  }

  accept(host: number, listener: number, packet: number): void {
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
    this.takeSynOptions(connection, packet)
    connections.sendWindowBytes[connection] = packets.window[packet]
    this.demultiplexer.add(connection)
    this.sender.sendSyn(connection)
  }

  private takeSynOptions(connection: number, packet: number): void {
    const { connections, network } = this.parts
    const { packets } = network
    connections.initialReceiveSequence[connection] = packets.sequenceNumber[packet]
    connections.receiveNext[connection] = 0
    connections.deliveredBytes[connection] = 0
    connections.lastAckSent[connection] = 0
    connections.peerWindowScale[connection] = packets.windowScale[packet]
    const announced = packets.maximumSegmentBytes[packet] - this.factory.optionBytes(connection)
    connections.maximumSegmentBytes[connection] = Math.min(announced, this.factory.ownSegmentBytes(connection))
    connections.receiveWindowEdge[connection] = Math.min(connections.receiveBufferBytes[connection], 65_535)
  }

  establish(connection: number): void {
    this.parts.connections.state[connection] = ESTABLISHED
    this.parts.timers.stop(connection, LINGER_TIMER)
    this.parts.connections.lastDataSentTick[connection] = this.parts.timeline.now
  }
}
