import { unusedHistory } from '../measure/verdicts/history.ts'
import type { Aftermath } from './attack/aftermath.ts'
import { historyStart } from './attack/collect-history.ts'
import type { Blueprint } from './blueprint.ts'
import type { ExpandedBlueprint } from './expanded-blueprint.ts'
import { attackersInOrder, isAttackersPath, ownHostName } from './lookups/attacker-names.ts'
import type { Plan } from './plan.ts'

/** The largest number of quiet runs that are kept. The paths of a cluster need some dozens. */
const MOST_KEPT = 256
/**
 * The largest number of messages of a run that is kept. A long run takes much longer to run than to build, and its
 * history takes much memory.
 */
const MOST_MESSAGES = 10_000

/** The aftermath of a quiet run, with numbers of its own plan. */
interface QuietRun {
  readonly aftermath: Aftermath
  /** The names of the paths, by number. */
  readonly paths: readonly string[]
  /** The names of everything else that the aftermath refers to by number. */
  readonly names: string
}

/**
 * Shares quiet runs: counterparts in which no attacker does anything. Scenarios that differ only in their attackers,
 * such as the cells of a matrix, have the same quiet run.
 *
 * This assumes that idle attackers leave no trace. Their own hosts, links and paths then carry nothing, and random
 * decisions, addresses and ports depend only on names. Objects, paths and heartbeats that steps add to the cluster may
 * change what others do. So two scenarios share a quiet run only if they add the same, and if their steps make the run
 * last equally long. Hosts, addresses and requests must have the same numbers in both plans. Paths are found by name.
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

/** Returns the names of the hosts, addresses, workloads and requests that an aftermath refers to by number. */
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

/**
 * Returns the aftermath with the path numbers of a plan. Paths that the known plan lacks belong to an attacker and are
 * unused.
 */
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
 * Returns a key that is equal for scenarios with the same quiet run. It consists of the scenario without its attackers,
 * everything that the attackers add and that carries traffic in a quiet run, the paths of their steps (an aftermath has
 * the history of these alone), the tick at which histories begin, and the time for which the steps make the run last.
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

/** Returns the names that a list did not have before. */
function added(all: readonly { readonly name: string }[], before: readonly { readonly name: string }[]): string[] {
  const known = new Set(before.map(({ name }) => name))
  return all.flatMap(({ name }) => (known.has(name) ? [] : name))
}
