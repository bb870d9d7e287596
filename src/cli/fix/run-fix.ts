import type { FilePatch, FixResult, FixStep, FixVerification } from '../../measure/fix.ts'
import { Causes } from '../../scenario/check/causes.ts'
import type { CheckPlan } from '../../scenario/check/read-check.ts'
import { withChanges } from '../../scenario/fix/apply-changes.ts'
import { candidatesFor } from '../../scenario/fix/candidates.ts'
import { type Change, changeKey } from '../../scenario/fix/change.ts'
import { type ClusterSetUp, setUpOf } from '../../scenario/fix/cluster-set-up.ts'
import { checkTree } from '../../scenario/load.ts'
import type { Context } from '../context.ts'
import type { Simulated } from '../simulation/simulate-all.ts'
import { Bench } from './bench.ts'
import { changeName, changeText } from './change-text.ts'
import type { FixOptions } from './fix-options.ts'
import { costsOf, fixStep } from './fix-steps.ts'
import type { Fixable, Patched } from './fixable.ts'
import type { Forbidden } from './forbidden.ts'
import { openPaths } from './open-paths.ts'
import { type PlannedFix, planFix } from './plan-fix.ts'
import { unifiedDiff } from './unified-diff.ts'
import { verify } from './verify-fix.ts'

/** Finds the smallest set of changes that closes what a check found, and the patch that makes them. */
export async function fixFor(
  fixable: Fixable,
  plan: CheckPlan,
  results: Simulated['results'],
  options: FixOptions,
  context: Context,
): Promise<FixResult> {
  const setUp = setUpOf(plan.loaded)
  if (setUp === null) return withoutCluster(plan)
  const { scope, today, jobs } = options
  const bench = new Bench({ tree: plan.tree, file: fixable.source.file, setUp, scope, plan, today, jobs }, context)
  const failing = [...bench.judge(plan, plan.probes, results, null).values()]
  bench.setKnown(failing)
  const candidates = candidatesFor(setUp)
  const textOf = (change: Change) => changeText(change, setUp.kubelets.length)
  const own = candidates.filter((change) => fixable.whoCan(change) === null)
  const { planned, patched, verification } = await verifiedPlan(own, failing, fixable, setUp, bench, options, context)
  const others = await othersFor(candidates, planned, fixable, textOf, bench)
  const steps = await stepsOf(planned, patched, textOf, bench)
  const patches = patched === null ? [] : patchesOf(fixable, patched)
  return {
    scenario: plan.matrix.scenario,
    kubernetes: plan.matrix.kubernetes,
    policy: plan.policy.map(({ text }) => text),
    findings: failing.length,
    closed: planned.closed.size,
    steps,
    minimality: planned.minimality,
    wrongOrders: planned.wrongOrders.map(({ first, before, broken }) => ({
      first: changeName(first),
      before: changeName(before),
      broken,
    })),
    open: openPaths(planned.open, plan.matrix, causesAfter(planned, plan, setUp), own.length),
    partial: planned.partial.map(({ change, paths }) => ({ change: textOf(change), paths })),
    others,
    unmodelled: plan.matrix.unmodelled.map(({ path, reason }) => ({ path, reason: `${reason}${beyondFlags(reason)}` })),
    patches,
    byHand: patched?.byHand ?? [],
    tried: { changes: own.length, sets: bench.sets, simulations: bench.simulations },
    verification,
  }
}

interface VerifiedPlan {
  readonly planned: PlannedFix
  readonly patched: Patched | null
  readonly verification: FixVerification
}

/** The most plans that are made. */
const MOST_PLANS = 3

/**
 * Plans a fix and imports its result. A change that turns out to open something, when everything is checked and not only
 * what it was found for, is not tried again.
 */
async function verifiedPlan(
  candidates: readonly Change[],
  failing: readonly Forbidden[],
  fixable: Fixable,
  setUp: ClusterSetUp,
  bench: Bench,
  options: FixOptions,
  context: Context,
): Promise<VerifiedPlan> {
  let left = candidates
  for (let nth = 1; ; nth++) {
    const planned = await planFix(left, failing, bench)
    const changes = planned.steps.map(({ change }) => change)
    const patched = changes.length === 0 ? null : fixable.patch(changes, setUp)
    const { verification, isBreaking, opened } =
      patched === null
        ? { verification: NOTHING_CHANGED, isBreaking: false, opened: [] }
        : await verify(fixable, patched, planned, failing, bench, options, context)
    const isOver = (opened.length === 0 && !isBreaking) || nth === MOST_PLANS
    const bad = isOver ? [] : await openingAmong(changes, opened, bench)
    if (bad.length === 0) return { planned, patched, verification }
    left = left.filter((one) => !bad.some((other) => changeKey(other) === changeKey(one)))
  }
}

