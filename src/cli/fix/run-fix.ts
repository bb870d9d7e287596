import { pathKind } from '../../cluster/paths/path-kinds.ts'
import type {
  FilePatch,
  FixCost,
  FixFigures,
  FixResult,
  FixStep,
  FixVerification,
  OpenPath,
} from '../../measure/fix.ts'
import type { WorkloadResult } from '../../measure/result.ts'
import { inOrder } from '../../measure/verdicts/outcomes.ts'
import { Causes } from '../../scenario/check/causes.ts'
import type { CheckPlan, CheckScope } from '../../scenario/check/read-check.ts'
import { withChanges } from '../../scenario/fix/apply-changes.ts'
import { candidatesFor } from '../../scenario/fix/candidates.ts'
import { type Change, changeKey } from '../../scenario/fix/change.ts'
import { type ClusterSetUp, setUpOf } from '../../scenario/fix/cluster-set-up.ts'
import { checkTree, readTree, type ScenarioOptions } from '../../scenario/load.ts'
import type { Tree } from '../../scenario/tree/tree.ts'
import type { Context } from '../context.ts'
import type { Simulated } from '../simulation/simulate-all.ts'
import { Bench, type Forbidden, workOf } from './bench.ts'
import { changeName, changeText } from './change-text.ts'
import type { Fixable, Patched } from './fixable.ts'
import { type PlannedFix, planFix } from './plan-fix.ts'
import { unifiedDiff } from './unified-diff.ts'

export interface FixOptions {
  readonly scope: CheckScope
  readonly today: string
  readonly jobs: number
  /** The changes of the scenario by options. */
  readonly changes: ScenarioOptions
  /** Writes the changed files; null where they are only shown. */
  readonly write: ((before: Fixable['files'], after: Fixable['files']) => Fixable['files']) | null
}

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
    open: openPaths(planned, plan, causesAfter(planned, plan, setUp), own.length),
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
  planned: PlannedFix,
  patched: Patched | null,
  textOf: (change: Change) => string,
  bench: Bench,
): Promise<readonly FixStep[]> {
  const order = planned.steps.map(({ change }) => change)
  const prefixes = [[], ...order.map((_, i) => order.slice(0, i + 1))]
  const measured = order.length === 0 ? [] : await bench.measured(prefixes, planned.concerned)
  return planned.steps.map(({ change, without }, i): FixStep => {
    const places = patched?.places[i] ?? []
    const isFlag = change.kind === 'flag'
    return {
      change: withValueOf(textOf(change), places),
      program: change.program,
      flag: isFlag ? change.places[0].name : null,
      before: isFlag ? change.places[0].before : null,
      after: isFlag ? change.value : null,
      without,
      costs: costsOf(measured[i], measured[i + 1]),
      breaks: isFlag ? (change.flag.breaks ?? null) : null,
      places,
    }
  })
}

/** Puts the file that a flag names in the place of the name of the identity that a scenario has for it. */
function withValueOf(text: string, places: FixStep['places']): string {
  const [, name] = /(--[\w-]+)=cluster-ca$/.exec(text) ?? []
  if (name === undefined) return text
  // A command line has `--name=/file`, a configuration of OpenShift `apiServerArguments.name: /file`.
  const files = places.flatMap(({ what }) => new RegExp(`${name.slice(2)}(?:=|: )(/.*)$`).exec(what)?.[1] ?? [])
  return files.length === 0 ? text : text.replace(/cluster-ca$/, () => files[0])
}

/** Returns the workloads whose figures differ between two runs. */
function costsOf(before: readonly WorkloadResult[], after: readonly WorkloadResult[]): readonly FixCost[] {
  return before.flatMap((one): FixCost[] => {
    const other = after.find(({ name }) => name === one.name)
    if (other === undefined) return []
    const [a, b] = [figuresOf(one), figuresOf(other)]
    return isAlike(a, b) ? [] : [{ workload: one.name, before: a, after: b }]
  })
}

/** The share by which figures of runs must differ to be shown. */
const SHARE = 0.005

function isAlike(a: FixFigures, b: FixFigures): boolean {
  const pairs = [
    [a.p50Ms, b.p50Ms],
    [a.p99Ms, b.p99Ms],
    [a.throughputMbps, b.throughputMbps],
    [a.cpuUs, b.cpuUs],
  ]
  return pairs.every(([x, y]) => x === y || (x !== null && y !== null && Math.abs(x - y) <= SHARE * Math.max(x, y)))
}

function figuresOf({ latencyMs, throughputMbps, breakdownNs, completed }: WorkloadResult): FixFigures {
  return {
    p50Ms: latencyMs.p50,
    p99Ms: latencyMs.p99,
    throughputMbps,
    cpuUs: completed === 0 ? null : Math.round(breakdownNs.cpu / completed / 10) / 100,
  }
}

function patchesOf({ files }: Fixable, patched: Patched): readonly FilePatch[] {
  const before = new Map(files.map(({ path, text }) => [path, text]))
  return patched.files.flatMap(({ path, text }): FilePatch[] => {
    const old = before.get(path) ?? null
    return old === text ? [] : [{ file: path, diff: unifiedDiff(path, old, text), isNew: old === null }]
  })
}

