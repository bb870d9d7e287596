import type { Arena } from '../../engine/arena.ts'
import { assert } from '../../engine/assert.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Content, Mark } from '../rows.ts'
import { derivedName } from './derived-name.ts'

/**
 * The data of byte streams, without their bytes. A content is one direction of one connection, from its first byte to
 * its last. It has a stable name, a length that grows as its author writes, and marks at the ends of the author's
 * records and messages. Segments, records and channels refer to it by content, offset and length. Bytes that an
 * attacker inserts are another content, so that they can be told from the original.
 */
export class ContentTable extends Table<Content> {
  readonly lengthBytes = this.float64()
  readonly nameHigh = this.int32()
  readonly nameLow = this.int32()
  /** The host that writes it. */
  readonly author = this.int32()
  /** The content of which this one is a changed copy, with the same offsets and marks; or NONE. */
  readonly original = this.handle<Content>()
  /** Offset up to which its bytes have arrived. Set only where bytes of other contents came in between. */
  readonly arrivedUntil = this.float64()
  /** The first mark that the reader has not taken, and the last one written. */
  readonly firstMark = this.handle<Mark>()
  readonly lastMark = this.handle<Mark>()
  /** Number of streams, packets and marks that hold it. The last to drop it releases it. */
  readonly references = this.int32()

  constructor(arena: Arena) {
    super(arena, 128)
    this.attach()
  }
}

/**
 * Ends of records and messages in contents. `value` and `detail` mean what the layer says that reads the content. No
 * two layers share a kind: TLS has 1 to 9, SSH 11 to 19, HTTP 21 to 39, Konnectivity 41 to 49, workloads 51 to 59,
 * bodies of Kubernetes 61 and up.
 */
export class MarkTable extends Table<Mark> {
  readonly endOffset = this.float64()
  /** Length of the whole record, which ends at `endOffset`. */
  readonly lengthBytes = this.float64()
  readonly kind = this.int32()
  readonly value = this.float64()
  readonly detail = this.int32()
  /** Content whose bytes the record carries, held as long as the mark exists; or NONE. */
  readonly carried = this.handle<Content>()
  /** Offset in `carried` of the record's first byte. */
  readonly carriedOffset = this.float64()
  /** The HTTP request that the record belongs to, for observers; or NONE. */
  readonly subject = this.int32()

  constructor(arena: Arena) {
    super(arena, 256)
    this.attach()
  }
}

/** Observes records and messages as they are written. An observer must not change anything. */
export interface ContentObserver {
  /** A record or message was appended to `content`; `mark` has the columns of MarkTable. */
  onMark(content: Content, mark: Mark): void
}

/** Returns an observer that passes each call to both; the other one where one is null. */
export function bothContentObservers(first: ContentObserver | null, second: ContentObserver): ContentObserver {
  if (first === null) return second
  return {
    onMark(content, mark) {
      first.onMark(content, mark)
      second.onMark(content, mark)
    },
  }
}

/** Kind of a mark whose record had begun to arrive when its end was overwritten. No layer uses it. */
export const COVERED = 0

/** Creates, extends and reads contents and their marks. */
export class Contents {
  readonly table: ContentTable
  readonly marks: MarkTable
  observer: ContentObserver | null = null

  constructor(arena: Arena) {
    this.table = new ContentTable(arena)
    this.marks = new MarkTable(arena)
  }

  /** Creates an empty content whose data the host `author` writes, with one reference for the caller. */
  create(nameHigh: number, nameLow: number, author: number): Content {
    const content = this.table.allocate()
    this.table.nameHigh[content] = nameHigh
    this.table.nameLow[content] = nameLow
    this.table.author[content] = author
    this.table.references[content] = 1
    return content
  }

  /**
   * Creates a copy of which the host `author` has changed some bytes. It has the original's length, offsets and marks,
   * and the given name.
   */
  alter(content: Content, author: number, nameHigh: number, nameLow: number): Content {
    const original = this.originalOf(content)
    const copy = this.create(nameHigh, nameLow, author)
    this.table.original[copy] = original
    this.hold(original)
    return copy
  }

  isAltered(content: Content): boolean {
    return this.table.original[content] !== NONE
  }

  /** Returns the content of which this one is a changed copy, or the content itself. */
  originalOf(content: Content): Content {
    const original = this.table.original[content]
    return original === NONE ? content : original
  }

  hold(content: Content): void {
    this.table.references[content]++
  }

  /** Holds a content for so many holders. */
  holdForEach(content: Content, holders: number): void {
    this.table.references[content] += holders
  }

  drop(content: Content): void {
    assert(this.table.references[content] > 0, 'only a content that is held can be dropped')
    if (--this.table.references[content] > 0) return
    const original = this.table.original[content]
    while (this.table.firstMark[content] !== NONE) this.takeMark(content)
    this.table.release(content)
    if (original !== NONE) this.drop(original)
  }

  lengthBytes(content: Content): number {
    return this.table.lengthBytes[this.originalOf(content)]
  }

