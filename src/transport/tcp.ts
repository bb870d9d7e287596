import type { Arena } from '../engine/arena.ts'
import { assert } from '../engine/assert.ts'
import { NumberedRows } from '../engine/numbered-rows.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { ResetSender } from '../network/middleboxes.ts'
import type { Network, PacketSink } from '../network/network.ts'
import type { Processors } from '../network/processor.ts'
import type { Packet } from '../network/rows.ts'
import { CongestionControls, type CongestionControlsByName } from './congestion/congestion-controls.ts'
import { CLOSED, ConnectionTable, NO_ROLE, RECEIVES, SENDS, SYN_RECEIVED, SYN_SENT } from './connections/connection.ts'
import { Demultiplexer } from './connections/demultiplexer.ts'
import { ACK, FIN, RST, SYN } from './connections/flags.ts'
import { MissingData } from './connections/missing-data.ts'
import { HeaderPrediction, NEW_DATA, NOT_PREDICTED, PLAIN_ACK } from './header-prediction.ts'
import { ConnectionFactory, type Dial, NO_PORT } from './lifecycle/connection-factory.ts'
import { Handshake } from './lifecycle/handshake.ts'
import { Keepalive, type SilenceSettings } from './lifecycle/keepalive.ts'
import type { LifecycleParts } from './lifecycle/lifecycle-parts.ts'
import { PacketAcceptance } from './lifecycle/packet-acceptance.ts'
import { RetransmissionTimeout } from './lifecycle/retransmission-timeout.ts'
import type { SocketOptions } from './lifecycle/socket-options.ts'
import { Teardown } from './lifecycle/teardown.ts'
import { chooseTcp, type TcpHost } from './profiles/tcp-host.ts'
import { TcpProfiles } from './profiles/tcp-profiles.ts'
import { IS_REPORTED, NOT_PLAIN, PlainData } from './receiving/plain-data.ts'
import { Reassembly } from './receiving/reassembly.ts'
import { Receiver } from './receiving/receiver.ts'
import { Scoreboard } from './recovery/scoreboard.ts'
import type { Connection, Stream } from './rows.ts'
import { changeReceiveMemory } from './segments/receive-window.ts'
import { SegmentWriter } from './segments/segment-writer.ts'
import { Acknowledgement } from './sending/acknowledgement.ts'
import { PlainAcks } from './sending/plain-acks.ts'
import { PlainOutput } from './sending/plain-output.ts'
import { fixSendMemory } from './sending/send-buffer.ts'
import { Sender } from './sending/sender.ts'
import { WriteQueue } from './sending/write-queue.ts'
import type { ByteStreams, Carrier } from './streams/byte-stream.ts'
import type { Contents } from './streams/content.ts'
import {
  CONNECTION_TIMER,
  DELAYED_ACK_TIMER,
  KEEPALIVE_TIMER,
  LINGER_TIMER,
  PACING_TIMER,
  RETRANSMISSION_TIMER,
  TIMER_LIMIT,
  Timers,
} from './timing/timers.ts'

/** Accepts incoming connections, and attaches a user to each stream. */
export interface Acceptor {
  onAccept(listener: number, stream: Stream): void
}

interface BoundListener {
  /** Index into the address book; NONE: any address of the host. */
  readonly address: number
  readonly listener: number
  readonly silence: SilenceSettings
  readonly socket: SocketOptions
}

/** The parts that TCP is built on, and the hosts that it runs on. */
export interface TcpEnvironment {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly network: Network
  readonly processors: Processors
  readonly contents: Contents
  readonly streams: ByteStreams
  readonly hosts: readonly TcpHost[]
  /** Event target of the first host; those of the others follow. */
  readonly firstHostTarget: number
  /** The congestion controls that hosts can name besides those of the registry. */
  readonly congestionControls?: CongestionControlsByName
  /** False if plain segments take the full path, not the short one with the same result (header-prediction.ts). */
  readonly predictsHeaders?: boolean
}

