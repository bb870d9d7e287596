import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { encodeLike } from '../../disk/decode-text.ts'
import { onFile, UsageError } from '../../disk/usage-error.ts'
import type { ImportFile } from '../../import/import-file.ts'
import { guard } from './guard.ts'

/** A file that is about to be replaced, or made. */
interface Target {
  readonly path: string
  readonly text: string
  /** The file as it is; null for a new one. */
  readonly old: { readonly bytes: Buffer; readonly stats: Stats } | null
}

/** The operations on a disk that a fix needs. */
export interface Disk {
  /** Writes a new file, with the owner and mode of another, to the disk itself. */
  write(path: string, bytes: Buffer, like: Stats | null): void
  rename(from: string, to: string): void
  remove(path: string): void
}

const REAL_DISK: Disk = {
  write(path, bytes, like) {
    const descriptor = openSync(path, 'wx', like === null ? 0o644 : like.mode & 0o7777)
    try {
      if (like !== null) {
        if (process.getuid?.() === 0) fchownSync(descriptor, like.uid, like.gid)
        fchmodSync(descriptor, like.mode & 0o7777)
      }
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  },
  rename: renameSync,
  remove: unlinkSync,
}

/** A new content of a file that lies beside it. */
interface Staged {
  readonly target: Target
  readonly temporary: string
}

/**
 * Writes the files that changed, each in one step, with the owner, mode and encoding that it has. Nothing is written
 * unless all can be: all new contents lie on the disk before the first takes its place, which needs no more room. Should
 * that fail, those before it get their old content back. A process that is killed leaves each file whole, the old one or
 * the new one, in the order of `after`, and nothing beside them.
 * @throws UsageError when a file is not what was read, is a link, has another owner, or cannot be written
 */
export function writeFiles(before: readonly ImportFile[], after: readonly ImportFile[], disk: Disk = REAL_DISK): void {
  const old = new Map(before.map(({ path, text }) => [path, text]))
  const targets = after
    .filter(({ path, text }) => old.get(path) !== text)
    .map(({ path, text }) => targetOf(path, text, old.get(path)))
  const staged: Staged[] = []
  const done: Target[] = []
  const planned = targets.map((target) => ({ target, temporary: temporaryFor(target.path) }))
  const stopGuard = guard(planned.map(({ temporary }) => temporary))
  try {
    for (const { target, temporary } of planned) {
      const { path, text, old: file } = target
      const bytes = file === null ? Buffer.from(text) : encodeLike(text, file.bytes)
      stage(path, temporary, bytes, file?.stats ?? null, disk)
      staged.push({ target, temporary })
    }
    for (const { target, temporary } of staged) {
      onFile('write to', target.path, () => disk.rename(temporary, target.path))
      done.push(target)
    }
  } catch (error) {
    for (const { temporary } of staged.slice(done.length)) tryTo(() => disk.remove(temporary))
    const changed = done.filter((target) => !tryTo(() => undo(target, disk)))
    if (changed.length === 0) throw error
    const names = changed.map(({ path }) => path).join(', ')
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`${reason}; these have their new content all the same: ${names}`)
  } finally {
    stopGuard()
  }
}

function targetOf(path: string, text: string, known: string | undefined): Target {
  const refuse = (reason: string): never => {
    throw new UsageError(`cannot write to ${path}: ${reason}; nothing was written`)
  }
  return onFile('write to', path, () => {
    if (known === undefined) {
      if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) refuse('it exists')
      return { path, text, old: null }
    }
    const stats = lstatSync(path)
    if (stats.isSymbolicLink()) refuse('it is a symbolic link; name the file itself')
    if (!stats.isFile()) refuse('it is not a regular file')
    if (stats.nlink > 1) refuse('it has several names (hard links)')
    const user = process.getuid?.() ?? stats.uid
    if (user !== 0 && user !== stats.uid) refuse('it belongs to another user')
    const bytes = readFileSync(path)
    if (!encodeLike(known, bytes).equals(bytes)) refuse('it changed since it was read, or is no UTF-8 or UTF-16')
    return { path, text, old: { bytes, stats } }
  })
}

/**
 * Returns a name for a temporary file beside another one. It begins with a dot, because a kubelet would start any other
 * file beside a manifest.
 */
function temporaryFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)
}

/** Writes a file beside another. */
function stage(path: string, temporary: string, bytes: Buffer, like: Stats | null, disk: Disk): void {
  try {
    onFile('write to', path, () => disk.write(temporary, bytes, like))
  } catch (error) {
    tryTo(() => disk.remove(temporary))
    throw error
  }
}

function undo({ path, old }: Target, disk: Disk): void {
  if (old === null) disk.remove(path)
  else {
    const temporary = temporaryFor(path)
    stage(path, temporary, old.bytes, old.stats, disk)
    disk.rename(temporary, path)
  }
}

/** Returns whether an operation succeeds. */
function tryTo(action: () => void): boolean {
  try {
    action()
    return true
  } catch {
    return false
  }
}
