import type { Arena } from '../engine/arena.ts'
import { assert } from '../engine/assert.ts'
import { finish32, mix32 } from '../engine/hash.ts'
import { fate32, type StreamKey } from '../engine/streams.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Network, PacketSink } from '../network/network.ts'
import { Acknowledgement } from './acknowledgement.ts'
import type { ByteStreams, Carrier } from './byte-stream.ts'
import { type CongestionControlName, congestionControlIndex } from './congestion/congestion-controls.ts'
import {
  CLOSE_WAIT,
  CLOSING,
  ConnectionTable,
  ESTABLISHED,
  FIN_WAIT_1,
  FIN_WAIT_2,
  LAST_ACK,
  SYN_RECEIVED,
  SYN_SENT,
  TIME_WAIT,
} from './connection.ts'
import type { Contents } from './content.ts'
import { Demultiplexer } from './demultiplexer.ts'
import type { FailureReason } from './failure.ts'
import { ACK, FIN, RST, SYN } from './flags.ts'
import { Reassembly } from './reassembly.ts'
import { Receiver } from './receiver.ts'
import { SackRecovery } from './recovery/sack-recovery.ts'
import { profileIndex, profileOf, updateTimeout } from './round-trip-time.ts'
import { Scoreboard } from './segment.ts'
import { SegmentWriter, TIMESTAMP_OPTION_BYTES, windowScaleFor } from './segment-writer.ts'
import { Sender } from './sender.ts'
import { receiveOffset, SYN_OFFSET, sendOffset, sendSequence } from './sequence-number.ts'
import type { TcpParts } from './tcp-parts.ts'
import { TCP_PROFILES, type TcpProfile } from './tcp-profile.ts'
import { OrdinalTable } from './ordinal.ts'
import { DELAYED_ACK_TIMER, LINGER_TIMER, RETRANSMISSION_TIMER, TIMER_LIMIT, Timers } from './timers.ts'

/** How a host does TCP, and the randomness that it draws from. */
export interface TcpHost {
  readonly profile: TcpProfile['name']
  readonly congestion: CongestionControlName
  readonly receiveBufferBytes: number | null
  readonly sendBufferBytes: number | null
  readonly portKey: StreamKey
  readonly sequenceKey: StreamKey
}

/** Whom to reach, and in whose name. */
export interface Dial {
  readonly host: number
  /** Indices into the address book. */
  readonly localAddress: number
  readonly remoteAddress: number
  readonly port: number
  /** Hashes of the connection's name. */
  readonly nameHigh: number
  readonly nameLow: number
  readonly account: number
  readonly activity: number
  /** A relay sends contents that somebody else made. */
  readonly isRelay: boolean
}

/** Who takes connections that come in. It attaches a user to the stream. */
export interface Acceptor {
  onAccept(listener: number, stream: number): void
}

const FIRST_EPHEMERAL_PORT = 32_768
const EPHEMERAL_PORTS = 28_232 // up to 60,999, as Linux has it (net.ipv4.ip_local_port_range)
const CLOSED = 0
const HEADER_BYTES = 40
/** Until larger ones have come (Linux: tcp_initialize_rcv_mss, TCP_MSS_DEFAULT). */
const FIRST_RECEIVE_SEGMENT_BYTES = 536

/** The hash of a name's other direction, layer or the like. */
export function derivedName(hash: number, salt: number): number {
  return finish32(mix32(hash, salt))
}

const REPLY_DIRECTION = 1

/** TCP of all hosts: takes packets from the network and timers from the engine, and carries byte streams. */
export class Tcp implements PacketSink, Carrier {
  readonly connections: ConnectionTable
  private readonly parts: TcpParts
  private readonly hosts: readonly TcpHost[]
  private readonly ordinals: OrdinalTable
  private readonly demultiplexer: Demultiplexer
  private readonly writer: SegmentWriter
  private readonly sender: Sender
  private readonly receiver: Receiver
  private readonly acknowledgement: Acknowledgement
  private readonly carrierKind: number
  /** By `host * 65536 + port`. Immutable once the simulation is built. */
  private readonly listeners = new Map<number, number>()
  private acceptor!: Acceptor

