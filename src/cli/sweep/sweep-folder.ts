import { UsageError } from '../../disk/usage-error.ts'
import { SWEEP_FORMATS } from '../../report/formats.ts'
import { dimensionColumns } from '../../report/sweep/dimension-columns.ts'
import { sweepVerdictsHead } from '../../report/sweep/sweep-verdicts-csv.ts'
import type { SweepDescription } from '../../study/sweep/sweep-description.ts'
import type { Files } from '../files/files.ts'
import { type FolderKind, type Inputs, OutputFolder, openSharedFolder } from '../files/output-folder.ts'
import { POINTS } from '../points/point-store.ts'
import { SCENARIO } from '../run/run-folder.ts'
import { SHARDS } from './shard-files.ts'

export const SWEEP_CSV = 'sweep.csv'
export const SWEEP_VERDICTS = 'verdicts.csv'

/** The files of the folder of a sweep. */
export const SWEEP_NAMES = [SCENARIO, SWEEP_CSV, SWEEP_VERDICTS]

const KIND: FolderKind = {
  noun: 'sweep',
  names: SWEEP_NAMES,
  subfolders: [POINTS, SHARDS],
  isOfEarlierVersion: (path, files) => files.list(path).every((name) => name === SWEEP_CSV),
}

/**
 * Makes a folder for a shard of a sweep. Other processes can write other shards to it, or the same one.
 * @throws UsageError when it holds files that are not of a sweep
 */
export function openShardFolder(path: string, files: Files): void {
  openSharedFolder(path, KIND, files)
}

/** A folder with the scenario of one sweep, its figures, and its verdicts if there are any. */
export class SweepFolder {
  readonly path: string
  readonly unfinishedPath: string
  readonly #folder: OutputFolder
  readonly #verdictsHead: string
  #hasVerdicts = false
  #failure: UsageError | null = null

  private constructor(folder: OutputFolder, verdictsHead: string) {
    this.path = folder.path
    this.unfinishedPath = folder.unfinishedPath
    this.#folder = folder
    this.#verdictsHead = verdictsHead
  }

  /** Opens a folder for a sweep. @throws UsageError when it may not be written to */
  static open(path: string, { scenario, dimensions }: SweepDescription, inputs: Inputs, files: Files): SweepFolder {
    const columns = dimensionColumns(dimensions)
    const folder = new SweepFolder(OutputFolder.open(path, KIND, inputs, files), sweepVerdictsHead(columns))
    folder.#folder.write(SCENARIO, scenario)
    folder.#folder.write(SWEEP_CSV, SWEEP_FORMATS.csv.begin?.(columns) ?? '')
    return folder
  }

  /** The first error of writing, after which nothing is written; null without one. */
  get failure(): UsageError | null {
    return this.#failure
  }

  /** Adds lines of figures and of verdicts. An error is thrown at the end. */
  add(figures: string, verdicts: string): void {
    if (this.#failure !== null) return
    try {
      if (figures !== '') this.#folder.append(SWEEP_CSV, figures)
      if (verdicts === '') return
      if (!this.#hasVerdicts) this.#folder.write(SWEEP_VERDICTS, this.#verdictsHead)
      this.#hasVerdicts = true
      this.#folder.append(SWEEP_VERDICTS, verdicts)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      this.#failure = error
    }
  }

  /** Replaces the figures of an earlier sweep by the new ones. @throws UsageError when they could not be written */
  finish(): void {
    if (this.#failure !== null) throw this.#failure
    this.#folder.finish()
  }

  /** Keeps the figures in `unfinished`, with the reason why they are not complete. */
  abandon(reason: string): void {
    if (this.#failure !== null) throw this.#failure
    this.#folder.abandon(reason)
  }
}