  append(content: Content, lengthBytes: number): void {
    assert(lengthBytes >= 0, 'contents only grow')
    assert(this.table.original[content] === NONE, 'a copy is as long as its original')
    this.table.lengthBytes[content] += lengthBytes
  }

  /** Appends a whole record or message, and marks its end. */
  appendMarked(
    content: Content,
    lengthBytes: number,
    kind: number,
    value: number,
    detail: number,
    carried: Content,
    carriedOffset: number,
    subject: number,
  ): void {
    assert(lengthBytes > 0, 'records and messages have a length')
    this.append(content, lengthBytes)
    const mark = this.marks.allocateUnset()
    this.marks.endOffset[mark] = this.table.lengthBytes[content]
    this.marks.lengthBytes[mark] = lengthBytes
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
    if (this.observer !== null) this.observer.onMark(content, mark)
  }

  /** Returns the offset at which the next record ends that the reader has not taken; Infinity: none was written. */
  nextMarkEnd(content: Content): number {
    const mark = this.nextMark(content)
    return mark === NONE ? Number.POSITIVE_INFINITY : this.marks.endOffset[mark]
  }

  /** Returns the next mark, or NONE. Its columns must be read before `takeMark`. */
  nextMark(content: Content): Mark {
    const original = this.table.original[content]
    return this.table.firstMark[original === NONE ? content : original]
  }

  /** Takes the next mark and releases it. */
  takeMark(content: Content): void {
    this.releaseMark(this.detachMark(content))
  }

  /** Takes the next mark, which the caller releases with `releaseMark`. Until then it holds what it carries. */
  detachMark(content: Content): Mark {
    const marked = this.originalOf(content)
    const mark = this.table.firstMark[marked]
    assert(mark !== NONE, 'there is a mark to take')
    this.table.firstMark[marked] = this.marks.next[mark]
    if (this.table.firstMark[marked] === NONE) this.table.lastMark[marked] = NONE
    return mark
  }

  /**
   * Returns the content that a mark carries, or a changed copy of it where `altered`, a changed copy of the content with
   * the mark, says that somebody has changed the record; NONE if it carries none. The caller drops it.
   */
  holdCarried(mark: Mark, altered: Content): Content {
    const { table, marks } = this
    const carried = marks.carried[mark]
    if (carried === NONE) return NONE
    if (altered === NONE) {
      this.hold(carried)
      return carried
    }
    const nameHigh = derivedName(table.nameHigh[altered], table.nameHigh[carried])
    const nameLow = derivedName(table.nameLow[altered], table.nameLow[carried])
    return this.alter(carried, table.author[altered], nameHigh, nameLow)
  }

  /** Returns the offset of the record that holds the byte at `offset`; Infinity if nothing was written there yet. */
  recordStart(content: Content, offset: number): number {
    const mark = this.markAt(content, offset)
    return mark === NONE ? Number.POSITIVE_INFINITY : this.marks.endOffset[mark] - this.marks.lengthBytes[mark]
  }

  /** Returns the first mark that ends after `offset`, or NONE. */
  markAt(content: Content, offset: number): Mark {
    let mark = this.nextMark(content)
    while (mark !== NONE && this.marks.endOffset[mark] <= offset) mark = this.marks.next[mark]
    return mark
  }

  // Contents that are interrupted by bytes of others

  /** Notes that the bytes up to `offset` have arrived, and that bytes of another content follow. */
  noteInterrupted(content: Content, offset: number): void {
    const original = this.originalOf(content)
    if (offset > this.table.arrivedUntil[original]) this.table.arrivedUntil[original] = offset
  }

  /**
   * Notes that its bytes arrive again, from `offset` on. Those since the interruption never arrive, and the marks of
   * records within that gap are removed. A record that had begun before the gap keeps its mark, as COVERED.
   */
  noteResumed(content: Content, offset: number): void {
    const original = this.originalOf(content)
    const { marks, table } = this
    const from = table.arrivedUntil[original]
    let before: Mark = NONE
    for (let mark = table.firstMark[original]; mark !== NONE && marks.endOffset[mark] <= offset; ) {
      const next = marks.next[mark]
      const isCovered = marks.endOffset[mark] > from
      const hasBegun = marks.endOffset[mark] - marks.lengthBytes[mark] < from
      if (isCovered && !hasBegun) this.unlink(original, before, mark)
      else before = mark
      if (isCovered && hasBegun) marks.kind[mark] = COVERED
      mark = next
    }
    if (offset > from) table.arrivedUntil[original] = offset
  }

  private unlink(content: Content, before: Mark, mark: Mark): void {
    const { marks, table } = this
    if (before === NONE) table.firstMark[content] = marks.next[mark]
    else marks.next[before] = marks.next[mark]
    if (table.lastMark[content] === mark) table.lastMark[content] = before
    this.releaseMark(mark)
  }

  releaseMark(mark: Mark): void {
    const carried = this.marks.carried[mark]
    this.marks.release(mark)
    if (carried !== NONE) this.drop(carried)
  }
}
