import type { Arena } from '../../engine/arena.ts'
import { NumberedRows } from '../../engine/numbered-rows.ts'
import { NONE } from '../../engine/table.ts'
import type { Account } from '../../network/rows.ts'
import type { Stream } from '../../transport/rows.ts'
import type { ByteStreams, StreamUser } from '../../transport/streams/byte-stream.ts'
import type { FailureReason } from '../../transport/streams/failure.ts'
import type { TunnelEnd, TunnelledConnection } from '../rows.ts'
import { TunnelEndTable, type TunnelledConnectionTable } from './tunnel-tables.ts'

/** The owner of the tunnels' ends, which is notified when an end opens and when it is lost. */
export interface TunnelEndOwner {
  /** Called when the server has responded to the agent, with any status. */
  onEndOpen(end: TunnelEnd): void
  /** Called before the connections through the tunnel fail. */
  onEndLost(end: TunnelEnd, reason: FailureReason): void
}

/** The sender and receiver of packets on tunnels. */
export interface TunnelTraffic {
  take(end: TunnelEnd): void
  pump(end: TunnelEnd): void
  /** Called for each connection through a tunnel that was lost. */
  onTunnelLost(connection: TunnelledConnection, reason: FailureReason): void
}

/** The ends of the agents' gRPC streams, at agent and server, and the connections through each. */
export class TunnelEnds implements StreamUser {
  readonly table: TunnelEndTable
  private readonly connections: TunnelledConnectionTable
  private readonly streams: ByteStreams
  private readonly traffic: TunnelTraffic
  /** The connections of each end by the number of their dial, and by their own. */
  private readonly byDial: NumberedRows<TunnelledConnection>
  private readonly byNumber: NumberedRows<TunnelledConnection>
  private readonly userKind: number
  private owner!: TunnelEndOwner

  constructor(arena: Arena, connections: TunnelledConnectionTable, streams: ByteStreams, traffic: TunnelTraffic) {
    this.table = new TunnelEndTable(arena)
    this.connections = connections
    this.streams = streams
    this.traffic = traffic
    this.byDial = new NumberedRows(arena, 0)
    this.byNumber = new NumberedRows(arena, 0)
    this.userKind = streams.registerUser(this)
  }

  connectOwner(owner: TunnelEndOwner): void {
    this.owner = owner
  }

  add(agent: number, incarnation: number, stream: Stream, account: Account, isServer: boolean): TunnelEnd {
    const { table } = this
    const end = table.allocate()
    table.agent[end] = agent
    table.isServer[end] = isServer ? 1 : 0
    table.stream[end] = stream
    table.account[end] = account
    table.incarnation[end] = incarnation
    table.nextNumber[end] = 1
    this.streams.attach(stream, this.userKind, end)
    return end
  }

  /** Removes a tunnel end and fails the connections through it. No user is assigned to its stream afterwards. */
  remove(end: TunnelEnd, reason: FailureReason): void {
    const { table } = this
    this.detach(end)
    for (let first = table.firstConnection[end]; first !== NONE; first = table.firstConnection[end]) {
      this.unlink(first)
      this.traffic.onTunnelLost(first, reason)
    }
    table.release(end)
  }

  /** Adds a connection with a numbered dial to a tunnel's end. */
  addConnection(end: TunnelEnd, connection: TunnelledConnection): void {
    const { table, connections } = this
    const last = table.lastConnection[end]
    connections.end[connection] = end
    connections.previous[connection] = last
    connections.next[connection] = NONE
    if (last === NONE) table.firstConnection[end] = connection
    else connections.next[last] = connection
    table.lastConnection[end] = connection
    this.count(connection, 1)
    this.byDial.addAs(end, connections.dial[connection], connection)
    if (connections.number[connection] !== NONE) this.byNumber.addAs(end, connections.number[connection], connection)
  }

  unlink(connection: TunnelledConnection): void {
    const { table, connections } = this
    const end = connections.end[connection]
    if (end === NONE) return
    this.byDial.remove(end, connections.dial[connection])
    if (connections.number[connection] !== NONE) this.byNumber.remove(end, connections.number[connection])
    this.count(connection, -1)
    const next = connections.next[connection]
    const previous = connections.previous[connection]
    connections.end[connection] = NONE
    if (table.nextToSend[end] === connection) table.nextToSend[end] = next
    if (previous === NONE) table.firstConnection[end] = next
    else connections.next[previous] = next
    if (next === NONE) table.lastConnection[end] = previous
    else connections.previous[next] = previous
  }

  /** Sets the number of a connection that was added. */
  setNumber(connection: TunnelledConnection, number: number): void {
    const { connections } = this
    connections.number[connection] = number
    this.byNumber.addAs(connections.end[connection], number, connection)
  }

  findByNumber(end: TunnelEnd, number: number): TunnelledConnection {
    return this.byNumber.find(end, number)
  }

  findByDial(end: TunnelEnd, dial: number): TunnelledConnection {
    return this.byDial.find(end, dial)
  }

  /** Adds a connection to the counts of its end's active connections, or removes it. */
  private count(connection: TunnelledConnection, change: 1 | -1): void {
    const { table, connections } = this
    const end = connections.end[connection]
    table.unsentConnections[end] += change * connections.hasUnsent[connection]
    table.closingConnections[end] += change * connections.mustClose[connection]
    table.waitingConnections[end] += change * connections.awaitsRoom[connection]
    if (connections.firstPacket[connection] !== NONE) table.queueingConnections[end] += change
  }

  // Calls from the streams of the exchanges.

  onOpen(end: TunnelEnd): void {
    this.owner.onEndOpen(end)
  }

  onData(end: TunnelEnd): void {
    this.traffic.take(end)
  }

  /**
   * Called when the other side has ended the stream. At the server, this closes its own direction too; an agent closes
   * its connection (see TunnelEndOwner).
   */
  onEnd(end: TunnelEnd): void {
    const { table, streams } = this
    const stream = table.stream[end]
    const isServer = table.isServer[end] === 1
    this.handleLoss(end, 'unexpected end')
    if (isServer) streams.close(stream)
  }

  onFailure(end: TunnelEnd, reason: FailureReason): void {
    this.handleLoss(end, reason)
  }

  onDrained(end: TunnelEnd): void {
    this.traffic.pump(end)
  }

  /** Detaches the end from its stream, whose row may soon be reused for another stream. */
  private detach(end: TunnelEnd): void {
    const { table, streams } = this
    const stream = table.stream[end]
    table.stream[end] = NONE
    if (stream !== NONE) streams.table.userKind[stream] = NONE
  }

  private handleLoss(end: TunnelEnd, reason: FailureReason): void {
    this.detach(end)
    this.owner.onEndLost(end, reason)
    this.remove(end, reason)
  }
}
