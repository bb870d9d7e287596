import { Capture, type CaptureCounts } from '../../packets/pcap/capture.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { type RunOptions, run } from '../../simulation/run.ts'
import { diskFiles } from '../files/files.ts'
import { onFile } from '../usage-error.ts'
import type { CaptureTask, SimulatedRun } from './capture-task.ts'

/** Runs a scenario, and writes captures of it. They are written here, since their size has no limit in memory. */
export function runWithCaptures(
  scenario: CheckedScenario,
  tasks: readonly CaptureTask[],
  options: RunOptions,
): SimulatedRun {
  if (tasks.length === 0) return run(scenario, options)
  const captures: Capture[] = []
  // A run that is begun again in another thread begins its files again.
  for (const { path } of tasks) if (diskFiles.kindOf(path) !== null) diskFiles.removeFile(path)
  const result = run(scenario, {
    ...options,
    observe: (simulation) => {
      options.observe?.(simulation)
      for (const { path, subject, isPlaintext, mostBytes } of tasks) {
        const write = (chunk: Uint8Array) => onFile('write to', path, () => diskFiles.append(path, chunk))
        captures.push(new Capture(simulation, { subject, isPlaintext, mostBytes, write }))
      }
    },
  })
  const captured: CaptureCounts[] = captures.map((capture) => capture.finish())
  return { ...result, captured }
}
