import { EventKind } from '../../engine/event-kind.ts'
import { NumberedRows } from '../../engine/numbered-rows.ts'
import { NONE } from '../../engine/table.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { AccountTable } from '../../network/account.ts'
import { formatAddress } from '../../network/address-book.ts'
import type { Content, Stream } from '../../transport/rows.ts'
import type { ByteStreams, Carrier } from '../../transport/streams/byte-stream.ts'
import { derivedName } from '../../transport/streams/derived-name.ts'
import { FAILURE_REASONS, type FailureReason } from '../../transport/streams/failure.ts'
import type { ConnectionRequest } from '../../workload/connector.ts'
import { GO_KEEPALIVE } from '../paths/keepalives.ts'
import type { Path } from '../paths/path.ts'
import type { TunnelEnd, TunnelledConnection } from '../rows.ts'
import { OnwardDials, type OnwardDialsParts } from '../tunnels/onward-dials.ts'
import { READER_CHANNEL_PACKETS } from './channel-sizes.ts'
import type { KonnectivityAgent } from './konnectivity-agent.ts'
import { PacketReceiver, type PacketTaker } from './packet-receiver.ts'
import { PacketSender } from './packet-sender.ts'
import { closeBytes, dialCloseBytes, dialErrorBytes, dialRequestBytes, dialResponseBytes } from './packets.ts'
import { TunnelEnds, type TunnelTraffic } from './tunnel-ends.ts'
import {
  CLOSE_REQUEST,
  CLOSE_RESPONSE,
  DIAL_CLOSE,
  DIAL_REQUEST,
  DIAL_RESPONSE,
  TunnelledConnectionTable,
} from './tunnel-tables.ts'

/** A dial or a read on a tunnelled connection, at the host of one of its ends (the target), has timed out. */
export const TUNNELLED_DEADLINE = new EventKind('tunnelled deadline')

/** A new connection along a path. */
export interface TunnelledRequest extends ConnectionRequest {
  readonly host: number
  /** Index of the path to whose far end the connection leads. */
  readonly target: number
}

/** The time that the apiserver waits for a DIAL_RSP (konnectivity-client/pkg/client/client.go). */
const DIAL_BACKSTOP_NS = 30 * NS_PER_S
/**
 * The time that an agent waits for the connection to a target (apiserver-network-proxy, pkg/agent/client.go,
 * dialTimeout).
 */
const AGENT_DIAL_TIMEOUT_NS = 5 * NS_PER_S
/**
 * The time that a packet may wait until it is read at the apiserver (konnectivity-client/pkg/client/client.go,
 * readTimeoutSeconds).
 */
const READ_TIMEOUT_NS = 10 * NS_PER_S
/**
 * The time after which a dial fails when no agent is connected: not zero, because a stream must not fail before the
 * call that creates it has returned.
 */
const AT_ONCE_NS = 1

const REPLY_DIRECTION = 1

export interface TunnelledConnectionsParts extends OnwardDialsParts {
  readonly timeline: Timeline
  readonly accounts: AccountTable
  readonly paths: readonly Path[]
  readonly agents: readonly KonnectivityAgent[]
  readonly firstHostTarget: number
  readonly hostCount: number
}

/**
 * The connections through agents' tunnels, at both ends. They are byte streams, carried as DATA packets in a gRPC
 * stream.
 */
export class TunnelledConnections implements Carrier, PacketTaker, TunnelTraffic {
  readonly table: TunnelledConnectionTable
  readonly ends: TunnelEnds
  private readonly parts: TunnelledConnectionsParts
  private readonly streams: ByteStreams
  private readonly sender: PacketSender
  private readonly receiver: PacketReceiver
  private readonly onward: OnwardDials<'TunnelledConnection'>
  private readonly numbers: NumberedRows<TunnelledConnection>
  private readonly carrierKind: number

  constructor(parts: TunnelledConnectionsParts) {
    const { arena, streams, accounts, hostCount } = parts
    this.parts = parts
    this.streams = streams
    this.table = new TunnelledConnectionTable(arena)
    const { table } = this
    this.ends = new TunnelEnds(arena, table, streams, this)
    this.sender = new PacketSender(streams, accounts, table, this.ends.table, (connection) =>
      this.sendClose(connection),
    )
    this.receiver = new PacketReceiver({ ...parts, connections: table, ends: this.ends, taker: this })
    this.onward = new OnwardDials(parts, this, this.table, { keepalive: GO_KEEPALIVE })
    this.numbers = new NumberedRows(arena, hostCount)
    this.carrierKind = streams.registerCarrier(this)
    parts.timeline.handle(TUNNELLED_DEADLINE, parts.firstHostTarget, (host, ordinal) => this.onDeadline(host, ordinal))
  }

