import type { Arena, Columns } from './arena.ts'
import { EventArray } from './event-array.ts'
import { keyOf, kindOf, targetOf } from './event-order.ts'

const INITIAL_ROWS = 64

/** Pending events that are taken up to a tick only. */
interface Limited {
  lastTick: number
}

/**
 * Events of timers that were armed a moment ago, in the order in which they are checked. Most timers are stopped soon. The
 * event of one would come long after, when nothing that it concerns is in the cache, to do nothing. So it waits here until
 * its check, and becomes pending if it is still needed.
 *
 * Each event lies after its check, up to which pending events are taken before. So whatever an event does, it does at the
 * same tick and in the same order as if it had been pending from the start.
 */
export class ProvisionalEvents extends EventArray {
  private readonly arena: Arena
  private readonly pending: Limited
  /** The tick of the check of each event; Infinity behind the last one. */
  private checkTicks!: Float64Array

  constructor(arena: Arena, pending: Limited) {
    super()
    this.arena = arena
    this.pending = pending
    arena.attach(this, INITIAL_ROWS)
    this.checkTicks[0] = Number.POSITIVE_INFINITY
  }

  override layOut(columns: Columns): void {
    super.layOut(columns)
    this.checkTicks = columns.float64()
  }

  /** The tick of the next check; Infinity if there is none. */
  get firstCheckTick(): number {
    return this.checkTicks[this.head]
  }

  /** The event that is checked next. This getter and the next two must only be read while there is one. */
  get firstTick(): number {
    return this.ticks[this.head]
  }

  get firstTarget(): number {
    return targetOf(this.keys[this.head])
  }

  get firstKind(): number {
    return kindOf(this.keys[this.head])
  }

  removeFirst(): void {
    this.head++
  }

  /** Adds an event whose check comes after, or with, that of the last one. */
  add(checkTick: number, tick: number, target: number, kind: number, argument: number): void {
    if (checkTick < this.pending.lastTick) this.pending.lastTick = checkTick
    // Once there were many, later rows are in no cache; the first ones are.
    if (this.head === this.end) this.startOver()
    if (this.end + 1 === this.ticks.length) this.makeRoom()
    const row = this.end++
    this.checkTicks[row] = checkTick
    this.checkTicks[row + 1] = Number.POSITIVE_INFINITY
    this.ticks[row] = tick
    this.keys[row] = keyOf(target, kind)
    this.arguments[row] = argument
  }

  private startOver(): void {
    this.head = 0
    this.end = 0
  }

  /** Moves the events to the first rows, and makes more if they fill half of these. */
  private makeRoom(): void {
    const { head, end } = this
    for (const column of [this.checkTicks, this.ticks, this.keys, this.arguments]) column.copyWithin(0, head, end)
    this.head = 0
    this.end = end - head
    if (2 * this.end > this.ticks.length) this.arena.grow(this, 2 * this.ticks.length)
  }
}
