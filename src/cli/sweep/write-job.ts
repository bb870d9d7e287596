import { UsageError } from '../../disk/usage-error.ts'
import { indexedJob, isManifest, MANIFEST, MAX_CONFIG_MAP_BYTES } from '../../study/sweep/indexed-job.ts'
import type { Sweep } from '../../study/sweep/read-sweep.ts'
import { reproduceSweep, type SweepDescription } from '../../study/sweep/sweep-description.ts'
import { sweepInOneText } from '../../study/sweep/sweep-text.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { OutputFile } from '../files/output-file.ts'
import { sha256 } from '../sha256.ts'
import { version } from '../version.ts'
import { noteWritten } from '../written.ts'
import { jobTarget } from './job-options.ts'
import type { SweepOptions } from './sweep-options.ts'

/** A sweep that was checked, and is to be written as a Job. */
export interface SweepToWrite {
  readonly sweep: Sweep
  readonly described: SweepDescription
  /** The files that the command reads. */
  readonly inputs: readonly string[]
}

/**
 * Writes the manifest of a Job that runs a sweep in Kubernetes.
 * @throws UsageError when options are missing, or the scenario is too large
 */
export function writeJob(
  { sweep, described, inputs }: SweepToWrite,
  path: string,
  options: SweepOptions,
  { io, files, exit }: Context,
): void {
  const target = jobTarget(options, sweep.grid.size)
  const text = sweepInOneText(sweep, described)
  const bytes = new TextEncoder().encode(text).length
  if (target.scenarioPath === null && bytes > MAX_CONFIG_MAP_BYTES)
    throw new UsageError(
      `the scenario has ${bytes} bytes with the files that it extends, and a ConfigMap holds ${MAX_CONFIG_MAP_BYTES}; put it on the volume or into the image, and name its place there with --scenario-path /results/scenario.yaml (the scenario is then written beside the Job)`,
    )
  const again = reproduceSweep(described, { maxMemory: options.maxMemory, job: { emitJob: path, ...target } })
  const { maxEvents, maxMemory } = options
  const { name: scenario } = described
  const { invalidScenario } = EXIT
  const job = { ...target, scenario, text, version, maxEvents, maxMemory, again, invalidScenario }
  const manifest = indexedJob(job, sha256)
  write(path, manifest, inputs, { io, files })
  if (target.scenarioPath !== null) {
    const beside = path === '-' ? 'job.scenario.yaml' : `${path.replace(/\.ya?ml$/, '')}.scenario.yaml`
    write(beside, `${MANIFEST}, the scenario for ${target.scenarioPath}\n${text}`, inputs, { io, files })
  }
  exit(EXIT.ok)
}

function write(
  path: string,
  text: string,
  inputs: readonly string[],
  { io, files }: Pick<Context, 'io' | 'files'>,
): void {
  if (path === '-') return io.out(text)
  OutputFile.open(path, isManifest, inputs, files, '--emit-job').write(text)
  noteWritten(path, io)
}
