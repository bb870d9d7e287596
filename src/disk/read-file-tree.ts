import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { ImportFile } from '../import/import-file.ts'
import { isBinary as isBinaryText } from '../import/read-files.ts'
import type { Note } from '../import/report/note.ts'
import { decodeText } from './decode-text.ts'
import { isFolder } from './folders.ts'
import { readBytes, readStart } from './read-text.ts'
import { onFile, reasonOf, UsageError } from './usage-error.ts'

/** The files of one or more folders, and those that were not read, with the reasons. */
export interface FileTree {
  readonly files: readonly ImportFile[]
  readonly notes: readonly Note[]
}

const MAX_DEPTH = 16
/** A file below a folder that is larger is looked at first: a store or an image is not read. */
const LARGE_BYTES = 64 * 2 ** 20
/** The beginning of a large file that is looked at. */
const HEAD_BYTES = 8192

/** The most files that are read, and bytes of all together. Tests have lower limits. */
const LIMITS = { files: 20_000, bytes: 256 * 2 ** 20 }

/** Folders of a node with data of pods, which are many, and among which are secrets. */
const PASSED_OVER = new Set(['pods', 'plugins', 'plugins_registry', 'device-plugins', 'containerd', 'etcd', '.git'])

/**
 * Reads files, and all files below folders. What cannot be read below a folder is noted; a file that is named itself
 * must be readable.
 * @throws UsageError when a named file or folder cannot be read, or there are too many or too large files
 */
export function readFileTree(paths: readonly string[], limits = LIMITS): FileTree {
  const reader = new TreeReader(limits)
  for (const path of paths) reader.readNamed(path)
  return { files: reader.files, notes: reader.notes }
}

class TreeReader {
  readonly files: ImportFile[] = []
  readonly notes: Note[] = []
  readonly #limits: typeof LIMITS
  readonly #seen = new Set<string>()
  #bytes = 0

  constructor(limits: typeof LIMITS) {
    this.#limits = limits
  }

  readNamed(path: string): void {
    if (isFolder(path)) this.#readFolder(path, realpathSync(path), 0)
    else this.#read(path)
  }

  #readFolder(folder: string, root: string, depth: number): void {
    if (depth > MAX_DEPTH) {
      this.#leaveOut(folder, `it is more than ${MAX_DEPTH} folders deep`)
      return
    }
    this.#try(folder, () => {
      for (const name of readdirSync(folder).toSorted((a, b) => (a < b ? -1 : 1))) {
        const path = join(folder, name)
        this.#try(path, () => this.#readEntry(path, name, root, depth))
      }
    })
  }

  #readEntry(path: string, name: string, root: string, depth: number): void {
    const stats = lstatSync(path)
    if (stats.isDirectory()) {
      if (PASSED_OVER.has(name)) this.#leaveOut(path, 'a folder with data of pods or of etcd')
      else this.#readFolder(path, root, depth + 1)
    } else if (stats.isSymbolicLink()) {
      const target = realpathSync(path)
      if (target.startsWith(root + sep) && statSync(target).isFile()) this.#read(path)
      else this.#leaveOut(path, 'a symbolic link to a folder, or out of what is imported')
    } else if (stats.isFile()) this.#read(path)
    else this.#leaveOut(path, 'a pipe, a socket or a device')
  }

  #read(path: string): void {
    const real = onFile('read', path, () => realpathSync(path))
    if (this.#seen.has(real)) return
    this.#seen.add(real)
    const { files, bytes: mostBytes } = this.#limits
    const size = onFile('read', path, () => statSync(path).size)
    if (size > LARGE_BYTES && isBinary(readStart(path, HEAD_BYTES))) {
      this.#leaveOut(path, 'a large binary file')
      return
    }
    this.#bytes += size
    if (this.files.length >= files || this.#bytes > mostBytes)
      throw new TooMuch(
        `more than ${files} files or ${mostBytes / 2 ** 20} MiB are named, with ${path}; name the folders that matter, such as etc/kubernetes and var/lib/kubelet`,
      )
    const bytes = readBytes(path, mostBytes)
    // A file below /proc has no size.
    this.#bytes += bytes.length - size
    this.files.push({ path, text: decodeText(bytes) })
  }

  /** Does something below a folder; a file that cannot be read is noted. */
  #try(path: string, action: () => void): void {
    try {
      action()
    } catch (error) {
      if (error instanceof TooMuch) throw error
      if (error instanceof UsageError) this.#leaveOut(path, error.message)
      else if (error instanceof Error && 'syscall' in error) this.#leaveOut(path, reasonOf(error))
      else throw error
    }
  }

  #leaveOut(path: string, message: string): void {
    this.notes.push({ kind: 'unread', at: { file: path, line: 1 }, message })
  }
}

/** Returns whether a large file is no text, by its beginning. */
function isBinary(head: Uint8Array): boolean {
  return isBinaryText(decodeText(head)) || decodeText(head).includes('\0')
}

class TooMuch extends UsageError {}
