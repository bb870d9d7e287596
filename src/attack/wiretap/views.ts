import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Content, Mark } from '../../transport/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { Lock, SeenRange, View } from '../rows.ts'

class ViewTable extends Table<View> {
  readonly attacker = this.int32()
  readonly content = this.handle<Content>()
  /** Of the content's row: who finds another there has a view of what is gone. */
  readonly contentGeneration = this.uint32()
  readonly subject = this.int32()
  readonly lock = this.handle<Lock>()
  readonly firstRange = this.handle<SeenRange>()
  /** The last mark that was looked at; with its generation, it says whether the walk may go on from there. */
  readonly lastMark = this.handle<Mark>()
  readonly lastMarkGeneration = this.uint32()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

/** Ranges of bytes, linked in their order; no two of a view touch. */
class RangeTable extends Table<SeenRange> {
  readonly from = this.float64()
  readonly until = this.float64()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

/** By the content's index: its first view, plus 1. */
class ViewHeads implements ArenaTable {
  first!: Int32Array

  layOut(columns: Columns): void {
    this.first = columns.int32()
  }
}

/** Bytes that are new to a view: `gaps` of them, in order, in a stretch from `from` to `until` that is now seen whole. */
export interface NewBytes {
  readonly from: number
  readonly until: number
  readonly gaps: readonly { readonly from: number; readonly until: number }[]
}

/**
 * What each attacker has seen of each content, whatever came twice, late or out of order. The same bytes count anew
 * where they belong to another request (`subject`), and where they lie under other locks.
 */
export class Views {
  private readonly arena: Arena
  private readonly contents: Contents
  private readonly table: ViewTable
  private readonly ranges: RangeTable
  private readonly heads = new ViewHeads()

  constructor(arena: Arena, contents: Contents) {
    this.arena = arena
    this.contents = contents
    this.table = new ViewTable(arena)
    this.ranges = new RangeTable(arena)
    arena.attach(this.heads, 64)
  }

  /** The view of a content that lives. */
  viewOf(attacker: number, content: Content, subject: number, lock: Lock): View {
    this.makeRoomFor(content)
    const generation = this.contents.table.generation[content]
    let view = this.firstOf(content)
    if (view !== NONE && this.table.contentGeneration[view] !== generation) {
      this.releaseAll(content)
      view = NONE
    }
    while (view !== NONE && !this.isOf(view, attacker, subject, lock)) view = this.table.next[view]
    return view === NONE ? this.add(attacker, content, subject, lock) : view
  }

  /** null: all of it was seen before. */
  extend(view: View, from: number, until: number): NewBytes | null {
    const { ranges, table } = this
    let before: SeenRange = NONE
    let range = table.firstRange[view]
    while (range !== NONE && ranges.until[range] < from) {
      before = range
      range = ranges.next[range]
    }
    if (range !== NONE && ranges.from[range] <= from && ranges.until[range] >= until) return null
    const gaps: { from: number; until: number }[] = []
    let [left, right, at] = [from, until, from]
    while (range !== NONE && ranges.from[range] <= until) {
      left = Math.min(left, ranges.from[range])
      right = Math.max(right, ranges.until[range])
      if (ranges.from[range] > at) gaps.push({ from: at, until: ranges.from[range] })
      at = Math.max(at, ranges.until[range])
      const next = ranges.next[range]
      ranges.release(range)
      range = next
    }
    if (at < until) gaps.push({ from: at, until })
    this.insert(view, before, range, left, right)
    return { from: left, until: right, gaps }
  }

  /** Whether the view has these bytes already. */
  hasSeen(view: View, from: number, until: number): boolean {
    const { ranges, table } = this
    let range = table.firstRange[view]
    while (range !== NONE && ranges.until[range] < until) range = ranges.next[range]
    return range !== NONE && ranges.from[range] <= from
  }

  /** The mark from which on to look for those that end behind `offset`: where the last look ended, if that is before. */
  startingMark(view: View, offset: number): Mark {
    const { table, contents } = this
    const mark = table.lastMark[view]
    const isThere = mark !== NONE && contents.marks.generation[mark] === table.lastMarkGeneration[view]
    if (isThere && contents.marks.endOffset[mark] <= offset) return mark
    return contents.nextMark(table.content[view])
  }

  rememberMark(view: View, mark: Mark): void {
    this.table.lastMark[view] = mark
    this.table.lastMarkGeneration[view] = this.contents.marks.generation[mark]
  }

  /** What was seen under `lock` is seen under `other` from now on. */
  moveLock(attacker: number, lock: Lock, other: Lock): void {
    const { table } = this
    for (let index = 0; index < this.heads.first.length; index++) {
      for (let view = this.table.rowAt(this.heads.first[index] - 1); view !== NONE; view = table.next[view]) {
        if (table.attacker[view] !== attacker || table.lock[view] !== lock) continue
        this.moveView(view, other)
      }
    }
  }

  private moveView(view: View, lock: Lock): void {
    const { table, ranges } = this
    const content = table.content[view]
    let other = this.firstOf(content)
    while (other !== NONE && !this.isOf(other, table.attacker[view], table.subject[view], lock))
      other = table.next[other]
    if (other === NONE) {
      table.lock[view] = lock
      return
    }
    for (let range = table.firstRange[view]; range !== NONE; ) {
      const [next, from, until] = [ranges.next[range], ranges.from[range], ranges.until[range]]
      ranges.release(range)
      this.extend(other, from, until)
      range = next
    }
    table.firstRange[view] = NONE
  }

  private isOf(view: View, attacker: number, subject: number, lock: Lock): boolean {
    const { table } = this
    return table.attacker[view] === attacker && table.subject[view] === subject && table.lock[view] === lock
  }

  private add(attacker: number, content: Content, subject: number, lock: Lock): View {
    const { table, heads } = this
    const first = this.firstOf(content)
    const view = table.allocate()
    table.attacker[view] = attacker
    table.content[view] = content
    table.contentGeneration[view] = this.contents.table.generation[content]
    table.subject[view] = subject
    table.lock[view] = lock
    table.next[view] = first
    heads.first[this.contents.table.indexOf(content)] = view + 1
    return view
  }

  private insert(view: View, before: SeenRange, after: SeenRange, from: number, until: number): void {
    const { ranges, table } = this
    const range = ranges.allocate()
    ranges.from[range] = from
    ranges.until[range] = until
    ranges.next[range] = after
    if (before === NONE) table.firstRange[view] = range
    else ranges.next[before] = range
  }

  private releaseAll(content: Content): void {
    const { table, ranges, heads } = this
    for (let view = this.firstOf(content); view !== NONE; ) {
      const next = table.next[view]
      for (let range = table.firstRange[view]; range !== NONE; ) {
        const nextRange = ranges.next[range]
        ranges.release(range)
        range = nextRange
      }
      table.release(view)
      view = next
    }
    heads.first[this.contents.table.indexOf(content)] = 0
  }

  private firstOf(content: Content): View {
    return this.table.rowAt(this.heads.first[this.contents.table.indexOf(content)] - 1)
  }

  private makeRoomFor(content: Content): void {
    const index = this.contents.table.indexOf(content)
    let room = this.heads.first.length
    while (room <= index) room *= 2
    if (room > this.heads.first.length) this.arena.grow(this.heads, room)
  }
}
