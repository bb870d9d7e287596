import { isOpen, judgeTried } from '../../measure/judge-check.ts'
import type { Result, WorkloadResult } from '../../measure/result.ts'
import { type CheckedScenario, checkTree } from '../../scenario/load.ts'
import type { Tree } from '../../scenario/tree/tree.ts'
import { triedIn } from '../check/check.ts'
import { type CheckPlan, type CheckScope, type Probe, planCheck } from '../check/read-check.ts'
import { withoutAttackers } from '../matrix/matrix.ts'
import { groupsOfEqual } from '../simulator/equal-scenarios.ts'
import { portionsOf } from '../simulator/portions.ts'
import { simulateAll } from '../simulator/simulate-all.ts'
import type { Simulator } from '../simulator/simulator.ts'
import { withChanges } from './apply-changes.ts'
import { type Change, changeKey } from './change.ts'
import type { ClusterSetUp } from './cluster-set-up.ts'
import { decides, type Forbidden, isWanted, scopeFor, verdictKey } from './forbidden.ts'
import { PlanOf } from './plan-of.ts'
import { differenceOf, transplant } from './transplant.ts'
import { type Work, workOf } from './work.ts'
import { measuringScenario, workingScenario } from './working-scenario.ts'

export interface BenchOptions {
  readonly tree: Tree
  readonly file: string
  readonly setUp: ClusterSetUp
  readonly scope: CheckScope
  /** The plan of the check without changes, if it exists already. */
  readonly plan?: CheckPlan
  readonly today: string
}

/** A set of changes being judged. */
interface Trial {
  /** The forbidden verdicts of the probes that were already simulated. */
  readonly judged: Map<Probe, readonly Forbidden[]>
  /** The probes to simulate. */
  readonly open: readonly { readonly probe: Probe; readonly keep: (found: readonly Forbidden[]) => void }[]
  /** The wanted verdicts of probes whose simulation the changes do not affect. */
  readonly unchanged: readonly Forbidden[]
}

/** The number of probes of a set of changes that are simulated first. */
const FIRST_PROBES = 6
/** The number of sets of changes planned at a time, while as many others are simulated. */
const SETS_AT_A_TIME = 4

/** Judges sets of changes by the workloads that they break and the verdicts that stay forbidden. */
export type Judge = Pick<Bench, 'works' | 'forbidden'>

/**
 * Simulates a scenario with sets of changes. It finds what attackers get that the policy forbids, and what still works.
 */
export class Bench {
  readonly #options: BenchOptions
  readonly #simulator: Simulator
  readonly #works = new Map<string, Work | null>()
  /** The forbidden verdicts in the probes of the check, for each set of changes. */
  readonly #judged = new Map<string, Map<Probe, readonly Forbidden[]>>()
  readonly #plans = new Map<Probe, PlanOf>()
  readonly #firsts = new Map<CheckedScenario, CheckedScenario>()
  readonly #scenarios = new Map<string, CheckedScenario | null>()
  /** The keys of all verdicts that the policy forbids without changes; null if not known. */
  #known: ReadonlySet<string> | null = null
  #base: Result | null = null
  #unchangedPlan: CheckPlan | null = null
  simulations = 0
  sets = 0

  constructor(options: BenchOptions, simulator: Simulator) {
    this.#options = options
    this.#simulator = simulator
  }

  /**
   * Sets the verdicts that are forbidden without changes. From then on, a set that opens anything else is taken to
   * close nothing.
   */
  setKnown(failing: readonly Forbidden[]): void {
    this.#known = new Set(failing.map(({ key }) => key))
  }

