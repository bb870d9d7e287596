import type { Arena } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection, WriteBuffer } from '../rows.ts'

/** Units of data that wait to be sent (Linux: sk_buff), linked by `next`, oldest first. */
export class BufferTable extends Table<WriteBuffer> {
  readonly startOffset = this.float64()
  readonly endOffset = this.float64()
  /** 1: the unit's last segment has PSH. */
  readonly isPushed = this.int32()
  /** 1: the unit ends a record, and takes no more data (MSG_EOR). */
  readonly endsRecord = this.int32()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}

/**
 * Data that were taken from the user and not sent yet, in units as Linux keeps them. Writes extend the last unit until
 * it is full. The first unit is sent burst by burst, and takes bytes of the second when it has too few.
 */
export class WriteQueue {
  readonly buffers: BufferTable
  private readonly connections: ConnectionTable

  constructor(arena: Arena, connections: ConnectionTable) {
    this.buffers = new BufferTable(arena)
    this.connections = connections
  }

  /** Appends an empty unit. */
  open(connection: Connection): WriteBuffer {
    const { buffers, connections } = this
    const buffer = buffers.allocateUnset()
    const end = connections.bufferedEnd[connection]
    buffers.startOffset[buffer] = end
    buffers.endOffset[buffer] = end
    buffers.isPushed[buffer] = 0
    buffers.endsRecord[buffer] = 0
    const last = connections.lastBuffer[connection]
    if (last === NONE) connections.firstBuffer[connection] = buffer
    else buffers.next[last] = buffer
    connections.lastBuffer[connection] = buffer
    connections.buffersHeld[connection]++
    return buffer
  }

  /** Adds the user's next bytes to the last unit. */
  extend(connection: Connection, bytes: number): void {
    const { connections } = this
    connections.bufferedEnd[connection] += bytes
    this.buffers.endOffset[connections.lastBuffer[connection]] = connections.bufferedEnd[connection]
  }

  /** Sets PSH at the end of the last unit, where the peer should read (tcp_mark_push). */
  push(connection: Connection): void {
    const { connections } = this
    const last = connections.lastBuffer[connection]
    if (last === NONE) return
    this.buffers.isPushed[last] = 1
    connections.pushedEnd[connection] = connections.bufferedEnd[connection]
  }

  /** Ends a record with the last unit: later data begin another one. */
  endRecord(connection: Connection): void {
    const last = this.connections.lastBuffer[connection]
    if (last !== NONE) this.buffers.endsRecord[last] = 1
  }

  lengthOf(buffer: WriteBuffer): number {
    return this.buffers.endOffset[buffer] - this.buffers.startOffset[buffer]
  }

  /** Fills the first unit up to `bytes` from the second one (tcp_grow_skb). Returns the length of the first unit. */
  grow(connection: Connection, bytes: number): number {
    const { buffers, connections } = this
    const first = connections.firstBuffer[connection]
    const second = buffers.next[first]
    const missing = bytes - this.lengthOf(first)
    if (missing > 0 && second !== NONE && buffers.endsRecord[first] === 0) {
      const moved = Math.min(missing, this.lengthOf(second))
      buffers.endOffset[first] += moved
      buffers.startOffset[second] += moved
      if (this.lengthOf(second) === 0) this.swallowSecond(connection, first, second)
    }
    return this.lengthOf(first)
  }

  /** Returns what `grow` would return. */
  lengthAfterGrowing(connection: Connection, bytes: number): number {
    const { buffers, connections } = this
    const first = connections.firstBuffer[connection]
    const lengthBytes = this.lengthOf(first)
    const second = buffers.next[first]
    if (lengthBytes >= bytes || second === NONE || buffers.endsRecord[first] === 1) return lengthBytes
    return Math.min(bytes, lengthBytes + this.lengthOf(second))
  }

  private swallowSecond(connection: Connection, first: WriteBuffer, second: WriteBuffer): void {
    const { buffers, connections } = this
    buffers.isPushed[first] |= buffers.isPushed[second]
    buffers.endsRecord[first] = buffers.endsRecord[second]
    buffers.next[first] = buffers.next[second]
    if (connections.lastBuffer[connection] === second) connections.lastBuffer[connection] = first
    buffers.release(second)
    connections.buffersHeld[connection]--
  }

  /**
   * Takes bytes off the first unit for sending. They are a unit of their own until they are acknowledged. Returns
   * whether their end has PSH, which stays with the rest of the unit, if there is one (tso_fragment).
   */
  takeFirst(connection: Connection, bytes: number): boolean {
    const { buffers, connections } = this
    const first = connections.firstBuffer[connection]
    if (bytes < this.lengthOf(first)) {
      buffers.startOffset[first] += bytes
      connections.buffersHeld[connection]++
      return false
    }
    const isPushed = buffers.isPushed[first] === 1
    this.dropFirst(connection)
    return isPushed
  }

  /** Releases all units of a connection that has ended. */
  clear(connection: Connection): void {
    while (this.connections.firstBuffer[connection] !== NONE) this.dropFirst(connection)
  }

  private dropFirst(connection: Connection): void {
    const { buffers, connections } = this
    const first = connections.firstBuffer[connection]
    connections.firstBuffer[connection] = buffers.next[first]
    if (buffers.next[first] === NONE) connections.lastBuffer[connection] = NONE
    buffers.release(first)
  }
}