/** TCP of all hosts: receives packets from the network and timers from the engine, and carries byte streams. */
export class Tcp implements PacketSink, Carrier {
  readonly connections: ConnectionTable
  private readonly parts: LifecycleParts
  private readonly acceptance: PacketAcceptance
  private readonly teardown: Teardown
  private readonly keepalive: Keepalive
  private readonly factory: ConnectionFactory
  private readonly handshake: Handshake
  private readonly timeout: RetransmissionTimeout
  private readonly missingData: MissingData
  private readonly prediction: HeaderPrediction
  private readonly plainData: PlainData
  private readonly plainAcks: PlainAcks
  private readonly plainOutput: PlainOutput
  /** Listeners by `host * 65536 + port`. Immutable once the simulation is built. */
  private readonly listeners = new Map<number, readonly BoundListener[]>()
  /** The listener of each interception of the network. Immutable once the simulation is built. */
  private readonly interceptors: number[] = []
  private acceptor!: Acceptor

  constructor(environment: TcpEnvironment) {
    const { arena, timeline, network, processors, contents, streams, hosts, firstHostTarget } = environment
    const { predictsHeaders = true, congestionControls } = environment
    const profiles = new TcpProfiles()
    const controls = new CongestionControls(congestionControls)
    const choices = hosts.map((host) => chooseTcp(host, profiles, controls))
    const clocks = choices.map(({ clock }) => clock)
    const connections = new ConnectionTable(arena)
    connections.profiles = profiles.all
    connections.congestionControls = controls.all
    const timers = new Timers(connections, timeline, clocks, firstHostTarget)
    const scoreboard = new Scoreboard(arena, connections)
    const queue = new WriteQueue(arena, connections)
    const reassembly = new Reassembly(arena, connections, contents)
    const shared = { timeline, network, processors, connections, contents, streams, timers }
    const writer = new SegmentWriter(shared)
    const flows = { ...shared, scoreboard, queue, reassembly, writer }
    const demultiplexer = new Demultiplexer(arena, connections, hosts.length)
    const numbers = new NumberedRows<Connection>(arena, hosts.length)
    const sender = new Sender(flows)
    const receiver = new Receiver(flows)
    const acknowledgement = new Acknowledgement(flows, sender)
    this.parts = { ...flows, demultiplexer, numbers, sender, receiver, acknowledgement }
    const { parts } = this
    this.connections = connections
    this.acceptance = new PacketAcceptance(parts)
    this.teardown = new Teardown(parts, this.acceptance)
    this.keepalive = new Keepalive(parts, this.teardown)
    this.factory = new ConnectionFactory({
      ...parts,
      choices,
      predictsHeaders,
      carrierKind: streams.registerCarrier(this),
      teardown: this.teardown,
    })
    const { acceptance, teardown, keepalive, factory } = this
    this.handshake = new Handshake({ ...parts, acceptance, teardown, factory, keepalive })
    this.timeout = new RetransmissionTimeout(parts, this.teardown)
    this.prediction = new HeaderPrediction(parts)
    this.plainData = new PlainData(parts, receiver)
    this.plainAcks = new PlainAcks(parts, sender)
    this.plainOutput = new PlainOutput(parts, sender)
    this.missingData = new MissingData(connections, network, demultiplexer)
    network.connect(this)
    timeline.handle(CONNECTION_TIMER, firstHostTarget, (host, argument) => this.onTimer(host, argument))
  }

  acceptWith(acceptor: Acceptor): void {
    this.acceptor = acceptor
  }

  /**
   * Accepts connections at a port. `address` is an index into the address book (0: 127.0.0.1), or NONE for all
   * addresses of the host. `silence` and `socket` apply to the accepted connections.
   */
  listen(
    host: number,
    port: number,
    listener: number,
    address: number = NONE,
    silence: SilenceSettings = {},
    socket: SocketOptions = {},
  ): void {
    const others = this.listeners.get(host * 65_536 + port) ?? []
    const isFree = others.every((other) => other.address !== NONE && address !== NONE && other.address !== address)
    assert(isFree, 'a port of an address has one listener')
    this.listeners.set(host * 65_536 + port, [...others, { address, listener, silence, socket }])
  }

  /** Accepts no more connections at a port. */
  unlisten(host: number, port: number): void {
    this.listeners.delete(host * 65_536 + port)
  }

