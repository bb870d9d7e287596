import type { Arena, ArenaTable, Columns } from './arena.ts'
import { EventHeap } from './event-heap.ts'
import { assertIsBehind, assertIsFuture, isBefore, isTieBefore, keyOf, kindOf, targetOf } from './event-order.ts'
import { EventRun } from './event-run.ts'
import { EventSlots } from './event-slots.ts'
import type { PendingEventSet } from './pending-event-set.ts'
import { SortedEvents } from './sorted-events.ts'
import { LAST_TICK } from './ticks.ts'

/** Indices of the registers, and their number. */
const SIZE = 0
const KEY = 1
const ARGUMENT = 2
const REGISTERS = 3

/**
 * A radix heap (Ahuja, Mehlhorn, Orlin, Tarjan, 1990) of events by value.
 *
 * All events up to the tick `slots.base` are near: in a short sorted run, in the sorted events of one slot, or in a heap,
 * which takes what is too much for the run. Later ones wait in slots, unsorted, and move when none is near. While all
 * pending events fit into the run, no slot is used. When events are pushed before many of one tick that are near, the base
 * moves back, and these stay in the heap: it may hold later events than the base.
 */
export class RadixQueue implements PendingEventSet, ArenaTable {
  private readonly run: EventRun
  private readonly sorted: SortedEvents
  private readonly heap: EventHeap
  private readonly slots: EventSlots
  private registers!: Int32Array
  private savedTick!: Float64Array
  size = 0
  /** The last tick for which `isDue` returns true. */
  lastTick = Number.POSITIVE_INFINITY
  /** The event that was taken last. The constructor sets its tick: a field that begins with no integer stays a double. */
  tick = Number.NaN
  private key = 0
  private signedArgument = 0

  constructor(arena: Arena) {
    this.run = new EventRun(arena)
    this.sorted = new SortedEvents(arena)
    this.heap = new EventHeap(arena)
    this.slots = new EventSlots(arena)
    this.tick = -1
    arena.attach(this, 1)
  }

  layOut(columns: Columns): void {
    this.registers = columns.int32(REGISTERS)
    this.savedTick = columns.float64()
  }

  saveFields(): void {
    this.savedTick[0] = this.tick
    this.registers[SIZE] = this.size
    this.registers[KEY] = this.key
    this.registers[ARGUMENT] = this.signedArgument
  }

  loadFields(): void {
    this.tick = this.savedTick[0]
    this.size = this.registers[SIZE]
    this.key = this.registers[KEY]
    this.signedArgument = this.registers[ARGUMENT]
  }

  get target(): number {
    return targetOf(this.key)
  }

  get kind(): number {
    return kindOf(this.key)
  }

  get argument(): number {
    return this.signedArgument >>> 0
  }

  push(tick: number, target: number, kind: number, argument: number): void {
    assertIsFuture(tick, this.tick)
    this.insert(tick, keyOf(target, kind), argument)
  }

  pushAfterTaken(ticks: Float64Array, row: number, target: number, kind: number, argument: number): void {
    const tick = ticks[row]
    const key = keyOf(target, kind)
    assertIsBehind(tick, key, argument, this.tick, this.key, this.argument)
    this.insert(tick, key, argument)
  }

  private insert(tick: number, key: number, argument: number): void {
    this.size++
    if (tick > this.slots.base) this.slots.put(tick, key, argument)
    else if (this.run.isFull) this.pushBesideFullRun(tick, key, argument)
    else this.run.insert(tick, key, argument)
  }

  pop(): boolean {
    const { run } = this
    if (run.isEmpty || run.firstTick >= this.sorted.firstTick || run.firstTick >= this.heap.firstTick)
      return this.popBesideRun()
    this.size--
    this.takeFromRun()
    return true
  }

  /** Takes the next event where it is perhaps not that of the run. */
  private popBesideRun(): boolean {
    if (!this.isAnythingNear() && !this.findNear()) return false
    this.size--
    if (this.heap.isEmpty || !this.isHeapFirst()) this.takeFromRunOrSorted()
    else this.takeFromHeap()
    return true
  }

  /** Returns whether the next event comes at `lastTick` or before. Unlike `nextTick`, it never allocates a number. */
  isDue(): boolean {
    const { run } = this
    return (!run.isEmpty && run.firstTick <= this.lastTick) || this.isDueBesideRun()
  }

