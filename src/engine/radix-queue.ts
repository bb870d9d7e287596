import type { Arena, ArenaTable, Columns } from './arena.ts'
import { EventHeap } from './event-heap.ts'
import { assertIsBehind, assertIsFuture, keyOf, kindOf, targetOf } from './event-order.ts'
import { EventRun } from './event-run.ts'
import { EventSlots } from './event-slots.ts'
import type { PendingEventSet } from './pending-event-set.ts'
import { LAST_TICK } from './ticks.ts'

/** Indices of the registers, and their number. */
const SIZE = 0
const KEY = 1
const ARGUMENT = 2
const REGISTERS = 3

/**
 * A radix heap (Ahuja, Mehlhorn, Orlin, Tarjan, 1990) of events by value.
 *
 * All events up to the tick `slots.base` are near: in a short sorted run or, when they are too many for it, in a heap,
 * never in both. Later ones wait in slots, unsorted, and move to the run or the heap when both are empty. While all
 * pending events fit into the run, no slot is used.
 */
export class RadixQueue implements PendingEventSet, ArenaTable {
  private readonly run: EventRun
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
    else this.pushNear(tick, key, argument)
  }

  pop(): boolean {
    if (this.run.isEmpty && !this.findNear()) return false
    this.size--
    if (this.run.isEmpty) this.takeFromHeap()
    else this.takeFromRun()
    return true
  }

  /** Returns whether the next event comes at `lastTick` or before. Unlike `nextTick`, it never allocates a number. */
  isDue(): boolean {
    const { run, heap } = this
    if (run.isEmpty && !this.findNear()) return false
    return (run.isEmpty ? heap.firstTick : run.firstTick) <= this.lastTick
  }

  nextTick(): number {
    if (this.run.isEmpty && !this.findNear()) return Infinity
    return this.run.isEmpty ? this.heap.firstTick : this.run.firstTick
  }

  /** Moves the next events to the run or the heap if both are empty. Returns whether any event is pending. */
  private findNear(): boolean {
    if (this.heap.size > 0) return true
    const isAnythingNear = this.slots.takeNext(this.run, this.heap)
    if (this.slots.isEmpty && this.heap.size === 0) this.slots.setBase(LAST_TICK)
    return isAnythingNear
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

  private pushNear(tick: number, key: number, argument: number): void {
    if (this.heap.size > 0) this.heap.insert(tick, key, argument)
    else this.run.insert(tick, key, argument)
  }

  private pushBesideFullRun(tick: number, key: number, argument: number): void {
    if (this.slots.mayMoveBaseTo(this.run.firstTick)) this.moveRunToSlots()
    else this.moveRunToHeap()
    if (tick > this.slots.base) this.slots.put(tick, key, argument)
    else this.pushNear(tick, key, argument)
  }

  private moveRunToSlots(): void {
    const { run, slots } = this
    slots.setBase(run.firstTick)
    for (; !run.isEmpty; run.removeFirst()) slots.put(run.firstTick, run.firstKey, run.firstArgument)
    slots.takeNext(run, this.heap)
  }

  private moveRunToHeap(): void {
    const { run, heap } = this
    for (; !run.isEmpty; run.removeFirst()) heap.insert(run.firstTick, run.firstKey, run.firstArgument)
  }
}