  /** Accepts the connections of an interception of the network, which other listeners then do not get. */
  intercept(interception: number, listener: number): void {
    this.interceptors[interception] = listener
  }

  /** Returns whether the host has the receiving end of the packet's connection. */
  hasReceiverOf(packet: Packet, host: number): boolean {
    const { demultiplexer, network } = this.parts
    return demultiplexer.receiverOf(network.packets, packet, host) !== NONE
  }

  /** Returns whether the host has the sending end of the packet's connection. */
  hasSenderOf(packet: Packet, host: number): boolean {
    const { demultiplexer, network } = this.parts
    return demultiplexer.senderOf(network.packets, packet, host) !== NONE
  }

  /** Returns the stream of the host's connection that sent the packet; NONE where none of its connections did. */
  streamSending(packet: Packet, host: number): Stream {
    const { demultiplexer, network } = this.parts
    const connection = demultiplexer.senderOf(network.packets, packet, host)
    return connection === NONE ? NONE : this.connections.stream[connection]
  }

  /**
   * Returns whether the packet was sent by a connection that was dialled for a relay and has no content to send yet.
   */
  isUnusedRelay(packet: Packet, host: number): boolean {
    const { demultiplexer, network, streams } = this.parts
    const connection = demultiplexer.senderOf(network.packets, packet, host)
    return connection !== NONE && streams.table.sendContent[this.connections.stream[connection]] === NONE
  }

  /** Sends a SYN. Returns the stream, whose user is called with `onOpen` or `onFailure`. */
  dial(dial: Dial): Stream {
    const connection = this.factory.allocate(dial, dial.socket)
    const { connections } = this
    connections.state[connection] = SYN_SENT
    connections.localAddress[connection] = dial.localAddress
    connections.remoteAddress[connection] = dial.remoteAddress
    connections.remotePort[connection] = dial.port
    const hasPort = this.factory.takePort(connection, dial)
    this.factory.noteLocality(connection)
    this.factory.announceSegmentBytes(connection)
    connections.maximumSegmentBytes[connection] = connections.ownSegmentBytes(connection)
    this.parts.demultiplexer.add(connection)
    if (!hasPort) {
      // The failure comes one tick later, since callers expect the stream before it fails.
      this.parts.timers.arm(connection, LINGER_TIMER, this.parts.timeline.now + 1)
      return connections.stream[connection]
    }
    if (dial.silence !== undefined) this.keepalive.set(connection, dial.silence)
    this.parts.sender.sendSyn(connection)
    if (dial.patienceNs !== undefined)
      this.parts.timers.arm(connection, LINGER_TIMER, this.parts.timeline.now + dial.patienceNs)
    return connections.stream[connection]
  }

  /** Sends a reset in the name of another end, as a middlebox before `host` does. */
  readonly sendResetInNameOf: ResetSender = (host, source, sourcePort, destination, destinationPort, sequenceNumber) =>
    this.parts.writer.sendResetInNameOf(host, source, sourcePort, destination, destinationPort, sequenceNumber)

  /** Switches Nagle's algorithm of a stream that TCP carries on or off, as TCP_NODELAY does. */
  setNagle(stream: Stream, isOn: boolean): void {
    const connection = this.connectionOf(stream)
    const { hasNagle, isCorked } = this.connections
    hasNagle[connection] = isOn ? 1 : 0
    if (isOn) return
    // What waits is sent, even what TCP_CORK holds back (net/ipv4/tcp.c, __tcp_sock_set_nodelay).
    const wasCorked = isCorked[connection]
    isCorked[connection] = 0
    this.parts.sender.output(connection)
    this.connections.isCorked[connection] = wasCorked
  }

  /** Lets partial segments wait for more data, or sends those that wait, as TCP_CORK does. */
  setCork(stream: Stream, isOn: boolean): void {
    const connection = this.connectionOf(stream)
    this.connections.isCorked[connection] = isOn ? 1 : 0
    if (!isOn) this.parts.sender.output(connection)
  }

