import type { FixVerification } from '../../measure/fix.ts'
import type { Bench } from './bench.ts'
import { type Change, isOfChange } from './change.ts'
import type { FixTask } from './fix-task.ts'
import type { Fixable, Patched } from './fixable.ts'
import type { Forbidden } from './forbidden.ts'
import { type PlannedFix, planFix } from './plan-fix.ts'
import { verify } from './verify-fix.ts'

/** A plan with the changed files, and the result of checking them. */
export interface VerifiedPlan {
  readonly planned: PlannedFix
  readonly patched: Patched
  readonly verification: FixVerification
}

/** The verification of a plan without changes. */
export const NOTHING_CHANGED: FixVerification = {
  by: 'nothing',
  holds: true,
  passed: false,
  problems: [],
  byHand: 0,
  unseen: [],
  failing: [],
  written: false,
}

/** The most plans that are tried. */
const MOST_PLANS = 3

/**
 * Plans a fix and imports its result. The full check may show that a change opens something that the search did not
 * test. Such a change is not tried again.
 */
export async function verifiedPlan(
  task: FixTask,
  candidates: readonly Change[],
  failing: readonly Forbidden[],
): Promise<VerifiedPlan> {
  const { fixable, setUp, bench } = task
  let left = candidates
  for (let nth = 1; ; nth++) {
    const planned = await planFix(left, failing, bench)
    const changes = planned.steps.map(({ change }) => change)
    if (changes.length === 0) return { planned, patched: unpatched(fixable), verification: NOTHING_CHANGED }
    const patched = fixable.patch(changes, setUp)
    const { verification, isBreaking, opened } = await verify(task, patched, planned, failing)
    const isOver = (opened.length === 0 && !isBreaking) || nth === MOST_PLANS
    const bad = isOver ? [] : await openingAmong(changes, opened, bench)
    if (bad.length === 0) return { planned, patched, verification }
    left = left.filter((one) => !bad.some((other) => isOfChange(other, one)))
  }
}

function unpatched({ files, source }: Fixable): Patched {
  return { files, source, places: [], byHand: [], unmade: [] }
}

/**
 * Returns the changes that give attackers something new: each change that does so alone, otherwise the first change
 * without which the others do not.
 * @param opened the new verdicts; empty if the changes break something
 */
export async function openingAmong(
  changes: readonly Change[],
  opened: readonly Forbidden[],
  bench: Pick<Bench, 'among'>,
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