  constructor(arena: Arena, timeline: Timeline, network: Network, contents: Contents, streams: ByteStreams, hosts: readonly TcpHost[], firstHostTarget: number) {
    this.connections = new ConnectionTable(arena)
    const scoreboard = new Scoreboard(arena, this.connections)
    this.parts = {
      timeline,
      network,
      connections: this.connections,
      scoreboard,
      reassembly: new Reassembly(arena, this.connections, contents),
      contents,
      streams,
      timers: new Timers(this.connections, timeline, firstHostTarget),
      recovery: new SackRecovery(this.connections, scoreboard),
    }
    this.hosts = hosts
    this.ordinals = new OrdinalTable(arena, hosts.length)
    this.demultiplexer = new Demultiplexer(arena, this.connections)
    this.writer = new SegmentWriter(this.parts)
    this.sender = new Sender(this.parts, this.writer)
    this.receiver = new Receiver(this.parts, this.writer)
    this.acknowledgement = new Acknowledgement(this.parts, this.sender)
    this.carrierKind = streams.registerCarrier(this)
    network.connect(this)
  }

  acceptWith(acceptor: Acceptor): void {
    this.acceptor = acceptor
  }

  listen(host: number, port: number, listener: number): void {
    assert(!this.listeners.has(host * 65_536 + port), 'one listener a port')
    this.listeners.set(host * 65_536 + port, listener)
  }

  /** Sends a SYN; returns the stream, whose user is told `onOpen` or `onFailure`. */
  dial(dial: Dial): number {
    const connection = this.allocate(dial.host, dial.nameHigh, dial.nameLow, dial.account, dial.activity, dial.isRelay)
    const { connections } = this
    connections.state[connection] = SYN_SENT
    connections.localAddress[connection] = dial.localAddress
    connections.remoteAddress[connection] = dial.remoteAddress
    connections.remotePort[connection] = dial.port
    connections.localPort[connection] = this.ephemeralPort(dial)
    connections.maximumSegmentBytes[connection] = this.ownSegmentBytes(connection)
    this.demultiplexer.add(connection)
    this.sender.sendSyn(connection)
    return connections.stream[connection]
  }

  /** The host forgets all that it had, and tells nobody (a crash). Its own users hear of it. */
  restart(host: number): void {
    for (const connection of this.connectionsOf(host)) {
      if (this.connections.state[connection] !== CLOSED) this.fail(connection, 'host restarted')
    }
  }

  // From the network.

  onPacket(host: number, packet: number): void {
    const { packets } = this.parts.network
    const connection = this.demultiplexer.find(
      host,
      packets.destination[packet],
      packets.destinationPort[packet],
      packets.source[packet],
      packets.sourcePort[packet],
    )
    if (connection !== NONE) this.takePacket(connection, packet)
    else this.takeStranger(host, packet)
    this.releasePacket(packet)
  }

  onDiscarded(host: number, packet: number): void {
    this.noteLoss(host, packet)
    this.releasePacket(packet)
  }

  onCopied(copy: number): void {
    const { packets } = this.parts.network
    if (packets.content[copy] !== NONE) this.parts.contents.hold(packets.content[copy])
  }

  /** The event CONNECTION_TIMER. */
  onTimer(host: number, argument: number): void {
    const timer = argument % TIMER_LIMIT
    const connection = this.demultiplexer.findByOrdinal(host, (argument - timer) / TIMER_LIMIT)
    if (connection === NONE || !this.parts.timers.isDue(connection, timer)) return
    if (timer === RETRANSMISSION_TIMER) this.onRetransmissionTimeout(connection)
    else if (timer === DELAYED_ACK_TIMER) this.writer.sendAck(connection)
    else if (timer === LINGER_TIMER) this.remove(connection)
  }

  // From the user of a stream.

