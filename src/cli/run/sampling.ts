import { UsageError } from '../../disk/usage-error.ts'
import { isSamplesCsv, samplesCsv } from '../../report/run/samples-csv.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import type { Blueprint } from '../../simulation/blueprint.ts'
import type { Run } from '../../simulation/run.ts'
import type { SampleRequest } from '../../simulation/sampling/sample-request.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
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
    const [{ blueprint }] = scenarios
    const requests = requestsFor(samplesOf, sampleEvery ?? DEFAULT_INTERVAL_NS, blueprint)
    return new Sampling(requests, OutputFile.open(path, isSamplesCsv, inputs, files, '--samples'))
  }

  write({ samples = [] }: Run): void {
    this.#output.write(samplesCsv(samples))
  }
}

/** Returns a request for each name, or for each path that the scenario declares. */
function requestsFor(names: readonly string[], everyNs: number, blueprint: Blueprint): SampleRequest[] {
  const { paths, links, segments, hosts } = blueprint
  const pathNames = new Set(paths.flatMap(({ name, declared }) => [name, declared]))
  const linkNames = new Set([...links, ...segments].map(({ name }) => name))
  const hostNames = new Set(hosts.map(({ name }) => name))
  if (names.length === 0) return [...new Set(paths.map(({ declared }) => declared))].map((path) => ({ path, everyNs }))
  return names.map((name): SampleRequest => {
    if (pathNames.has(name)) return { path: name, everyNs }
    if (linkNames.has(name) || isDirection(name, linkNames)) return { link: name, everyNs }
    if (hostNames.has(name)) return { host: name, everyNs }
    const hint = didYouMean(name, [...pathNames, ...linkNames, ...hostNames])
    throw new UsageError(
      `--samples-of ${name}: the scenario has no path, link, segment or host of this name${hint === undefined ? '' : `; ${hint}`}`,
    )
  })
}

/** Returns whether a name is that of a direction of a link or segment in results. */
function isDirection(name: string, links: ReadonlySet<string>): boolean {
  const [kind, link] = name.split('/')
  return (kind === 'link' || kind === 'segment') && links.has(link)
}
