import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import { BODY, REQUEST_HEAD, RESPONSE_HEAD } from '../../http/marks.ts'
import type { Content } from '../../transport/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { Frame } from '../rows.ts'
import { NO_PACKET, type PacketReference } from '../state/event-counts.ts'
import { growTo } from './side-table.ts'

/** The kinds of marks at the ends of frames: heads of messages, and pieces of bodies. */
export const FRAME_KINDS: readonly number[] = [REQUEST_HEAD, RESPONSE_HEAD, BODY]

/** Frames that no end has read yet, those of a content linked, the newest first. */
class FrameTable extends Table<Frame> {
  readonly observer = this.int32()
  /** The offset in the content at which the frame ends, which identifies it. */
  readonly endOffset = this.float64()
  readonly direction = this.int32()
  readonly serial = this.float64()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** The first frame of each content, by index of ContentTable. */
class FrameHeads implements ArenaTable {
  /** The row of FrameTable, plus 1. */
  first!: Int32Array
  /** The generation of the content's row: frames of another one belong to a content that is gone. */
  generation!: Float64Array

  layOut(columns: Columns): void {
    this.generation = columns.float64()
    this.first = columns.int32()
  }
}

/**
 * The packets in which frames of HTTP were seen, until an end reads the frame.
 * A frame that comes in several packets, or over several hops, is recorded with the last. `observer` is an attacker, or
 * NONE for the ends of connections.
 */
export class FramePackets {
  private readonly arena: Arena
  private readonly contents: Contents
  private readonly table: FrameTable
  private readonly heads = new FrameHeads()

  constructor(arena: Arena, contents: Contents) {
    this.arena = arena
    this.contents = contents
    this.table = new FrameTable(arena)
    arena.attach(this.heads, 64)
  }

  get isEmpty(): boolean {
    return this.table.count === 0
  }

  /** Records that the observer has seen the frame of `content` that ends at `endOffset` in a packet. */
  note(observer: number, content: Content, endOffset: number, { direction, serial }: PacketReference): void {
    const original = this.contents.originalOf(content)
    let frame = this.frameAt(observer, original, endOffset)
    if (frame === NONE) frame = this.add(observer, original, endOffset)
    this.table.direction[frame] = direction
    this.table.serial[frame] = serial
  }

  /** Returns the packet in which the observer saw the frame; NO_PACKET where it did not. */
  packetOf(observer: number, content: Content, endOffset: number): PacketReference {
    const { table } = this
    const frame = this.frameAt(observer, this.contents.originalOf(content), endOffset)
    return frame === NONE ? NO_PACKET : { direction: table.direction[frame], serial: table.serial[frame] }
  }

  /** Forgets the frames up to the one that an end has just read. */
  release(content: Content, endOffset: number): void {
    const { table, heads } = this
    if (this.isEmpty) return
    const original = this.contents.originalOf(content)
    let before: Frame = NONE
    for (let frame = this.firstFrameOf(original); frame !== NONE; ) {
      const next = table.next[frame]
      if (table.endOffset[frame] > endOffset) before = frame
      else {
        if (before === NONE) heads.first[this.contents.table.indexOf(original)] = next + 1
        else table.next[before] = next
        table.release(frame)
      }
      frame = next
    }
  }

  private frameAt(observer: number, content: Content, endOffset: number): Frame {
    const { table } = this
    let frame = this.firstFrameOf(content)
    while (frame !== NONE && !(table.endOffset[frame] === endOffset && table.observer[frame] === observer))
      frame = table.next[frame]
    return frame
  }

  private firstFrameOf(content: Content): Frame {
    const { heads, table, contents } = this
    const index = contents.table.indexOf(content)
    if (index >= heads.first.length || heads.generation[index] !== contents.table.generation[content]) return NONE
    return table.rowAt(heads.first[index] - 1)
  }

  private add(observer: number, content: Content, endOffset: number): Frame {
    const { table, heads, contents } = this
    const index = contents.table.indexOf(content)
    growTo(this.arena, heads, heads.first.length, index)
    this.releaseStale(content, index)
    const frame = table.allocate()
    table.observer[frame] = observer
    table.endOffset[frame] = endOffset
    table.next[frame] = table.rowAt(heads.first[index] - 1)
    heads.first[index] = frame + 1
    return frame
  }

  /** Releases the frames of an earlier content with the same row. */
  private releaseStale(content: Content, index: number): void {
    const { table, heads, contents } = this
    if (heads.generation[index] === contents.table.generation[content]) return
    for (let frame = table.rowAt(heads.first[index] - 1); frame !== NONE; ) {
      const next = table.next[frame]
      table.release(frame)
      frame = next
    }
    heads.first[index] = 0
    heads.generation[index] = contents.table.generation[content]
  }
}
