import type { Arena, ArenaTable, Columns } from './arena.ts'
import { EventHeap } from './event-heap.ts'
import { assertIsBehind, assertIsFuture, keyOf, kindOf, targetOf } from './event-order.ts'
import { EventRun } from './event-run.ts'
import { EventSlots } from './event-slots.ts'
import type { PendingEventSet } from './pending-event-set.ts'
import { LAST_TICK } from './ticks.ts'

/** Indices of the registers. */
const SIZE = 0
const KEY = 1
const ARGUMENT = 2

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
  private takenTick!: Float64Array

  constructor(arena: Arena) {
    this.run = new EventRun(arena)
    this.heap = new EventHeap(arena)
    this.slots = new EventSlots(arena)
    arena.attach(this, 1)
    this.takenTick[0] = -1
  }

  layOut(columns: Columns): void {
    this.registers = columns.int32(3)
    this.takenTick = columns.float64()
  }

  get tick(): number {
    return this.takenTick[0]
  }

  get target(): number {
    return targetOf(this.registers[KEY])
  }

  get kind(): number {
    return kindOf(this.registers[KEY])
  }

  get argument(): number {
    return this.registers[ARGUMENT] >>> 0
  }

  get size(): number {
    return this.registers[SIZE]
  }

  push(tick: number, target: number, kind: number, argument: number): void {
    assertIsFuture(tick, this.takenTick[0])
    this.insert(tick, keyOf(target, kind), argument)
  }

  pushAfterTaken(tick: number, target: number, kind: number, argument: number): void {
    const key = keyOf(target, kind)
    assertIsBehind(tick, key, argument, this.takenTick[0], this.registers[KEY], this.argument)
    this.insert(tick, key, argument)
  }

  private insert(tick: number, key: number, argument: number): void {
    this.registers[SIZE]++
    if (tick > this.slots.base) this.slots.put(tick, key, argument)
    else if (this.run.isFull) this.pushBesideFullRun(tick, key, argument)
    else this.pushNear(tick, key, argument)
  }

  pop(): boolean {
    if (this.run.size === 0 && !this.findNear()) return false
    this.registers[SIZE]--
    if (this.run.size > 0) this.takeFromRun()
    else this.takeFromHeap()
    return true
  }

  nextTick(): number {
    if (this.run.size === 0 && !this.findNear()) return Infinity
    return this.run.size > 0 ? this.run.firstTick : this.heap.firstTick
  }

  /** Moves the next events to the run or the heap if both are empty. Returns whether any event is pending. */
  private findNear(): boolean {
    if (this.heap.size > 0) return true
    const isAnythingNear = this.slots.takeNext(this.run, this.heap)
    if (this.slots.isEmpty && this.heap.size === 0) this.slots.setBase(LAST_TICK)
    return isAnythingNear
  }

  private takeFromRun(): void {
    this.takenTick[0] = this.run.firstTick
    this.registers[KEY] = this.run.firstKey
    this.registers[ARGUMENT] = this.run.firstArgument
    this.run.removeFirst()
  }

  private takeFromHeap(): void {
    this.takenTick[0] = this.heap.firstTick
    this.registers[KEY] = this.heap.firstKey
    this.registers[ARGUMENT] = this.heap.firstArgument
    this.heap.removeFirst()
  }

  private pushNear(tick: number, key: number, argument: number): void {
    if (this.heap.size > 0) this.heap.insert(tick, key, argument)
    else this.run.insert(tick, key, argument)
  }

  private pushBesideFullRun(tick: number, key: number, argument: number): void {
    if (this.slots.isEmpty) this.moveRunToSlots()
    else this.moveRunToHeap()
    if (tick > this.slots.base) this.slots.put(tick, key, argument)
    else this.pushNear(tick, key, argument)
  }

  private moveRunToSlots(): void {
    const { run, slots } = this
    slots.setBase(run.firstTick)
    for (; run.size > 0; run.removeFirst()) slots.put(run.firstTick, run.firstKey, run.firstArgument)
    slots.takeNext(run, this.heap)
  }

  private moveRunToHeap(): void {
    const { run, heap } = this
    for (; run.size > 0; run.removeFirst()) heap.insert(run.firstTick, run.firstKey, run.firstArgument)
  }
}
