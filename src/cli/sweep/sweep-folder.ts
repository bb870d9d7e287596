import type { Files } from '../files/files.ts'
import { type FolderKind, type Inputs, OutputFolder } from '../files/output-folder.ts'
import { UsageError } from '../usage-error.ts'

export const SWEEP_CSV = 'sweep.csv'

const KIND: FolderKind = {
  noun: 'sweep',
  names: [SWEEP_CSV],
  isOfEarlierVersion: (path, files) => files.list(path).every((name) => name === SWEEP_CSV),
}

/** A folder that holds the figures of one sweep. */
export class SweepFolder {
  readonly path: string
  readonly unfinishedPath: string
  readonly #folder: OutputFolder
  /** The first error of writing, after which nothing is written. The runs go on, since their results are printed. */
  #failure: UsageError | null = null

  private constructor(folder: OutputFolder) {
    this.path = folder.path
    this.unfinishedPath = folder.unfinishedPath
    this.#folder = folder
  }

  /** Opens a folder for a sweep; `header` is the first line of its SWEEP_CSV. @throws UsageError when it may not be written to */
  static open(path: string, header: string, inputs: Inputs, files: Files): SweepFolder {
    const folder = new SweepFolder(OutputFolder.open(path, KIND, inputs, files))
    folder.#folder.write(SWEEP_CSV, header)
    return folder
  }

  add(rows: string): void {
    if (this.#failure !== null || rows === '') return
    try {
      this.#folder.append(SWEEP_CSV, rows)
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
