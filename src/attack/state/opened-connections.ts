import type { Arena } from '../../engine/arena.ts'
import { finish32, mix32 } from '../../engine/hash.ts'
import { IndexedTable, NONE } from '../../engine/table.ts'
import { RST, SYN } from '../../network/header-flags.ts'
import type { PacketTable } from '../../network/packet.ts'
import type { Packet } from '../../network/rows.ts'
import type { OpenedConnection } from '../rows.ts'

const BUCKETS = 256

class OpenedTable extends IndexedTable<OpenedConnection> {
  readonly step = this.int32()
  readonly clientAddress = this.int32()
  readonly clientPort = this.uint16()
  readonly serverAddress = this.int32()
  readonly serverPort = this.uint16()
  /** The first row of each bucket, as its index plus 1; 0: the bucket is empty. */
  readonly firstOfBucket = this.sharedInt32(BUCKETS)

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/**
 * The connections that each step has seen open since it began: their SYN or SYN-ACK has passed its attacker. The
 * attacker takes all others for older ones.
 */
export class OpenedConnections {
  private readonly table: OpenedTable
  private readonly packets: PacketTable

  constructor(arena: Arena, packets: PacketTable) {
    this.table = new OpenedTable(arena)
    this.packets = packets
  }

  /** Records the packet's connection if the packet opens it. */
  see(step: number, packet: Packet, isTowardServer: boolean): void {
    const { packets, table } = this
    const isOpening = (packets.flags[packet] & (SYN | RST)) === SYN
    if (!isOpening || this.has(step, packet, isTowardServer)) return
    const { source, sourcePort, destination, destinationPort } = packets
    const row = table.allocate()
    table.step[row] = step
    table.clientAddress[row] = (isTowardServer ? source : destination)[packet]
    table.clientPort[row] = (isTowardServer ? sourcePort : destinationPort)[packet]
    table.serverAddress[row] = (isTowardServer ? destination : source)[packet]
    table.serverPort[row] = (isTowardServer ? destinationPort : sourcePort)[packet]
    const bucket = bucketOf(step, table.clientAddress[row], table.clientPort[row])
    table.next[row] = table.rowAt(table.firstOfBucket[bucket] - 1)
    table.firstOfBucket[bucket] = row + 1
  }

  /** Returns whether the step has seen the packet's connection open. */
  has(step: number, packet: Packet, isTowardServer: boolean): boolean {
    const { packets, table } = this
    const { source, sourcePort, destination, destinationPort } = packets
    const clientAddress = (isTowardServer ? source : destination)[packet]
    const clientPort = (isTowardServer ? sourcePort : destinationPort)[packet]
    const serverAddress = (isTowardServer ? destination : source)[packet]
    const serverPort = (isTowardServer ? destinationPort : sourcePort)[packet]
    let row = table.rowAt(table.firstOfBucket[bucketOf(step, clientAddress, clientPort)] - 1)
    while (row !== NONE) {
      if (
        table.step[row] === step &&
        table.clientPort[row] === clientPort &&
        table.clientAddress[row] === clientAddress &&
        table.serverPort[row] === serverPort &&
        table.serverAddress[row] === serverAddress
      )
        return true
      row = table.next[row]
    }
    return false
  }
}

function bucketOf(step: number, clientAddress: number, clientPort: number): number {
  return finish32(mix32(mix32(step, clientAddress), clientPort)) & (BUCKETS - 1)
}
