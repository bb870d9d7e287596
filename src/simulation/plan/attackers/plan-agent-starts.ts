import type { AgentStart } from '../../../attack/sockets/sockets-plan.ts'
import { agentAdditionName } from './attacker-additions.ts'
import { type PlacedStep, pathsOfStep } from './attacker-names.ts'
import type { AttackContext } from './plan-attack.ts'

/** Agents that wait for their step. */
export function planAgentStarts({ step, index, ...placed }: PlacedStep, context: AttackContext): readonly AgentStart[] {
  if (step.technique !== 'claim-agent') return []
  const { agents } = context.paths.konnectivity
  const names = pathsOfStep(step, context.blueprint).map((path) => agentAdditionName({ step, index, ...placed }, path))
  return agents.flatMap(({ name }, agent) =>
    names.some((own) => name.endsWith(`/${own}`)) ? [{ step: index, agent }] : [],
  )
}
