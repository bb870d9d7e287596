import { NONE } from '../../engine/table.ts'
import type { AttackPlan } from '../attack-plan.ts'
import type { AttackState } from '../state/attack-state.ts'
import type { KnowledgeLog } from '../state/knowledge-log.ts'
import type { Theft } from './sockets-plan.ts'

/** Attackers read what lies on their hosts. */
export class Thefts {
  private readonly plan: AttackPlan
  private readonly state: AttackState
  private readonly knowledge: KnowledgeLog
  private readonly thefts: readonly Theft[]

  constructor(plan: AttackPlan, state: AttackState, knowledge: KnowledgeLog, thefts: readonly Theft[]) {
    this.plan = plan
    this.state = state
    this.knowledge = knowledge
    this.thefts = thefts
  }

  /** Those of a step. */
  begin(step: number): void {
    if (this.state.isLeftOut(step)) return
    for (const { step: own, path, kind, subject } of this.thefts) {
      if (own !== step) continue
      const { attacker } = this.plan.steps[step]
      const isNew = this.knowledge.learn({ attacker, step, kind, subject, path, direction: NONE, serial: NONE })
      if (isNew) this.state.noteAct(step)
    }
  }
}
