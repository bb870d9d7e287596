import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { finish32, mix32 } from '../../engine/hash.ts'
import { NONE } from '../../engine/table.ts'
import { PACKET_PLACES, type PacketTable } from '../../network/packet.ts'
import type { Packet } from '../../network/rows.ts'
import type { Connection, PortMap } from '../rows.ts'
import { CLOSED, CONNECTION_PLACES, type ConnectionTable } from './connection.ts'
import { PortMaps } from './port-maps.ts'

/** The buckets of the hash table at first, a power of two. Tests have fewer. */
export const CONNECTION_BUCKETS = { atFirst: 256 }
const PORTS = 65_536

const {
  source: SOURCE,
  destination: DESTINATION,
  sourcePort: SOURCE_PORT,
  destinationPort: DESTINATION_PORT,
  receiver: RECEIVER,
} = PACKET_PLACES
const {
  host: HOST,
  localAddress: LOCAL_ADDRESS,
  remoteAddress: REMOTE_ADDRESS,
  localPort: LOCAL_PORT,
  remotePort: REMOTE_PORT,
  nextByAddress: NEXT_BY_ADDRESS,
  state: STATE,
} = CONNECTION_PLACES

class Buckets implements ArenaTable {
  byAddress!: Int32Array

  layOut(columns: Columns): void {
    this.byAddress = columns.int32()
  }
}

/** One end of a connection. Addresses are indices into the address book. */
export interface ConnectionEnd {
  readonly host: number
  readonly localAddress: number
  readonly localPort: number
  readonly remoteAddress: number
  readonly remotePort: number
}

type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] }

/** Finds connections by the addresses and ports of a packet. */
export class Demultiplexer {
  private readonly arena: Arena
  private readonly connections: ConnectionTable
  private readonly portMaps: PortMaps
  private readonly buckets = new Buckets()
  /** The end that is being looked up, kept here so that no packet needs an object of its own. */
  private readonly wanted: Writable<ConnectionEnd> = {
    host: 0,
    localAddress: 0,
    localPort: 0,
    remoteAddress: 0,
    remotePort: 0,
  }

  constructor(arena: Arena, connections: ConnectionTable, hosts: number) {
    this.arena = arena
    this.connections = connections
    this.portMaps = new PortMaps(arena, connections, hosts)
    arena.attach(this.buckets, CONNECTION_BUCKETS.atFirst)
    this.buckets.byAddress.fill(NONE)
  }

  add(connection: Connection): void {
    if (this.connections.count > this.buckets.byAddress.length) this.grow()
    this.link(connection)
    const map = this.portMaps.find(connection)
    if (map !== NONE) this.portMaps.mark(map, this.connections.localPort[connection])
  }

  remove(connection: Connection): void {
    const { connections, portMaps } = this
    const map = portMaps.find(connection)
    if (map !== NONE) portMaps.clear(map, connections.localPort[connection])
    const { byAddress } = this.buckets
    const bucket = this.addressBucket(connection)
    let before = byAddress[bucket]
    if (before === connection) {
      byAddress[bucket] = connections.nextByAddress[connection]
      return
    }
    while (connections.nextByAddress[before] !== connection) before = connections.nextByAddress[before]
    connections.nextByAddress[before] = connections.nextByAddress[connection]
  }

  /**
   * Returns the host's connection that the packet is addressed to, or NONE. The one that the sender takes for it is tried
   * first: if it is not closed and has the host, addresses and ports, no other has, and there is nothing to search.
   */
  receiverOf(packets: PacketTable, packet: Packet, host: number): Connection {
    const header = packets.int32s
    const { connections } = this
    const localAddress = header[packet + DESTINATION]
    const localPort = header[packet + DESTINATION_PORT]
    const remoteAddress = header[packet + SOURCE]
    const remotePort = header[packet + SOURCE_PORT]
    const supposed = header[packet + RECEIVER]
    const isReceiver =
      supposed !== NONE &&
      this.isEnd(supposed, host, localAddress, localPort, remoteAddress, remotePort) &&
      connections.int32s[supposed + STATE] !== CLOSED
    return isReceiver
      ? connections.rowAt(supposed)
      : this.findEnd(host, localAddress, localPort, remoteAddress, remotePort)
  }

  /** Returns the connection of `peerHost` to which this one leads, if no address is replaced on the way; or NONE. */
  peerOf(connection: Connection, peerHost: number): Connection {
    const { connections } = this
    return this.findEnd(
      peerHost,
      connections.remoteAddress[connection],
      connections.remotePort[connection],
      connections.localAddress[connection],
      connections.localPort[connection],
    )
  }