  // The server's side.

  /** Opens a connection without an agent yet. `onOpen` or `onFailure` of its stream's user is called later. */
  open(request: TunnelledRequest): TunnelledConnection {
    return this.allocate(request, this.streams.contents.create(request.nameHigh, request.nameLow, request.host))
  }

  nameOf(connection: TunnelledConnection): { readonly nameHigh: number; readonly nameLow: number } {
    const { nameHigh, nameLow } = this.streams.table
    const stream = this.table.stream[connection]
    return { nameHigh: nameHigh[stream], nameLow: nameLow[stream] }
  }

  /** Returns the path to whose far end a stream leads; NONE where no agent's tunnel carries the stream. */
  targetOf(stream: Stream): number {
    const connection = this.connectionOf(stream)
    return connection === NONE ? NONE : this.table.target[connection]
  }

  /** Returns the agent whose tunnel carries a stream; NONE if there is none, or the tunnel is lost. */
  agentOf(stream: Stream): number {
    const connection = this.connectionOf(stream)
    const end = connection === NONE ? NONE : this.table.end[connection]
    return end === NONE ? NONE : this.ends.table.agent[end]
  }

  dialThrough(connection: TunnelledConnection, end: TunnelEnd): void {
    const { table, ends } = this
    const target = table.target[connection]
    const dial = ends.table.nextNumber[end]++
    table.dial[connection] = dial
    ends.addConnection(end, connection)
    this.expectDeadline(connection, DIAL_BACKSTOP_NS)
    this.sender.send(end, dialRequestBytes(this.addressOf(target)), DIAL_REQUEST, target, dial, NONE)
  }

  /** Fails a dial for which no agent is connected. */
  failDial(connection: TunnelledConnection): void {
    this.expectDeadline(connection, AT_ONCE_NS)
  }

  /** Fails the connections of the server on `host`, which restarts. */
  restart(host: number): void {
    const { table, streams } = this
    const there: TunnelledConnection[] = []
    for (const row of table.everyRow()) {
      const isInUse = table.ordinal[row] !== NONE && table.isServer[row] === 1
      if (isInUse && streams.table.host[table.stream[row]] === host) there.push(row)
    }
    const named = there.map((row) => ({ row, ordinal: table.ordinal[row] })).sort((a, b) => a.ordinal - b.ordinal)
    for (const { row, ordinal } of named) if (table.ordinal[row] === ordinal) this.fail(row, 'host restarted')
  }

  // The agent's side.

  confirm(connection: TunnelledConnection): void {
    const { table } = this
    table.isOpen[connection] = 1
    const number = table.number[connection]
    const end = table.end[connection]
    this.sender.send(end, dialResponseBytes(number), DIAL_RESPONSE, number, table.dial[connection], NONE)
    this.sender.pump(end)
  }

  refuse(connection: TunnelledConnection, reason: FailureReason): void {
    const { table } = this
    const bytes = dialErrorBytes(`dial tcp ${this.addressOf(table.target[connection])}: ${errorText(reason)}`)
    this.sender.send(table.end[connection], bytes, DIAL_RESPONSE, encodeFailure(reason), table.dial[connection], NONE)
    this.remove(connection)
  }

  // Events of hosts.

  /** Handles the event TUNNELLED_DEADLINE of a host. */
  private onDeadline(host: number, ordinal: number): void {
    const { table } = this
    const connection = this.numbers.find(host, ordinal)
    if (connection === NONE) return this.parts.timeline.noteIdleWakeUp()
    if (table.isOpen[connection] === 1) return this.checkReader(connection)
    if (table.isServer[connection] === 0) return this.refuse(connection, 'timed out')
    this.sendDialClose(connection)
    this.fail(connection, table.dial[connection] === NONE ? 'no agent' : 'timed out')
  }

  onReaderFull(connection: TunnelledConnection): void {
    this.expectDeadline(connection, READ_TIMEOUT_NS)
  }

  // Calls from the users of the connections' streams.

  flush(connection: TunnelledConnection): void {
    const end = this.table.end[connection]
    this.sender.noteUnsent(connection)
    if (end !== NONE) this.sender.pump(end, connection)
  }

  /**
   * Closes the connection in both directions once all data has been sent, since the Konnectivity protocol has no
   * half-closed connections.
   */
  finish(connection: TunnelledConnection): void {
    const { table, streams } = this
    if (table.isClosed[connection] === 1) return this.detach(connection)
    table.isClosing[connection] = 1
    this.sender.noteClosing(connection)
    if (table.isOpen[connection] === 1) return this.flush(connection)
    const isDetached = streams.table.userKind[table.stream[connection]] === NONE
    if (!isDetached || table.isServer[connection] === 0) return
    this.sendDialClose(connection)
    this.remove(connection)
  }

