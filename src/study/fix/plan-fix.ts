import { VANTAGES } from '../../attack/vantages.ts'
import { namesOf } from '../../engine/registry.ts'
import type { BrokenWorkload, FixStep, Minimality } from '../../measure/fix.ts'
import { MATRIX_ROWS } from '../matrix/matrix-rows.ts'
import type { Judge } from './bench.ts'
import { type candidatesFor, isMending } from './candidates.ts'
import { areOfOneFlag, type Change, effortOf } from './change.ts'
import type { Forbidden } from './forbidden.ts'
import { searchFix } from './search.ts'
import type { Work } from './work.ts'

/** A change of a fix at its place in the order, and its benefit. */
export interface PlannedStep {
  readonly change: Change
  /** The findings and failures in a simulation of the other changes. */
  readonly without: FixStep['without']
  /** The runs without attackers before and after the change. */
  readonly before: Work
  readonly after: Work
}

/** A change that is made too early. */
export interface PlannedWrongOrder {
  readonly first: Change
  readonly before: Change
  readonly broken: readonly BrokenWorkload[]
}

export interface PlannedFix {
  readonly steps: readonly PlannedStep[]
  readonly closed: ReadonlySet<string>
  readonly open: readonly Forbidden[]
  readonly wrongOrders: readonly PlannedWrongOrder[]
  /** The workloads on paths that the steps close, and those that fail without one of the steps. */
  readonly concerned: readonly string[]
  /** The proof about the number of changes; null if there are none. */
  readonly minimality: Minimality | null
  /** Changes that close verdicts on paths where other attackers still get the same. */
  readonly partial: readonly { readonly change: Change; readonly paths: readonly string[] }[]
}

/** Finds the changes, removes unnecessary ones, and orders them so that everything works after each change. */
export async function planFix(
  candidates: ReturnType<typeof candidatesFor>,
  failing: readonly Forbidden[],
  bench: Judge,
): Promise<PlannedFix> {
  const { changes: found, closed } = await searchAll(candidates, failing, bench)
  const closable = failing.filter(({ key }) => closed.has(key))
  const open = failing.filter(({ key }) => !closed.has(key))
  const wanted = closable.filter((one) => !isMatched(one, open))
  const changes = await minimal(found, wanted, bench)
  const partial = await partialChanges(found, changes, closable, bench)
  const { order, wrongOrders } = await ordered(changes, bench)
  const [left] = changes.length === 0 ? [null] : await bench.forbidden([changes], closable)
  const stillOpen = new Set([...open.map(({ key }) => key), ...(left?.keys() ?? closable.map(({ key }) => key))])
  const prefixes = [[], ...order.map((_, i) => order.slice(0, i + 1))]
  const works = await bench.works(prefixes)
  const steps: PlannedStep[] = []
  for (const [i, change] of order.entries()) {
    const rest = order.filter((one) => one !== change)
    const [work] = await bench.works([rest])
    const [back] = await bench.forbidden([rest], wanted)
    const without = { findings: back?.size ?? 0, broken: work?.broken ?? [], isRefused: work === null }
    steps.push({ change, without, before: works[i]!, after: works[i + 1]! })
  }
  return {
    steps,
    closed: new Set(failing.map(({ key }) => key).filter((key) => !stillOpen.has(key))),
    open: failing.filter(({ key }) => stillOpen.has(key)),
    wrongOrders,
    minimality: await minimalityOf(changes, candidates, wanted, bench),
    partial,
    concerned: concernedBy(wanted, steps),
  }
}

/**
 * Returns what is proven about the number of changes. For two changes, no single one suffices. For more, it depends on
 * the subsets that were tried.
 */
async function minimalityOf(
  changes: readonly Change[],
  candidates: readonly Change[],
  wanted: readonly Forbidden[],
  bench: Judge,
): Promise<Minimality | null> {
  if (changes.length === 0) return null
  if (changes.length === 1) return 'smallest'
  if (changes.length === 2 && !(await doesOneHold(candidates, wanted, bench))) return 'smallest'
  return changes.length <= MOST_OF_SUBSETS ? 'no-part' : 'none-left-out'
}

