import type { PathHistory } from '../../measure/verdicts/history.ts'
import type { Blueprint } from '../blueprint.ts'
import type { Simulation } from '../simulation.ts'
import { declaredName } from './declared-name.ts'

/** The workloads and paths, by number of the plan, of which a request got through to its server. */
export interface Delivery {
  readonly workloads: readonly boolean[]
  readonly paths: readonly boolean[]
}

/**
 * Returns which requests got through in a run that has ended: they were responded to, or were sent and have not failed. A
 * client that refuses every certificate, and a server that refuses every request, let none through.
 */
export function deliveryOf({ plan, workloads: { table } }: Simulation, histories: readonly PathHistory[]): Delivery {
  const workloads = plan.workloads.map(
    (_, workload) => table.completed[workload] > 0 || (table.sent[workload] > 0 && table.failed[workload] === 0),
  )
  const paths = histories.map(
    ({ passedOn }, path) =>
      plan.workloads.some((workload, number) => workload.path === path && workloads[number]) ||
      passedOn.some(({ end }) => end === 'completed' || end === 'open' || end === 'withdrawn'),
  )
  return { workloads, paths }
}

/** Returns what got through in at least one of several runs. */
export function joinDeliveries(all: readonly Delivery[]): Delivery {
  const join = (flags: readonly (readonly boolean[])[]) =>
    (flags[0] ?? []).map((_, index) => flags.some((each) => each[index]))
  return { workloads: join(all.map(({ workloads }) => workloads)), paths: join(all.map(({ paths }) => paths)) }
}

/** Returns the attacked paths, as the scenario names them, of which no request got through, sorted by name. */
export function undeliveredPaths({ plan }: Simulation, { paths }: Delivery, blueprint: Blueprint): string[] {
  const concerned = [...new Set(plan.attack?.steps.flatMap((step) => step.paths))]
  const named = concerned.map((path) => ({ name: declaredName(blueprint, plan.paths[path].name), isUsed: paths[path] }))
  const used = new Set(named.flatMap(({ name, isUsed }) => (isUsed ? [name] : [])))
  const unused = named.flatMap(({ name }) => (used.has(name) ? [] : [name]))
  return [...new Set(unused)].sort((a, b) => (a < b ? -1 : 1))
}
