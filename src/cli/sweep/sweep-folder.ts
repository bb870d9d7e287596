import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OutputFolder } from '../run/output-folder.ts'

export const SWEEP_CSV = 'sweep.csv'

/** A folder that holds the figures of one sweep. */
export class SweepFolder {
  readonly path: string
  readonly unfinishedPath: string
  readonly #folder: OutputFolder
  readonly #csv: string

  private constructor(folder: OutputFolder) {
    this.path = folder.path
    this.unfinishedPath = folder.unfinishedPath
    this.#folder = folder
    this.#csv = join(folder.unfinishedPath, SWEEP_CSV)
  }

  /** Opens a folder for a sweep; `header` is the first line of its CSV. @throws UsageError when it holds other files */
  static open(path: string, header: string): SweepFolder {
    const folder = new SweepFolder(
      OutputFolder.open(path, 'sweep', [SWEEP_CSV], (names) => names.every((name) => name === SWEEP_CSV)),
    )
    folder.#folder.write(() => writeFileSync(folder.#csv, header))
    return folder
  }

  add(rows: string): void {
    this.#folder.write(() => appendFileSync(this.#csv, rows))
  }

  /** Replaces the figures of an earlier sweep by the new ones. */
  finish(): void {
    this.#folder.write(() => {
      renameSync(this.#csv, join(this.path, SWEEP_CSV))
      rmSync(this.unfinishedPath, { recursive: true })
    })
  }

  /** Keeps the figures in `unfinished`, with the reason why they are not complete. */
  abandon(reason: string): void {
    this.#folder.abandon(reason)
  }
}
