import { join } from 'node:path'
import { isFolder } from '../../disk/folders.ts'
import { UsageError } from '../../disk/usage-error.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import type { Io } from '../io.ts'
import { SCENARIO } from '../run/run-folder.ts'
import { readRun } from './read-run.ts'
import { readScenarios, showProblems } from './read-scenarios.ts'

/** Options that change the scenario that is run again. */
export interface RerunOptions {
  readonly seed?: number
  readonly set: readonly string[]
  readonly attack: readonly string[]
}

/**
 * Reads the scenario of a run: a run folder, or a scenario file. Shows its problems, and returns null when it has some.
 * A run folder has no packets; its scenario gives the same ones again.
 * @throws UsageError when it cannot be read, or the options would change what is in a run folder
 */
export async function readRerun(run: string, options: RerunOptions, io: Io): Promise<CheckedScenario | null> {
  const isRecorded = isFolder(run)
  if (isRecorded) {
    if (options.seed !== undefined || options.set.length > 0 || options.attack.length > 0)
      throw new UsageError(`${run} is a run folder; --seed, --set and --attack change a scenario file`)
    // Refuses a folder without a complete result.
    readRun(run)
  }
  const read = await readScenarios([isRecorded ? join(run, SCENARIO) : run], options, io)
  const [{ loaded }] = read
  if (!loaded.ok) {
    showProblems(read, io)
    return null
  }
  if (isRecorded)
    io.err(`simulating ${run} again: a run folder has no packets, and each run of a scenario has the same\n`)
  return loaded.scenario
}
