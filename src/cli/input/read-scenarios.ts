import { join } from 'node:path'
import { isFolder } from '../../disk/folders.ts'
import { readAttacks } from '../../disk/read-attacks.ts'
import { readTextFile } from '../../disk/read-text.ts'
import { UsageError } from '../../disk/usage-error.ts'
import { formatCount } from '../../report/format-number.ts'
import { type Loaded, loadScenario, type ScenarioOptions, type ScenarioSource } from '../../scenario/load.ts'
import { formatProblem } from '../../scenario/problems/format-problem.ts'
import type { Problem } from '../../scenario/problems/problem.ts'
import type { Io } from '../io.ts'

/** A scenario file, as the user named it, and its scenario or problems. */
export interface ReadScenario {
  readonly file: string
  readonly loaded: Loaded
  /** The files that were read: the scenario, its bases and its attacks. */
  readonly inputs: readonly string[]
}

/** A scenario that has been read, with the files that were read for it so far. */
export interface ReadSource extends ScenarioSource {
  readonly inputs: readonly string[]
}

/**
 * Reads and checks all scenario files, and shows the warnings about those that can be simulated.
 * @throws UsageError when a file cannot be read
 */
export async function readScenarios(
  files: readonly string[],
  { attack, ...options }: ScenarioOptions & { readonly attack: readonly string[] },
  io: Io,
  load: (source: ScenarioSource, options: ScenarioOptions) => Loaded = loadScenario,
): Promise<ReadScenario[]> {
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('standard input can be read only once')
  const sources = await Promise.all(files.map((file) => readSource(file, io)))
  const attacks = readAttacks(attack)
  const read = files.map((file, i) => {
    const loaded = load(sources[i], { ...options, attacks })
    return { file, loaded, inputs: [...sources[i].inputs, ...attack] }
  })
  showWarnings(read.flatMap(warningsOf), io)
  return read
}

/** Shows the warnings about a scenario that can be simulated. */
export function showWarnings(warnings: readonly Problem[], io: Io): void {
  for (const warning of warnings) io.err(`${formatProblem(warning)}\n\n`)
}

export function warningsOf({ loaded }: ReadScenario): readonly Problem[] {
  return loaded.ok ? loaded.warnings : []
}

/**
 * Reads the text of a scenario file.
 * @throws UsageError when the file cannot be read
 */
export async function readSource(file: string, io: Io): Promise<ReadSource> {
  const text = file === '-' ? await io.readStdin() : readScenarioFile(file)
  const inputs = [file]
  const read = (path: string) => {
    inputs.push(path)
    return readTextFile(path)
  }
  return { file, text, read, inputs }
}

function readScenarioFile(path: string): string {
  if (isFolder(path))
    throw new UsageError(`cannot read ${path}: it is a folder; name files in it, such as ${join(path, '*.yaml')}`)
  return readTextFile(path)
}

export function problemsOf({ loaded }: ReadScenario): readonly Problem[] {
  return loaded.ok ? [] : loaded.problems
}

/** Shows all problems of all files, and a line that counts them. */
export function showProblems(read: readonly ReadScenario[], io: Io): void {
  showAll(read.flatMap(problemsOf), io)
}

export function showAll(problems: readonly Problem[], io: Io): void {
  for (const problem of problems) io.err(`${formatProblem(problem)}\n\n`)
  io.err(
    `${formatCount(problems.length, 'error')}; run \`onpath explain CODE\` for an explanation of the code in brackets\n`,
  )
}
