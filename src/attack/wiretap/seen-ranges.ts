import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Content, Mark } from '../../transport/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { Lock, SeenRange, View } from '../rows.ts'
import { growTo } from './side-table.ts'

class ViewTable extends Table<View> {
  readonly attacker = this.int32()
  readonly content = this.handle<Content>()
  /** The generation of the content's row: a view with another one belongs to a content that is gone. */
  readonly contentGeneration = this.uint32()
  readonly subject = this.int32()
  readonly lock = this.handle<Lock>()
  readonly firstRange = this.handle<SeenRange>()
  /**
   * The last mark that was read. Its generation says whether it is still there, so that the search may go on from it.
   */
  readonly lastMark = this.handle<Mark>()
  readonly lastMarkGeneration = this.uint32()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

/** The ranges of bytes of a view, linked in ascending order. They neither overlap nor touch. */
class RangeTable extends Table<SeenRange> {
  readonly from = this.float64()
  readonly until = this.float64()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

/** The first view of each content, plus 1, by index of ContentTable. */
class ViewHeads implements ArenaTable {
  first!: Int32Array

  layOut(columns: Columns): void {
    this.first = columns.int32()
  }
}

/** Bytes that are new to a view: `gaps`, in ascending order, which complete the range `from` to `until`. */
export interface NewBytes {
  readonly from: number
  readonly until: number
  readonly gaps: readonly { readonly from: number; readonly until: number }[]
}

/**
 * The ranges of bytes that each attacker has seen of each content. Bytes that arrive twice, late or out of order count
 * once. A view is the ranges for one attacker, content, request (`subject`) and lock: the same bytes count again for
 * another request or another lock.
 */
export class SeenRanges {
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

  /** Returns the view, which is created if it does not exist. */
  viewOf(attacker: number, content: Content, subject: number, lock: Lock): View {
    growTo(this.arena, this.heads, this.heads.first.length, this.contents.table.indexOf(content))
    const first = this.firstViewOf(content)
    if (first !== NONE && this.table.contentGeneration[first] !== this.contents.table.generation[content])
      this.releaseAll(content)
    const view = this.existingView(attacker, content, subject, lock)
    return view === NONE ? this.add(attacker, content, subject, lock) : view
  }

  /** Adds a range to a view. Returns null when all of it was there before. */
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

  /** Returns whether the view has all of these bytes. */
  hasSeen(view: View, from: number, until: number): boolean {
    const { ranges, table } = this
    let range = table.firstRange[view]
    while (range !== NONE && ranges.until[range] < until) range = ranges.next[range]
    return range !== NONE && ranges.from[range] <= from
  }

  /**
   * Returns a mark from which to search for marks behind `offset`: the remembered one if it lies before, or the first.
   */
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

  /** Moves the attacker's views from one lock to another. */
  moveLock(attacker: number, from: Lock, to: Lock): void {
    const { table, heads } = this
    for (let index = 0; index < heads.first.length; index++) {
      for (let view = table.rowAt(heads.first[index] - 1); view !== NONE; view = table.next[view])
        if (table.attacker[view] === attacker && table.lock[view] === from) this.moveView(view, to)
    }
  }

  private moveView(view: View, lock: Lock): void {
    const { table, ranges } = this
    const other = this.existingView(table.attacker[view], table.content[view], table.subject[view], lock)
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

  private firstViewOf(content: Content): View {
    return this.table.rowAt(this.heads.first[this.contents.table.indexOf(content)] - 1)
  }

  private existingView(attacker: number, content: Content, subject: number, lock: Lock): View {
    const { table } = this
    let view = this.firstViewOf(content)
    while (
      view !== NONE &&
      !(table.attacker[view] === attacker && table.subject[view] === subject && table.lock[view] === lock)
    )
      view = table.next[view]
    return view
  }

  private add(attacker: number, content: Content, subject: number, lock: Lock): View {
    const { table } = this
    const view = table.allocate()
    table.attacker[view] = attacker
    table.content[view] = content
    table.contentGeneration[view] = this.contents.table.generation[content]
    table.subject[view] = subject
    table.lock[view] = lock
    table.next[view] = this.firstViewOf(content)
    this.heads.first[this.contents.table.indexOf(content)] = view + 1
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
    const { table, ranges } = this
    for (let view = this.firstViewOf(content); view !== NONE; ) {
      const next = table.next[view]
      for (let range = table.firstRange[view]; range !== NONE; ) {
        const nextRange = ranges.next[range]
        ranges.release(range)
        range = nextRange
      }
      table.release(view)
      view = next
    }
    this.heads.first[this.contents.table.indexOf(content)] = 0
  }
}
