import type { Arena, ArenaTable, Columns } from './arena.ts'
import { finish32, mix32 } from './hash.ts'
import { IndexedTable, NONE, type Row, Table } from './table.ts'

type Entry = Row<'NumberedEntry'>
type Host = Row<'NumberedHost'>

class EntryTable extends Table<Entry> {
  readonly host = this.int32()
  readonly number = this.uint32()
  readonly row = this.int32()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

class HostTable extends IndexedTable<Host> {
  readonly nextNumber = this.uint32()

  constructor(arena: Arena, hostCount: number) {
    super(arena, Math.max(1, hostCount))
    this.attach()
  }
}

/** The first entry of each bucket, plus 1; entries of one bucket are linked by `next`. */
class Buckets implements ArenaTable {
  first!: Int32Array

  layOut(columns: Columns): void {
    this.first = columns.int32()
  }
}

/** A host's numbers begin again at 0 after so many: an event carries one beside three bits, in 32. */
export const NUMBERS = { count: 536_870_912 }

/** The buckets of the hash table at first, a power of two. Tests have fewer. */
export const NUMBER_BUCKETS = { atFirst: 16 }

/**
 * Numbers the rows of one kind that each host has, from 0, and finds a row by its number. Events carry the number, since
 * rows are reused and their handles depend on what else happened. No two rows have one number at a time.
 */
export class NumberedRows<R extends Row<string>> {
  private readonly arena: Arena
  private readonly hosts: HostTable
  private readonly entries: EntryTable
  private readonly buckets = new Buckets()

  constructor(arena: Arena, hostCount: number) {
    this.arena = arena
    this.hosts = new HostTable(arena, hostCount)
    this.entries = new EntryTable(arena)
    arena.attach(this.buckets, NUMBER_BUCKETS.atFirst)
  }

  /** Returns the number that `row` has from now on. */
  add(host: number, row: R): number {
    const { hosts } = this
    let number = hosts.nextNumber[host]
    while (this.entryOf(host, number) !== NONE) number = numberAfter(number)
    hosts.nextNumber[host] = numberAfter(number)
    this.addAs(host, number, row)
    return number
  }

  /** Gives `row` a number that the caller chooses, and that no other row of the host has. */
  addAs(host: number, number: number, row: R): void {
    const { entries } = this
    if (entries.count >= this.buckets.first.length) this.grow()
    const entry = entries.allocateUnset()
    entries.host[entry] = host
    entries.number[entry] = number
    entries.row[entry] = row
    this.link(entry)
  }

  /** Returns NONE when the host's row of this number was removed. */
  find(host: number, number: number): R {
    const { entries } = this
    const entry = this.entryOf(host, number)
    // Only handles of R are ever stored.
    return (entry === NONE ? NONE : entries.row[entry]) as R
  }

  /** The row of this number is about to be released. */
  remove(host: number, number: number): void {
    const { entries, buckets } = this
    const entry = this.entryOf(host, number)
    const bucket = this.bucketOf(host, number)
    let before = entries.rowAt(buckets.first[bucket] - 1)
    if (before === entry) buckets.first[bucket] = entries.next[entry] + 1
    else {
      while (entries.next[before] !== entry) before = entries.next[before]
      entries.next[before] = entries.next[entry]
    }
    entries.release(entry)
  }

  private entryOf(host: number, number: number): Entry {
    const { entries } = this
    let entry = entries.rowAt(this.buckets.first[this.bucketOf(host, number)] - 1)
    while (entry !== NONE && (entries.number[entry] !== number || entries.host[entry] !== host))
      entry = entries.next[entry]
    return entry
  }

  private link(entry: Entry): void {
    const { entries, buckets } = this
    const bucket = this.bucketOf(entries.host[entry], entries.number[entry])
    entries.next[entry] = entries.rowAt(buckets.first[bucket] - 1)
    buckets.first[bucket] = entry + 1
  }

  private grow(): void {
    const { buckets, entries } = this
    const live: Entry[] = []
    for (const first of buckets.first)
      for (let entry = entries.rowAt(first - 1); entry !== NONE; entry = entries.next[entry]) live.push(entry)
    this.arena.grow(buckets, buckets.first.length * 2)
    buckets.first.fill(0)
    for (const entry of live) this.link(entry)
  }

  /** There are a power of two of buckets. */
  private bucketOf(host: number, number: number): number {
    return finish32(mix32(host, number)) & (this.buckets.first.length - 1)
  }
}

function numberAfter(number: number): number {
  return number + 1 < NUMBERS.count ? number + 1 : 0
}
