import type { Arena } from '../engine/arena.ts'
import { EventKind } from '../engine/event-kind.ts'
import { NumberedRows } from '../engine/numbered-rows.ts'
import { NONE, Table } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { AddressBook } from '../network/address-book.ts'
import type { Interception } from '../network/interception.ts'
import type { Content, ProxiedConnection, Stream } from './rows.ts'
import type { ByteStreams, StreamUser } from './streams/byte-stream.ts'
import { derivedName } from './streams/derived-name.ts'
import type { FailureReason } from './streams/failure.ts'
import type { Tcp } from './tcp.ts'

/** A side of a connection through a proxy on a host (the target) may have been idle for too long. */
export const PROXY_DEADLINE = new EventKind('proxy deadline')

/** A program that accepts connections in the place of a server, dials the server, and passes bytes on. Immutable. */
export interface TcpProxy extends Interception {
  /** The times without a byte from or to the client or the server after which it ends a connection. */
  readonly clientIdleNs: number
  readonly serverIdleNs: number
  /** Replaces both once the server has accepted; null: they stay. */
  readonly tunnelIdleNs: number | null
  /** The longest wait for the server to accept. */
  readonly connectNs: number
}

/** Parts on which `TcpProxies` is built. */
export interface TcpProxiesParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly tcp: Tcp
  readonly addresses: AddressBook
  readonly proxies: readonly TcpProxy[]
  readonly hostCount: number
  /** The event target of the first host. */
  readonly firstHostTarget: number
}

const CLIENT = 0
const SERVER = 1

const READING = 0
/** The FIN has been read. */
const ENDED = 1
/** The proxy reads no more, although there was no FIN. */
const ABANDONED = 2

/**
 * The most bytes that HAProxy reads at once, which is also what it holds for a side that accepts no more
 * (tune.bufsize).
 */
const BUFFER_BYTES = 16 * 1024
/** A salt from which the name of the connection to the server derives, together with that of the client's. */
const ONWARD = 4

/** Proxied connections. Columns of two have the client's side first. */
class ProxiedTable extends Table<ProxiedConnection> {
  readonly proxy = this.int32()
  readonly ordinal = this.int32()
  readonly isConnected = this.int32()
  /** NONE for a side that is closed. */
  readonly streams = this.handle<Stream>(2)
  readonly reading = this.int32(READING, 2)
  /** 1 when the proxy has sent its FIN. */
  readonly hasFinished = this.int32(0, 2)
  /** When bytes were last read from the side, or written to it. */
  readonly activeTick = this.float64(0, 2)
  /** Since when the side accepts no more bytes; Infinity: it accepts them. */
  readonly blockedTick = this.float64(Number.POSITIVE_INFINITY, 2)
  /** 1 while an event PROXY_DEADLINE is pending. */
  readonly isTimed = this.int32(0, 2)

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/**
 * Proxies that end TCP, after HAProxy in TCP mode. A connection of a client is one to the proxy and one from there to
 * the server, each with its own windows, retransmissions and keepalive (none at the proxy), so that only bytes, FINs and
 * resets pass. While one side accepts no more, the other is not read.
 *
 * Ends after HAProxy 3.x, src/stream.c, process_stream and stream_handle_timeouts, and src/stconn.c: a FIN passes on
 * behind the data; a reset of the client becomes a reset of the server, and one of the server a FIN to the client; a
 * side that is silent for its time is read no more, which ends the other side with a FIN; a side that accepts nothing
 * for its time ends both. A server that is left before its FIN gets a reset (FD_LINGER_RISK).
 *
 * The streams' user rows are `row + side`.
 */
export class TcpProxies implements StreamUser {
  private readonly parts: TcpProxiesParts
  private readonly table: ProxiedTable
  private readonly numbers: NumberedRows<ProxiedConnection>
  private readonly userKind: number

  constructor(parts: TcpProxiesParts) {
    this.parts = parts
    this.table = new ProxiedTable(parts.arena)
    this.numbers = new NumberedRows(parts.arena, parts.hostCount)
    this.userKind = parts.streams.registerUser(this)
    parts.timeline.handle(PROXY_DEADLINE, parts.firstHostTarget, (host, side) => this.onDeadline(host, side))
  }

  /** The number of proxies. */
  get count(): number {
    return this.parts.proxies.length
  }