  detach(connection: TunnelledConnection): void {
    const { table, streams } = this
    if (table.isClosed[connection] === 1 && streams.table.userKind[table.stream[connection]] === NONE)
      this.remove(connection)
  }

  abort(connection: TunnelledConnection): void {
    const { table, streams } = this
    table.sentBytes[connection] = streams.table.writtenBytes[table.stream[connection]]
    this.sender.noteUnsent(connection)
    this.finish(connection)
  }

  hasRoom(connection: TunnelledConnection): boolean {
    return this.table.isClosed[connection] === 1 || this.sender.hasRoom(connection)
  }

  resume(connection: TunnelledConnection): void {
    this.receiver.resume(connection)
  }

  // Calls from tunnels.

  take(end: TunnelEnd): void {
    this.receiver.take(end)
  }

  pump(end: TunnelEnd): void {
    this.sender.pump(end)
  }

  /**
   * Called for each connection through a lost tunnel. An open connection ends for its client. A client that is still
   * dialling is not notified, and times out (apiserver-network-proxy, issue 126).
   */
  onTunnelLost(connection: TunnelledConnection, reason: FailureReason): void {
    const { table } = this
    if (table.isServer[connection] === 0) return this.fail(connection, reason)
    if (table.isOpen[connection] === 1) this.end(connection)
  }

  takeControl(end: TunnelEnd, kind: number, value: number, detail: number): void {
    switch (kind) {
      case DIAL_REQUEST:
        return this.takeDial(end, value, detail)
      case DIAL_RESPONSE:
        return this.takeDialResponse(end, value, detail)
      case CLOSE_REQUEST:
        return this.takeCloseRequest(this.ends.findByNumber(end, detail))
      case CLOSE_RESPONSE:
        return this.takeCloseResponse(this.ends.findByNumber(end, detail))
    }
  }

  onQueueEmpty(connection: TunnelledConnection): void {
    if (this.table.hasEnded[connection] === 1) this.endInOrder(connection)
  }

  /**
   * Called when the last byte has been sent: the server requests the end of the connection (CLOSE_REQ), an agent
   * reports it (CLOSE_RSP).
   */
  private sendClose(connection: TunnelledConnection): void {
    const { table } = this
    const number = table.number[connection]
    const end = table.end[connection]
    const isServer = table.isServer[connection] === 1
    table.hasSentClose[connection] = 1
    this.sender.noteClosing(connection)
    this.sender.send(end, closeBytes(number), isServer ? CLOSE_REQUEST : CLOSE_RESPONSE, 0, number, NONE)
    if (!isServer) this.end(connection)
  }

  private takeDial(end: TunnelEnd, target: number, dial: number): void {
    const { table, ends } = this
    const { host, nameHigh, nameLow, activity } = this.streams.table
    const lower = ends.table.stream[end]
    const named = (hash: number) => derivedName(derivedName(hash, dial), REPLY_DIRECTION)
    const request = {
      host: host[lower],
      target,
      nameHigh: named(nameHigh[lower]),
      nameLow: named(nameLow[lower]),
      account: NONE,
      activity: activity[lower],
    }
    const connection = this.allocate(request, NONE)
    table.isServer[connection] = 0
    table.dial[connection] = dial
    table.number[connection] = ends.table.nextNumber[end]++
    ends.addConnection(end, connection)
    this.expectDeadline(connection, AGENT_DIAL_TIMEOUT_NS)
    const { remoteAddress, port } = this.parts.paths[target]
    const { diversions } = this.parts.agents[ends.table.agent[end]]
    const diversion = diversions.find((each) => each.address === remoteAddress && each.port === port)
    this.onward.dial(connection, diversion?.to ?? remoteAddress, port)
  }

  private takeDialResponse(end: TunnelEnd, value: number, dial: number): void {
    const { table, ends } = this
    const connection = ends.findByDial(end, dial)
    if (connection === NONE) {
      // The client that dialled has gone, so the agent has to close its connection to the target.
      if (value > 0) this.sender.send(end, closeBytes(value), CLOSE_REQUEST, 0, value, NONE)
      return
    }
    if (value < 0) return this.fail(connection, FAILURE_REASONS[-value - 1])
    ends.setNumber(connection, value)
    table.isOpen[connection] = 1
    this.streams.opened(table.stream[connection])
    this.flush(connection)
  }

  /**
   * Handles a CLOSE_REQ: the connection to the target is closed at once, but data that the target sent before still
   * reaches the client.
   */
  private takeCloseRequest(connection: TunnelledConnection): void {
    const { table } = this
    if (connection === NONE) return
    table.isClosing[connection] = 1
    this.sender.noteClosing(connection)
    this.streams.failed(table.stream[connection], 'unexpected end')
    this.flush(connection)
  }

