import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
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
import type { ImportFile } from '../../import/import-file.ts'
import { onFile, UsageError } from '../usage-error.ts'

/** A file that is about to be replaced, or made. */
interface Target {
  readonly path: string
  readonly text: string
  /** The file as it is; null for a new one. */
  readonly old: { readonly bytes: Buffer; readonly stats: Stats } | null
}

/**
 * Writes the files that changed, each in one step, with the owner and mode that it has. Nothing is written unless all can
 * be; if one fails, those before it get their old content back.
 * @throws UsageError when a file is not what was read, is a link, has another owner, or cannot be written
 */
export function writeFiles(before: readonly ImportFile[], after: readonly ImportFile[]): void {
  const old = new Map(before.map(({ path, text }) => [path, text]))
  const targets = after
    .filter(({ path, text }) => old.get(path) !== text)
    .map(({ path, text }) => targetOf(path, text, old.get(path)))
  const done: Target[] = []
  try {
    for (const target of targets) {
      onFile('write to', target.path, () => replace(target.path, Buffer.from(target.text), target.old?.stats ?? null))
      done.push(target)
    }
  } catch (error) {
    for (const target of done) undo(target)
    throw error
  }
}

function targetOf(path: string, text: string, known: string | undefined): Target {
  const refuse = (reason: string): never => {
    throw new UsageError(`cannot write to ${path}: ${reason}; nothing was written`)
  }
  return onFile('write to', path, () => {
    if (known === undefined) {
      if (existsSync(path) || isLink(path)) refuse('it exists')
      return { path, text, old: null }
    }
    const stats = lstatSync(path)
    if (stats.isSymbolicLink()) refuse('it is a symbolic link; name the file itself')
    if (!stats.isFile()) refuse('it is not a regular file')
    if (stats.nlink > 1) refuse('it has several names (hard links)')
    const user = process.getuid?.() ?? stats.uid
    if (user !== 0 && user !== stats.uid) refuse('it belongs to another user')
    const bytes = readFileSync(path)
    if (!Buffer.from(known).equals(bytes))
      refuse('it changed since it was read, or is no UTF-8 without a byte order mark')
    return { path, text, old: { bytes, stats } }
  })
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}

/** Puts a file in the place of another. Its name begins with a dot: a kubelet starts what else lies beside a manifest. */
function replace(path: string, bytes: Buffer, like: Stats | null): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  const descriptor = openSync(temporary, 'wx', like === null ? 0o644 : like.mode & 0o7777)
  try {
    if (like !== null) {
      if (process.getuid?.() === 0) fchownSync(descriptor, like.uid, like.gid)
      fchmodSync(descriptor, like.mode & 0o7777)
    }
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
    fsyncSync(descriptor)
    closeSync(descriptor)
    renameSync(temporary, path)
  } catch (error) {
    unlinkSync(temporary)
    throw error
  }
}

function undo({ path, old }: Target): void {
  if (old === null) unlinkSync(path)
  else replace(path, old.bytes, old.stats)
}
