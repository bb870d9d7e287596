import type { Arena, ArenaTable, Columns } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'
import type { Activity, Wait } from './rows.ts'

/** The waits of activities for others, one for each pair, linked by the activity that waits. */
export class WaitTable extends Table<Wait> {
  readonly waiting = this.handle<Activity>()
  readonly serving = this.handle<Activity>()
  /** The number of times that the one waits for the other. */
  readonly times = this.int32()
  /** The totals of `serving` by part up to which they are counted for `waiting`. */
  readonly countedNs: Float64Array
  /** The place in the heap of expiries; 0: none. */
  readonly place = this.int32()
  /** The neighbours in the list of waits to which `serving` forwards its changes. */
  readonly nextForwarded = this.handle<Wait>()
  readonly previousForwarded = this.handle<Wait>()

  constructor(arena: Arena, partCount: number) {
    super(arena, 64)
    this.countedNs = this.float64(0, partCount)
    this.attach()
  }
}

const SIZE = 0
const ROOT = 1
const INITIAL_ROWS = 64

/**
 * A binary heap of waits by tick, from row 1 on, in which the tick of a wait can change. Each wait is in it once at
 * most.
 */
export class WaitHeap implements ArenaTable {
  private readonly arena: Arena
  private readonly waits: WaitTable
  private rows = 0
  private registers!: Int32Array
  private ticks!: Float64Array
  private entries!: Int32Array

  constructor(arena: Arena, waits: WaitTable) {
    this.arena = arena
    this.waits = waits
    arena.attach(this, INITIAL_ROWS)
    this.ticks[ROOT] = Number.POSITIVE_INFINITY
  }

  layOut(columns: Columns): void {
    this.rows = columns.capacity
    this.registers = columns.int32(1)
    this.ticks = columns.float64()
    this.entries = columns.int32()
  }

  /** The least tick; infinite while the heap is empty. */
  get firstTick(): number {
    return this.ticks[ROOT]
  }

  /** The wait with the least tick. Must only be read while the heap is not empty. */
  get first(): Wait {
    return this.waits.rowAt(this.entries[ROOT])
  }

  /** Returns the tick of `wait`; infinite if it is not in the heap. */
  tickOf(wait: Wait): number {
    const place = this.waits.place[wait]
    return place === 0 ? Number.POSITIVE_INFINITY : this.ticks[place]
  }

  /** Makes room for all waits, so that nothing moves in memory when one of them gets a tick. */
  makeRoom(): void {
    if (this.waits.count >= this.rows) this.arena.grow(this, this.rows * 2)
  }

  /** Gives `wait` a tick, whether or not it is in the heap. */
  setTick(wait: Wait, tick: number): void {
    const place = this.waits.place[wait]
    this.sift(place === 0 ? ++this.registers[SIZE] : place, wait, tick)
  }

  withdraw(wait: Wait): void {
    const { waits, registers } = this
    const place = waits.place[wait]
    if (place === 0) return
    waits.place[wait] = 0
    const last = registers[SIZE]--
    if (place !== last) this.sift(place, waits.rowAt(this.entries[last]), this.ticks[last])
    else if (last === ROOT) this.ticks[ROOT] = Number.POSITIVE_INFINITY
  }

  /** Puts a wait into the free row `place`, or into one above or below it. */
  private sift(place: number, wait: Wait, tick: number): void {
    const { ticks, entries } = this
    let hole = place
    while (hole > ROOT && tick < ticks[hole >> 1]) {
      this.occupy(hole, this.waits.rowAt(entries[hole >> 1]), ticks[hole >> 1])
      hole >>= 1
    }
    if (hole === place) hole = this.sinkFrom(hole, tick)
    this.occupy(hole, wait, tick)
  }

  /** Moves up what is below a free row and before `tick`. Returns the row that is free then. */
  private sinkFrom(place: number, tick: number): number {
    const { ticks, entries, waits } = this
    const size = this.registers[SIZE]
    let hole = place
    for (let child = 2 * hole; child <= size; child = 2 * hole) {
      if (child < size && ticks[child + 1] < ticks[child]) child++
      if (ticks[child] >= tick) break
      this.occupy(hole, waits.rowAt(entries[child]), ticks[child])
      hole = child
    }
    return hole
  }

  private occupy(place: number, wait: Wait, tick: number): void {
    this.ticks[place] = tick
    this.entries[place] = wait
    this.waits.place[wait] = place
  }
}

/** Returns the wait in a list that is for `serving`, or NONE. */
export function waitFor(waits: WaitTable, first: Wait, serving: Activity): Wait {
  let wait = first
  while (wait !== NONE && waits.serving[wait] !== serving) wait = waits.next[wait]
  return wait
}
