import type { FilePatch, FixResult, FixStep } from '../../measure/fix.ts'
import { checkTree } from '../../scenario/load.ts'
import { checkArgument, checkShape, MAP } from '../../simulation/given/check-given.ts'
import { Causes } from '../check/causes.ts'
import type { CheckPlan } from '../check/read-check.ts'
import { CHECK_PLAN, checkSimulator, FIX_SHAPE, FIXABLE } from '../given.ts'
import type { Simulated } from '../simulator/simulate-all.ts'
import type { Simulator } from '../simulator/simulator.ts'
import { withChanges } from './apply-changes.ts'
import { Bench } from './bench.ts'
import { candidatesFor } from './candidates.ts'
import type { Change } from './change.ts'
import { changeName, changeText } from './change-text.ts'
import { type ClusterSetUp, setUpOf } from './cluster-set-up.ts'
import { FixParts } from './fix-parts.ts'
import { costsOf, fixStep } from './fix-steps.ts'
import type { FixOptions } from './fix-task.ts'
import type { Fixable, Patched } from './fixable.ts'
import { openPaths } from './open-paths.ts'
import { type PlannedFix, planFix } from './plan-fix.ts'
import { unifiedDiff } from './unified-diff.ts'
import { NOTHING_CHANGED, verifiedPlan } from './verified-plan.ts'

/**
 * Finds the smallest set of changes that closes the findings of a check, and the patch that makes these changes.
 * @param plan the plan of the check of the subject
 * @param results the results of the simulations of the check
 */
export async function findFix(
  fixable: Fixable,
  plan: CheckPlan,
  results: Simulated['results'],
  options: FixOptions,
  simulator: Simulator,
): Promise<FixResult> {
  return (await findFixParts(fixable, plan, results, options, simulator)).result
}

/** A fix, and its changes, of which further simulations can try some. */
export interface FoundFix {
  readonly result: FixResult
  /** Null for a scenario without a cluster. */
  readonly parts: FixParts | null
}

/** Finds a fix as `findFix` does, whose changes can be tried in part afterwards. */
export async function findFixParts(
  fixable: Fixable,
  plan: CheckPlan,
  results: Simulated['results'],
  options: FixOptions,
  simulator: Simulator,
): Promise<FoundFix> {
  checkArgument('fixable of findFix', fixable, FIXABLE)
  checkArgument('plan of findFix', plan, CHECK_PLAN)
  checkArgument('results of findFix', results, MAP)
  checkShape('option of findFix', options, FIX_SHAPE)
  checkSimulator('findFix', simulator)
  const setUp = setUpOf(plan.loaded)
  if (setUp === null) return { result: withoutCluster(plan), parts: null }
  const { tree, file, scope } = plan
  const bench = new Bench({ tree, file, setUp, scope, plan, today: options.today }, simulator)
  const failing = [...bench.judge(plan, plan.probes, results, null).values()]
  bench.setKnown(failing)
  const candidates = candidatesFor(setUp)
  const textOf = (change: Change) => changeText(change, setUp.kubelets.length)
  const own = candidates.filter((change) => fixable.whoCan(change) === null)
  const { planned, patched, verification } = await verifiedPlan(
    { fixable, plan, setUp, bench, options, simulator },
    own,
    failing,
  )
  const others = await othersFor(candidates, planned, fixable, textOf, bench)
  const steps = await stepsOf(planned, patched, textOf, bench)
  const result: FixResult = {
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
    patches: patchesOf(fixable, patched),
    byHand: patched.byHand,
    tried: { changes: own.length, sets: bench.sets, simulations: bench.simulations },
    verification,
  }
  return {
    result,
    parts: new FixParts(
      planned.steps.map(({ change }) => change),
      failing,
      bench,
      setUp,
    ),
  }
}

/** Agents of k3s and RKE2 carry a connection to the node that claims its address. */
function beyondFlags(reason: string): string {
  return reason.includes('remotedialer') ? '; no flag stops a rogue node there that takes the address of another' : ''
}

/** Returns the result for a scenario without a cluster, which has no flags. */
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

/** Returns changes by other parties that would close more. */
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
  { places }: Patched,
  textOf: (change: Change) => string,
  bench: Bench,
): Promise<readonly FixStep[]> {
  const order = steps.map(({ change }) => change)
  const measured = await bench.measured([[], ...order.map((_, i) => order.slice(0, i + 1))], concerned)
  return steps.map(({ change, without }, i) =>
    fixStep(change, textOf(change), without, places[i], costsOf(measured[i], measured[i + 1])),
  )
}

function patchesOf(fixable: Fixable, { files }: Patched): readonly FilePatch[] {
  const before = new Map(fixable.files.map(({ path, text }) => [path, text]))
  return files.flatMap(({ path, text }): FilePatch[] => {
    const old = before.get(path) ?? null
    return old === text ? [] : [{ file: path, diff: unifiedDiff(path, old, text), isNew: old === null }]
  })
}

/** Returns the explanation of the verdicts that remain after the changes. */
function causesAfter({ steps }: PlannedFix, { causes, tree, matrix }: CheckPlan, setUp: ClusterSetUp): Causes {
  const changes = steps.map(({ change }) => change)
  const changed = checkTree(withChanges(tree, changes, setUp), matrix.scenario)
  return changed.ok ? new Causes(changed.scenario.blueprint, changed.printable) : causes
}
