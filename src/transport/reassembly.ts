import type { Arena, Columns } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'
import { SACK_BLOCK_LIMIT } from '../network/packet.ts'
import type { ConnectionTable } from './connection.ts'
import type { Contents } from './content.ts'

/** Bytes that came before those in front of them: a range of the stream, and what it says. */
export class RangeTable extends Table {
  startOffset!: Float64Array
  endOffset!: Float64Array
  content!: Int32Array
  contentOffset!: Float64Array

  constructor(arena: Arena) {
    super(arena, 128)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.startOffset = columns.float64()
    this.endOffset = columns.float64()
    this.contentOffset = columns.float64()
    this.content = columns.int32()
  }
}

/**
 * Keeps a connection's out-of-order ranges, sorted and disjoint. Of bytes that come twice the first stay, so that
 * whoever injects data races the original.
 */
export class Reassembly {
  readonly ranges: RangeTable
  /** What `findBlock` found. */
  blockStart = 0
  blockEnd = 0
  private readonly connections: ConnectionTable
  private readonly contents: Contents

  constructor(arena: Arena, connections: ConnectionTable, contents: Contents) {
    this.ranges = new RangeTable(arena)
    this.connections = connections
    this.contents = contents
  }

  /** Whether all of [start, end) is held. */
  covers(connection: number, start: number, end: number): boolean {
    const { ranges } = this
    let from = start
    let range = this.connections.firstRange[connection]
    for (; range !== NONE && ranges.startOffset[range] <= from; range = ranges.next[range])
      from = Math.max(from, ranges.endOffset[range])
    return from >= end
  }

  /** Keeps what is new of [start, end), which lies at `receiveNext` or behind it. */
  insert(connection: number, start: number, end: number, content: number, contentOffset: number): void {
    const { ranges, connections } = this
    let before = NONE
    let range = connections.firstRange[connection]
    let from = start
    while (from < end) {
      if (range === NONE || from < ranges.startOffset[range]) {
        const gapEnd = range === NONE ? end : Math.min(end, ranges.startOffset[range])
        before = this.link(connection, before, from, gapEnd, content, contentOffset + (from - start))
        from = gapEnd
      }
      if (range === NONE) return
      from = Math.max(from, ranges.endOffset[range])
      before = range
      range = ranges.next[range]
    }
  }

  /** The range that `receiveNext` has reached, or NONE. */
  ready(connection: number): number {
    const range = this.connections.firstRange[connection]
    return range !== NONE && this.ranges.startOffset[range] <= this.connections.receiveNext[connection] ? range : NONE
  }

  removeFirst(connection: number): void {
    const { ranges, connections } = this
    const range = connections.firstRange[connection]
    connections.outOfOrderBytes[connection] -= ranges.endOffset[range] - ranges.startOffset[range]
    connections.firstRange[connection] = ranges.next[range]
    this.contents.drop(ranges.content[range])
    ranges.release(range)
  }

  clear(connection: number): void {
    while (this.connections.firstRange[connection] !== NONE) this.removeFirst(connection)
  }

  forgetRecent(connection: number): void {
    this.connections.recentOffsets.fill(-1, connection * SACK_BLOCK_LIMIT, (connection + 1) * SACK_BLOCK_LIMIT)
  }

  /**
   * The run of touching ranges around the n-th latest arrival: [blockStart, blockEnd). False where it is gone, or
   * the same as a later one's.
   */
  findBlock(connection: number, nth: number): boolean {
    const { ranges, connections } = this
    const offset = connections.recentOffsets[connection * SACK_BLOCK_LIMIT + nth]
    if (offset < connections.receiveNext[connection]) return false
    let range = connections.firstRange[connection]
    this.blockStart = this.blockEnd = -1
    for (; range !== NONE && ranges.startOffset[range] <= offset; range = ranges.next[range]) {
      if (ranges.startOffset[range] !== this.blockEnd) this.blockStart = ranges.startOffset[range]
      this.blockEnd = ranges.endOffset[range]
    }
    if (this.blockEnd <= offset) return false
    for (; range !== NONE && ranges.startOffset[range] === this.blockEnd; range = ranges.next[range])
      this.blockEnd = ranges.endOffset[range]
    return !this.isInBlock(connection, nth)
  }

  /** Whether a later arrival than the n-th lies in the block just found. */
  private isInBlock(connection: number, nth: number): boolean {
    for (let later = 0; later < nth; later++) {
      const offset = this.connections.recentOffsets[connection * SACK_BLOCK_LIMIT + later]
      if (offset >= this.blockStart && offset < this.blockEnd) return true
    }
    return false
  }

  /** A segment that begins here came out of order: its block is to be told of first. */
  noteRecent(connection: number, offset: number): void {
    const { recentOffsets } = this.connections
    const first = connection * SACK_BLOCK_LIMIT
    if (this.continuesNewest(connection, offset)) {
      recentOffsets[first] = offset
      return
    }
    recentOffsets.copyWithin(first + 1, first, first + SACK_BLOCK_LIMIT - 1)
    recentOffsets[first] = offset
  }

  /** Whether the segment extends the block that the newest is in: then the others stay. */
  private continuesNewest(connection: number, offset: number): boolean {
    return this.findBlock(connection, 0) && offset >= this.blockStart && offset <= this.blockEnd
  }

  /** Puts [start, end) behind the range `before`; into it, where it says the next bytes of the same content. */
  private link(
    connection: number,
    before: number,
    start: number,
    end: number,
    content: number,
    contentOffset: number,
  ): number {
    const { ranges, connections } = this
    if (before !== NONE && this.continues(before, start, content, contentOffset)) {
      ranges.endOffset[before] = end
      connections.outOfOrderBytes[connection] += end - start
      return before
    }
    const range = ranges.allocate()
    ranges.startOffset[range] = start
    ranges.endOffset[range] = end
    ranges.content[range] = content
    ranges.contentOffset[range] = contentOffset
    this.contents.hold(content)
    connections.outOfOrderBytes[connection] += end - start
    if (before === NONE) {
      ranges.next[range] = connections.firstRange[connection]
      connections.firstRange[connection] = range
    } else {
      ranges.next[range] = ranges.next[before]
      ranges.next[before] = range
    }
    return range
  }

  private continues(range: number, start: number, content: number, contentOffset: number): boolean {
    const { ranges } = this
    if (ranges.endOffset[range] !== start || ranges.content[range] !== content) return false
    return ranges.contentOffset[range] + (start - ranges.startOffset[range]) === contentOffset
  }
}
