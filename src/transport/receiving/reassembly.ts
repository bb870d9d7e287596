import type { Arena } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection, Content, ReceivedRange } from '../rows.ts'
import type { Contents } from '../streams/content.ts'

/** Ranges of the stream that arrived before the bytes in front of them, with their contents. */
export class RangeTable extends Table<ReceivedRange> {
  readonly startOffset = this.float64()
  readonly endOffset = this.float64()
  readonly content = this.handle<Content>()
  readonly contentOffset = this.float64()

  constructor(arena: Arena) {
    super(arena, 128)
    this.attach()
  }
}

/**
 * Keeps the out-of-order ranges of connections, sorted and disjoint. Bytes that arrive twice keep their
 * first value, so an attacker's data are accepted only if they arrive before the original.
 */
export class Reassembly {
  readonly ranges: RangeTable
  private readonly connections: ConnectionTable
  private readonly contents: Contents

  constructor(arena: Arena, connections: ConnectionTable, contents: Contents) {
    this.ranges = new RangeTable(arena)
    this.connections = connections
    this.contents = contents
  }

  /** Returns whether all of [start, end) is held. */
  covers(connection: Connection, start: number, end: number): boolean {
    const { ranges } = this
    let from = start
    let range = this.connections.firstRange[connection]
    for (; range !== NONE && ranges.startOffset[range] <= from; range = ranges.next[range])
      from = Math.max(from, ranges.endOffset[range])
    return from >= end
  }

  /** Keeps the new parts of [start, end), which is not before `receiveNext`. */
  insert(connection: Connection, start: number, end: number, content: Content, contentOffset: number): void {
    const { ranges, connections } = this
    let before: ReceivedRange = NONE
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

  /** Returns the end of the last range; 0: there is none. */
  end(connection: Connection): number {
    const { ranges } = this
    let end = 0
    for (let range = this.connections.firstRange[connection]; range !== NONE; range = ranges.next[range])
      end = ranges.endOffset[range]
    return end
  }

  /** Returns the range that `receiveNext` has reached, or NONE. */
  ready(connection: Connection): ReceivedRange {
    const range = this.connections.firstRange[connection]
    return range !== NONE && this.ranges.startOffset[range] <= this.connections.receiveNext[connection] ? range : NONE
  }

  removeFirst(connection: Connection): void {
    const { ranges, connections } = this
    const range = connections.firstRange[connection]
    connections.outOfOrderBytes[connection] -= ranges.endOffset[range] - ranges.startOffset[range]
    connections.firstRange[connection] = ranges.next[range]
    this.contents.drop(ranges.content[range])
    ranges.release(range)
  }

  clear(connection: Connection): void {
    while (this.connections.firstRange[connection] !== NONE) this.removeFirst(connection)
  }

  /**
   * Adds [start, end) after the range `before`, or extends that range where it holds the preceding bytes of the
   * content.
   */
  private link(
    connection: Connection,
    before: ReceivedRange,
    start: number,
    end: number,
    content: Content,
    contentOffset: number,
  ): ReceivedRange {
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

  private continues(range: ReceivedRange, start: number, content: Content, contentOffset: number): boolean {
    const { ranges } = this
    if (ranges.endOffset[range] !== start || ranges.content[range] !== content) return false
    return ranges.contentOffset[range] + (start - ranges.startOffset[range]) === contentOffset
  }
}
