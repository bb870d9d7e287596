import { join } from 'node:path'
import { onFile, onFileLater } from '../../disk/usage-error.ts'
import { POINT_KEY, type PointKey } from '../../study/sweep/point.ts'
import { decodePoint, encodePoint, type PointOutcome } from '../../study/sweep/point-outcome.ts'
import type { Files } from '../files/files.ts'
import { makeFolders } from '../files/make-folders.ts'
import { removeLeftBehind, sharedTemporaryName } from '../files/shared-temporary.ts'
import { sha256 } from '../sha256.ts'

/** The subfolder of a folder of results that holds points. */
export const POINTS = 'points'

/** The state of a point in a store. */
export type Stored =
  | { readonly kind: 'whole'; readonly outcome: PointOutcome }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly path: string }

/**
 * The outcomes of points, each in a file named after the point's key. A file appears completely or not at all, and the
 * same point gives the same bytes in every process. So any number of processes, on several machines, can store points
 * in one folder. A killed process leaves nothing to repair.
 */
export class PointStore {
  readonly path: string
  readonly #files: Files
  /** The synchronization of the folder that has not begun: it covers all files that have got their names before. */
  #nextSync: Promise<void> | null = null
  #sync: Promise<void> = Promise.resolve()

  private constructor(path: string, files: Files) {
    this.path = path
    this.#files = files
  }

  /** Opens the (initially empty) points below a folder, and removes the leftovers of killed processes. */
  static open(folder: string, files: Files): PointStore {
    const path = join(folder, POINTS)
    return onFile('write to', folder, () => {
      makeFolders(path, files)
      removeLeftBehind(path, files)
      return new PointStore(path, files)
    })
  }

  /** Opens the points below a folder for reading only. */
  static read(folder: string, files: Files): PointStore {
    return new PointStore(join(folder, POINTS), files)
  }

  /** Returns the keys of all points, whole or damaged, in order. */
  list(): readonly PointKey[] {
    if (!this.#files.isFolder(this.path)) return []
    return onFile('read', this.path, () => this.#files.list(this.path))
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => name.slice(0, -SUFFIX.length))
      .filter((key) => POINT_KEY.test(key))
      .sort()
  }

  /** Returns whether a point has a file. `get` checks whether the file is complete. */
  has(key: PointKey): boolean {
    return this.#files.kindOf(this.pathOf(key)) === 'file'
  }

  get(key: PointKey): Stored {
    const path = this.pathOf(key)
    if (!this.has(key)) return { kind: 'absent' }
    const bytes = onFile('read', path, () => this.#files.read(path))
    const outcome = decodePoint(key, bytes, sha256)
    return outcome === null ? { kind: 'damaged', path } : { kind: 'whole', outcome }
  }

  /** Returns the keys of the points that are damaged. */
  verify(): readonly PointKey[] {
    return this.list().filter((key) => this.get(key).kind === 'damaged')
  }

  /**
   * Stores the outcome of a point, and waits until the disk has it.
   * @throws UsageError when it cannot be written
   */
  async put(key: PointKey, outcome: PointOutcome): Promise<void> {
    await onFileLater('write to', this.path, async () => {
      const temporary = join(this.path, sharedTemporaryName(this.#files))
      await this.#files.writeAndRename(temporary, this.pathOf(key), encodePoint(key, outcome, sha256))
      await this.#syncFolder()
    })
  }

  /** Removes a point, unless another process has. @throws UsageError when it cannot be removed */
  remove(key: PointKey): void {
    const path = this.pathOf(key)
    onFile('remove', path, () => this.has(key) && this.#files.removeFile(path))
  }

  /** The path of the file of a point. */
  pathOf(key: PointKey): string {
    return join(this.path, `${key}${SUFFIX}`)
  }

  /** Waits until the disk has all names in the folder. Those who wait at the same time share one synchronization. */
  #syncFolder(): Promise<void> {
    this.#nextSync ??= this.#sync
      .catch(() => {})
      .then(() => {
        this.#nextSync = null
        this.#sync = this.#files.syncLater(this.path)
        return this.#sync
      })
    return this.#nextSync
  }
}

const SUFFIX = '.json'