  /** Takes a client's connection, and dials the server at the address that the client dialled. */
  accept(client: Stream, index: number): void {
    const { table } = this
    const { streams, proxies } = this.parts
    const row = table.allocate()
    table.proxy[row] = index
    this.number(row)
    streams.setPaused(client, true)
    this.attach(row, CLIENT, client)
    this.attach(row, SERVER, this.dial(client, proxies[index]))
    this.touch(row + CLIENT)
  }

  onOpen(side: number): void {
    const { table } = this
    const row = this.rowOf(side)
    const client = row + CLIENT
    table.isConnected[row] = 1
    this.renumber(row)
    this.touch(client)
    this.touch(side)
    this.parts.streams.setPaused(table.streams[client], false)
  }

  onData(side: number, content: Content, offset: number, lengthBytes: number): void {
    const { table } = this
    const { streams } = this.parts
    const other = side ^ 1
    this.touch(side)
    if (table.streams[other] === NONE || table.hasFinished[other] === 1) return
    streams.forwardFrom(table.streams[side], table.streams[other], content, offset, lengthBytes)
    if (streams.table.isPaused[table.streams[side]] === 0) this.touch(other)
    else this.block(other)
  }

  onDrained(side: number): void {
    const { table } = this
    const other = side ^ 1
    table.blockedTick[side] = Number.POSITIVE_INFINITY
    this.touch(side)
    if (table.streams[other] === NONE || table.reading[other] === ABANDONED) return
    this.touch(other)
    this.parts.streams.setPaused(table.streams[other], false)
  }

  onEnd(side: number): void {
    const { table } = this
    this.touch(side)
    table.reading[side] = ENDED
    this.finish(side ^ 1)
    if (table.hasFinished[side] === 1) this.close(side)
  }

  onFailure(side: number, _reason: FailureReason): void {
    const { table } = this
    const other = side ^ 1
    table.streams[side] = NONE
    if (table.streams[other] === NONE) return this.release(this.rowOf(side))
    if (table.isConnected[this.rowOf(side)] === 0 && this.isClient(other)) this.refuse(other)
    else this.close(other)
  }

  /** Handles the event PROXY_DEADLINE. */
  private onDeadline(host: number, argument: number): void {
    const { table, parts } = this
    const row = this.numbers.find(host, argument >> 1)
    if (row === NONE) return parts.timeline.noteIdleWakeUp()
    const side = row + (argument & 1)
    table.isTimed[side] = 0
    if (this.deadlineOf(side) > parts.timeline.now) {
      parts.timeline.noteIdleWakeUp()
      this.arm(side)
    } else if (this.isBlockedTooLong(side)) this.closeBoth(row)
    else this.abandon(side)
  }

  private attach(row: ProxiedConnection, which: number, stream: Stream): void {
    const { streams } = this.parts
    const side = row + which
    this.table.streams[side] = stream
    streams.table.isRelayed[stream] = 1
    streams.table.mostReadBytes[stream] = BUFFER_BYTES
    streams.attach(stream, this.userKind, side)
  }

  private dial(client: Stream, { host, server, connectNs }: TcpProxy): Stream {
    const { streams, tcp, addresses } = this.parts
    const { connections } = tcp
    const { table } = streams
    const accepted = connections.rowAt(table.carrier[client])
    return tcp.dial({
      host,
      localAddress: addresses.mainAddressOf(host),
      remoteAddress: connections.localAddress[accepted],
      port: connections.localPort[accepted],
      nameHigh: derivedName(table.nameHigh[client], ONWARD),
      nameLow: derivedName(table.nameLow[client], ONWARD),
      // A hop over the loopback is part of the server's host, and nobody pays for it.
      account: host === server ? NONE : connections.account[accepted],
      activity: table.activity[client],
      isRelay: true,
      patienceNs: connectNs,
    })
  }

  /** Notes that bytes were read from a side, or written to it. */
  private touch(side: number): void {
    this.table.activeTick[side] = this.parts.timeline.now
    this.arm(side)
  }

  private block(side: number): void {
    const { table } = this
    if (table.blockedTick[side] !== Number.POSITIVE_INFINITY) return
    table.blockedTick[side] = this.parts.timeline.now
    this.arm(side)
  }

