import { UsageError } from '../../disk/usage-error.ts'
import { isSamplesCsv, samplesCsv } from '../../report/run/samples-csv.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import type { Run } from '../../simulation/run.ts'
import { InvalidSampleRequest, requestsFor, type SampleRequest } from '../../simulation/sampling/sample-request.ts'
import type { Files } from '../files/files.ts'
import { OutputFile } from '../files/output-file.ts'
import type { Inputs } from '../files/output-folder.ts'
import type { RunOptions } from './run-options.ts'

const DEFAULT_INTERVAL_NS = 10_000_000

/** The samples that a run takes, and the file for them. */
export class Sampling {
  readonly requests: readonly SampleRequest[]
  readonly #output: OutputFile

  private constructor(requests: readonly SampleRequest[], output: OutputFile) {
    this.requests = requests
    this.#output = output
  }

  get path(): string {
    return this.#output.path
  }

  /** Prepares the samples; returns null if none are asked for. */
  static open(
    { samples: path, sampleEvery, samplesOf }: RunOptions,
    scenarios: readonly CheckedScenario[],
    inputs: Inputs,
    files: Files,
  ): Sampling | null {
    if (path === undefined) {
      if (sampleEvery !== undefined || samplesOf.length > 0)
        throw new UsageError('--sample-every and --samples-of need --samples, the file for the samples')
      return null
    }
    if (scenarios.length > 1) throw new UsageError('--samples needs exactly one scenario file')
    const requests = requestsOf(samplesOf, sampleEvery ?? DEFAULT_INTERVAL_NS, scenarios[0])
    return new Sampling(requests, OutputFile.open(path, isSamplesCsv, inputs, files, '--samples'))
  }

  write({ samples = [] }: Run): void {
    this.#output.write(samplesCsv(samples))
  }
}

/** @throws UsageError for a name that the scenario does not have */
function requestsOf(names: readonly string[], everyNs: number, { blueprint }: CheckedScenario): SampleRequest[] {
  try {
    return requestsFor(names, everyNs, blueprint)
  } catch (error) {
    if (error instanceof InvalidSampleRequest) throw new UsageError(`--samples-of ${error.message}`)
    throw error
  }
}
