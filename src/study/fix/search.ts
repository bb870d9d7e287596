import type { BrokenWorkload } from '../../measure/fix.ts'
import type { Judge } from './bench.ts'
import { areOfOneFlag, type Change, changeKey, effortOf } from './change.ts'
import type { Forbidden } from './forbidden.ts'
import type { Work } from './work.ts'

/** A set of changes that closes some verdicts and breaks nothing. */
interface Remedy {
  readonly changes: readonly Change[]
  readonly closes: ReadonlySet<string>
}

/** The smallest set of changes that was found. */
export interface Found {
  readonly changes: readonly Change[]
  /** The keys of the verdicts that it closes. */
  readonly closed: ReadonlySet<string>
}

/** The most changes of a remedy. */
const MOST_CHANGES = 5
/** The number of sets that are extended at each size. */
const WIDTH = 24
/** The most unions of remedies that are compared. The best of these counts. */
const MOST_UNIONS = 100_000

/**
 * Searches for the smallest set of changes that closes most of the forbidden verdicts and breaks nothing. Sets grow by
 * one change at a time. A set that closes something and breaks something gets a change that repairs it. A set that
 * reduces an attacker's gain gets a change that reduces it further. Every set is judged by simulations.
 */
export async function searchFix(
  candidates: readonly Change[],
  failing: readonly Forbidden[],
  bench: Judge,
): Promise<Found> {
  const search = new Search(candidates, failing, bench)
  await search.run()
  return search.result()
}

class Search {
  readonly #candidates: readonly Change[]
  readonly #failing: readonly Forbidden[]
  readonly #bench: Judge
  readonly #remedies: Remedy[] = []
  readonly #closable = new Set<string>()

  constructor(candidates: readonly Change[], failing: readonly Forbidden[], bench: Judge) {
    this.#candidates = candidates
    this.#failing = failing
    this.#bench = bench
  }