  /** Schedules the deadline of a side, unless an event is pending: a deadline only moves to later times. */
  private arm(side: number): void {
    const { table } = this
    const { timeline, firstHostTarget } = this.parts
    const tick = this.deadlineOf(side)
    if (table.isTimed[side] === 1 || tick === Number.POSITIVE_INFINITY) return
    const row = this.rowOf(side)
    const target = firstHostTarget + this.hostOf(row)
    table.isTimed[side] = 1
    timeline.schedule(Math.max(tick, timeline.now + 1), target, PROXY_DEADLINE, table.ordinal[row] * 2 + (side - row))
  }

  /** Returns when a side has been silent for too long, while it is read, or has accepted nothing for too long. */
  private deadlineOf(side: number): number {
    const { table } = this
    const isConnected = table.isConnected[this.rowOf(side)] === 1
    if (!isConnected && !this.isClient(side)) return Number.POSITIVE_INFINITY
    const isRead = table.reading[side] === READING && table.blockedTick[side ^ 1] === Number.POSITIVE_INFINITY
    const from = isRead ? Math.min(table.activeTick[side], table.blockedTick[side]) : table.blockedTick[side]
    return from + this.idleNsOf(side)
  }

  private idleNsOf(side: number): number {
    const { proxy, isConnected } = this.table
    const row = this.rowOf(side)
    const { clientIdleNs, serverIdleNs, tunnelIdleNs } = this.parts.proxies[proxy[row]]
    const ownNs = this.isClient(side) ? clientIdleNs : serverIdleNs
    return isConnected[row] === 1 ? (tunnelIdleNs ?? ownNs) : ownNs
  }

  private isBlockedTooLong(side: number): boolean {
    return this.table.blockedTick[side] + this.idleNsOf(side) <= this.parts.timeline.now
  }

  /** Reads a side no more, and ends the other. */
  private abandon(side: number): void {
    const { table } = this
    const other = side ^ 1
    if (table.isConnected[this.rowOf(side)] === 0) return this.giveUp(this.rowOf(side))
    table.reading[side] = ABANDONED
    this.arm(side)
    this.parts.streams.setPaused(table.streams[side], true)
    this.finish(other)
    if (table.hasFinished[side] === 1) this.close(side)
  }

  /** Sends the FIN to a side, behind all data. A side that is not read any more is closed. */
  private finish(side: number): void {
    const { table } = this
    if (table.streams[side] === NONE || table.hasFinished[side] === 1) return
    table.hasFinished[side] = 1
    this.parts.streams.finish(table.streams[side])
    if (table.reading[side] !== READING) this.close(side)
  }

  private close(side: number): void {
    const { table } = this
    const { streams } = this.parts
    const stream = table.streams[side]
    if (stream === NONE) return
    table.streams[side] = NONE
    if (this.isClient(side) || table.reading[side] === ENDED) streams.close(stream)
    else streams.abort(stream)
    if (table.streams[side ^ 1] === NONE) this.release(this.rowOf(side))
  }

  /**
   * Sends the FIN to a client whose server has not accepted, and reads what the client has sent, so that it is no
   * reset.
   */
  private refuse(client: number): void {
    this.finish(client)
    this.touch(client)
    this.parts.streams.setPaused(this.table.streams[client], false)
  }

  /** Ends a client that was silent for too long before the server accepted, or after it did not. */
  private giveUp(row: ProxiedConnection): void {
    const client = row + CLIENT
    if (this.table.hasFinished[client] === 1) return this.close(client)
    this.close(row + SERVER)
    this.refuse(client)
  }

  private closeBoth(row: ProxiedConnection): void {
    this.close(row + SERVER)
    this.close(row + CLIENT)
  }

  private release(row: ProxiedConnection): void {
    this.numbers.remove(this.hostOf(row), this.table.ordinal[row])
    this.table.release(row)
  }

  private number(row: ProxiedConnection): void {
    const ordinal = this.numbers.add(this.hostOf(row), row)
    this.table.ordinal[row] = ordinal
  }

  /** Leaves the pending deadlines to an old number, since those of a tunnel can be earlier. */
  private renumber(row: ProxiedConnection): void {
    this.numbers.remove(this.hostOf(row), this.table.ordinal[row])
    this.number(row)
    this.table.isTimed[row + CLIENT] = 0
  }

  private hostOf(row: ProxiedConnection): number {
    return this.parts.proxies[this.table.proxy[row]].host
  }

  private rowOf(side: number): ProxiedConnection {
    return this.table.rowAt(side & ~1)
  }

  private isClient(side: number): boolean {
    return (side & 1) === CLIENT
  }
}