  flush(connection: number): void {
    this.sender.output(connection)
  }

  finish(connection: number): void {
    const { connections } = this
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
    this.sender.output(connection)
  }

  abort(connection: number): void {
    if (this.connections.state[connection] === CLOSED) return
    if (this.connections.state[connection] !== SYN_SENT) this.writer.sendReset(connection)
    this.remove(connection)
  }

  hasRoom(connection: number): boolean {
    const hasRoom = this.sender.hasRoom(connection)
    if (!hasRoom) this.connections.awaitsRoom[connection] = 1
    return hasRoom
  }

  resume(connection: number): void {
    this.receiver.resume(connection)
  }

  // Packets of a connection, by state (RFC 9293 section 3.10.7).

  private takePacket(connection: number, packet: number): void {
    const { connections } = this
    const flags = this.parts.network.packets.flags[packet]
    if (connections.state[connection] === SYN_SENT) return this.takeAnswerToSyn(connection, packet, flags)
    if ((flags & RST) !== 0) return this.takeReset(connection, packet)
    if ((flags & SYN) !== 0) return this.takeRepeatedSyn(connection, flags)
    if ((flags & ACK) === 0) return
    const generation = connections.generation[connection]
    if (!this.acknowledgement.take(connection, packet)) return this.writer.sendAck(connection)
    if (connections.state[connection] === SYN_RECEIVED) {
      if (connections.sendUnacknowledged[connection] < 0) return
      this.establish(connection)
      this.acceptor.onAccept(connections.listener[connection], connections.stream[connection])
      if (connections.generation[connection] !== generation) return
    }
    this.takeAcknowledgedFin(connection)
    if (connections.generation[connection] !== generation) return
    this.receiver.take(connection, packet)
    if (connections.generation[connection] !== generation) return
    this.continueAfter(connection, generation)
  }

  private continueAfter(connection: number, generation: number): void {
    const { connections } = this
    this.sender.output(connection)
    if (connections.awaitsRoom[connection] === 1 && this.sender.hasRoom(connection)) {
      connections.awaitsRoom[connection] = 0
      this.parts.streams.drained(connections.stream[connection])
      if (connections.generation[connection] !== generation) return
    }
    this.receiver.acknowledge(connection)
    this.lingerIfOver(connection)
  }

  private takeAnswerToSyn(connection: number, packet: number, flags: number): void {
    const { connections } = this
    const { packets } = this.parts.network
    const answers = (flags & ACK) !== 0 && packets.acknowledgementNumber[packet] === sendSequence(connections, connection, 0)
    if (!answers) return
    if ((flags & RST) !== 0) return this.fail(connection, 'connection refused')
    if ((flags & SYN) === 0) return
    this.takeSynOptions(connection, packet)
    this.acknowledgement.take(connection, packet)
    // A SYN's window is not scaled (RFC 7323 section 2.2).
    connections.sendWindowBytes[connection] = packets.window[packet]
    this.establish(connection)
    this.writer.sendAck(connection)
    this.parts.streams.opened(connections.stream[connection])
  }

  /** RFC 5961 section 3.2: only a reset in the exact place counts. */
  private takeReset(connection: number, packet: number): void {
    const { connections } = this
    const offset = receiveOffset(connections, connection, this.parts.network.packets.sequenceNumber[packet])
    const isFinReceived = connections.receivedFinOffset[connection] === connections.receiveNext[connection]
    if (offset - connections.receiveNext[connection] !== (isFinReceived ? 1 : 0) && offset !== connections.receiveNext[connection]) return
    if (connections.state[connection] === TIME_WAIT) return this.remove(connection)
    this.fail(connection, 'connection reset')
  }

  /** Our answer to it, or our ACK of it, was lost. */
  private takeRepeatedSyn(connection: number, flags: number): void {
    const { connections } = this
    if (connections.state[connection] === SYN_RECEIVED && (flags & ACK) === 0) {
      this.sender.retransmit(connection, connections.firstSegment[connection])
    } else {
      this.writer.sendAck(connection)
    }
  }

