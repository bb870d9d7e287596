import type { Arena } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection, WriteBuffer } from '../rows.ts'

/** Units of data that wait to be sent (Linux: sk_buff), linked by `next`, oldest first. */
export class BufferTable extends Table<WriteBuffer> {
  readonly startOffset = this.float64()
  readonly endOffset = this.float64()
  /** Its last segment has PSH. */
  readonly isPushed = this.uint8()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}

/**
 * What was taken from the user and not yet sent, in the units in which Linux keeps it: writes join the last one until
 * it is full, the first one gives its bytes burst by burst, and takes some of the second's where it has too few.
 */
export class WriteQueue {
  readonly buffers: BufferTable
  private readonly connections: ConnectionTable

  constructor(arena: Arena, connections: ConnectionTable) {
    this.buffers = new BufferTable(arena)
    this.connections = connections
  }

  /** Another one, still empty, behind the others. */
  open(connection: Connection): WriteBuffer {
    const { buffers, connections } = this
    const buffer = buffers.allocateUnset()
    const end = connections.bufferedEnd[connection]
    buffers.startOffset[buffer] = end
    buffers.endOffset[buffer] = end
    buffers.isPushed[buffer] = 0
    const last = connections.lastBuffer[connection]
    if (last === NONE) connections.firstBuffer[connection] = buffer
    else buffers.next[last] = buffer
    connections.lastBuffer[connection] = buffer
    connections.buffersHeld[connection]++
    return buffer
  }

  /** The user's next bytes go into the last one. */
  extend(connection: Connection, bytes: number): void {
    const { connections } = this
    connections.bufferedEnd[connection] += bytes
    this.buffers.endOffset[connections.lastBuffer[connection]] = connections.bufferedEnd[connection]
  }

  /** The end of the last one is where the far end is asked to read (tcp_mark_push). */
  push(connection: Connection): void {
    const { connections } = this
    const last = connections.lastBuffer[connection]
    if (last === NONE) return
    this.buffers.isPushed[last] = 1
    connections.pushedEnd[connection] = connections.bufferedEnd[connection]
  }

  lengthOf(buffer: WriteBuffer): number {
    return this.buffers.endOffset[buffer] - this.buffers.startOffset[buffer]
  }

  /** The first one is to hold so much, if the second one has it (tcp_grow_skb); returns how much it holds. */
  grow(connection: Connection, bytes: number): number {
    const { buffers, connections } = this
    const first = connections.firstBuffer[connection]
    const second = buffers.next[first]
    const missing = bytes - this.lengthOf(first)
    if (missing > 0 && second !== NONE) {
      const moved = Math.min(missing, this.lengthOf(second))
      buffers.endOffset[first] += moved
      buffers.startOffset[second] += moved
      if (this.lengthOf(second) === 0) this.swallowSecond(connection, first, second)
    }
    return this.lengthOf(first)
  }

  private swallowSecond(connection: Connection, first: WriteBuffer, second: WriteBuffer): void {
    const { buffers, connections } = this
    buffers.isPushed[first] |= buffers.isPushed[second]
    buffers.next[first] = buffers.next[second]
    if (connections.lastBuffer[connection] === second) connections.lastBuffer[connection] = first
    buffers.release(second)
    connections.buffersHeld[connection]--
  }

  /**
   * The first bytes of the first one are sent, as a unit of their own, which is held until it is acknowledged. Whether
   * the end of them has PSH: that of the whole stays with what is left of it (tso_fragment).
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

  /** The connection is over. */
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
