import type { Arena, Columns } from '../engine/arena.ts'
import { assert } from '../engine/assert.ts'
import { NONE, Table } from '../engine/table.ts'

/**
 * What a byte stream says, without its bytes. A content is one direction of one connection, from its first byte to
 * its last: it has a stable name, a length that grows as its author writes, and marks at the ends of the author's
 * records and messages. Segments, records and channels carry references to it (content, offset, length). What
 * somebody else slips into a stream is another content, so that changed data tells itself from the original.
 */
export class ContentTable extends Table {
  lengthBytes!: Float64Array
  nameHigh!: Int32Array
  nameLow!: Int32Array
  /** The host that says it. */
  author!: Int32Array
  /** The content that this one is a changed copy of, byte for byte in the same places, and whose marks it has; or NONE. */
  original!: Int32Array
  /** The first mark that its reader has not taken, and the last one written. */
  firstMark!: Int32Array
  lastMark!: Int32Array
  /** Streams and packets that refer to it; released with the last. */
  references!: Int32Array

  constructor(arena: Arena) {
    super(arena, 128)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.lengthBytes = columns.float64()
    this.nameHigh = columns.int32()
    this.nameLow = columns.int32()
    this.author = columns.int32()
    this.original = columns.int32()
    this.firstMark = columns.int32()
    this.lastMark = columns.int32()
    this.references = columns.int32()
  }
}

/**
 * The end of a record or message in a content. Values and details are the affair of who reads the content, and so are
 * kinds, which no two layers share, so that whoever sees a content knows what it is: TLS has 1 to 9, SSH 11 to 19,
 * HTTP 21 to 39, Konnectivity 41 to 49, workloads 51 to 59, Kubernetes' own bodies 61 and up.
 */
export class MarkTable extends Table {
  endOffset!: Float64Array
  kind!: Uint8Array
  value!: Float64Array
  detail!: Int32Array
  /** A content whose bytes the record carries, held for as long as the mark lives; or NONE. */
  carried!: Int32Array
  /** Where in that its first byte lies. */
  carriedOffset!: Float64Array
  /** What the record belongs to, for readers that are told: the request of an HTTP head or body; or NONE. */
  subject!: Int32Array

  constructor(arena: Arena) {
    super(arena, 256)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.endOffset = columns.float64()
    this.value = columns.float64()
    this.carriedOffset = columns.float64()
    this.detail = columns.int32()
    this.carried = columns.int32()
    this.subject = columns.int32()
    this.kind = columns.uint8()
  }
}

/** Contents with their marks. */
export class Contents {
  readonly table: ContentTable
  readonly marks: MarkTable

  constructor(arena: Arena) {
    this.table = new ContentTable(arena)
    this.marks = new MarkTable(arena)
  }

  /** An empty content that its author, a host, holds. */
  create(nameHigh: number, nameLow: number, author: number): number {
    const content = this.table.allocate()
    this.table.lengthBytes[content] = 0
    this.table.nameHigh[content] = nameHigh
    this.table.nameLow[content] = nameLow
    this.table.author[content] = author
    this.table.original[content] = NONE
    this.table.firstMark[content] = NONE
    this.table.lastMark[content] = NONE
    this.table.references[content] = 1
    return content
  }

  hold(content: number): void {
    this.table.references[content]++
  }

  drop(content: number): void {
    assert(this.table.references[content] > 0, 'a content is dropped by those who hold it')
    if (--this.table.references[content] > 0) return
    while (this.table.firstMark[content] !== NONE) this.takeMark(content)
    this.table.release(content)
  }

  lengthBytes(content: number): number {
    return this.table.lengthBytes[content]
  }

  append(content: number, lengthBytes: number): void {
    assert(lengthBytes >= 0, 'contents only grow')
    this.table.lengthBytes[content] += lengthBytes
  }

  /** Appends a whole record or message, and marks its end. */
  appendMarked(
    content: number,
    lengthBytes: number,
    kind: number,
    value: number,
    detail: number,
    carried: number,
    carriedOffset: number,
    subject: number,
  ): void {
    assert(lengthBytes > 0, 'records and messages have a length')
    this.append(content, lengthBytes)
    const mark = this.marks.allocate()
    this.marks.endOffset[mark] = this.table.lengthBytes[content]
    this.marks.kind[mark] = kind
    this.marks.value[mark] = value
    this.marks.detail[mark] = detail
    this.marks.carried[mark] = carried
    this.marks.carriedOffset[mark] = carriedOffset
    this.marks.subject[mark] = subject
    if (carried !== NONE) this.hold(carried)
    const last = this.table.lastMark[content]
    if (last === NONE) this.table.firstMark[content] = mark
    else this.marks.next[last] = mark
    this.table.lastMark[content] = mark
  }

  /** Where the next record or message that the reader has not taken ends; Infinity: none was written yet. */
  nextMarkEnd(content: number): number {
    const mark = this.table.firstMark[content]
    return mark === NONE ? Number.POSITIVE_INFINITY : this.marks.endOffset[mark]
  }

  /** The next mark (a row of `marks`), or NONE; to be read before `takeMark`. */
  nextMark(content: number): number {
    return this.table.firstMark[content]
  }

  takeMark(content: number): void {
    const mark = this.table.firstMark[content]
    assert(mark !== NONE, 'a reader takes marks that are there')
    this.table.firstMark[content] = this.marks.next[mark]
    if (this.table.firstMark[content] === NONE) this.table.lastMark[content] = NONE
    const carried = this.marks.carried[mark]
    this.marks.release(mark)
    if (carried !== NONE) this.drop(carried)
  }
}
