import type { ExtraAgentBlueprint } from '../additions.ts'
import type { AttackedPath, StepPlanner } from './step-planner.ts'
import type { Technique } from './technique.ts'

export const claimAgent: Technique = {
  meaning:
    'Registers Konnectivity agents under the identifiers of other nodes, and responds to the requests for them, or forwards them.',
  needs: [],
  parameters: { for: {}, with: {} },
  gains: ['credential'],
  serves: { at: 'own-address', carries: true },
  additions: (step) => ({ agents: agentsOf(step) }),
  matrix: { rows: [{ at: ['node'] }] },
}

/**
 * Returns agents that claim the addresses of the servers of all paths. One answers requests itself, for paths whose
 * clients do not verify the server; the other forwards connections to the real servers.
 */
function agentsOf(step: StepPlanner): readonly ExtraAgentBlueprint[] {
  const claimed = step.paths.filter(({ tunnel, to }) => tunnel?.kind === 'konnectivity' && to !== step.host)
  const unverified = claimed.filter((path) => !isVerified(path))
  return [
    ...agentFor(unverified, 'answers', step.address, step),
    ...agentFor(claimed.filter(isVerified), 'carries', null, step),
  ]
}

function agentFor(
  paths: readonly AttackedPath[],
  manner: string,
  onward: string | null,
  { name, host, addressOf }: StepPlanner,
): ExtraAgentBlueprint[] {
  if (paths.length === 0) return []
  const identifiers = [...new Set(paths.map(({ to }) => addressOf(to)))]
  return [
    {
      name: `${name}/${manner}`,
      host,
      server: paths[0].from,
      credential: { kind: 'own' },
      claims: { agentIdOf: null, identifiers, defaultRoute: false },
      startNs: null,
      onward,
    },
  ]
}

function isVerified({ tls }: AttackedPath): boolean {
  return tls !== null && tls.verify !== 'none'
}
