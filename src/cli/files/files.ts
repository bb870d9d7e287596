import {
  appendFileSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { open, rename, unlink } from 'node:fs/promises'
import { codeOf } from '../../disk/error-code.ts'
import { readBytes, readStart } from '../../disk/read-text.ts'
import { onFile } from '../../disk/usage-error.ts'
import { type ProcessIdentity, runningProcess, thisProcess } from './process-identity.ts'
import { ignoreUnable } from './synchronization.ts'
import { watch } from './watch.ts'

export type FileKind = 'file' | 'folder' | 'link' | 'other'

/**
 * The operations that onpath writes results with. Tests have one whose operations fail, or that end the process between
 * two.
 */
export interface Files {
  /** Returns the kind of file at a path; null if there is none. A symbolic link counts as a link. */
  readonly kindOf: (path: string) => FileKind | null
  readonly isFolder: (path: string) => boolean
  /** Returns how long ago a file was written last; 0 for one that has gone. */
  readonly ageMs: (path: string) => number
  readonly list: (folder: string) => readonly string[]
  /** Reads a whole regular file. @throws UsageError for a pipe, a device, or one that is too large */
  readonly read: (path: string) => Uint8Array
  /** Returns the first bytes of a file, at most `bytes`. */
  readonly readStart: (path: string, bytes: number) => Uint8Array
  /** Returns the path without symbolic links. */
  readonly realPath: (path: string) => string
  readonly makeFolder: (path: string) => void
  /** Writes a new file, and waits until the disk has it. Leaves nothing where that fails. */
  readonly write: (path: string, content: string | Uint8Array) => void
  readonly append: (path: string, content: string | Uint8Array) => void
  /** Waits until the disk has a file, or the names in a folder. */
  readonly sync: (path: string) => void
  /** Gives a file or folder another name. A file at that name is replaced, in one step; a folder with files is not. */
  readonly rename: (from: string, to: string) => void
  /** Writes a new file, waits until the disk has it, and gives it its name, in place of a file that has it. */
  readonly writeAndRename: (temporary: string, path: string, content: string) => Promise<void>
  /** Does the same as `sync`, without blocking this thread. */
  readonly syncLater: (path: string) => Promise<void>
  readonly removeFile: (path: string) => void
  /** Calls back when one of these files changes or is replaced. Returns a function that stops watching. */
  readonly watch: (paths: readonly string[], onChange: () => void) => () => void
  readonly removeFolder: (path: string) => void
  readonly thisProcess: ProcessIdentity
  /** Returns the process that has this number on this machine now, or null. */
  readonly runningProcess: (pid: number) => ProcessIdentity | null
}

/** The largest file that is read: a text of JavaScript has not many more characters. */
const LARGEST_BYTES = 2 ** 28

/** The files of the machine. */
export const diskFiles: Files = {
  kindOf(path) {
    const stats = statsOf(path, lstatSync)
    return stats === undefined ? null : kindOf(stats)
  },
  isFolder: (path) => statsOf(path, statSync)?.isDirectory() === true,
  ageMs: (path) => Date.now() - (statsOf(path, lstatSync)?.mtimeMs ?? Date.now()),
  list: (folder) => readdirSync(folder),
  read: (path) => readBytes(path, LARGEST_BYTES),
  readStart,
  realPath: (path) => realpathSync(path),
  makeFolder: (path) => mkdirSync(path),
  write(path, content) {
    try {
      writeFileSync(path, content, { flag: 'wx' })
      sync(path)
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') removeIfThere(path)
      throw error
    }
  },
  append: (path, content) => appendFileSync(path, content),
  sync,
  rename: (from, to) => renameSync(from, to),
  async writeAndRename(temporary, path, content) {
    try {
      const file = await open(temporary, 'wx')
      try {
        await file.writeFile(content)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(temporary, path)
    } catch (error) {
      await unlink(temporary).catch(() => {})
      throw error
    }
  },
  syncLater,
  removeFile: (path) => unlinkSync(path),
  watch,
  removeFolder: (path) => rmdirSync(path),
  thisProcess,
  runningProcess,
}

/** @throws UsageError when it cannot be known what is at a path, as in a folder that may not be read */
function statsOf(path: string, read: typeof statSync | typeof lstatSync): Stats | undefined {
  return onFile('read', path, () => {
    try {
      return read(path, { throwIfNoEntry: false })
    } catch (error) {
      // Nothing can be below a file.
      if (codeOf(error) === 'ENOTDIR') return undefined
      throw error
    }
  })
}

function kindOf(stats: Stats): FileKind {
  if (stats.isSymbolicLink()) return 'link'
  if (stats.isDirectory()) return 'folder'
  return stats.isFile() ? 'file' : 'other'
}

async function syncLater(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } catch (error) {
    ignoreUnable(error)
  } finally {
    await file.close()
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // It was never there, or cannot be removed either; the first error is reported.
  }
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } catch (error) {
    ignoreUnable(error)
  } finally {
    closeSync(descriptor)
  }
}