  /**
   * Writes `lengthBytes` without a mark. `hasMore`: a partial segment waits for what follows, as with MSG_MORE. `endsRecord`:
   * no segment holds data from before and after this write, as with MSG_EOR.
   */
  write(stream: Stream, lengthBytes: number, hasMore: boolean, endsRecord: boolean): void {
    const { streams, queue } = this.parts
    const connection = this.connectionOf(stream)
    this.connections.moreFollows[connection] = hasMore ? 1 : 0
    streams.write(stream, lengthBytes, 0, 0, 0, NONE)
    this.connections.moreFollows[connection] = 0
    if (endsRecord) queue.endRecord(connection)
  }

  /** Takes back what the user has written and the send buffer has not taken, and returns how much that is. */
  withdraw(stream: Stream): number {
    const { writtenBytes } = this.parts.streams.table
    const connection = this.connectionOf(stream)
    const takenBytes = this.connections.bufferedEnd[connection]
    const untakenBytes = writtenBytes[stream] - takenBytes
    writtenBytes[stream] = takenBytes
    this.connections.isWriterHeldBack[connection] = 0
    return untakenBytes
  }

  /** Sets from how many unsent bytes on a stream has no room for more, as TCP_NOTSENT_LOWAT does. */
  setNotSentLow(stream: Stream, bytes: number): void {
    this.connections.notSentLowBytes[this.connectionOf(stream)] = bytes
  }

  /** Returns whether poll reports that a stream can be written to. */
  isWritable(stream: Stream): boolean {
    return this.parts.sender.isWorthWaking(this.connectionOf(stream))
  }

  /** Fixes the memory of the stream's receive buffer, as SO_RCVBUF does. The window does not shrink below what it is. */
  setReceiveBuffer(stream: Stream, memoryBytes: number): void {
    changeReceiveMemory(this.connections, this.connectionOf(stream), memoryBytes)
  }

  /** Fixes the memory of the stream's send buffer, as SO_SNDBUF does. */
  setSendBuffer(stream: Stream, memoryBytes: number): void {
    fixSendMemory(this.connections, this.connectionOf(stream), memoryBytes)
  }

  /** Sets the keepalive and the user timeout of an open stream. */
  setSilence(stream: Stream, silence: SilenceSettings): void {
    this.keepalive.set(this.connectionOf(stream), silence)
  }

  /** Returns the connection that carries a stream. */
  private connectionOf(stream: Stream): Connection {
    assert(this.parts.streams.isCarriedBy(stream, this), 'TCP carries the stream')
    return this.connections.rowAt(this.parts.streams.table.carrier[stream])
  }

  /** Restarts the host: it loses all connections without a packet to their peers. Users on the host are told. */
  restart(host: number): void {
    const connections = this.connections.ofHost(host)
    // All connections are closed before any user is told, so that a user's reaction on another connection sends
    // nothing.
    for (const connection of connections) this.connections.state[connection] = CLOSED
    for (const connection of connections) this.teardown.fail(connection, 'host restarted')
  }

  // Events of the network

  onPacket(host: number, packet: Packet): void {
    const { demultiplexer, network } = this.parts
    const connection = demultiplexer.receiverOf(network.packets, packet, host)
    if (connection !== NONE) this.takePacket(connection, packet)
    else this.takePacketWithoutConnection(host, packet)
    this.releasePacket(packet)
  }

  onDiscarded(host: number, packet: Packet, isByRule: boolean): void {
    this.missingData.note(host, packet, isByRule)
    this.releasePacket(packet)
  }

  onRefused(host: number, packet: Packet): void {
    this.parts.writer.sendResetTo(host, packet)
    this.releasePacket(packet)
  }

  onCopied(copy: Packet): void {
    const { packets, activities } = this.parts.network
    if (packets.content[copy] !== NONE) this.parts.contents.hold(packets.content[copy])
    activities.hold(packets.activity[copy])
  }

  /** Handles the event CONNECTION_TIMER. */
  onTimer(host: number, argument: number): void {
    const timer = argument % TIMER_LIMIT
    const connection = this.parts.numbers.find(host, (argument - timer) / TIMER_LIMIT)
    if (connection === NONE) return this.parts.timeline.noteIdleWakeUp()
    if (!this.parts.timers.isDue(connection, timer)) return
    if (timer === RETRANSMISSION_TIMER) this.timeout.expire(connection)
    else if (timer === DELAYED_ACK_TIMER) this.parts.receiver.onDelayedAck(connection)
    else if (timer === LINGER_TIMER) this.onLingerTimer(connection)
    else if (timer === KEEPALIVE_TIMER) this.keepalive.expire(connection)
    else if (timer === PACING_TIMER) this.parts.sender.output(connection)
  }

