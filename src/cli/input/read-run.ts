import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readTextFile } from '../../disk/read-text.ts'
import { UsageError } from '../../disk/usage-error.ts'
import type { Result } from '../../measure/result.ts'
import { foreignTable, type ReadTable } from '../../report/run/run-tables.ts'
import { SourceText } from '../../scenario/problems/source-text.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { plainOf } from '../../scenario/tree/tree.ts'
import { parseYamlTree } from '../../scenario/tree/yaml-tree.ts'
import { parseResult } from '../../study/compare/parse-result.ts'
import { diskFiles } from '../files/files.ts'
import { ifPossible } from '../files/if-possible.ts'
import { placeWhole, UNFINISHED } from '../files/placed-result.ts'
import type { Io } from '../io.ts'
import { RUN_NAMES, SCENARIO, SUMMARY } from '../run/run-folder.ts'

/** The result in a run folder, and the text of its summary. */
export interface ReadRun {
  readonly result: Result
  readonly summary: string
}

/**
 * Reads the result in a run folder.
 * @throws UsageError when the folder has no complete result of this version
 */
export function readRun(folder: string): ReadRun {
  const file = join(folder, SUMMARY)
  goOn(folder, file, RUN_NAMES)
  if (existsSync(folder) && !existsSync(file)) {
    const rest = join(folder, UNFINISHED)
    const where = existsSync(rest) ? `; what was written is in ${rest}` : ''
    throw new UsageError(`cannot read ${folder}: it holds no complete run${where}`)
  }
  const summary = readTextFile(file)
  return { result: resultIn(summary, file), summary }
}

/** Puts a result into its place, where a process was killed that was about to, if it can. */
export function goOn(folder: string, completing: string, names: readonly string[]): void {
  if (existsSync(folder) && !existsSync(completing)) ifPossible(() => placeWhole(folder, names, diskFiles))
}

/** Returns the scenario in the folder of a file as plain values; null when there is none that can be read. */
export function scenarioBeside(path: string): unknown {
  const file = join(dirname(path), SCENARIO)
  if (!existsSync(file)) return null
  const { tree, problems } = parseYamlTree(new SourceText(file, readTextFile(file)))
  return tree === null || problems.length > 0 ? null : plainOf(tree)
}

/** Reads the text of a summary. @throws UsageError when it is no result of this version */
function resultIn(summary: string, file: string): Result {
  const parsed = parseResult(summary)
  if (parsed.ok) return parsed.result
  throw new UsageError(`cannot read ${file}: ${parsed.reason}`)
}

/** Returns a function that reads the files of a folder that are there. */
export function tablesIn(folder: string): ReadTable {
  return (name) => (existsSync(join(folder, name)) ? readTextFile(join(folder, name)) : null)
}

/** Warns of a result that is not complete, and of a CSV file that shows other figures than the result. */
export function warnOfDoubts(folder: string, result: Result, io: Io): void {
  if (result.ended === 'interrupted')
    io.err(`warning: ${visible(folder)}: the run was interrupted, and its result is partial\n`)
  const foreign = foreignTable(result, tablesIn(folder))
  if (foreign !== null) io.err(`warning: ${visible(folder)}: not what its ${SUMMARY} says: ${visible(foreign)}\n`)
}
