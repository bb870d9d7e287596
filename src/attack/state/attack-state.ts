import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { PlannedAttackers } from '../planned-attackers.ts'

/** No tick yet. */
export const NEVER = -1

/** What changes about attackers as such, by step: whether it is taken at all, and what it has done so far. */
class StepTable implements ArenaTable {
  /** 1: it is left out, as in a twin. */
  isLeftOut!: Uint8Array
  /** One number: 1: all are. */
  isSilent!: Uint8Array
  acts!: Float64Array
  firstActTick!: Float64Array
  lastActTick!: Float64Array

  layOut(columns: Columns): void {
    this.acts = columns.float64()
    this.firstActTick = columns.float64()
    this.lastActTick = columns.float64()
    this.isLeftOut = columns.uint8()
    this.isSilent = columns.uint8(1)
  }
}

/** Whether steps are at work, and how much they have done. */
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

  /** For the twin: from here on nothing is done, and nobody listens or asks. */
  silence(): void {
    this.leaveOut([...this.plan.steps.keys()])
  }

  /** For a twin: from here on these steps do nothing. */
  leaveOut(steps: readonly number[]): void {
    for (const step of steps) this.table.isLeftOut[step] = 1
    const isAll = this.plan.steps.every((_, step) => this.isLeftOut(step))
    this.table.isSilent[0] = isAll ? 1 : 0
  }

  isLeftOut(step: number): boolean {
    return this.table.isLeftOut[step] === 1
  }

  /** All steps are left out: attackers watch and do nothing. */
  get isSilent(): boolean {
    return this.table.isSilent[0] === 1
  }

  /** It is its time, and it has not done all that it was to do. */
  isAtWork(step: number): boolean {
    const { startTick, endTick, count } = this.plan.steps[step]
    const { now } = this.timeline
    return !this.isLeftOut(step) && now >= startTick && now < endTick && this.table.acts[step] < count
  }

  noteAct(step: number): void {
    this.table.acts[step]++
    this.noteEffect(step)
  }

  /** It has begun to change how things go, and that is none of the times that it is to act. */
  noteEffect(step: number): void {
    const { firstActTick, lastActTick } = this.table
    if (firstActTick[step] === NEVER) firstActTick[step] = this.timeline.now
    lastActTick[step] = this.timeline.now
  }

  acts(step: number): number {
    return this.table.acts[step]
  }

  /** NEVER: it has not acted. */
  firstActTick(step: number): number {
    return this.table.firstActTick[step]
  }

  lastActTick(step: number): number {
    return this.table.lastActTick[step]
  }
}