  async run(): Promise<void> {
    const singles = this.#candidates.map((change) => [change])
    const works = await this.#bench.works(singles)
    const left = await this.#bench.forbidden(singles, this.#failing)
    const toRepair: { set: readonly Change[]; closes: ReadonlySet<string>; work: Work }[] = []
    const helpful: { key: string; change: Change }[] = []
    for (const [i, set] of singles.entries()) {
      const still = left[i]
      // The scenario refuses the change.
      if (still === null) continue
      const work = works[i]!
      const closes = this.#closedBy(still)
      if (work.broken.length > 0) {
        toRepair.push({ set, closes, work })
        continue
      }
      this.#add(set, closes)
      for (const one of this.#failing) {
        const after = still.get(one.key)
        if (after !== undefined && isLess(after, one)) helpful.push({ key: one.key, change: set[0] })
      }
    }
    for (const { set, closes, work } of toRepair.toSorted((a, b) => a.work.broken.length - b.work.broken.length))
      if ([...closes].some((key) => !this.#closable.has(key))) await this.#repair(set, work)
    await this.#combine(helpful)
  }

  /** Extends a set that closes something and breaks something, until it breaks nothing. */
  async #repair(first: readonly Change[], { broken }: Work): Promise<void> {
    const only = new Set(broken.map(({ workload }) => workload))
    const seen = new Set([failuresOf(broken)])
    let frontier = [first]
    for (let size = 2; size <= MOST_CHANGES && frontier.length > 0; size++) {
      const sets = distinctSets(frontier.flatMap((set) => this.#extensions(set)))
      const works = await this.#bench.works(sets, only)
      const mended = sets.filter((_, i) => works[i]?.broken.length === 0)
      const whole = (await this.#bench.works(mended)).flatMap((work, i) =>
        work?.broken.length === 0 ? [mended[i]] : [],
      )
      const closing = await this.#closing(whole)
      for (const [i, set] of whole.entries()) this.#add(set, closing[i])
      if (closing.some((closes) => closes.size > 0)) return
      frontier = sets.filter((_, i) => {
        const work = works[i] ?? null
        const failures = work === null ? '' : failuresOf(work.broken)
        if (work === null || work.broken.length === 0 || seen.has(failures)) return false
        seen.add(failures)
        return true
      })
    }
  }

  /** Combines changes that each reduce an attacker's gain, if none of them closes its verdict alone. */
  async #combine(helpful: readonly { readonly key: string; readonly change: Change }[]): Promise<void> {
    for (const one of this.#failing) {
      if (this.#closable.has(one.key)) continue
      const parts = helpful.filter(({ key }) => key === one.key).map(({ change }) => change)
      let frontier: (readonly Change[])[] = parts.map((change) => [change])
      for (let size = 2; size <= MOST_CHANGES && frontier.length > 0; size++) {
        const sets = distinctSets(
          frontier.flatMap((set) => parts.filter((change) => fits(set, change)).map((change) => [...set, change])),
        )
        const left = await this.#bench.forbidden(sets, [one])
        const closing = sets.filter((_, i) => left[i] !== null && !left[i]!.has(one.key))
        const works = await this.#bench.works(closing)
        const whole = closing.filter((_, i) => works[i]?.broken.length === 0)
        const closes = await this.#closing(whole)
        for (const [i, set] of whole.entries()) this.#add(set, closes[i])
        if (whole.length > 0) break
        frontier = sets.filter((_, i) => left[i] !== null).slice(0, WIDTH)
      }
    }
  }

  async #closing(sets: readonly (readonly Change[])[]): Promise<readonly ReadonlySet<string>[]> {
    const left = await this.#bench.forbidden(sets, this.#failing)
    return left.map((still) => this.#closedBy(still))
  }

  /** Returns the keys of the verdicts that were closed; none if the scenario refuses the changes. */
  #closedBy(left: ReadonlyMap<string, Forbidden> | null): ReadonlySet<string> {
    return new Set(this.#failing.map(({ key }) => key).filter((key) => left?.has(key) === false))
  }

  #extensions(set: readonly Change[]): readonly (readonly Change[])[] {
    return this.#candidates.filter((change) => fits(set, change)).map((change) => [...set, change])
  }

  #add(changes: readonly Change[], closes: ReadonlySet<string>): void {
    this.#remedies.push({ changes, closes })
    for (const key of closes) this.#closable.add(key)
  }

  /**
   * Returns the union of remedies that closes most verdicts, with the least effort among equals. It compares the first
   * MOST_UNIONS unions, with at most WIDTH remedies for a verdict. If verdicts need different values of one flag, it
   * does not close everything that single remedies close.
   */
  result(): Found {
    let best: Found | null = null
    let tried = 0
    const extend = (chosen: readonly Change[], closed: ReadonlySet<string>, skipped: ReadonlySet<string>): void => {
      const most = this.#closable.size - [...skipped].filter((key) => !closed.has(key)).length
      const isWorse = ({ changes, closed: own }: Found) =>
        most < own.size || (most === own.size && efforts(chosen) >= efforts(changes))
      if (tried++ >= MOST_UNIONS || (best !== null && isWorse(best))) return
      const next = [...this.#closable].find((key) => !closed.has(key) && !skipped.has(key))
      if (next === undefined) {
        best = { changes: chosen, closed }
        return
      }
      const able = this.#remedies
        .filter(({ closes, changes }) => closes.has(next) && changes.every((change) => isCompatible(chosen, change)))
        .toSorted((a, b) => efforts(a.changes) - efforts(b.changes) || b.closes.size - a.closes.size)
      for (const { changes, closes } of able.slice(0, WIDTH)) {
        const known = new Set(chosen.map(changeKey))
        const union = [...chosen, ...changes.filter((one) => !known.has(changeKey(one)))]
        extend(union, new Set([...closed, ...closes]), skipped)
      }
      extend(chosen, closed, new Set([...skipped, next]))
    }
    extend([], new Set(), new Set())
    return best ?? { changes: [], closed: new Set() }
  }
}

/** Returns a text that is equal if clients see the same failures. */
function failuresOf(broken: readonly BrokenWorkload[]): string {
  return JSON.stringify(broken)
}

function efforts(changes: readonly Change[]): number {
  return changes.reduce((sum, change) => sum + effortOf(change), 0)
}

/** Returns whether a change can be added to a set, because no other change sets the same flag. */
function fits(set: readonly Change[], change: Change): boolean {
  return !set.some((one) => areOfOneFlag(one, change))
}

function isCompatible(set: readonly Change[], change: Change): boolean {
  return !set.some((one) => areOfOneFlag(one, change) && changeKey(one) !== changeKey(change))
}

function distinctSets(sets: readonly (readonly Change[])[]): readonly (readonly Change[])[] {
  const keyOf = (set: readonly Change[]) => set.map(changeKey).toSorted().join('\n')
  return [...new Map(sets.map((set) => [keyOf(set), set])).values()]
}

/** Returns whether an attacker gets less than before, and nothing new. */
function isLess({ verdict: after, outcomes }: Forbidden, { verdict: before, outcomes: all }: Forbidden): boolean {
  const pairs = [
    [outcomes.length, all.length],
    [after.requests.length, before.requests.length],
    [after.privileges.length, before.privileges.length],
    [after.credentials.length, before.credentials.length],
    [after.exposure.messages, before.exposure.messages],
  ]
  return pairs.every(([a, b]) => a <= b) && pairs.some(([a, b]) => a < b)
}
