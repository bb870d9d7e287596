import { statSync } from 'node:fs'
import { join } from 'node:path'
import { formatProblem } from '../scenario/format-problem.ts'
import { type Loaded, loadScenario, type ScenarioOptions } from '../scenario/load.ts'
import type { Problem } from '../scenario/problem.ts'
import type { Io } from './io.ts'
import { readTextFile } from './read-text.ts'
import { onFile, UsageError } from './usage-error.ts'

/** A file, as the user named it, and what came of it. */
export interface ReadScenario {
  readonly file: string
  readonly loaded: Loaded
}

/** Reads and checks every file before anything is done with one. @throws UsageError where a file cannot be read. */
export async function readScenarios(
  files: readonly string[],
  options: ScenarioOptions,
  io: Io,
): Promise<ReadScenario[]> {
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('standard input can be read only once')
  const texts = await Promise.all(files.map((file) => (file === '-' ? io.readStdin() : readScenarioFile(file))))
  return files.map((file, i) => ({ file, loaded: loadScenario({ file, text: texts[i], read: readTextFile }, options) }))
}

function readScenarioFile(path: string): string {
  if (onFile('read', path, () => statSync(path).isDirectory()))
    throw new UsageError(`cannot read ${path}: it is a folder; name its files, as in ${join(path, '*.yaml')}`)
  return readTextFile(path)
}

export function problemsOf({ loaded }: ReadScenario): readonly Problem[] {
  return loaded.ok ? [] : loaded.problems
}

/** All problems of all files, and a line that counts them. */
export function showProblems(read: readonly ReadScenario[], io: Io): void {
  const problems = read.flatMap(problemsOf)
  for (const problem of problems) io.err(`${formatProblem(problem)}\n\n`)
  io.err(
    `${problems.length} error${problems.length === 1 ? '' : 's'}; \`onpath explain CODE\` says more about the code in brackets\n`,
  )
}