  private takeStranger(host: number, packet: number): void {
    const { packets } = this.parts.network
    const flags = packets.flags[packet]
    if ((flags & RST) !== 0) return
    const listener = this.listeners.get(host * 65_536 + packets.destinationPort[packet])
    if (listener === undefined || (flags & (SYN | ACK)) !== SYN) return this.writer.refuse(host, packet)
    this.accept(host, listener, packet)
  }

  private accept(host: number, listener: number, packet: number): void {
    const { connections } = this
    const { packets } = this.parts.network
    const nameHigh = derivedName(packets.senderNameHigh[packet], REPLY_DIRECTION)
    const nameLow = derivedName(packets.senderNameLow[packet], REPLY_DIRECTION)
    const connection = this.allocate(host, nameHigh, nameLow, packets.account[packet], packets.activity[packet], false)
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
    const { connections } = this
    const { packets } = this.parts.network
    connections.initialReceiveSequence[connection] = packets.sequenceNumber[packet]
    connections.receiveNext[connection] = 0
    connections.deliveredBytes[connection] = 0
    connections.lastAckSent[connection] = 0
    connections.peerWindowScale[connection] = packets.windowScale[packet]
    const announced = packets.maximumSegmentBytes[packet] - this.optionBytes(connection)
    connections.maximumSegmentBytes[connection] = Math.min(announced, this.ownSegmentBytes(connection))
    connections.receiveWindowEdge[connection] = Math.min(connections.receiveBufferBytes[connection], 65_535)
  }

  private establish(connection: number): void {
    this.connections.state[connection] = ESTABLISHED
  }

  private takeAcknowledgedFin(connection: number): void {
    const { connections } = this
    if (connections.sendUnacknowledged[connection] <= connections.finOffset[connection]) return
    switch (connections.state[connection]) {
      case FIN_WAIT_1:
        connections.state[connection] = FIN_WAIT_2
        break
      case CLOSING:
        connections.state[connection] = TIME_WAIT
        break
      case LAST_ACK:
        this.remove(connection)
        break
    }
  }

  /** TIME_WAIT ends by itself; so does FIN_WAIT_2 when nobody reads any more (Linux: tcp_fin_timeout, 60 s too). */
  private lingerIfOver(connection: number): void {
    const { connections } = this
    const { streams, timers, timeline } = this.parts
    const state = connections.state[connection]
    const isOrphan = streams.table.userKind[connections.stream[connection]] === NONE
    if (state !== TIME_WAIT && !(state === FIN_WAIT_2 && isOrphan)) return
    if (state === TIME_WAIT || !timers.isArmed(connection, LINGER_TIMER)) {
      timers.arm(connection, LINGER_TIMER, timeline.now + profileOf(connections, connection).timeWaitNs)
    }
  }

  private onRetransmissionTimeout(connection: number): void {
    const { connections } = this
    const now = this.parts.timeline.now
    if (connections.firstSegment[connection] === NONE) return
    if (connections.retries[connection] === 0) connections.firstTimeoutTick[connection] = now - connections.timeoutNs[connection]
    if (this.hasRetriedEnough(connection, now)) return this.fail(connection, 'timed out')
    connections.retries[connection]++
    this.backOff(connection)
    if (connections.state[connection] < ESTABLISHED) this.sender.retransmit(connection, connections.firstSegment[connection])
    else this.sender.onTimeout(connection)
    this.sender.armTimer(connection)
  }

  private hasRetriedEnough(connection: number, now: number): boolean {
    const { connections } = this
    const profile = profileOf(connections, connection)
    const retries = connections.retries[connection]
    if (connections.state[connection] === SYN_SENT) return retries >= profile.synRetries
    if (connections.state[connection] === SYN_RECEIVED) return retries >= profile.synAckRetries
    return now - connections.firstTimeoutTick[connection] >= profile.giveUpNs
  }