  /** Returns the host's connection that sent the packet, or NONE. */
  senderOf(packets: PacketTable, packet: Packet, host: number): Connection {
    const { wanted } = this
    wanted.host = host
    wanted.localAddress = packets.source[packet]
    wanted.localPort = packets.sourcePort[packet]
    wanted.remoteAddress = packets.destination[packet]
    wanted.remotePort = packets.destinationPort[packet]
    return this.find(wanted)
  }

  /** Returns the connection that has the addresses and ports of this one, which is not yet added, or NONE. */
  sameEndAs(connection: Connection): Connection {
    this.wantEndOf(connection)
    return this.find(this.wanted)
  }

  /**
   * Returns the first port from `from` to `to`, both included, that no connection to the destination of this one has, or
   * NONE. The connection itself is not yet added.
   */
  firstFreePort(connection: Connection, from: number, to: number): number {
    const { portMaps } = this
    const known = portMaps.find(connection)
    return portMaps.firstFree(known === NONE ? this.mapPorts(connection) : known, from, to)
  }

  private mapPorts(connection: Connection): PortMap {
    const { portMaps, wanted } = this
    const map = portMaps.add(connection)
    this.wantEndOf(connection)
    for (wanted.localPort = 0; wanted.localPort < PORTS; wanted.localPort++)
      if (this.find(wanted) !== NONE) portMaps.mark(map, wanted.localPort)
    return map
  }

  /** Returns the connection with this end, or NONE. */
  find({ host, localAddress, localPort, remoteAddress, remotePort }: ConnectionEnd): Connection {
    return this.findEnd(host, localAddress, localPort, remoteAddress, remotePort)
  }

  private findEnd(
    host: number,
    localAddress: number,
    localPort: number,
    remoteAddress: number,
    remotePort: number,
  ): Connection {
    const { int32s: words } = this.connections
    const bucket = this.bucketOf(host, localAddress, localPort, remoteAddress, remotePort)
    let connection = this.buckets.byAddress[bucket]
    while (connection !== NONE && !this.isEnd(connection, host, localAddress, localPort, remoteAddress, remotePort))
      connection = words[connection + NEXT_BY_ADDRESS]
    return this.connections.rowAt(connection)
  }

  private isEnd(
    connection: number,
    host: number,
    localAddress: number,
    localPort: number,
    remoteAddress: number,
    remotePort: number,
  ): boolean {
    const { int32s: words } = this.connections
    return (
      words[connection + LOCAL_PORT] === localPort &&
      words[connection + REMOTE_PORT] === remotePort &&
      words[connection + HOST] === host &&
      words[connection + LOCAL_ADDRESS] === localAddress &&
      words[connection + REMOTE_ADDRESS] === remoteAddress
    )
  }

  private grow(): void {
    const live: Connection[] = []
    for (const first of this.buckets.byAddress) {
      for (
        let connection = this.connections.rowAt(first);
        connection !== NONE;
        connection = this.connections.nextByAddress[connection]
      )
        live.push(connection)
    }
    this.arena.grow(this.buckets, this.buckets.byAddress.length * 2)
    this.buckets.byAddress.fill(NONE)
    for (const connection of live) this.link(connection)
  }

  private link(connection: Connection): void {
    const address = this.addressBucket(connection)
    this.connections.nextByAddress[connection] = this.connections.rowAt(this.buckets.byAddress[address])
    this.buckets.byAddress[address] = connection
  }

  private addressBucket(connection: Connection): number {
    const { connections } = this
    return this.bucketOf(
      connections.host[connection],
      connections.localAddress[connection],
      connections.localPort[connection],
      connections.remoteAddress[connection],
      connections.remotePort[connection],
    )
  }

  private wantEndOf(connection: Connection): void {
    const { connections, wanted } = this
    wanted.host = connections.host[connection]
    wanted.localAddress = connections.localAddress[connection]
    wanted.localPort = connections.localPort[connection]
    wanted.remoteAddress = connections.remoteAddress[connection]
    wanted.remotePort = connections.remotePort[connection]
  }

  /** The number of buckets is a power of two. */
  private bucketOf(
    host: number,
    localAddress: number,
    localPort: number,
    remoteAddress: number,
    remotePort: number,
  ): number {
    const hash = mix32(mix32(mix32(host, localAddress), remoteAddress), (localPort << 16) | remotePort)
    return finish32(hash) & (this.buckets.byAddress.length - 1)
  }
}
