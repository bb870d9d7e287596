import type { Arena } from '../../engine/arena.ts'
import { IndexedTable, NONE } from '../../engine/table.ts'
import type { Connection, PortMap } from '../rows.ts'
import type { ConnectionTable } from './connection.ts'

const WORD_BITS = 32
const WORDS = 65_536 / WORD_BITS
const FULL_WORD = -1

/** Columns of `PortMaps`. */
class PortMapTable extends IndexedTable<PortMap> {
  readonly localAddress = this.int32()
  readonly remoteAddress = this.int32()
  readonly remotePort = this.uint16()
  /** Ports that are taken, a bit each, from port 0 on. */
  readonly taken = this.int32(0, WORDS)
  /** The first map of each host, as its index plus 1; 0: the host has none. */
  readonly firstOfHost: Int32Array

  constructor(arena: Arena, hosts: number) {
    super(arena, 1)
    this.firstOfHost = this.sharedInt32(hosts)
    this.attach()
  }
}

/**
 * The local ports that a host's connections to one destination have taken, for the few destinations of which a dial has
 * found many ports taken. It only saves work: without it such a dial would look up each port by itself.
 */
export class PortMaps {
  private readonly table: PortMapTable
  private readonly connections: ConnectionTable

  constructor(arena: Arena, connections: ConnectionTable, hosts: number) {
    this.table = new PortMapTable(arena, hosts)
    this.connections = connections
  }

  /** Returns the map of the destination to which a connection goes, or NONE. */
  find(connection: Connection): PortMap {
    const { connections, table } = this
    const localAddress = connections.localAddress[connection]
    const remoteAddress = connections.remoteAddress[connection]
    const remotePort = connections.remotePort[connection]
    let map = table.rowAt(table.firstOfHost[connections.host[connection]] - 1)
    while (map !== NONE) {
      if (
        table.remotePort[map] === remotePort &&
        table.remoteAddress[map] === remoteAddress &&
        table.localAddress[map] === localAddress
      )
        return map
      map = table.next[map]
    }
    return NONE
  }

  /** Adds an empty map for the destination of a connection. The caller marks the ports that are taken. */
  add(connection: Connection): PortMap {
    const { connections, table } = this
    const host = connections.host[connection]
    const map = table.allocate()
    table.localAddress[map] = connections.localAddress[connection]
    table.remoteAddress[map] = connections.remoteAddress[connection]
    table.remotePort[map] = connections.remotePort[connection]
    table.next[map] = table.rowAt(table.firstOfHost[host] - 1)
    table.firstOfHost[host] = map + 1
    return map
  }

  mark(map: PortMap, port: number): void {
    this.table.taken[wordAt(map, port)] |= 1 << (port % WORD_BITS)
  }

  clear(map: PortMap, port: number): void {
    this.table.taken[wordAt(map, port)] &= ~(1 << (port % WORD_BITS))
  }

  /** Returns the first free port from `from` to `to`, both included, or NONE. */
  firstFree(map: PortMap, from: number, to: number): number {
    const { taken } = this.table
    for (let port = from; port <= to; ) {
      const word = taken[wordAt(map, port)]
      if (word === FULL_WORD) port += WORD_BITS - (port % WORD_BITS)
      else if ((word & (1 << (port % WORD_BITS))) === 0) return port
      else port++
    }
    return NONE
  }
}

function wordAt(map: PortMap, port: number): number {
  return map * WORDS + Math.floor(port / WORD_BITS)
}
