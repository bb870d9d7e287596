import type { BackgroundResult, PodResult } from '../../measure/result.ts'
import type { Simulation } from '../simulation.ts'
import type { Shares } from './shares.ts'

/** What became of the pods of a cluster. */
export function collectPods({ plan, parts }: Simulation): PodResult[] {
  const { background } = parts.cluster
  if (plan.background === null || background === null) return []
  return plan.background.pods.pods.map(({ name }, pod) => {
    const startTick = background.volumes.startTickOf(pod)
    return { name, startedNs: startTick < 0 ? null : startTick, tokens: background.tokens.countOf(pod) }
  })
}

/** What the programs of a cluster asked by themselves, over all paths that each took. */
export function collectBackground({ plan, parts, accounts }: Simulation, shares: Shares): BackgroundResult[] {
  const { background } = parts.cluster
  if (plan.background === null || background === null) return []
  const { calls } = background
  const byName = new Map<string, BackgroundResult>()
  plan.background.desk.programs.forEach(({ name, path }, program) => {
    const known = byName.get(name) ?? { name, requests: 0, wireBytes: 0 }
    const use = { path, account: calls.accountOfProgram[program] }
    byName.set(name, {
      name,
      requests: known.requests + calls.requestsOf(program),
      wireBytes: known.wireBytes + shares.chargedFor(use, accounts.wireBytes),
    })
  })
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
