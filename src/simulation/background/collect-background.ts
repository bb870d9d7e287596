import type { BackgroundResult, PodResult } from '../../measure/result.ts'
import type { Shares } from '../accounts/shares.ts'
import type { Simulation } from '../simulation.ts'

/** Returns the start time and the number of tokens of each pod. */
export function collectPods({ parts }: Simulation): PodResult[] {
  return (parts.cluster.background?.results() ?? []).flatMap(({ pods }) => pods ?? [])
}

/** Returns the requests of each of the cluster's programs, over all paths that it used. */
export function collectBackground({ plan, parts, accounts }: Simulation, shares: Shares): BackgroundResult[] {
  const { background } = parts.cluster
  if (plan.background === null || background === null) return []
  const { clients } = background
  const byName = new Map<string, BackgroundResult>()
  plan.background.store.programs.forEach(({ name, path }, program) => {
    const known = byName.get(name) ?? { name, requests: 0, wireBytes: 0 }
    const use = { path, account: clients.accountOfProgram[program] }
    byName.set(name, {
      name,
      requests: known.requests + clients.requestCountOf(program),
      wireBytes: known.wireBytes + shares.chargedFor(use, (account) => accounts.wireBytes[account]),
    })
  })
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