  /**
   * Returns what works with each of several sets of changes; null for a set that the scenario refuses. If the last
   * change of a set does not affect the plan, the set shares the result of the set without it.
   * @param only the names of the workloads to simulate; null for all
   */
  async works(
    sets: readonly (readonly Change[])[],
    only: ReadonlySet<string> | null = null,
  ): Promise<readonly (Work | null)[]> {
    const base = await this.#baseWork()
    const open = distinct(sets).filter((set) => !this.#works.has(workKey(set, only)))
    const plans = new Map<string, PlanOf>()
    const different: { readonly set: readonly Change[]; readonly scenario: CheckedScenario }[] = []
    for (const set of open) {
      const scenario = this.#working(set, only)
      const shared = this.#sharedWork(set, scenario, only, base, plans)
      if (shared === null && scenario !== null) different.push({ set, scenario })
      this.#works.set(workKey(set, only), shared)
    }
    const results = await this.#simulate(different.map(({ scenario }) => scenario))
    for (const { set, scenario } of different)
      this.#works.set(workKey(set, only), workOf(results.get(scenario)!, base, only))
    this.sets += open.length
    return sets.map((set) => this.#works.get(workKey(set, only)) ?? null)
  }

  /**
   * Returns what works without the last change of a set, if that change does not affect the simulation; otherwise null.
   */
  #sharedWork(
    set: readonly Change[],
    scenario: CheckedScenario | null,
    only: ReadonlySet<string> | null,
    base: Result,
    plans: Map<string, PlanOf>,
  ): Work | null {
    const rest = set.slice(0, -1)
    const known = rest.length === 0 ? workOf(base, base, only) : (this.#works.get(workKey(rest, only)) ?? null)
    if (set.length === 0 || known === null) return known
    if (scenario === null) return null
    const plan = kept(plans, keyOf(rest), () => new PlanOf(this.#working(rest, only)!))
    return plan.isThatOf(scenario) ? known : null
  }

  /**
   * Returns the results of some workloads, each simulated alone, with as many requests as percentiles need, for sets of
   * changes.
   */
  async measured(
    sets: readonly (readonly Change[])[],
    workloads: readonly string[],
  ): Promise<readonly (readonly WorkloadResult[])[]> {
    const scenarios = sets.map((set) => {
      const scenario = this.#loaded(set)
      return scenario === null ? [] : workloads.flatMap((name) => measuringScenario(scenario, name) ?? [])
    })
    const results = await this.#simulate(scenarios.flat())
    return scenarios.map((own) => own.flatMap((one) => results.get(one)!.workloads))
  }

  /**
   * Returns which of the given verdicts the policy still forbids with each of several sets of changes. A set that makes
   * something else forbidden gets all of them.
   * @param wanted the verdicts; only their attacks are simulated
   */
  async forbidden(
    sets: readonly (readonly Change[])[],
    wanted: readonly Forbidden[],
  ): Promise<readonly (ReadonlyMap<string, Forbidden> | null)[]> {
    const keys = new Set(wanted.map(({ key }) => key))
    const probes = this.#basePlan().probes.filter((probe) => isWanted(probe, wanted))
    const trials = new Map<string, Trial | null>()
    const plan = async (some: readonly (readonly Change[])[]) => {
      for (const set of some) trials.set(keyOf(set), await this.#trialOf(set, probes, wanted))
      return some.flatMap((set) => trials.get(keyOf(set)) ?? [])
    }
    await whileNextIsMade(portionsOf(distinct(sets), SETS_AT_A_TIME), plan, async (some) => {
      // For a set that opens something, the one simulation that shows it is enough.
      for (const most of [FIRST_PROBES, Number.POSITIVE_INFINITY]) await this.#judgeMore(some, most)
    })
    return sets.map((set) => {
      const trial = trials.get(keyOf(set)) ?? null
      if (trial === null) return null
      const judged = [...trial.judged.values()].flat()
      const still = this.#isOpening(judged)
        ? wanted
        : [...judged.filter(({ key }) => keys.has(key)), ...trial.unchanged]
      return new Map(still.map((one) => [one.key, one] as const))
    })
  }

  /** Returns which of the given verdicts the policy forbids with a set of changes; null if the scenario refuses it. */
  async among(
    changes: readonly Change[],
    verdicts: readonly Forbidden[],
  ): Promise<ReadonlyMap<string, Forbidden> | null> {
    const plan = this.#plan(changes, scopeFor(verdicts, this.#options.scope))
    if (plan === null) return null
    const probes = plan.probes.filter((probe) => isWanted(probe, verdicts))
    const results = await this.#simulate(probes.map(({ scenario }) => scenario))
    return this.judge(plan, probes, results, new Set(verdicts.map(({ key }) => key)))
  }

  /** Returns the probes of a set of changes, without those with an unchanged simulation; null for a refused set. */
  async #trialOf(
    changes: readonly Change[],
    probes: readonly Probe[],
    wanted: readonly Forbidden[],
  ): Promise<Trial | null> {
    if (changes.length === 0) return { judged: new Map(), open: [], unchanged: wanted }
    const all = this.#changedProbes(probes, changes, wanted)
    if (all === null) return null
    const known = kept(this.#judged, keyOf(changes), () => new Map<Probe, readonly Forbidden[]>())
    const judged = new Map<Probe, readonly Forbidden[]>()
    const open: Trial['open'][number][] = []
    const unchanged: Forbidden[] = []
    // Transplanted probes keep the cells of their base. Among them, probes that differ only in attackers' names are
    // changed alike.
    const alike = new Map<CheckedScenario, boolean>()
    const isUnchanged = (base: Probe, changed: Probe) => {
      const isAlike = () => this.#planOf(base).isThatOf(changed.scenario)
      return base.cells === changed.cells ? kept(alike, this.#firstOfEqual(base.scenario), isAlike) : isAlike()
    }
    for (const { changed, base } of all) {
      // Simulations of other sets continue meanwhile.
      await this.#simulator.pause?.()
      const before = base === null ? undefined : known.get(base)
      if (before !== undefined) judged.set(changed, before)
      else if (base !== null && isUnchanged(base, changed))
        unchanged.push(...wanted.filter((one) => decides(base, one)))
      else open.push({ probe: changed, keep: (found) => base === null || known.set(base, found) })
    }
    return { judged, open, unchanged }
  }

  /** Simulates and judges up to `most` probes of each trial that has opened nothing yet. */
  async #judgeMore(trials: readonly Trial[], most: number): Promise<void> {
    const next = trials.flatMap((trial) =>
      this.#isOpening([...trial.judged.values()].flat())
        ? []
        : trial.open
            .filter(({ probe }) => !trial.judged.has(probe))
            .slice(0, most)
            .map((one) => ({ trial, ...one })),
    )
    const results = await this.#simulate(next.map(({ probe }) => probe.scenario))
    for (const { trial, probe, keep } of next) {
      const found = [...this.judge(this.#basePlan(), [probe], results, null).values()]
      trial.judged.set(probe, found)
      keep(found)
    }
  }

  /** Returns whether something is forbidden that was not forbidden before. */
  #isOpening(judged: readonly Forbidden[]): boolean {
    return judged.some(({ key }) => this.#known?.has(key) === false)
  }

  /** Returns the first scenario of the check that equals this one apart from the names of attackers. */
  #firstOfEqual(scenario: CheckedScenario): CheckedScenario {
    if (this.#firsts.size === 0)
      for (const group of groupsOfEqual(this.#basePlan().probes.map((probe) => probe.scenario)))
        for (const one of group) this.#firsts.set(one, group[0])
    return this.#firsts.get(scenario) ?? scenario
  }

  #planOf(probe: Probe): PlanOf {
    return kept(this.#plans, probe, () => new PlanOf(probe.scenario))
  }

  #basePlan(): CheckPlan {
    this.#unchangedPlan ??= this.#options.plan ?? this.#plan([], this.#options.scope)!
    return this.#unchangedPlan
  }

  /** Returns everything that the policy forbids with a set of changes; null if the scenario refuses it. */
  async everything(changes: readonly Change[]): Promise<ReadonlyMap<string, Forbidden> | null> {
    const plan = this.#plan(changes, this.#options.scope)
    if (plan === null) return null
    const results = await this.#simulate(plan.probes.map(({ scenario }) => scenario))
    return this.judge(plan, plan.probes, results, null)
  }

  /**
   * Returns probes with changes; null if the scenario refuses them. `base` is the probe of the same attack without the
   * changes; null if the changes make other attacks possible.
   */
  #changedProbes(
    probes: readonly Probe[],
    changes: readonly Change[],
    wanted: readonly Forbidden[],
  ): readonly { readonly changed: Probe; readonly base: Probe | null }[] | null {
    const loaded = this.#loaded(changes)
    if (loaded === null) return null
    const difference = differenceOf(this.#loaded([])!.blueprint, loaded.blueprint)
    const transplanted = probes.map((base) => {
      const blueprint = difference === null ? null : transplant(base.scenario.blueprint, difference)
      return blueprint === null ? null : { changed: { ...base, scenario: { ...base.scenario, blueprint } }, base }
    })
    if (transplanted.every((one) => one !== null)) return transplanted
    const plan = this.#plan(changes, scopeFor(wanted, this.#options.scope))
    const bases = new Map(probes.map((base) => [attackKey(base), base]))
    const others = plan?.probes.filter((probe) => isWanted(probe, wanted))
    return others?.map((changed) => ({ changed, base: bases.get(attackKey(changed)) ?? null })) ?? null
  }

  /**
   * Returns the verdicts of some probes that the policy forbids.
   * @param keys the keys of verdicts; null for all
   */
  judge(
    plan: CheckPlan,
    probes: readonly Probe[],
    results: ReadonlyMap<CheckedScenario, Result>,
    keys: ReadonlySet<string> | null,
  ): ReadonlyMap<string, Forbidden> {
    const { policy, acceptances } = plan
    const { today, scope } = this.#options
    const found = probes.flatMap((probe) =>
      triedIn(probe, scope, results).flatMap((tried): Forbidden[] => {
        const key = verdictKey(tried)
        if (keys !== null && !keys.has(key)) return []
        const findings = judgeTried([tried], { policy, acceptances, today }).filter(isOpen)
        return findings.map(({ forbidden }) => ({ key, tried, verdict: tried.verdict, outcomes: forbidden }))
      }),
    )
    return new Map(found.map((one) => [one.key, one]))
  }

  #tree(changes: readonly Change[]): Tree {
    const { tree, setUp } = this.#options
    return withChanges(tree, changes, setUp)
  }

  #plan(changes: readonly Change[], scope: CheckScope): CheckPlan | null {
    const read = planCheck(this.#tree(changes), this.#options.file, scope)
    return read.ok ? read.plan : null
  }

  /** Returns the scenario with changes and without attackers; null if it is refused. */
  #loaded(changes: readonly Change[]): CheckedScenario | null {
    return kept(this.#scenarios, keyOf(changes), () => {
      const loaded = checkTree(withoutAttackers(this.#tree(changes)), this.#options.file)
      return loaded.ok ? loaded.scenario : null
    })
  }

  #working(changes: readonly Change[], only: ReadonlySet<string> | null): CheckedScenario | null {
    const scenario = this.#loaded(changes)
    return scenario === null ? null : workingScenario(scenario, only)
  }

  async #baseWork(): Promise<Result> {
    if (this.#base !== null) return this.#base
    const scenario = this.#working([], null)!
    const results = await this.#simulate([scenario])
    this.#base = results.get(scenario)!
    return this.#base
  }

  async #simulate(scenarios: readonly CheckedScenario[]): Promise<ReadonlyMap<CheckedScenario, Result>> {
    const simulated = await simulateAll(scenarios, this.#simulator)
    this.simulations += simulated.simulations
    return simulated.results
  }
}

/** Returns a key for the attack of a probe. It is equal before and after changes. */
function attackKey({ attack, cells }: Probe): string {
  return JSON.stringify([
    attack,
    cells.map(({ path, row: { place, vantage, technique } }) => [path, place, vantage, technique]),
  ])
}

/** Uses a value for each item in order. The value for the next item is made meanwhile. */
async function whileNextIsMade<Item, Value>(
  items: readonly Item[],
  make: (item: Item) => Promise<Value>,
  use: (value: Value) => Promise<void>,
): Promise<void> {
  let using = Promise.resolve()
  for (const item of items) {
    const [made] = await Promise.all([make(item), using])
    using = use(made)
  }
  await using
}

/** Returns the cached value for a key, making it on first use. */
function kept<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = known.get(key)
  if (found !== undefined) return found
  const made = make()
  known.set(key, made)
  return made
}

function workKey(set: readonly Change[], only: ReadonlySet<string> | null): string {
  return `${keyOf(set)}\n${[...(only ?? [])].join()}`
}

function keyOf(set: readonly Change[]): string {
  return set
    .map(changeKey)
    .sort((a, b) => (a < b ? -1 : 1))
    .join('\n')
}

function distinct(sets: readonly (readonly Change[])[]): readonly (readonly Change[])[] {
  return [...new Map(sets.map((set) => [keyOf(set), set])).values()]
}