  /** Returns whether a provisional event CONNECTION_TIMER is needed. */
  needsTimerEvent(host: number, argument: number, tick: number): boolean {
    const timer = argument % TIMER_LIMIT
    const connection = this.parts.numbers.find(host, (argument - timer) / TIMER_LIMIT)
    return connection !== NONE && this.parts.timers.needsEvent(connection, timer, tick)
  }

  /** Ends a dial that has waited long enough, or a connection in TIME_WAIT or FIN_WAIT_2. */
  private onLingerTimer(connection: Connection): void {
    if (this.connections.localPort[connection] === NO_PORT)
      this.teardown.fail(connection, 'cannot assign requested address')
    else if (this.connections.state[connection] <= SYN_RECEIVED) this.teardown.fail(connection, 'timed out')
    else this.teardown.remove(connection)
  }

  // Calls of a stream's user

  flush(connection: Connection): void {
    this.parts.sender.output(connection)
  }

  finish(connection: Connection): void {
    this.teardown.finish(connection)
  }

  abort(connection: Connection): void {
    this.teardown.abort(connection)
  }

  hasUnread(connection: Connection): boolean {
    return this.parts.receiver.hasUnread(connection)
  }

  hasRoom(connection: Connection): boolean {
    const hasRoom = this.parts.sender.hasRoom(connection)
    if (!hasRoom) this.connections.awaitsRoom[connection] = 1
    return hasRoom
  }

  resume(connection: Connection): void {
    if (this.parts.receiver.resume(connection)) this.teardown.lingerIfOver(connection)
  }

  // Packets of a connection, by its state (RFC 9293 section 3.10.7)

  private takePacket(connection: Connection, packet: Packet): void {
    const { connections } = this
    const { receiver, sender } = this.parts
    const role = connections.plainRole[connection]
    if (role === SENDS && this.plainAcks.take(connection, packet)) {
      if (!this.plainOutput.send(connection)) sender.output(connection)
      return this.endPacket(connection)
    }
    if (role === RECEIVES) {
      const taken = this.plainData.take(connection, packet)
      if (taken === IS_REPORTED) this.endPacket(connection)
      if (taken !== NOT_PLAIN) return
    }
    const found = this.prediction.take(connection, packet)
    if (found === NOT_PREDICTED && !this.takeUnpredicted(connection, packet)) return
    if (found === NEW_DATA && !receiver.take(connection, packet)) return
    // New segments that the packet's ACK allows go first and carry our ACK; the user, who may write, is called last.
    if (found !== NEW_DATA) sender.output(connection)
    if (found !== PLAIN_ACK) {
      receiver.acknowledge(connection)
      if (!receiver.report(connection)) return
    }
    this.endPacket(connection)
  }

  /** Wakes the writer if a packet has made room, and lets the connection linger if the packet has ended it. */
  private endPacket(connection: Connection): void {
    const isPresent = !this.parts.sender.wakeWriter(connection) || this.reportRoom(connection)
    if (isPresent) this.teardown.lingerIfOver(connection)
  }

  /**
   * Takes the ACK and the data of any segment. Returns false when there is nothing more to do, since the segment is not
   * acceptable or the connection has ended.
   */
  private takeUnpredicted(connection: Connection, packet: Packet): boolean {
    const { connections } = this
    connections.plainRole[connection] = NO_ROLE
    const flags = this.parts.network.packets.flags[packet]
    if (connections.state[connection] === SYN_SENT) {
      this.handshake.takeReplyToSyn(connection, packet, flags)
      return false
    }
    if (!this.acceptance.admits(connection, packet, flags)) return false
    if ((flags & RST) !== 0) {
      this.teardown.takeReset(connection, packet)
      return false
    }
    if ((flags & SYN) !== 0 && !this.handshake.isReplyToSimultaneousOpen(connection, packet, flags)) {
      this.takeSyn(connection, packet, flags)
      return false
    }
    const { acknowledgement, receiver } = this.parts
    const isAcceptable =
      acknowledgement.take(connection, packet) &&
      (connections.state[connection] !== SYN_RECEIVED || connections.sendUnacknowledged[connection] >= 0)
    if (!isAcceptable) {
      this.replyToWrongAck(connection, packet)
      return false
    }
    if (connections.state[connection] === SYN_RECEIVED && !this.begin(connection)) return false
    if (!this.teardown.takeAcknowledgedFin(connection)) return false
    if (receiver.mustBeReset(connection, packet)) {
      this.refuseDataAfterEnd(connection, packet)
      return false
    }
    return receiver.take(connection, packet)
  }

