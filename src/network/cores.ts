import type { Arena } from '../engine/arena.ts'
import { IndexedTable } from '../engine/table.ts'
import type { Core } from './rows.ts'

class CoreTable extends IndexedTable<Core> {
  /** From when on nothing is to be done. */
  readonly freeTick = this.float64()
  /** It has nothing to do from `gapTick` to `busyTick`, before work that is to start later. */
  readonly gapTick = this.float64()
  readonly busyTick = this.float64()

  constructor(arena: Arena, cores: number) {
    super(arena, cores)
    this.attach()
  }
}

/** What each core is to do, and until when: work is booked when it is given, and never moves. */
export class Cores {
  private readonly table: CoreTable

  constructor(arena: Arena, cores: number) {
    this.table = new CoreTable(arena, cores)
  }

  get count(): number {
    return this.table.count
  }

  add(): void {
    this.table.allocate()
  }

  /** Where it starts first; of those that are free by `readyTick` the last to become so, which leaves the others to others. */
  choose(first: number, count: number, readyTick: number, costNs: number): number {
    const { freeTick } = this.table
    let best = first
    let bestStart = this.startOn(first, readyTick, costNs)
    for (let core = first + 1; core < first + count; core++) {
      const start = this.startOn(core, readyTick, costNs)
      if (start > bestStart || (start === bestStart && (start > readyTick || freeTick[core] < freeTick[best]))) continue
      best = core
      bestStart = start
    }
    return best
  }

  /** Before work that is to start later, where it is done by then; else behind all that is to be done. */
  startOn(core: number, readyTick: number, costNs: number): number {
    const { busyTick, freeTick, gapTick } = this.table
    if (freeTick[core] <= readyTick) return readyTick
    const inGap = Math.max(gapTick[core], readyTick)
    return inGap + costNs <= busyTick[core] ? inGap : freeTick[core]
  }

  /** `startTick` is as `startOn` had it. */
  book(core: number, startTick: number, doneTick: number, now: number): void {
    const { busyTick, freeTick, gapTick } = this.table
    if (startTick < freeTick[core]) {
      gapTick[core] = doneTick
      return
    }
    // Of several gaps that are to come, the first is known.
    if (startTick > freeTick[core] && busyTick[core] <= now) {
      gapTick[core] = freeTick[core]
      busyTick[core] = startTick
    }
    freeTick[core] = doneTick
  }

  hasIdle(first: number, count: number, now: number): boolean {
    const { busyTick, freeTick, gapTick } = this.table
    for (let core = first; core < first + count; core++)
      if (freeTick[core] <= now || (gapTick[core] <= now && busyTick[core] > now)) return true
    return false
  }

  clear(first: number, count: number, now: number): void {
    const { busyTick, freeTick, gapTick } = this.table
    for (let core = first; core < first + count; core++) {
      busyTick[core] = now
      freeTick[core] = now
      gapTick[core] = now
    }
  }

  /** After `clear`, in any order: what is still to be done, or under way. */
  bookAgain(core: number, startTick: number, doneTick: number, now: number): void {
    const { busyTick, freeTick, gapTick } = this.table
    if (startTick <= now) gapTick[core] = Math.max(gapTick[core], doneTick)
    else busyTick[core] = busyTick[core] === now ? startTick : Math.min(busyTick[core], startTick)
    freeTick[core] = Math.max(freeTick[core], doneTick)
  }
}