  /** RFC 6298 section 5.5; Linux lets its first SYNs wait for equal times (net/ipv4/tcp_timer.c). */
  private backOff(connection: number): void {
    const { connections } = this
    const profile = profileOf(connections, connection)
    const isLinear = connections.state[connection] === SYN_SENT && connections.retries[connection] <= profile.synLinearTimeouts
    if (isLinear) return
    connections.timeoutNs[connection] = Math.min(connections.timeoutNs[connection] * 2, profile.maximumTimeoutNs)
  }

  /** What a lost packet carried is missing until it is acknowledged. */
  private noteLoss(host: number, packet: number): void {
    const { connections } = this
    const { packets, addresses, activities } = this.parts.network
    const synOrFin = (packets.flags[packet] & (SYN | FIN)) !== 0 ? 1 : 0
    if (packets.payloadBytes[packet] + synOrFin === 0) return
    const owner = addresses.hostOf(packets.source[packet], host)
    const connection = this.demultiplexer.find(
      owner,
      packets.source[packet],
      packets.sourcePort[packet],
      packets.destination[packet],
      packets.destinationPort[packet],
    )
    if (connection === NONE) return
    const near = connections.sendUnacknowledged[connection]
    const start = sendOffset(connections, connection, packets.sequenceNumber[packet], near)
    const end = start + packets.payloadBytes[packet] + synOrFin
    if (end <= near) return
    if (connections.lossEndOffset[connection] < 0) activities.changeLossRecoveries(connections.activity[connection], 1)
    connections.lossEndOffset[connection] = Math.max(connections.lossEndOffset[connection], end)
  }

  private fail(connection: number, reason: FailureReason): void {
    const stream = this.connections.stream[connection]
    const generation = this.connections.generation[connection]
    this.parts.streams.failed(stream, reason)
    if (this.connections.generation[connection] === generation) this.remove(connection)
  }

  private allocate(host: number, nameHigh: number, nameLow: number, account: number, activity: number, isRelay: boolean): number {
    const { connections } = this
    const { contents, streams, timers } = this.parts
    const settings = this.hosts[host]
    const profile = TCP_PROFILES[settings.profile]
    const connection = connections.allocate()
    const content = isRelay ? NONE : contents.create(nameHigh, nameLow)
    const stream = streams.open(host, this.carrierKind, connection, activity, nameHigh, nameLow, content)
    connections.host[connection] = host
    connections.ordinal[connection] = this.ordinals.take(host)
    connections.nameHigh[connection] = nameHigh
    connections.nameLow[connection] = nameLow
    connections.stream[connection] = stream
    connections.account[connection] = account
    connections.activity[connection] = activity
    this.parts.network.activities.hold(activity)
    connections.profile[connection] = profileIndex(settings.profile)
    connections.congestionControl[connection] = congestionControlIndex(settings.congestion)
    connections.listener[connection] = NONE
    connections.receiveBufferBytes[connection] = settings.receiveBufferBytes ?? profile.receiveBufferBytes
    connections.sendBufferBytes[connection] = settings.sendBufferBytes ?? profile.sendBufferBytes
    connections.windowScale[connection] = windowScaleFor(connections.receiveBufferBytes[connection])
    connections.initialSendSequence[connection] = fate32(settings.sequenceKey.hi, settings.sequenceKey.lo, nameHigh, nameLow, 0, 0)
    this.initializeSending(connection)
    this.initializeReceiving(connection)
    timers.initialize(connection)
    return connection
  }

