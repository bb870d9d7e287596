import { unusedHistory } from '../measure/verdicts/history.ts'
import type { Aftermath } from './attack/aftermath.ts'
import { historyStart } from './attack/collect-history.ts'
import type { Blueprint } from './blueprint.ts'
import type { ExpandedBlueprint } from './expanded-blueprint.ts'
import { attackersInOrder, isAttackersPath, ownHostName } from './lookups/attacker-names.ts'
import type { Plan } from './plan.ts'

/** The most quiet runs that are kept. Those of all paths of a cluster are some dozens. */
const MOST_KEPT = 256
/**
 * The most messages of a run that is kept. Long runs take no time to build in comparison, and their histories much
 * memory.
 */
const MOST_MESSAGES = 10_000

/** The aftermath of a quiet run. It has numbers of its plan. */
interface QuietRun {
  readonly aftermath: Aftermath
  /** The names of the paths, by number. */
  readonly paths: readonly string[]
  /** The names of all else that the aftermath has the number of. */
  readonly names: string
}

/**
 * Shares quiet runs: counterparts in which no attacker does anything. Scenarios that differ only in their attackers, as the
 * cells of a matrix do, have the same one.
 *
 * This assumes that attackers that do nothing leave no trace in what others do. Their own hosts, with the links to
 * them, and their own paths carry nothing then, and random decisions, addresses and ports depend on names alone. What
 * steps add to the cluster itself, such as objects, paths of the apiserver and heartbeats, may change what others do,
 * so that only runs that have the same additions share one, and only runs that last as long because of their steps.
 * Hosts, addresses and requests must have the same numbers in both plans; paths are found by their names.
 */
export class QuietRuns {
  readonly #known = new Map<string, QuietRun>()

  /** Returns the aftermath of the quiet run of a scenario; null if it is not known. */
  find(key: string, plan: Plan): Aftermath | null {
    const known = this.#known.get(key)
    if (known === undefined || known.names !== namesIn(known.aftermath, plan)) return null
    return inPathsOf(plan, known)
  }

  /** Keeps the aftermath of the quiet run of a scenario, unless it is large. */
  keep(key: string, plan: Plan, aftermath: Aftermath): void {
    if (aftermath.histories.some(({ messages }) => messages.sent.length > MOST_MESSAGES)) return
    const [oldest] = this.#known.keys()
    if (oldest !== undefined && this.#known.size >= MOST_KEPT) this.#known.delete(oldest)
    this.#known.set(key, { aftermath, paths: plan.paths.map(({ name }) => name), names: namesIn(aftermath, plan) })
  }
}

/** Returns what the numbers of hosts, addresses, workloads and requests in an aftermath stand for in a plan. */
function namesIn({ histories, refusals }: Aftermath, { hosts, addresses, workloads, attack }: Plan): string {
  const hostNames = [...histories.flatMap(({ carriers }) => carriers), ...refusals].map(({ host }) => hosts[host]?.name)
  const ends = refusals.flatMap(({ clientAddress, serverAddress }) => [clientAddress, serverAddress])
  const requests = histories.flatMap(({ passedOn }) =>
    passedOn.map(({ request }) => attack?.requests[request]?.operation),
  )
  return JSON.stringify([
    hostNames,
    ends.map((address) => addresses.valueOf(address)),
    workloads.map(({ name }) => name),
    requests,
  ])
}

/** Returns the aftermath with the paths of a plan. Those that the known plan lacks are an attacker's own, and unused. */
function inPathsOf({ paths }: Plan, { aftermath, paths: known }: QuietRun): Aftermath {
  const numbers = new Map(known.map((name, number) => [name, number]))
  const { histories, delivery } = aftermath
  const knownOf = paths.map(({ name }) => numbers.get(name))
  const endTick = histories[0]?.endTick ?? 0
  return {
    ...aftermath,
    histories: knownOf.map((path) => (path === undefined ? unusedHistory(endTick) : histories[path])),
    delivery: { ...delivery, paths: knownOf.map((path) => path === undefined || delivery.paths[path]) },
  }
}

/**
 * Returns a text that is the same for scenarios with the same quiet run. It is made of the scenario without its attackers,
 * of what they add to it, apart from what carries nothing in a quiet run, of the paths that their steps concern, since an
 * aftermath has the history of these alone, of the tick with which histories begin, and of the time for which their steps
 * make the run last.
 */
export function keyOfQuietRun(blueprint: Blueprint, expanded: ExpandedBlueprint, plan: Plan): string {
  const steps = plan.attack?.steps ?? []
  const requests = plan.attackSockets?.requests ?? []
  const own = new Set(attackersInOrder(blueprint).map(ownHostName))
  const concerned = new Set(steps.flatMap(({ paths }) => paths))
  const ticks = steps.flatMap(({ startTick, endTick }) => (endTick < Infinity ? [startTick, endTick] : startTick))
  return JSON.stringify([
    { ...blueprint, attackers: [] },
    expanded.additions,
    expanded.activity,
    added(expanded.hosts, blueprint.hosts).filter((name) => !own.has(name)),
    added(
      expanded.paths.filter((path) => !isAttackersPath(path)),
      blueprint.paths,
    ),
    added(expanded.workloads, blueprint.workloads),
    plan.paths.flatMap(({ name }, path) => (concerned.has(path) ? name : [])),
    Math.max(0, ...ticks),
    historyStart(plan),
    requests.flatMap(({ step, pauseNs }) => (pauseNs > 0 ? [[steps[step].startTick, pauseNs]] : [])),
  ])
}

/** Returns the names of what a scenario did not have before. */
function added(all: readonly { readonly name: string }[], before: readonly { readonly name: string }[]): string[] {
  const known = new Set(before.map(({ name }) => name))
  return all.flatMap(({ name }) => (known.has(name) ? [] : name))
}
