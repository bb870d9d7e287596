import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { onFile, UsageError } from '../usage-error.ts'

const UNFINISHED = 'unfinished'
const REASON = 'reason.txt'

/**
 * A folder for results. New files stay in its subfolder `unfinished` until the result is complete: an earlier result
 * remains untouched until then, and an incomplete one cannot be mistaken for a complete one.
 */
export class OutputFolder {
  readonly path: string
  readonly unfinishedPath: string

  private constructor(path: string) {
    this.path = path
    this.unfinishedPath = join(path, UNFINISHED)
  }

  /**
   * Opens a folder for the files `names`, and empties its subfolder `unfinished`.
   * @param isOurs whether a folder with further files holds an earlier result, which may be replaced
   * @throws UsageError when the folder holds other files, or cannot be written to
   */
  static open(
    path: string,
    kind: 'run' | 'sweep',
    names: readonly string[],
    isOurs: (names: readonly string[]) => boolean,
  ): OutputFolder {
    if (path === '' || path === '-') throw new UsageError('--out needs the name of a folder')
    return onFile('write to', path, () => {
      refuseOtherFiles(path, kind, names, isOurs)
      const folder = new OutputFolder(path)
      rmSync(folder.unfinishedPath, { recursive: true, force: true })
      makeFolder(folder.unfinishedPath)
      return folder
    })
  }

  /** Does what writes to the folder; what the file system refuses becomes a UsageError. */
  write(action: () => void): void {
    onFile('write to', this.path, action)
  }

  /** Writes into `unfinished` why the result is not complete. */
  abandon(reason: string): void {
    this.write(() => writeFileSync(join(this.unfinishedPath, REASON), `${reason}\n`))
  }
}

/** Makes a folder and those above it. Node's option `recursive` never returns where none can be made, as below /proc. */
function makeFolder(path: string): void {
  if (!existsSync(dirname(path))) makeFolder(dirname(path))
  if (!existsSync(path)) mkdirSync(path)
}

/** Refuses a folder with other files, since the files of the folder are replaced. */
function refuseOtherFiles(
  path: string,
  kind: string,
  names: readonly string[],
  isOurs: (names: readonly string[]) => boolean,
): void {
  if (!existsSync(path)) return
  const found = readdirSync(path)
  const others = found.filter((name) => name !== UNFINISHED)
  const hasUnfinished = others.length < found.length
  const unfinished = hasUnfinished ? readdirSync(join(path, UNFINISHED)) : []
  const areOthersOurs =
    others.length === 0 || isOurs(others) || (hasUnfinished && others.every((name) => names.includes(name)))
  if (areOthersOurs && unfinished.every((name) => name === REASON || names.includes(name))) return
  throw new UsageError(
    `cannot write to ${path}: it holds other files; name a new folder, an empty one or that of a ${kind}`,
  )
}