  private initializeSending(connection: number): void {
    const { connections } = this
    connections.sendUnacknowledged[connection] = SYN_OFFSET
    connections.sendNext[connection] = SYN_OFFSET
    connections.finOffset[connection] = Number.POSITIVE_INFINITY
    connections.sendWindowBytes[connection] = 0
    connections.peerWindowScale[connection] = 0
    connections.repeatedAcks[connection] = 0
    connections.isWindowClosed[connection] = 0
    connections.awaitsRoom[connection] = 0
    connections.firstSegment[connection] = NONE
    connections.lastSegment[connection] = NONE
    connections.segmentsOut[connection] = 0
    connections.segmentsSacked[connection] = 0
    connections.segmentsLost[connection] = 0
    connections.segmentsRetransmitted[connection] = 0
    connections.highestSacked[connection] = 0
    connections.latestArrivedSentTick[connection] = 0
    connections.recoveryPoint[connection] = 0
    connections.lossEndOffset[connection] = -1
    connections.smoothedRttNs[connection] = 0
    connections.rttVarianceNs[connection] = 0
    connections.minimumRttNs[connection] = Number.POSITIVE_INFINITY
    connections.retries[connection] = 0
    this.sender.initializeCongestion(connection)
    updateTimeout(connections, connection)
  }

  private initializeReceiving(connection: number): void {
    const { connections } = this
    connections.receiveNext[connection] = SYN_OFFSET
    connections.deliveredBytes[connection] = SYN_OFFSET
    connections.pendingContent[connection] = NONE
    connections.pendingOffset[connection] = 0
    connections.receiveWindowEdge[connection] = 0
    connections.receivedFinOffset[connection] = Number.POSITIVE_INFINITY
    connections.hasReportedEnd[connection] = 0
    connections.firstRange[connection] = NONE
    connections.outOfOrderBytes[connection] = 0
    this.parts.reassembly.forgetRecent(connection)
    connections.lastAckSent[connection] = SYN_OFFSET
    connections.mustAckNow[connection] = 0
    connections.receiveSegmentBytes[connection] = FIRST_RECEIVE_SEGMENT_BYTES
  }

  /** Derived from the connection's name, so that nobody else's dialling moves it (RFC 6056 asks for as much). */
  private ephemeralPort(dial: Dial): number {
    const { portKey } = this.hosts[dial.host]
    for (let attempt = 0; attempt < EPHEMERAL_PORTS; attempt++) {
      const port = FIRST_EPHEMERAL_PORT + (fate32(portKey.hi, portKey.lo, dial.nameHigh, dial.nameLow, dial.port, attempt) % EPHEMERAL_PORTS)
      const taken = this.demultiplexer.find(dial.host, dial.localAddress, port, dial.remoteAddress, dial.port)
      if (taken === NONE) return port
    }
    assert(false, 'a host has a free port')
  }

  private ownSegmentBytes(connection: number): number {
    const { connections } = this
    const mtuBytes = this.parts.network.routing.smallestMtuBytes(connections.host[connection], connections.remoteAddress[connection])
    return mtuBytes - HEADER_BYTES - this.optionBytes(connection)
  }

  private optionBytes(connection: number): number {
    return profileOf(this.connections, connection).hasTimestamps ? TIMESTAMP_OPTION_BYTES : 0
  }

  private remove(connection: number): void {
    const { connections } = this
    const { scoreboard, streams, network } = this.parts
    if (connections.isWindowClosed[connection] === 1) network.activities.changeClosedWindows(connections.activity[connection], -1)
    if (connections.lossEndOffset[connection] >= 0) network.activities.changeLossRecoveries(connections.activity[connection], -1)
    network.activities.drop(connections.activity[connection])
    connections.state[connection] = CLOSED
    this.demultiplexer.remove(connection)
    scoreboard.clear(connection)
    this.receiver.release(connection)
    streams.release(connections.stream[connection])
    connections.release(connection)
  }

  private releasePacket(packet: number): void {
    const { packets } = this.parts.network
    if (packets.content[packet] !== NONE) this.parts.contents.drop(packets.content[packet])
    packets.release(packet)
  }

  /** In the order in which they came to be. */
  private connectionsOf(host: number): number[] {
    const { connections } = this
    const rows: number[] = []
    for (let row = 0; row < connections.highWater; row++) {
      if (connections.state[row] !== CLOSED && connections.host[row] === host) rows.push(row)
    }
    return rows.sort((a, b) => connections.ordinal[a] - connections.ordinal[b])
  }
}
