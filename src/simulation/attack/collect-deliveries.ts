import { USED_TECHNIQUES } from '../../attack/techniques.ts'
import type { PathHistory } from '../../measure/verdicts/history.ts'
import { FAILURE_REASONS } from '../../transport/streams/failure.ts'
import { REFUSALS } from '../../workload/refusal.ts'
import type { Blueprint } from '../blueprint.ts'
import type { Simulation } from '../simulation.ts'

/**
 * The workloads and paths, by number of the plan, with at least one request that reached its server or without any
 * request.
 */
export interface Delivery {
  readonly workloads: readonly boolean[]
  /** The workloads, by number of the plan, with a request body that arrived at a server that refused the request. */
  readonly refusedBodies: readonly boolean[]
  readonly paths: readonly boolean[]
}

/**
 * Returns which workloads and paths delivered requests in a run that has ended. A request was delivered if it got a
 * response, or was sent and has not failed. A client that refuses every certificate, or a server that refuses every
 * request, delivers nothing.
 */
export function deliveryOf(simulation: Simulation, histories: readonly PathHistory[]): Delivery {
  const { plan } = simulation
  const { table } = simulation.workloads
  const workloads = plan.workloads.map(
    (_, workload) =>
      table.issued[workload] === 0 ||
      table.completed[workload] > 0 ||
      (table.sent[workload] > 0 && table.failed[workload] === 0),
  )
  const isUsed = histories.map(({ passedOn }) => passedOn.length > 0)
  const isThrough = histories.map(({ passedOn }) =>
    passedOn.some(({ end }) => end === 'completed' || end === 'open' || end === 'withdrawn'),
  )
  plan.workloads.forEach(({ path }, workload) => {
    if (table.issued[workload] === 0) return
    isUsed[path] = true
    isThrough[path] ||= workloads[workload]
  })
  const paths = histories.map((_, path) => !isUsed[path] || isThrough[path])
  return { workloads, paths, refusedBodies: refusedBodiesOf(simulation) }
}

/**
 * An HTTP client sends the body together with its request (except after an upgrade), so a refusal comes too late for
 * the body.
 */
function refusedBodiesOf({ plan, workloads: { measurements } }: Simulation): boolean[] {
  const { failures } = measurements
  const refused = new Set(
    [...failures.everyRow()]
      .filter((row) => REFUSALS.includes(FAILURE_REASONS[failures.reason[row]]))
      .map((row) => failures.workload[row]),
  )
  return plan.workloads.map(
    ({ traffic, requestBodyBytes }, workload) =>
      refused.has(workload) && requestBodyBytes > 0 && (traffic.kind === 'answers' || traffic.kind === 'flow'),
  )
}

/** Returns the union of the deliveries of several runs. */
export function joinDeliveries(all: readonly Delivery[]): Delivery {
  const join = (flags: readonly (readonly boolean[])[]) =>
    (flags[0] ?? []).map((_, index) => flags.some((each) => each[index]))
  return {
    workloads: join(all.map(({ workloads }) => workloads)),
    refusedBodies: join(all.map(({ refusedBodies }) => refusedBodies)),
    paths: join(all.map(({ paths }) => paths)),
  }
}

/**
 * Returns the paths that attackers act on and on which no request was delivered, by their names in the scenario,
 * sorted.
 */
export function undeliveredPaths({ plan }: Simulation, { paths }: Delivery, blueprint: Blueprint): string[] {
  const concerned = [
    ...new Set(
      plan.attack?.steps.flatMap(({ technique, paths: attacked }) =>
        USED_TECHNIQUES[technique].needs.length > 0 ? attacked : [],
      ),
    ),
  ]
  const named = concerned.map((path) => ({ name: declaredName(blueprint, plan.paths[path].name), isUsed: paths[path] }))
  const used = new Set(named.flatMap(({ name, isUsed }) => (isUsed ? [name] : [])))
  const unused = named.flatMap(({ name }) => (used.has(name) ? [] : [name]))
  return [...new Set(unused)].sort((a, b) => (a < b ? -1 : 1))
}

/** Returns the name under which the scenario declares the path of this instance. */
export function declaredName({ paths }: Blueprint, instance: string): string {
  return paths.find(({ name }) => name === instance)?.declared ?? instance
}