  private isDueBesideRun(): boolean {
    if (!this.isAnythingNear() && !this.findNear()) return false
    return Math.min(this.firstTickBesideHeap(), this.heap.firstTick) <= this.lastTick
  }

  nextTick(): number {
    if (!this.isAnythingNear() && !this.findNear()) return Number.POSITIVE_INFINITY
    return Math.min(this.firstTickBesideHeap(), this.heap.firstTick)
  }

  private isAnythingNear(): boolean {
    return !this.run.isEmpty || !this.sorted.isEmpty || this.heap.firstTick <= this.slots.base
  }

  /** The tick of the next event of the run and of those sorted; Infinity if there is none. */
  private firstTickBesideHeap(): number {
    const { run, sorted } = this
    return run.isEmpty ? sorted.firstTick : Math.min(run.firstTick, sorted.firstTick)
  }

  /** Moves the next events to where they are near, if none is. Returns whether any event is pending. */
  private findNear(): boolean {
    const { slots, heap } = this
    const isAnyInSlots = slots.takeNext(this.run, this.sorted, heap, this.size)
    if (slots.isEmpty) slots.setBase(LAST_TICK)
    return isAnyInSlots || !heap.isEmpty
  }

  /** Returns whether the next event is that of the heap, which must not be empty. */
  private isHeapFirst(): boolean {
    const { run, sorted } = this
    const { firstTick, firstKey, firstArgument } = this.heap
    return (
      (run.isEmpty || isBefore(firstTick, firstKey, firstArgument, run.firstTick, run.firstKey, run.firstArgument)) &&
      (sorted.isEmpty ||
        isBefore(firstTick, firstKey, firstArgument, sorted.firstTick, sorted.firstKey, sorted.firstArgument))
    )
  }

  private takeFromRunOrSorted(): void {
    const { run, sorted } = this
    if (run.isEmpty || sorted.firstTick < run.firstTick) this.takeFromSorted()
    else if (
      sorted.firstTick === run.firstTick &&
      isTieBefore(sorted.firstKey, sorted.firstArgument, run.firstKey, run.firstArgument)
    )
      this.takeFromSorted()
    else this.takeFromRun()
  }

  private takeFromSorted(): void {
    this.tick = this.sorted.firstTick
    this.key = this.sorted.firstKey
    this.signedArgument = this.sorted.firstArgument | 0
    this.sorted.removeFirst()
  }

  private takeFromRun(): void {
    this.tick = this.run.firstTick
    this.key = this.run.firstKey
    this.signedArgument = this.run.firstArgument | 0
    this.run.removeFirst()
  }

  private takeFromHeap(): void {
    this.tick = this.heap.firstTick
    this.key = this.heap.firstKey
    this.signedArgument = this.heap.firstArgument | 0
    this.heap.removeFirst()
  }

  private pushBesideFullRun(tick: number, key: number, argument: number): void {
    if (this.slots.mayMoveBaseTo(this.firstTickBesideHeap())) this.moveNearToSlots()
    else this.moveNearToHeap()
    if (tick > this.slots.base) this.slots.put(tick, key, argument)
    else this.run.insert(tick, key, argument)
  }

  /** Leaves the heap as it is: it has many events of one tick, or was used where the base could not be moved. */
  private moveNearToSlots(): void {
    const { run, sorted, slots } = this
    slots.setBase(this.firstTickBesideHeap())
    for (; !run.isEmpty; run.removeFirst()) slots.put(run.firstTick, run.firstKey, run.firstArgument)
    for (; !sorted.isEmpty; sorted.removeFirst()) slots.put(sorted.firstTick, sorted.firstKey, sorted.firstArgument)
    slots.takeNext(run, sorted, this.heap, this.size)
  }

  /** Leaves the base where it is. Sorted events are near only if others were pushed before the slot that they come from. */
  private moveNearToHeap(): void {
    const { run, sorted, heap } = this
    for (; !run.isEmpty; run.removeFirst()) heap.insert(run.firstTick, run.firstKey, run.firstArgument)
    for (; !sorted.isEmpty; sorted.removeFirst()) heap.insert(sorted.firstTick, sorted.firstKey, sorted.firstArgument)
  }
}
