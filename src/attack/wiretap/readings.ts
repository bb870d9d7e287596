import { NONE } from '../../engine/table.ts'
import type { Lock } from '../rows.ts'
import { KNOWN_KINDS, type KnowledgeLog, type KnownKind } from '../state/knowledge-log.ts'
import { type Exhibit, SIGHTS, type Sight, type Tally } from '../state/tally.ts'
import { TECHNIQUES } from '../techniques.ts'
import type { Finding, Locks } from './locks.ts'
import type { StepChoice } from './step-choice.ts'

/** Readings of messages: they count as acts of techniques that do nothing but read. */
const READINGS: readonly Sight[] = ['request-read', 'answer-read', 'key-read', 'chunk-read']

/** Writes down what is seen and learned: now where it is in the open, and when the keys are there where it is not. */
export class Readings {
  private readonly choice: StepChoice
  private readonly tally: Tally
  private readonly knowledge: KnowledgeLog
  private readonly locks: Locks

  constructor(choice: StepChoice, tally: Tally, knowledge: KnowledgeLog, locks: Locks) {
    this.choice = choice
    this.tally = tally
    this.knowledge = knowledge
    this.locks = locks
  }

  note(exhibit: Exhibit, lock: Lock, steps: readonly number[], path: number, sight: Sight, amount: number): void {
    const { direction, serial } = exhibit
    const what = SIGHTS.indexOf(sight)
    for (const step of steps)
      this.writeDown(lock, { isKnowledge: false, what, step, path, subject: NONE, amount, direction, serial })
  }

  /** Put down to the first of the steps; without any, nobody was there to learn. */
  learn(exhibit: Exhibit, lock: Lock, steps: readonly number[], path: number, kind: KnownKind, subject: number): void {
    if (steps.length === 0) return
    const { direction, serial } = exhibit
    const what = KNOWN_KINDS.indexOf(kind)
    this.writeDown(lock, { isKnowledge: true, what, step: steps[0], path, subject, amount: 0, direction, serial })
  }

  writeDown(lock: Lock, finding: Finding): void {
    if (lock === NONE) this.publish(finding)
    else this.locks.keep(lock, finding)
  }

  private publish({ isKnowledge, what, step, path, subject, amount, direction, serial }: Finding): void {
    const { plan, state } = this.choice
    const { attacker, technique } = plan.steps[step]
    if (isKnowledge) {
      this.knowledge.learn({ attacker, step, kind: KNOWN_KINDS[what], subject, path, direction, serial })
      return
    }
    const sight = SIGHTS[what]
    this.tally.note(step, path, sight, amount, direction, serial)
    if (TECHNIQUES[technique].isPassive && READINGS.includes(sight)) state.noteAct(step)
  }
}
