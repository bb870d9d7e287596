import type { AgentStart } from '../../../attack/sockets/sockets-plan.ts'
import { agentAdditionName } from './attacker-additions.ts'
import type { PlacedStep } from './attacker-names.ts'
import type { AttackContext } from './plan-attack.ts'

/** Agents that wait for their step. */
export function planAgentStarts(placed: PlacedStep, context: AttackContext): readonly AgentStart[] {
  if (placed.step.technique !== 'claim-agent') return []
  const { agents } = context.paths.konnectivity
  const names = (['answers', 'carries'] as const).map((manner) => agentAdditionName(placed, manner))
  return agents.flatMap(({ name }, agent) =>
    names.some((own) => name.endsWith(`/${own}`)) ? [{ step: placed.index, agent }] : [],
  )
}