/** Groups what stays open by path. */
function openPaths({ open }: PlannedFix, plan: CheckPlan, causes: Causes, tried: number): readonly OpenPath[] {
  const paths = [...new Set(open.map(({ tried: { path } }) => path))]
  return paths.map((path) => {
    const own = open.filter((one) => one.tried.path === path)
    const because = reasonsOf(path, own, plan, causes)
    return {
      path,
      outcomes: inOrder(own.flatMap(({ verdict }) => verdict.outcomes.filter((one) => isIn(one, own)))),
      attackers: [...new Set(own.map(({ verdict }) => `${verdict.vantage} ${verdict.technique}`))],
      why: `${because === '' ? '' : `${because}: `}none of ${tried} changes of flags closes it without breaking what works`,
    }
  })
}

/** Returns what explains the verdicts that are left after the changes. */
function causesAfter({ steps }: PlannedFix, { causes, loaded, tree }: CheckPlan, setUp: ClusterSetUp): Causes {
  const changes = steps.map(({ change }) => change)
  const changed =
    changes.length === 0 ? null : checkTree(withChanges(tree, changes, setUp), loaded.scenario.blueprint.name)
  return changed?.ok === true ? new Causes(changed.scenario.blueprint, changed.printable) : causes
}

/** Returns the protection of a path; for one on which the apiserver passes on what others ask, the causes beyond that. */
function reasonsOf(path: string, own: readonly Forbidden[], { matrix, loaded }: CheckPlan, causes: Causes): string {
  const known = matrix.paths.find(({ name }) => name === path)
  if (known === undefined) return ''
  const isForwarded = loaded.scenario.blueprint.paths.some(
    (one) => one.declared === path && pathKind(one.kind).isForwarded === true,
  )
  const found = isForwarded ? [...new Set(own.flatMap(({ tried }) => causes.of(tried).map(({ what }) => what)))] : []
  const { letter, protection } = known
  return found.length > 0 ? found.join('; ') : `${letter === '' ? '' : `path ${letter}, `}${protection}`
}

function isIn(outcome: string, own: readonly Forbidden[]): boolean {
  return own.some(({ outcomes }) => outcomes.includes(outcome))
}

interface Verified {
  readonly verification: FixVerification
  /** True if the changes break something, or make no valid scenario. */
  readonly isBreaking: boolean
  /** The verdicts that the policy forbids with the changes alone. */
  readonly opened: readonly Forbidden[]
}

/**
 * Reads the changed files again, and checks everything, with the changes that no file has as if they were made by hand.
 * The files are written if everything is as it should be.
 */
async function verify(
  fixable: Fixable,
  patched: Patched,
  planned: PlannedFix,
  failing: readonly Forbidden[],
  bench: Bench,
  options: FixOptions,
  context: Context,
): Promise<Verified> {
  const { by } = fixable
  const byHand = patched.unmade.length
  const { tree, setUp } = readPatched(patched, options)
  if (tree === null || setUp === null) {
    const problems = ['the result is no valid scenario']
    return {
      verification: { by, holds: false, passed: false, problems, byHand, written: false },
      isBreaking: true,
      opened: [],
    }
  }
  const { scope, today, jobs } = options
  const again = new Bench({ tree, file: patched.source.file, setUp, scope, today, jobs }, context)
  const after = await again.everything([])
  const [work] = await again.works([[]])
  const [base] = await bench.works([[]])
  const before = new Set(failing.map(({ key }) => key))
  const left = [...(after?.forbidden.values() ?? [])]
  const still = left.filter(({ key }) => planned.closed.has(key))
  const added = left.filter(({ key }) => !before.has(key))
  const broken = work === null || base === null ? [] : workOf(work.result, base.result).broken
  const describe = ({ verdict }: Forbidden) =>
    `${verdict.vantage} ${verdict.technique} on ${verdict.path} against ${verdict.victim}`
  const all = [
    ...still.map((one) => `still open: ${describe(one)}`),
    ...added.map((one) => `new: ${describe(one)}`),
    ...broken.map(
      ({ workload, completed, of, reason }) => `${workload}: ${completed} of ${of} requests complete (${reason})`,
    ),
  ]
  // What was written is read from the disk again; records of what runs stay as they are until the programs start anew.
  const written = all.length > 0 ? null : (options.write?.(fixable.files, patched.files) ?? null)
  const isAsExpected =
    written === null ||
    JSON.stringify(written.map(({ text }) => text)) === JSON.stringify(patched.files.map(({ text }) => text))
  const found = isAsExpected ? all : ['the files on the disk are not what was written']
  const holds = found.length === 0
  return {
    verification: {
      by,
      holds,
      passed: holds && left.length === 0,
      problems: found,
      byHand,
      written: written !== null,
    },
    isBreaking: broken.length > 0,
    opened: added,
  }
}

/** Reads the scenario of changed files, and makes the changes in it that the files do not have. */
function readPatched({ source, unmade }: Patched, { changes }: FixOptions) {
  const { tree, problems } = readTree(source, changes)
  const setUp = tree === null || problems.length > 0 ? null : setUpIn(tree, source.file)
  if (tree === null || setUp === null || unmade.length === 0) return { tree, setUp }
  const whole = withChanges(tree, unmade, setUp)
  return { tree: whole, setUp: setUpIn(whole, source.file) }
}

function setUpIn(tree: Tree, file: string): ReturnType<typeof setUpOf> {
  const loaded = checkTree(tree, file)
  return loaded.ok ? setUpOf(loaded) : null
}
