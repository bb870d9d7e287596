import type { Arena } from '../../engine/arena.ts'
import { IndexedTable, NONE, Table } from '../../engine/table.ts'
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

/** What each kubelet remembers of what it was answered. */
export class ReviewCache {
  private readonly entries: EntryTable
  private readonly nodes: FirstTable

  constructor(arena: Arena, nodes: number) {
    this.entries = new EntryTable(arena)
    this.nodes = new FirstTable(arena, nodes)
  }

  /** The answer that holds; null: none. */
  find(node: number, kind: number, key: number, nowNs: number): number | null {
    const entry = this.entryOf(node, kind, key)
    return entry !== NONE && isFresh(this.entries.untilTick[entry], nowNs) ? this.entries.answer[entry] : null
  }

  keep(node: number, kind: number, key: number, answer: number, untilNs: number): void {
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
    entries.answer[entry] = answer
    entries.untilTick[entry] = untilNs
  }

  /** A kubelet that starts anew knows nothing. */
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