  private takeCloseResponse(connection: TunnelledConnection): void {
    const { table } = this
    if (connection === NONE) return
    table.hasEnded[connection] = 1
    if (table.firstPacket[connection] === NONE) this.endInOrder(connection)
  }

  /** Ends the connection once its user has read all earlier data. */
  private endInOrder(connection: TunnelledConnection): void {
    const { table, streams } = this
    const stream = table.stream[connection]
    if (table.isClosed[connection] === 1) return
    if (streams.table.userKind[stream] === NONE) return this.end(connection)
    table.isClosed[connection] = 1
    table.hasSentClose[connection] = 1
    this.ends.unlink(connection)
    const generation = table.generation[connection]
    streams.ended(stream)
    if (table.generation[connection] === generation && table.awaitsRoom[connection] === 1) streams.drained(stream)
  }

  /** Ends both directions and removes the connection. */
  private end(connection: TunnelledConnection): void {
    this.streams.ended(this.table.stream[connection])
    this.fail(connection, 'unexpected end')
  }

  private fail(connection: TunnelledConnection, reason: FailureReason): void {
    this.streams.failed(this.table.stream[connection], reason)
    this.remove(connection)
  }

  /** Aborts the connection if its reader has taken no packet for READ_TIMEOUT_NS. Other connections continue. */
  private checkReader(connection: TunnelledConnection): void {
    const { table, streams } = this
    const { timeline } = this.parts
    const isReaderFull = table.isServer[connection] === 1 && table.queuedPackets[connection] > READER_CHANNEL_PACKETS
    if (!isReaderFull) return timeline.noteIdleWakeUp()
    const leftNs = table.waitTick[connection] + READ_TIMEOUT_NS - timeline.now
    if (leftNs > 0) {
      timeline.noteIdleWakeUp()
      return this.expectDeadline(connection, leftNs)
    }
    const end = table.end[connection]
    this.receiver.dropQueue(connection)
    streams.table.isPaused[table.stream[connection]] = 0
    streams.failed(table.stream[connection], 'timed out')
    this.abort(connection)
    this.receiver.take(end)
  }

  private sendDialClose(connection: TunnelledConnection): void {
    const { end, dial } = this.table
    if (end[connection] === NONE) return
    this.sender.send(end[connection], dialCloseBytes(), DIAL_CLOSE, 0, dial[connection], NONE)
  }

  private allocate(request: TunnelledRequest, content: Content): TunnelledConnection {
    const { host, target, account, activity, nameHigh, nameLow } = request
    const connection = this.table.allocate()
    const ordinal = this.numbers.add(host, connection)
    const stream = this.streams.open(host, this.carrierKind, connection, activity, nameHigh, nameLow, content)
    const { table } = this
    table.isServer[connection] = 1
    table.target[connection] = target
    table.dial[connection] = NONE
    table.number[connection] = NONE
    table.stream[connection] = stream
    table.account[connection] = account
    table.ordinal[connection] = ordinal
    return connection
  }

  private expectDeadline(connection: TunnelledConnection, inNs: number): void {
    const { timeline, firstHostTarget } = this.parts
    const target = firstHostTarget + this.hostOf(connection)
    timeline.schedule(timeline.now + inNs, target, TUNNELLED_DEADLINE, this.table.ordinal[connection])
  }

  /** Returns the target as HOST:PORT, the form of a DIAL_REQ. */
  private addressOf(target: number): string {
    const { paths, addresses } = this.parts
    const { remoteAddress, port } = paths[target]
    return `${formatAddress(addresses.valueOf(remoteAddress))}:${port}`
  }

  private connectionOf(stream: Stream): TunnelledConnection {
    return this.streams.isCarriedBy(stream, this) ? this.table.rowAt(this.streams.table.carrier[stream]) : NONE
  }

  private hostOf(connection: TunnelledConnection): number {
    return this.streams.table.host[this.table.stream[connection]]
  }

  private remove(connection: TunnelledConnection): void {
    const { table, streams } = this
    this.receiver.dropQueue(connection)
    this.ends.unlink(connection)
    this.numbers.remove(this.hostOf(connection), table.ordinal[connection])
    table.ordinal[connection] = NONE
    const stream = table.stream[connection]
    table.release(connection)
    streams.release(stream)
  }
}

/** The `value` of a DIAL_RSP that reports a failure: a number below 0. */
function encodeFailure(reason: FailureReason): number {
  return -(FAILURE_REASONS.indexOf(reason) + 1)
}

/** The text of the error that Go's net.Dial returns (net/net.go, OpError). */
function errorText(reason: FailureReason): string {
  return reason === 'timed out' ? 'i/o timeout' : `connect: ${reason}`
}
