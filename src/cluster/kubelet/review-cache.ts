import type { Arena } from '../../engine/arena.ts'
import { IndexedTable, NONE, Table } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import { isFresh, NOT_CACHED } from '../access/review-lifetimes.ts'
import type { CachedReview, CachedReviewList } from '../rows.ts'

class EntryTable extends Table<CachedReview> {
  readonly kind = this.int32()
  readonly key = this.float64()
  readonly answer = this.float64()
  readonly untilTick = this.float64()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

class FirstTable extends IndexedTable<CachedReviewList> {
  readonly first = this.handle<CachedReview>()

  constructor(arena: Arena, nodes: number) {
    super(arena, Math.max(1, nodes))
    this.attach()
    for (let i = 0; i < nodes; i++) this.first[this.allocate()] = NONE
  }
}

/** Each kubelet's cache of reviews. Kinds and results are those of review-messages.ts. */
export class ReviewCache {
  private readonly entries: EntryTable
  private readonly nodes: FirstTable
  private readonly timeline: Timeline

  constructor(arena: Arena, timeline: Timeline, nodes: number) {
    this.entries = new EntryTable(arena)
    this.nodes = new FirstTable(arena, nodes)
    this.timeline = timeline
  }

  /** Returns the result that is still valid, or null when there is none. */
  find(node: number, kind: number, key: number): number | null {
    const entry = this.entryOf(node, kind, key)
    const isValid = entry !== NONE && isFresh(this.entries.untilTick[entry], this.timeline.now)
    return isValid ? this.entries.answer[entry] : null
  }

  /** Caches a result up to and including the tick `untilNs`. */
  keep(node: number, kind: number, key: number, result: number, untilNs: number): void {
    if (untilNs === NOT_CACHED) return
    const { entries, nodes } = this
    let entry = this.entryOf(node, kind, key)
    if (entry === NONE) {
      entry = entries.allocate()
      entries.kind[entry] = kind
      entries.key[entry] = key
      entries.next[entry] = nodes.first[node]
      nodes.first[node] = entry
    }
    entries.answer[entry] = result
    entries.untilTick[entry] = untilNs
  }

  /** Empties the cache of a kubelet that restarts. */
  forget(node: number): void {
    const { entries, nodes } = this
    let entry = nodes.first[node]
    nodes.first[node] = NONE
    while (entry !== NONE) {
      const next = entries.next[entry]
      entries.release(entry)
      entry = next
    }
  }

  private entryOf(node: number, kind: number, key: number): CachedReview {
    const { entries } = this
    let entry = this.nodes.first[node]
    while (entry !== NONE && (entries.kind[entry] !== kind || entries.key[entry] !== key)) entry = entries.next[entry]
    return entry
  }
}
