import { isSystemError, reasonOf } from '../../disk/usage-error.ts'
import { Capture } from '../../packets/pcap/capture.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { type RunOptions, runInTurns } from '../../simulation/run.ts'
import { diskFiles } from '../files/files.ts'
import type { Captured, CaptureTask, SimulatedRun } from './capture-task.ts'

/**
 * Runs a scenario in turns, and writes captures of it. They are written here, since their size has no limit in memory.
 * A capture that cannot be written, as on a full disk, does not end the run.
 */
export function* runWithCaptures(
  scenario: CheckedScenario,
  tasks: readonly CaptureTask[],
  options: RunOptions,
): Generator<undefined, SimulatedRun> {
  if (tasks.length === 0) return yield* runInTurns(scenario, options)
  const captures: Capture[] = []
  const failures: (string | null)[] = tasks.map(() => null)
  // A run that is begun again in another thread begins its files again.
  for (const { path } of tasks) if (diskFiles.kindOf(path) !== null) diskFiles.removeFile(path)
  const result = yield* runInTurns(scenario, {
    ...options,
    observe: (simulation) => {
      options.observe?.(simulation)
      for (const [i, { path, subject, isPlaintext, mostBytes }] of tasks.entries()) {
        const write = (chunk: Uint8Array) => {
          failures[i] ??= failureOf(() => diskFiles.append(path, chunk))
        }
        captures.push(new Capture(simulation, { subject, isPlaintext, mostBytes, write }))
      }
    },
  })
  const captured = captures.map((capture, i): Captured => ({ ...capture.finish(), failure: failures[i] }))
  return { ...result, captured }
}

/** Returns why the file system refuses an operation, in words; null when it does not. */
function failureOf(action: () => void): string | null {
  try {
    action()
    return null
  } catch (error) {
    if (!isSystemError(error)) throw error
    return reasonOf(error)
  }
}
