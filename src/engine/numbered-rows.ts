import type { Arena, ArenaTable, Columns } from './arena.ts'
import { finish32, mix32 } from './hash.ts'
import { IndexedTable, type Row } from './table.ts'

type Host = Row<'NumberedHost'>

class HostTable extends IndexedTable<Host> {
  readonly nextNumber = this.uint32()

  constructor(arena: Arena, hostCount: number) {
    super(arena, Math.max(1, hostCount))
    this.attach()
  }
}

/** The words of a slot: its row plus 1, or 0 where it is free, then the host and the number of that row. */
const HOST = 1
const NUMBER = 2
/** With a fourth word, which is not used, no slot lies in two cache lines. */
const SLOT_WORDS = 4
const SLOT_SHIFT = 2

/**
 * A hash table with open addressing (linear probing): no slot is free between the one at which the search for a row begins
 * and the one that holds the row.
 */
class Slots implements ArenaTable {
  words!: Int32Array
  /** The slots in use. */
  count!: Int32Array

  layOut(columns: Columns): void {
    this.words = columns.int32(columns.capacity * SLOT_WORDS)
    this.count = columns.int32(1)
  }
}

/** A host's numbers begin again at 0 after so many: an event carries one beside three bits, in 32. */
export const NUMBERS = { count: 536_870_912 }

/** The slots of the hash table at first, a power of two. Tests have fewer. */
export const NUMBER_SLOTS = { atFirst: 16 }

/**
 * Numbers the rows of one kind that each host has, from 0, and finds a row by its number. Events carry the number, since
 * rows are reused and their handles depend on what else happened. No two rows have one number at a time.
 */
export class NumberedRows<R extends Row<string>> {
  private readonly arena: Arena
  private readonly hosts: HostTable
  private readonly slots = new Slots()

  constructor(arena: Arena, hostCount: number) {
    this.arena = arena
    this.hosts = new HostTable(arena, hostCount)
    arena.attach(this.slots, NUMBER_SLOTS.atFirst)
  }

  /** Returns the number that `row` has from now on. */
  add(host: number, row: R): number {
    const { hosts } = this
    let number = hosts.nextNumber[host]
    while (this.slots.words[this.slotOf(host, number)] !== 0) number = numberAfter(number)
    hosts.nextNumber[host] = numberAfter(number)
    this.addAs(host, number, row)
    return number
  }

  /** Gives `row` a number that the caller chooses, and that no other row of the host has. */
  addAs(host: number, number: number, row: R): void {
    const { slots } = this
    const count = slots.count[0] + 1
    // At most half of the slots are in use, so that a search is short, and ends at a free slot.
    if (2 * count * SLOT_WORDS > slots.words.length) this.grow()
    slots.count[0] = count
    this.put(host, number, row)
  }

  /** Returns NONE when the host's row of this number was removed. */
  find(host: number, number: number): R {
    const { words } = this.slots
    // Only handles of R are ever stored. A free slot holds 0.
    return (words[this.slotOf(host, number)] - 1) as R
  }

  /** The row of this number is about to be released. */
  remove(host: number, number: number): void {
    const { slots } = this
    const { words } = slots
    slots.count[0]--
    let free = this.slotOf(host, number)
    words[free] = 0
    // A row behind the free slot moves there if its search passes it (Knuth, volume 3, section 6.4, algorithm R).
    const last = words.length - SLOT_WORDS
    for (let slot = (free + SLOT_WORDS) & last; words[slot] !== 0; slot = (slot + SLOT_WORDS) & last) {
      const own = this.firstSlotOf(words[slot + HOST], words[slot + NUMBER])
      if (((slot - own) & last) < ((slot - free) & last)) continue
      words.copyWithin(free, slot, slot + SLOT_WORDS)
      words[slot] = 0
      free = slot
    }
  }

  /** Returns the slot of the row with this number, or the free one where it would be. */
  private slotOf(host: number, number: number): number {
    const { words } = this.slots
    const last = words.length - SLOT_WORDS
    let slot = this.firstSlotOf(host, number)
    while (words[slot] !== 0 && (words[slot + NUMBER] !== (number | 0) || words[slot + HOST] !== host))
      slot = (slot + SLOT_WORDS) & last
    return slot
  }

  private put(host: number, number: number, row: number): void {
    const slot = this.slotOf(host, number)
    const { words } = this.slots
    words[slot] = row + 1
    words[slot + HOST] = host
    words[slot + NUMBER] = number
  }

  private grow(): void {
    const { slots } = this
    const before = slots.words.slice()
    this.arena.grow(slots, (before.length / SLOT_WORDS) * 2)
    slots.words.fill(0)
    for (let slot = 0; slot < before.length; slot += SLOT_WORDS)
      if (before[slot] !== 0) this.put(before[slot + HOST], before[slot + NUMBER], before[slot] - 1)
  }

  /** Returns the slot at which a search begins. There are a power of two of slots. */
  private firstSlotOf(host: number, number: number): number {
    return (finish32(mix32(host, number)) << SLOT_SHIFT) & (this.slots.words.length - SLOT_WORDS)
  }
}

function numberAfter(number: number): number {
  return number + 1 < NUMBERS.count ? number + 1 : 0
}
