import type { BrokenWorkload, FixVerification } from '../../measure/fix.ts'
import { checkTree, readTree, type ScenarioOptions } from '../../scenario/load.ts'
import type { Tree } from '../../scenario/tree/tree.ts'
import { withChanges } from './apply-changes.ts'
import { Bench } from './bench.ts'
import type { Change } from './change.ts'
import { type ClusterSetUp, setUpOf } from './cluster-set-up.ts'
import type { FixTask, Written } from './fix-task.ts'
import type { Fixable, Patched } from './fixable.ts'
import type { Forbidden } from './forbidden.ts'
import type { PlannedFix } from './plan-fix.ts'
import { failureText, type Work, workOf } from './work.ts'

/** The result of a check of changed files. */
export interface Verified {
  readonly verification: FixVerification
  /** True if the changes break something, or result in an invalid scenario. */
  readonly isBreaking: boolean
  /** The verdicts that the policy forbids with the changes, and did not forbid before. */
  readonly opened: readonly Forbidden[]
}

/**
 * Reads the changed files again, and checks everything. Changes that no file can have are added as if made by hand. The
 * files are written if the check shows no problem.
 */
export async function verify(
  task: FixTask,
  patched: Patched,
  planned: PlannedFix,
  failing: readonly Forbidden[],
): Promise<Verified> {
  const { fixable, bench, options } = task
  const common = { by: fixable.by, byHand: patched.unmade.length, unseen: fixable.unseen }
  const after = await checkAgain(patched, task)
  if (after === null) {
    const problems = ['the result is no valid scenario']
    const verification = { ...common, failing: [], holds: false, passed: false, problems, written: false }
    return { verification, isBreaking: true, opened: [] }
  }
  const [base] = await bench.works([[]])
  const before = new Set(failing.map(({ key }) => key))
  const still = after.left.filter(({ key }) => planned.closed.has(key))
  const opened = after.left.filter(({ key }) => !before.has(key))
  const { broken } = workOf(after.work.result, base!.result)
  const all = [
    ...still.map((one) => `still open: ${describe(one)}`),
    ...opened.map((one) => `new: ${describe(one)}`),
    ...broken.map(
      ({ workload, completed, of, reason }) => `${workload}: ${completed} of ${of} requests complete (${reason})`,
    ),
  ]
  const files = inOrderOfWriting(patched, planned.steps)
  const { written, unwritable } =
    all.length > 0 || options.write === undefined ? UNWRITTEN : options.write(fixable.files, files)
  const problems = isAsWritten(written, files) ? all : ['the files on the disk are not what was written']
  const holds = problems.length === 0
  const silent = failingIn(after.work).filter(({ workload }) => !broken.some((one) => one.workload === workload))
  const passed = holds && [after.left, fixable.unseen, silent].every(({ length }) => length === 0)
  const result = { ...common, failing: silent, holds, passed, problems, written: written !== null }
  const verification = unwritable === undefined ? result : { ...result, unwritable }
  return { verification, isBreaking: broken.length > 0, opened }
}

/**
 * Returns the files in an order in which everything works after each one: first files of kubelets and new files, then
 * files of apiservers, which refuse kubelets that are not ready. A file of both counts as an apiserver's.
 */
export function inOrderOfWriting(
  { files, places }: Pick<Patched, 'files' | 'places'>,
  steps: readonly { readonly change: Pick<Change, 'program'> }[],
): Fixable['files'] {
  const ranks = new Map<string, number>()
  for (const [i, own] of places.entries())
    for (const { file } of own)
      if (file !== null) ranks.set(file, Math.max(ranks.get(file) ?? 0, PROGRAMS.indexOf(steps[i].change.program)))
  return files.toSorted((a, b) => (ranks.get(a.path) ?? 0) - (ranks.get(b.path) ?? 0))
}

const PROGRAMS: readonly Change['program'][] = ['kubelet', 'cluster', 'kube-apiserver']

/** Returns the workloads to kubelets without any completed request. */
function failingIn({ result }: Work): readonly BrokenWorkload[] {
  return result.workloads.flatMap(({ name, path, kind, completed, failed, failures }): BrokenWorkload[] => {
    if (kind !== TO_KUBELETS || completed > 0 || failed === 0) return []
    const [first] = failures
    return [
      { workload: name, path, completed, of: failed, reason: first === undefined ? 'no response' : failureText(first) },
    ]
  })
}

/** The path kind of logs, exec, attach and port-forward. */
const TO_KUBELETS = 'apiserver-kubelet'

const UNWRITTEN: Written = { written: null }

/**
 * Returns what the policy forbids in the scenario of changed files, and what works there; null if it is not a valid
 * scenario of a cluster.
 */
async function checkAgain(
  patched: Patched,
  { plan: { scope, changes }, options: { today }, simulator }: FixTask,
): Promise<{ readonly left: readonly Forbidden[]; readonly work: Work } | null> {
  const read = readPatched(patched, changes)
  if (read === null) return null
  const bench = new Bench({ ...read, file: patched.source.file, scope, today }, simulator)
  const after = await bench.everything([])
  const [work] = await bench.works([[]])
  return after === null ? null : { left: [...after.values()], work: work! }
}

function describe({ verdict: { vantage, technique, path, victim } }: Forbidden): string {
  return `${vantage} ${technique} on ${path} against ${victim}`
}

/** Returns whether written files read back unchanged; true if none were written. */
function isAsWritten(written: Fixable['files'] | null, files: Fixable['files']): boolean {
  const textsOf = (list: Fixable['files']) => JSON.stringify(list.map(({ text }) => text))
  return written === null || textsOf(written) === textsOf(files)
}

interface ReadCluster {
  readonly tree: Tree
  readonly setUp: ClusterSetUp
}

/**
 * Reads the scenario of changed files, and makes the changes in it that the files do not have. Returns null if it is
 * not a valid scenario of a cluster.
 */
export function readPatched(
  { source, unmade }: Pick<Patched, 'source' | 'unmade'>,
  changes: ScenarioOptions,
): ReadCluster | null {
  const { tree, problems } = readTree(source, changes)
  const read = tree === null || problems.length > 0 ? null : withSetUp(tree, source.file)
  return read === null ? null : withSetUp(withChanges(read.tree, unmade, read.setUp), source.file)
}

function withSetUp(tree: Tree, file: string): ReadCluster | null {
  const loaded = checkTree(tree, file)
  const setUp = loaded.ok ? setUpOf(loaded) : null
  return setUp === null ? null : { tree, setUp }
}
