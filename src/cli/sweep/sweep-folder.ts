import { appendFileSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../run/run-folder.ts'
import { onFile, UsageError } from '../usage-error.ts'

const CSV = 'sweep.csv'
const UNFINISHED = 'unfinished'
const REASON = 'reason.txt'

/**
 * A folder that holds the figures of one sweep. Rows stand in its subfolder `unfinished` until the last one is there,
 * so that an earlier sweep is untouched until then, and what was cut short cannot be taken for a whole grid.
 */
export class SweepFolder {
  readonly path: string
  readonly unfinishedPath: string

  private constructor(path: string) {
    this.path = path
    this.unfinishedPath = join(path, UNFINISHED)
  }

  /** @throws UsageError where there is something else. */
  static open(path: string, header: string): SweepFolder {
    if (path === '' || path === '-') throw new UsageError('--out takes the name of a folder')
    return onFile('write to', path, () => {
      refuseOtherFolders(path)
      const folder = new SweepFolder(path)
      rmSync(folder.unfinishedPath, { recursive: true, force: true })
      makeFolder(folder.unfinishedPath)
      writeFileSync(join(folder.unfinishedPath, CSV), header)
      return folder
    })
  }

  add(rows: string): void {
    onFile('write to', this.path, () => appendFileSync(join(this.unfinishedPath, CSV), rows))
  }

  finish(): void {
    onFile('write to', this.path, () => {
      renameSync(join(this.unfinishedPath, CSV), join(this.path, CSV))
      rmSync(this.unfinishedPath, { recursive: true })
    })
  }

  /** What there is stays in `unfinished`, with the reason. */
  abandon(reason: string): void {
    onFile('write to', this.path, () => writeFileSync(join(this.unfinishedPath, REASON), `${reason}\n`))
  }
}

/** Only an empty folder or an earlier sweep's, since somebody's `unfinished` would be removed. */
function refuseOtherFolders(path: string): void {
  if (!existsSync(path)) return
  const names = readdirSync(path)
  const unfinished = names.includes(UNFINISHED) ? readdirSync(join(path, UNFINISHED)) : []
  const areOurs =
    names.every((name) => name === CSV || name === UNFINISHED) &&
    unfinished.every((name) => name === CSV || name === REASON)
  if (!areOurs)
    throw new UsageError(
      `cannot write to ${path}: it holds other files; name a new folder, an empty one or that of a sweep`,
    )
}
