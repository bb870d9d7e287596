import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { finish32, mix32 } from '../../engine/hash.ts'
import { NONE } from '../../engine/table.ts'
import type { ConnectionTable } from './connection.ts'

const INITIAL_BUCKETS = 256

class Buckets implements ArenaTable {
  byAddress!: Int32Array
  byOrdinal!: Int32Array

  layOut(columns: Columns): void {
    this.byAddress = columns.int32()
    this.byOrdinal = columns.int32()
  }
}

/** Finds connections: by the addresses and ports of a packet, and by the ordinal that an event names. */
export class Demultiplexer {
  private readonly arena: Arena
  private readonly connections: ConnectionTable
  private readonly buckets = new Buckets()

  constructor(arena: Arena, connections: ConnectionTable) {
    this.arena = arena
    this.connections = connections
    arena.attach(this.buckets, INITIAL_BUCKETS)
    this.buckets.byAddress.fill(NONE)
    this.buckets.byOrdinal.fill(NONE)
  }

  add(connection: number): void {
    if (this.connections.count > this.buckets.byAddress.length) this.grow()
    this.link(connection)
  }

  remove(connection: number): void {
    const { nextByAddress, nextByOrdinal } = this.connections
    unlink(this.buckets.byAddress, this.addressBucket(connection), nextByAddress, connection)
    unlink(this.buckets.byOrdinal, this.ordinalBucket(connection), nextByOrdinal, connection)
  }

  /** NONE where the host has no such connection. */
  find(host: number, localAddress: number, localPort: number, remoteAddress: number, remotePort: number): number {
    const { connections } = this
    let connection = this.buckets.byAddress[this.bucketOf(host, localAddress, localPort, remoteAddress, remotePort)]
    while (connection !== NONE) {
      if (
        connections.localPort[connection] === localPort &&
        connections.remotePort[connection] === remotePort &&
        connections.host[connection] === host &&
        connections.localAddress[connection] === localAddress &&
        connections.remoteAddress[connection] === remoteAddress
      ) {
        return connection
      }
      connection = connections.nextByAddress[connection]
    }
    return NONE
  }

  findByOrdinal(host: number, ordinal: number): number {
    const { connections } = this
    let connection = this.buckets.byOrdinal[this.mask(mix32(host, ordinal))]
    while (connection !== NONE) {
      if (connections.ordinal[connection] === ordinal && connections.host[connection] === host) return connection
      connection = connections.nextByOrdinal[connection]
    }
    return NONE
  }

  private grow(): void {
    const live: number[] = []
    for (const first of this.buckets.byAddress) {
      for (let connection = first; connection !== NONE; connection = this.connections.nextByAddress[connection])
        live.push(connection)
    }
    this.arena.grow(this.buckets, this.buckets.byAddress.length * 2)
    this.buckets.byAddress.fill(NONE)
    this.buckets.byOrdinal.fill(NONE)
    for (const connection of live) this.link(connection)
  }

  private link(connection: number): void {
    const address = this.addressBucket(connection)
    const ordinal = this.ordinalBucket(connection)
    this.connections.nextByAddress[connection] = this.buckets.byAddress[address]
    this.connections.nextByOrdinal[connection] = this.buckets.byOrdinal[ordinal]
    this.buckets.byAddress[address] = connection
    this.buckets.byOrdinal[ordinal] = connection
  }

  private addressBucket(connection: number): number {
    const { host, localAddress, localPort, remoteAddress, remotePort } = this.connections
    return this.bucketOf(
      host[connection],
      localAddress[connection],
      localPort[connection],
      remoteAddress[connection],
      remotePort[connection],
    )
  }

  private ordinalBucket(connection: number): number {
    return this.mask(mix32(this.connections.host[connection], this.connections.ordinal[connection]))
  }

  private bucketOf(
    host: number,
    localAddress: number,
    localPort: number,
    remoteAddress: number,
    remotePort: number,
  ): number {
    return this.mask(mix32(mix32(mix32(host, localAddress), remoteAddress), (localPort << 16) | remotePort))
  }

  /** The number of buckets is a power of two. */
  private mask(hash: number): number {
    return finish32(hash) & (this.buckets.byAddress.length - 1)
  }
}

function unlink(buckets: Int32Array, bucket: number, next: Int32Array, connection: number): void {
  let before = NONE
  let at = buckets[bucket]
  while (at !== connection) {
    before = at
    at = next[at]
  }
  if (before === NONE) buckets[bucket] = next[connection]
  else next[before] = next[connection]
}
