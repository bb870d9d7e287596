import type { CheckedScenario } from '../../scenario/checked-scenario.ts'
import { LONGEST_NS } from '../matrix/matrix.ts'
import { shortWorkload } from '../matrix/short-workload.ts'

/**
 * Returns a scenario without attackers and events, with few requests of each workload. It shows what works.
 * @param only the names of the workloads; null for all
 */
export function workingScenario({ blueprint }: CheckedScenario, only: ReadonlySet<string> | null): CheckedScenario {
  const workloads = blueprint.workloads.flatMap((workload) => {
    const path = blueprint.paths.find(({ declared }) => declared === workload.path)
    return path === undefined || only?.has(workload.name) === false
      ? []
      : shortWorkload(workload, path, { ...blueprint, attackers: [] })
  })
  const calm = { attackers: [], events: [], workloads, durationNs: LONGEST_NS, choosesInTurn: true as const }
  return { blueprint: { ...blueprint, ...calm }, expectations: [] }
}

/** The number of requests that a 99th percentile needs. */
const REQUESTS = 120

/**
 * Returns a scenario without attackers and events, in which one workload alone has as many requests as percentiles
 * need; null for a workload without requests of its own.
 */
export function measuringScenario({ blueprint }: CheckedScenario, name: string): CheckedScenario | null {
  const workload = blueprint.workloads.find((one) => one.name === name)
  if (workload === undefined || workload.kind === 'heartbeat') return null
  const { arrivals } = workload
  const own =
    arrivals.kind === 'flow'
      ? workload
      : { ...workload, arrivals: { kind: 'closed' as const, requests: REQUESTS, concurrency: 1 } }
  const alone = { attackers: [], events: [], workloads: [own], durationNs: 5 * LONGEST_NS }
  return { blueprint: { ...blueprint, ...alone }, expectations: [] }
}
