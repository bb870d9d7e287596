import type { AttackPlan } from '../attack-plan.ts'
import type { KnowledgeLog } from '../state/knowledge-log.ts'
import type { Secret } from './sockets-plan.ts'

/** What attackers can show or sign with: what they had from the start, and what they have learned. */
export class Possessions {
  private readonly plan: AttackPlan
  private readonly knowledge: KnowledgeLog

  constructor(plan: AttackPlan, knowledge: KnowledgeLog) {
    this.plan = plan
    this.knowledge = knowledge
  }

  has(attacker: number, { kind, subject }: Secret): boolean {
    const { heldTokens, heldCertificates } = this.plan.attackers[attacker]
    const held = kind === 'token' ? heldTokens : heldCertificates
    return held.includes(subject) || this.knowledge.knows(attacker, kind, subject)
  }
}