/** Returns whether a single change closes all wanted verdicts and breaks nothing. */
async function doesOneHold(
  candidates: readonly Change[],
  wanted: readonly Forbidden[],
  bench: Judge,
): Promise<boolean> {
  for (const change of candidates) {
    const [work] = await bench.works([[change]])
    if (work?.broken.length !== 0) continue
    if (await closesAll([change], wanted, bench)) return true
  }
  return false
}

/** Returns whether a set closes all wanted verdicts. The first open one decides. */
async function closesAll(set: readonly Change[], wanted: readonly Forbidden[], bench: Judge): Promise<boolean> {
  for (const one of wanted) {
    const [left] = await bench.forbidden([set], [one])
    if (left?.size !== 0) return false
  }
  return true
}

function concernedBy(wanted: readonly Forbidden[], steps: readonly PlannedStep[]): readonly string[] {
  const paths = new Set(wanted.map(({ tried }) => tried.path))
  const ofPaths = steps.flatMap(({ before }) =>
    before.result.workloads.flatMap(({ name, path }) => (paths.has(path) ? [name] : [])),
  )
  const failing = steps.flatMap(({ without }) => without.broken.map(({ workload }) => workload))
  return [...new Set([...ofPaths, ...failing])]
}

/**
 * Returns whether other attackers, whom no change stops and who need no stronger position, get everything on the same
 * path that this one gets. A user with many rights does not justify leaving a port open to every pod.
 */
function isMatched({ tried: { path }, verdict, outcomes }: Forbidden, open: readonly Forbidden[]): boolean {
  const alike = open.filter(
    (one) => one.tried.path === path && strengthOf(one.verdict.vantage) <= strengthOf(verdict.vantage),
  )
  const others = new Set(alike.flatMap((one) => one.outcomes))
  return outcomes.every((outcome) => others.has(outcome))
}

/** Returns the changes that were found but are not part of the fix, with the paths on which each closes something. */
async function partialChanges(
  found: readonly Change[],
  changes: readonly Change[],
  closable: readonly Forbidden[],
  bench: Judge,
): Promise<PlannedFix['partial']> {
  const partial: { change: Change; paths: readonly string[] }[] = []
  const [before] = await bench.forbidden([changes], closable)
  for (const change of found) {
    if (changes.some((one) => areOfOneFlag(one, change))) continue
    const [after] = await bench.forbidden([[...changes, change]], closable)
    const closes = closable.filter(({ key }) => before?.has(key) === true && after?.has(key) === false)
    if (closes.length > 0) partial.push({ change, paths: [...new Set(closes.map(({ tried }) => tried.path))] })
  }
  return partial
}

/** The most rounds of a search. */
const MOST_ROUNDS = 4

/**
 * Searches for changes that close one verdict for each attacker's place on each path: the verdict of the weakest
 * attacker. Verdicts of the same place that stay open are searched for in the next round.
 */
async function searchAll(
  candidates: readonly Change[],
  failing: readonly Forbidden[],
  bench: Judge,
): Promise<{ readonly changes: readonly Change[]; readonly closed: ReadonlySet<string> }> {
  let changes: readonly Change[] = []
  let open = failing
  const chosen = new Map<string, Forbidden>()
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const closedPlaces = new Set([...chosen.values()].flatMap((one) => (open.includes(one) ? [] : [placeOf(one)])))
    const next = representatives(open.filter((one) => round === 0 || closedPlaces.has(placeOf(one))))
    if (next.length === 0) break
    for (const one of next) chosen.set(one.key, one)
    const found = await searchFix(
      candidates,
      [...chosen.values()].filter((one) => next.includes(one) || !open.includes(one)),
      bench,
    )
    if (found.changes.length === 0) break
    changes = found.changes
    const [left] = await bench.forbidden([changes], failing)
    open = failing.filter(({ key }) => left?.has(key) !== false)
  }
  const more = await searchFurther(candidates, changes, failing, open, bench)
  const closed = failing.filter((one) => !more.open.includes(one))
  return { changes: more.changes, closed: new Set(closed.map(({ key }) => key)) }
}

