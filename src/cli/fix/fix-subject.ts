import { dirname, join } from 'node:path'
import type { FixResult } from '../../measure/fix.ts'
import type { CheckPlan } from '../../scenario/check/read-check.ts'
import type { Simulated } from '../../study/simulator/simulate-all.ts'
import type { Simulator } from '../../study/simulator/simulator.ts'
import { changesOf, type JudgedScenarioOptions } from '../check/read-checks.ts'
import { readFileTree } from '../input/read-file-tree.ts'
import { isFolder, type Subject } from '../input/read-subjects.ts'
import { UsageError } from '../usage-error.ts'
import type { FixOptions } from './fix-options.ts'
import { type Fixable, importFixable, scenarioFixable } from './fixable.ts'
import { fixFor } from './run-fix.ts'
import { writeFiles } from './write-files.ts'

/** Returns what can be changed of a subject of a check. @throws UsageError where nothing can be written */
export function fixableOf({ source, arguments: named, imported }: Subject, isWritten: boolean): Fixable {
  if (isWritten && named.includes('-')) throw new UsageError('--write cannot change standard input; name a file')
  if (imported === null) return scenarioFixable(source)
  const [first] = named
  const folder = isFolder(first) ? first : dirname(first)
  return importFixable(source.file, imported, (name) => join(folder, name))
}

/** Finds a fix. */
export async function fixOf(
  fixable: Fixable,
  plan: CheckPlan,
  results: Simulated['results'],
  judged: Pick<FixOptions, 'scope' | 'today'>,
  options: JudgedScenarioOptions & { readonly write?: true },
  simulator: Simulator,
): Promise<FixResult> {
  const write = options.write === true ? writeAndRead : null
  return fixFor(fixable, plan, results, { ...judged, changes: changesOf(options), write }, simulator)
}

function writeAndRead(before: Fixable['files'], after: Fixable['files']): Fixable['files'] {
  writeFiles(before, after)
  return readFileTree(after.map(({ path }) => path)).files
}
