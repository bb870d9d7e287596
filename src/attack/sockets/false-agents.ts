import type { KonnectivityAgents } from '../../cluster/konnectivity/konnectivity-agents.ts'
import type { AttackState } from '../state/attack-state.ts'
import type { AgentStart } from './sockets-plan.ts'

/** Konnectivity agents of attackers' own, which say that they are others. */
export class FalseAgents {
  private readonly state: AttackState
  private readonly agents: KonnectivityAgents
  private readonly starts: readonly AgentStart[]

  constructor(state: AttackState, agents: KonnectivityAgents, starts: readonly AgentStart[]) {
    this.state = state
    this.agents = agents
    this.starts = starts
  }

  /** Those of a step. */
  begin(step: number): void {
    if (this.state.isLeftOut(step)) return
    for (const { step: own, agent } of this.starts) {
      if (own !== step) continue
      this.agents.start(agent)
      this.state.noteAct(step)
    }
  }

  end(step: number): void {
    if (this.state.isLeftOut(step)) return
    for (const { step: own, agent } of this.starts) if (own === step) this.agents.stop(agent)
  }
}