/**
 * Searches for further changes that close verdicts with the path and technique of a closed one. If both apiserver and
 * kubelets allow everything, changing only one of them has no effect.
 */
async function searchFurther(
  candidates: readonly Change[],
  changes: readonly Change[],
  failing: readonly Forbidden[],
  open: readonly Forbidden[],
  bench: Judge,
): Promise<{ readonly changes: readonly Change[]; readonly open: readonly Forbidden[] }> {
  const attacks = new Set(failing.flatMap((one) => (open.includes(one) ? [] : [attackOf(one)])))
  const next = representatives(open.filter((one) => attacks.has(attackOf(one))))
  // If several changes do as much, the first one counts.
  const others = candidates
    .filter((change) => !changes.some((one) => areOfOneFlag(one, change)))
    .toSorted((a, b) => Number(isMending(b)) - Number(isMending(a)))
  const found = next.length === 0 ? { changes: [] } : await searchFix(others, next, onTopOf(changes, bench))
  if (found.changes.length === 0) return { changes, open }
  const all = [...changes, ...found.changes]
  const [left] = await bench.forbidden([all], failing)
  const still = failing.filter(({ key }) => left?.has(key) !== false)
  return still.length < open.length ? { changes: all, open: still } : { changes, open }
}

/** Returns a key of the path and the technique of a verdict. */
function attackOf({ tried: { path }, verdict: { technique } }: Forbidden): string {
  return JSON.stringify([path, technique])
}

/** Returns a judge of sets of changes that are made in addition to other changes. */
function onTopOf(changes: readonly Change[], bench: Judge): Judge {
  const withAll = (sets: readonly (readonly Change[])[]) => sets.map((set) => [...changes, ...set])
  return {
    works: (sets, only) => bench.works(withAll(sets), only),
    forbidden: (sets, wanted) => bench.forbidden(withAll(sets), wanted),
  }
}

/**
 * Returns a key that verdicts on similar attackers share: those in the middle of a path, those on a host, and users or
 * holders of permissions who do the same.
 */
function placeOf({ tried: { path, place, attack, verdict } }: Forbidden): string {
  const { vantage, technique, attacker } = verdict
  if (place !== null && !ROLES.has(place)) return JSON.stringify([path, 'holder', vantage, technique])
  if (!VANTAGES[vantage].hasNetworkPlace) return JSON.stringify([path, vantage, technique, place ?? [attack, attacker]])
  return JSON.stringify([path, ON_LINKS.includes(vantage) ? 'link' : vantage])
}

/** The places of the matrix. All other places are those of holders of permissions. */
const ROLES: ReadonlySet<string> = new Set(MATRIX_ROWS.map(({ place }) => place))

const ON_LINKS: readonly string[] = ['passive', 'side', 'inline']

const VANTAGE_NAMES: readonly string[] = namesOf(VANTAGES)

/** Returns the rank of a vantage. Less capable attackers have a lower rank. */
function strengthOf(vantage: string): number {
  return VANTAGE_NAMES.indexOf(vantage)
}

/** Returns, for each place, the verdict on the least capable attacker. */
function representatives(failing: readonly Forbidden[]): readonly Forbidden[] {
  const strength = ({ verdict }: Forbidden) => strengthOf(verdict.vantage)
  const byPlace = new Map<string, Forbidden>()
  for (const one of failing) {
    const known = byPlace.get(placeOf(one))
    const isBetter =
      known === undefined ||
      strength(one) < strength(known) ||
      (strength(one) === strength(known) && one.tried.place !== null && known.tried.place === null)
    if (isBetter) byPlace.set(placeOf(one), one)
  }
  return [...byPlace.values()]
}

