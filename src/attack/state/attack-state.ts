import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { PlannedAttackers } from '../planned-attackers.ts'

/** The tick of an event that has not occurred. */
export const NEVER = -1

/** The state of steps, a row for each step. */
class StepTable implements ArenaTable {
  isDisabled!: Uint8Array
  hasBegun!: Uint8Array
  /** One number for all steps: 1 where each of them is disabled. */
  areAllDisabled!: Uint8Array
  acts!: Float64Array
  firstActTick!: Float64Array
  lastActTick!: Float64Array

  layOut(columns: Columns): void {
    this.acts = columns.float64()
    this.firstActTick = columns.float64()
    this.lastActTick = columns.float64()
    this.isDisabled = columns.uint8()
    this.hasBegun = columns.uint8()
    this.areAllDisabled = columns.uint8(1)
  }
}

/** Records which steps are active, and how often each has acted. */
export class AttackState {
  readonly plan: PlannedAttackers
  private readonly table = new StepTable()
  private readonly timeline: Timeline

  constructor(arena: Arena, timeline: Timeline, plan: PlannedAttackers) {
    this.plan = plan
    this.timeline = timeline
    arena.attach(this.table, Math.max(1, plan.steps.length))
    this.table.firstActTick.fill(NEVER)
    this.table.lastActTick.fill(NEVER)
  }

  /** Disables all steps, for a comparison run without any attack. Attackers still observe, but do nothing. */
  disableAll(): void {
    this.disable([...this.plan.steps.keys()])
  }

  /** Disables these steps, for a comparison run without them. */
  disable(steps: readonly number[]): void {
    for (const step of steps) this.table.isDisabled[step] = 1
    const isAll = this.plan.steps.every((_, step) => this.isDisabled(step))
    this.table.areAllDisabled[0] = isAll ? 1 : 0
  }

  isDisabled(step: number): boolean {
    return this.table.isDisabled[step] === 1
  }

  get areAllDisabled(): boolean {
    return this.table.areAllDisabled[0] === 1
  }

  /** Records that the start of the step has come, whether it is enabled or not. */
  begin(step: number): void {
    this.table.hasBegun[step] = 1
  }

  hasBegun(step: number): boolean {
    return this.table.hasBegun[step] === 1
  }

  /**
   * Returns whether the step is enabled, now is between its start and its end, and it has acted less often than its
   * count.
   */
  isActive(step: number): boolean {
    const { startTick, endTick, count } = this.plan.steps[step]
    const { now } = this.timeline
    return !this.isDisabled(step) && now >= startTick && now < endTick && this.table.acts[step] < count
  }

  /** Records an action, which counts toward the step's `count`. */
  recordAct(step: number): void {
    this.table.acts[step]++
    this.recordEffect(step)
  }

  /** Records that the step has an effect now, without an act that counts. */
  recordEffect(step: number): void {
    const { firstActTick, lastActTick } = this.table
    if (firstActTick[step] === NEVER) firstActTick[step] = this.timeline.now
    lastActTick[step] = this.timeline.now
  }

  acts(step: number): number {
    return this.table.acts[step]
  }

  /** The tick of the step's first act or effect; NEVER before it. */
  firstActTick(step: number): number {
    return this.table.firstActTick[step]
  }

  lastActTick(step: number): number {
    return this.table.lastActTick[step]
  }
}