  /** Ends the handshake of a connection in SYN-RECEIVED. Returns false when the user ended the connection at once. */
  private begin(connection: Connection): boolean {
    const { connections } = this
    const generation = connections.generation[connection]
    const listener = connections.listener[connection]
    this.handshake.establish(connection)
    // The accepting end acknowledges the first data at once (ns-3: TcpSocketBase::ProcessSynRcvd).
    connections.unacknowledgedSegments[connection] = 1
    if (listener === NONE) connections.mustAckNow[connection] = 1
    if (listener === NONE) this.parts.streams.opened(connections.stream[connection])
    else this.acceptor.onAccept(listener, connections.stream[connection])
    return connections.generation[connection] === generation
  }

  /** Tells the user that the send buffer has room. Returns false when the user ended the connection. */
  private reportRoom(connection: Connection): boolean {
    const { connections } = this
    const generation = connections.generation[connection]
    this.parts.streams.drained(connections.stream[connection])
    return connections.generation[connection] === generation
  }

  /**
   * Resets a connection whose peer sends data after its FIN, or new data to a closed socket (Linux: TCPABORTONDATA).
   * Either the peer is broken, or the FIN was forged.
   */
  private refuseDataAfterEnd(connection: Connection, packet: Packet): void {
    this.parts.writer.sendResetTo(this.connections.host[connection], packet)
    this.teardown.fail(connection, 'connection reset')
  }

  private takeSyn(connection: Connection, packet: Packet, flags: number): void {
    if (!this.handshake.isNewIncarnation(connection, packet, flags))
      return this.handshake.takeRepeatedSyn(connection, packet, flags)
    const host = this.connections.host[connection]
    this.teardown.remove(connection)
    this.takePacketWithoutConnection(host, packet)
  }

  /** Replies to an ACK of data that were never sent, or that is too old (RFC 9293 section 3.10.7.4, fifth). */
  private replyToWrongAck(connection: Connection, packet: Packet): void {
    const { connections } = this
    if (connections.state[connection] === SYN_RECEIVED)
      this.parts.writer.sendResetTo(connections.host[connection], packet)
    else this.acceptance.challenge(connection)
  }

  private takePacketWithoutConnection(host: number, packet: Packet): void {
    const { packets } = this.parts.network
    const flags = packets.flags[packet]
    if ((flags & RST) !== 0) return
    if ((flags & ACK) !== 0) return this.parts.writer.sendResetTo(host, packet)
    const isOpening = (flags & (SYN | FIN)) === SYN
    const interception = this.parts.network.interceptions?.find(host, packets, packet) ?? NONE
    if (interception !== NONE) {
      if (isOpening) this.handshake.accept(host, this.interceptors[interception], packet)
      return
    }
    const listeners = this.listeners.get(host * 65_536 + packets.destinationPort[packet])
    const address = packets.destination[packet]
    const bound = listeners?.find((other) => other.address === NONE || other.address === address)
    if (bound === undefined) return this.parts.writer.sendResetTo(host, packet)
    // A listener discards what neither opens a connection nor acknowledges anything (tcp_rcv_state_process).
    if (!isOpening) return
    const connection = this.handshake.accept(host, bound.listener, packet, bound.socket)
    this.keepalive.set(connection, bound.silence)
  }

  private releasePacket(packet: Packet): void {
    const { packets, activities } = this.parts.network
    if (packets.content[packet] !== NONE) this.parts.contents.drop(packets.content[packet])
    activities.drop(packets.activity[packet])
    packets.release(packet)
  }
}