/**
 * Returns the changes that make attackers get something new: each that does so by itself, else the first without which
 * the others do not.
 */
async function openingAmong(
  changes: readonly Change[],
  opened: readonly Forbidden[],
  bench: Bench,
): Promise<readonly Change[]> {
  if (changes.length === 1) return changes
  if (opened.length === 0) return []
  const isOpenedBy = async (set: readonly Change[]) => ((await bench.among(set, opened))?.size ?? 0) > 0
  const alone: Change[] = []
  for (const change of changes) if (await isOpenedBy([change])) alone.push(change)
  if (alone.length > 0) return alone
  for (const change of changes) if (!(await isOpenedBy(changes.filter((one) => one !== change)))) return [change]
  return []
}

/** Agents of k3s and RKE2 carry a connection to the node that claims its address. */
function beyondFlags(reason: string): string {
  return reason.includes('remotedialer') ? '; no flag stops a rogue node there that takes the address of another' : ''
}

const NOTHING_CHANGED: FixVerification = {
  by: 'nothing',
  holds: true,
  passed: false,
  problems: [],
  byHand: 0,
  written: false,
}

/** A scenario without a cluster has no flags. */
function withoutCluster({ matrix, policy }: CheckPlan): FixResult {
  return {
    scenario: matrix.scenario,
    kubernetes: matrix.kubernetes,
    policy: policy.map(({ text }) => text),
    findings: 0,
    closed: 0,
    steps: [],
    minimality: null,
    wrongOrders: [],
    open: [],
    partial: [],
    others: [],
    unmodelled: matrix.unmodelled,
    patches: [],
    byHand: ['the scenario has no section cluster, so that there are no flags to change'],
    tried: { changes: 0, sets: 0, simulations: 0 },
    verification: NOTHING_CHANGED,
  }
}

/** Returns changes of others that would close what is left. */
async function othersFor(
  candidates: readonly Change[],
  planned: PlannedFix,
  fixable: Fixable,
  textOf: (change: Change) => string,
  bench: Bench,
): Promise<FixResult['others']> {
  if (candidates.every((change) => fixable.whoCan(change) === null) || planned.open.length === 0) return []
  const more = await planFix(candidates, planned.open, bench)
  return more.steps.map(({ change, without }) => ({
    change: textOf(change),
    who: fixable.whoCan(change) ?? 'you',
    findings: without.findings,
  }))
}

async function stepsOf(
  { steps, concerned }: PlannedFix,
  patched: Patched | null,
  textOf: (change: Change) => string,
  bench: Bench,
): Promise<readonly FixStep[]> {
  const order = steps.map(({ change }) => change)
  const measured = await bench.measured([[], ...order.map((_, i) => order.slice(0, i + 1))], concerned)
  return steps.map(({ change, without }, i) =>
    fixStep(change, textOf(change), without, patched?.places[i] ?? [], costsOf(measured[i], measured[i + 1])),
  )
}

function patchesOf({ files }: Fixable, patched: Patched): readonly FilePatch[] {
  const before = new Map(files.map(({ path, text }) => [path, text]))
  return patched.files.flatMap(({ path, text }): FilePatch[] => {
    const old = before.get(path) ?? null
    return old === text ? [] : [{ file: path, diff: unifiedDiff(path, old, text), isNew: old === null }]
  })
}

/** Returns what explains the verdicts that are left after the changes. */
function causesAfter({ steps }: PlannedFix, { causes, tree, matrix }: CheckPlan, setUp: ClusterSetUp): Causes {
  const changes = steps.map(({ change }) => change)
  const changed = checkTree(withChanges(tree, changes, setUp), matrix.scenario)
  return changed.ok ? new Causes(changed.scenario.blueprint, changed.printable) : causes
}