/** Returns whether a set closes all wanted verdicts and breaks nothing. */
async function holds(set: readonly Change[], wanted: readonly Forbidden[], bench: Judge): Promise<boolean> {
  const [work] = await bench.works([set])
  if (work?.broken.length !== 0) return false
  const [left] = await bench.forbidden([set], wanted)
  return left?.size === 0
}

/**
 * Removes changes and places of changes as long as the rest holds, those with the most effort first. In the end, no
 * single change or place can be removed without a simulation that shows something open or failing. If there are few
 * changes, several at once are tried too.
 */
async function minimal(
  changes: readonly Change[],
  wanted: readonly Forbidden[],
  bench: Judge,
): Promise<readonly Change[]> {
  let kept = changes
  for (;;) {
    const fewer =
      (await withoutOne(kept, wanted, bench)) ??
      (await withoutSeveral(kept, wanted, bench)) ??
      (await withoutPlace(kept, wanted, bench))
    if (fewer === null) return kept
    kept = fewer
  }
}

/** Returns the changes without one place of a change, if the rest holds; null if none can be removed. */
async function withoutPlace(
  changes: readonly Change[],
  wanted: readonly Forbidden[],
  bench: Judge,
): Promise<readonly Change[] | null> {
  for (const change of changes) {
    if (change.kind !== 'flag' || change.places.length < 2) continue
    for (const place of change.places) {
      const fewer = { ...change, places: change.places.filter((one) => one !== place) }
      const rest = changes.map((one) => (one === change ? fewer : one))
      if (await holds(rest, wanted, bench)) return rest
    }
  }
  return null
}

/** Returns the changes without the one with the most effort that can be removed; null if none can. */
async function withoutOne(
  changes: readonly Change[],
  wanted: readonly Forbidden[],
  bench: Judge,
): Promise<readonly Change[] | null> {
  for (const change of changes.toSorted((a, b) => effortOf(b) - effortOf(a))) {
    const rest = changes.filter((one) => one !== change)
    if (await holds(rest, wanted, bench)) return rest
  }
  return null
}

/** The largest number of changes for which every subset is tried. */
const MOST_OF_SUBSETS = 4

/** Returns the smallest set that holds among those without two or more changes; null if none holds. */
async function withoutSeveral(
  changes: readonly Change[],
  wanted: readonly Forbidden[],
  bench: Judge,
): Promise<readonly Change[] | null> {
  if (changes.length > MOST_OF_SUBSETS) return null
  const subsets = Array.from({ length: 2 ** changes.length }, (_, bits) =>
    changes.filter((_change, i) => Math.floor(bits / 2 ** i) % 2 === 1),
  )
  const smaller = subsets.filter(({ length }) => length < changes.length - 1)
  for (const subset of smaller.toSorted((a, b) => a.length - b.length))
    if (await holds(subset, wanted, bench)) return subset
  return null
}

interface Ordered {
  readonly order: readonly Change[]
  readonly wrongOrders: readonly PlannedWrongOrder[]
}

/**
 * Finds an order in which nothing fails after any change, and the failures if two changes are made the other way round.
 */
async function ordered(changes: readonly Change[], bench: Judge): Promise<Ordered> {
  const order: Change[] = []
  while (order.length < changes.length) {
    const next = changes.filter((one) => !order.includes(one))
    const works = await bench.works(next.map((one) => [...order, one]))
    const safe = next.find((_, i) => works[i]?.broken.length === 0)
    order.push(safe ?? next[0])
  }
  const wrongOrders: PlannedWrongOrder[] = []
  for (const [i, first] of order.entries())
    for (const before of order.slice(0, i)) {
      const prefix = order.slice(0, i).filter((one) => one !== before)
      const [without, early] = await bench.works([prefix, [...prefix, first]])
      if (without?.broken.length === 0 && early !== null && early.broken.length > 0)
        wrongOrders.push({ first, before, broken: early.broken })
    }
  return { order, wrongOrders }
}
