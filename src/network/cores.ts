import type { Arena } from '../engine/arena.ts'
import { IndexedTable } from '../engine/table.ts'
import type { Core } from './rows.ts'

/** The free tick of a core on which no work was ever reserved. */
const NEVER_RESERVED = -1

class CoreTable extends IndexedTable<Core> {
  /** The tick from which on no work is reserved on the core. */
  readonly freeTick = this.float64(NEVER_RESERVED)
  /** The tick from which the core is idle, until `busyTick`, when work begins that is reserved for later. */
  readonly gapTick = this.float64()
  readonly busyTick = this.float64()

  constructor(arena: Arena, cores: number) {
    super(arena, cores)
    this.attach()
  }
}

/** The work that is reserved on each core. Work is reserved when it arrives, and never moves. */
export class Cores {
  private readonly table: CoreTable
  /** When the work starts for which `choose` returned a core. Set by the constructor, so that it stays a double. */
  chosenStart = Number.NaN

  constructor(arena: Arena, cores: number) {
    this.table = new CoreTable(arena, cores)
    this.chosenStart = 0
  }

  get count(): number {
    return this.table.count
  }

  add(): void {
    this.table.allocate()
  }

  /**
   * Returns the core on which the work starts first, and leaves in `chosenStart` when. Of cores that are free by
   * `readyTick`, it returns the one that became free last, or the last of several, which keeps the others free for other
   * work. So cores are used from the last one down, and below the first that was never reserved no other was: a host with
   * many cores has few to look at.
   */
  choose(first: number, count: number, readyTick: number, costNs: number): number {
    const { freeTick } = this.table
    const last = first + count - 1
    let best = last
    let bestStart = this.startOn(last, readyTick, costNs)
    for (let core = last - 1; core >= first && freeTick[core + 1] !== NEVER_RESERVED; core--) {
      const start = this.startOn(core, readyTick, costNs)
      if (start > bestStart || (start === readyTick && bestStart === readyTick && freeTick[core] <= freeTick[best]))
        continue
      best = core
      bestStart = start
    }
    this.chosenStart = bestStart
    return best
  }

  /**
   * Returns when work would start on a core: in the gap before later work if it is done by then, otherwise after all
   * work that is reserved.
   */
  startOn(core: number, readyTick: number, costNs: number): number {
    const { busyTick, freeTick, gapTick } = this.table
    if (freeTick[core] <= readyTick) return readyTick
    const inGap = Math.max(gapTick[core], readyTick)
    return inGap + costNs <= busyTick[core] ? inGap : freeTick[core]
  }

  /** Reserves a core from `startTick`, which is what `choose` left, to `doneTick`. */
  reserve(core: number, startTick: number, doneTick: number, now: number): void {
    const { busyTick, freeTick, gapTick } = this.table
    if (startTick < freeTick[core]) {
      gapTick[core] = doneTick
      return
    }
    // Only the first of several future gaps is recorded.
    if (startTick > freeTick[core] && busyTick[core] <= now) {
      gapTick[core] = freeTick[core]
      busyTick[core] = startTick
    }
    freeTick[core] = doneTick
  }

  /** Returns whether one of these cores is idle now. */
  hasIdle(first: number, count: number, now: number): boolean {
    const { busyTick, freeTick, gapTick } = this.table
    for (let core = first; core < first + count; core++)
      if (freeTick[core] <= now || (gapTick[core] <= now && busyTick[core] > now)) return true
    return false
  }

  /** Removes all reservations on these cores. */
  clear(first: number, count: number, now: number): void {
    const { busyTick, freeTick, gapTick } = this.table
    for (let core = first; core < first + count; core++) {
      if (freeTick[core] === NEVER_RESERVED) continue
      busyTick[core] = now
      freeTick[core] = now
      gapTick[core] = now
    }
  }

  /** Reserves work that remains after `clear`: under way, or to start later. Calls may come in any order. */
  reserveAgain(core: number, startTick: number, doneTick: number, now: number): void {
    const { busyTick, freeTick, gapTick } = this.table
    if (startTick <= now) gapTick[core] = Math.max(gapTick[core], doneTick)
    else busyTick[core] = busyTick[core] === now ? startTick : Math.min(busyTick[core], startTick)
    freeTick[core] = Math.max(freeTick[core], doneTick)
  }
}
