import { join } from 'node:path'
import { codeOf } from '../../disk/error-code.ts'
import { onFile, UsageError } from '../../disk/usage-error.ts'
import { CHECKSUMS, checksumOf, checksumsText, readChecksums } from './checksums.ts'
import type { Files } from './files.ts'
import { ifPossible } from './if-possible.ts'
import { makeFolders, removeMade } from './make-folders.ts'
import { refuseNoName } from './named-output.ts'
import { isWriting, newOwner, OWNER, type Owner, REASON, readOwner, TEMPORARY, temporaryName } from './owner.ts'
import { placeStage, placeWhole, UNFINISHED } from './placed-result.ts'

/** The kind of a folder for results. */
export interface FolderKind {
  /** The noun for messages. */
  readonly noun: string
  /** The files of a complete result. The last one makes it complete: it is written last and removed first. */
  readonly names: readonly string[]
  /** The subfolders that it can hold, which stay when a result is replaced. */
  readonly subfolders: readonly string[]
  /** Returns whether a folder without checksums holds a result of an earlier version. */
  readonly isOfEarlierVersion: (path: string, files: Files) => boolean
}

/**
 * Makes a folder to which several processes can write at the same time.
 * @throws UsageError when it holds other files than folders of this kind
 */
export function openSharedFolder(path: string, { noun, names, subfolders }: FolderKind, files: Files): void {
  refuseNoName(path, '--out', 'folder')
  onFile('write to', path, () => {
    makeFolders(path, files)
    const own = [...names, ...subfolders, CHECKSUMS, UNFINISHED]
    if (files.list(path).some((name) => !own.includes(name) && !TEMPORARY.test(name)))
      throw new UsageError(`cannot write to ${path}: it holds other files; ${advice(noun)}`)
    refuseOthersSubfolders(path, subfolders, files)
  })
}

/** Refuses links, because a result would then be written to, or pruned from, a folder that belongs to someone else. */
function refuseOthersSubfolders(path: string, subfolders: readonly string[], files: Files): void {
  for (const name of subfolders) {
    const kind = files.kindOf(join(path, name))
    if (kind !== null && kind !== 'folder') throw new UsageError(`cannot write to ${path}: its ${name} is not a folder`)
  }
}

function advice(noun: string): string {
  return `name a new folder, an empty one or that of a ${noun}`
}

/** The files that a command reads, which it does not replace. */
export type Inputs = readonly string[]

/**
 * A folder for results, which holds a whole result or none. New files stay in its subfolder `unfinished` until all are
 * written, with their checksums; then they take the place of the earlier result. The process can be killed at any time:
 * before, the earlier result is in its place; from then on the new one is whole, and the next command that opens or
 * reads the folder puts the rest of it into its place (`placeWhole`).
 *
 * The subfolder is also the lock against other writers: it appears with the name of its owner in it, in one step.
 */
export class OutputFolder {
  readonly path: string
  readonly unfinishedPath: string
  readonly #kind: FolderKind
  readonly #owner: Owner
  readonly #files: Files
  /** The folder that an ended process left, which goes with the end of this run. */
  #setAside: string | null = null

  private constructor(path: string, kind: FolderKind, files: Files) {
    this.path = path
    this.unfinishedPath = join(path, UNFINISHED)
    this.#kind = kind
    this.#files = files
    this.#owner = newOwner(files)
  }

  /**
   * Opens a folder, which is made if necessary.
   * @throws UsageError when the folder holds files that are not of onpath, were changed, or are inputs; when another
   * process writes to it; or when it cannot be written to
   */
  static open(path: string, kind: FolderKind, inputs: Inputs, files: Files): OutputFolder {
    refuseNoName(path, '--out', 'folder')
    return onFile('write to', path, () => {
      const made = makeFolders(path, files)
      try {
        const folder = new OutputFolder(path, kind, files)
        folder.#refuseOthersFiles(inputs)
        folder.#claim()
        folder.#goOn()
        return folder
      } catch (error) {
        removeMade(made, files)
        throw error
      }
    })
  }

  /** Writes a file of the result into `unfinished`. */
  write(name: string, content: string | Uint8Array): void {
    this.#onFiles(() => this.#files.write(join(this.unfinishedPath, name), content))
  }

  append(name: string, content: string): void {
    this.#onFiles(() => this.#files.append(join(this.unfinishedPath, name), content))
  }

  /** Replaces the earlier result by the files that have been written. */
  finish(): void {
    this.#onFiles(() => {
      const files = this.#files
      const staged = this.#kind.names.filter((name) => files.kindOf(join(this.unfinishedPath, name)) !== null)
      for (const name of staged) files.sync(join(this.unfinishedPath, name))
      files.write(join(this.unfinishedPath, CHECKSUMS), checksumsText(this.unfinishedPath, staged, files))
      files.sync(this.unfinishedPath)
      placeStage(this.unfinishedPath, this.path, staged, this.#kind.names, files)
    })
    this.#tidy()
  }

  /** Writes into `unfinished` why the result is not complete, and gives up the lock. */
  abandon(reason: string): void {
    this.write(REASON, `${reason}\n`)
  }

  /** Removes `unfinished` before anything else was done. */
  release(): void {
    this.#onFiles(() => this.#discard(this.unfinishedPath))
  }

  #onFiles(action: () => void): void {
    onFile('write to', this.path, action)
  }

  #refuse(reason: string): never {
    throw new UsageError(`cannot write to ${this.path}: ${reason}`)
  }

  #refuseOthersFiles(inputs: Inputs): void {
    const files = this.#files
    const { noun, names, subfolders, isOfEarlierVersion } = this.#kind
    const isSubfolder = (name: string) => subfolders.includes(name) && files.isFolder(join(this.path, name))
    const found = files.list(this.path).filter((name) => !isSubfolder(name))
    if (found.includes(UNFINISHED)) this.#refuseOthersUnfinished(advice(noun))
    const own = found.filter((name) => names.includes(name) || name === CHECKSUMS)
    const isStage = (name: string) => name === UNFINISHED || TEMPORARY.test(name)
    const hasOthers = found.some((name) => !own.includes(name) && !isStage(name))
    const sums = readChecksums(this.path, files)
    const sumsOfStages = found.filter(isStage).flatMap((name) => readChecksums(join(this.path, name), files) ?? [])
    for (const name of own) this.#refuseUnlessReplaceable(name, inputs)
    refuseOthersSubfolders(this.path, subfolders, files)
    if (sums === null) {
      // A stage with checksums is of a process that was killed while it replaced a result.
      const isReplaced = sumsOfStages.length > 0
      const isOurs = own.length === 0 ? !hasOthers : isOfEarlierVersion(this.path, files)
      if (!isReplaced && !isOurs) this.#refuse(`it holds other files; ${advice(noun)}`)
      return
    }
    const isWritten = (name: string) => {
      const sum = checksumOf(join(this.path, name), files)
      return [sums, ...sumsOfStages].some((one) => one.get(name) === sum)
    }
    const changed = own.find((name) => name !== CHECKSUMS && !isWritten(name))
    if (changed !== undefined)
      this.#refuse(`${changed} was changed after onpath wrote it; give it another name, or name another folder`)
  }

  #refuseUnlessReplaceable(name: string, inputs: Inputs): void {
    const path = join(this.path, name)
    if (this.#files.kindOf(path) !== 'file') this.#refuse(`its ${name} is not a regular file`)
    const real = this.#files.realPath(path)
    if (inputs.some((input) => this.#files.kindOf(input) !== null && this.#files.realPath(input) === real))
      this.#refuse(`its ${name} is read by this command and would be replaced; name another folder`)
  }

  /** Refuses a folder `unfinished` that is not of onpath, holds other files, or in which another process writes. */
  #refuseOthersUnfinished(instead: string): void {
    const files = this.#files
    const owner = files.kindOf(this.unfinishedPath) === 'folder' ? readOwner(this.unfinishedPath, files) : null
    const names = [...this.#kind.names, CHECKSUMS, OWNER, REASON]
    if (owner === null || files.list(this.unfinishedPath).some((name) => !names.includes(name)))
      this.#refuse(`it holds other files in its folder ${UNFINISHED}; ${instead}`)
    if (isWriting(owner, this.unfinishedPath, files)) this.#refuse(whoWrites(owner, this.unfinishedPath, files))
  }

  /** Makes `unfinished`, in one step, so that no other process can have it. What an ended process left is set aside. */
  #claim(): void {
    const files = this.#files
    const own = join(this.path, temporaryName(this.#owner.token))
    files.makeFolder(own)
    try {
      files.write(join(own, OWNER), `${JSON.stringify(this.#owner)}\n`)
      const earlier = files.kindOf(this.unfinishedPath) === null ? null : readOwner(this.unfinishedPath, files)
      // The name belongs to one run, so if two processes set it aside, only one succeeds.
      if (earlier !== null) {
        // It can be of a process that has begun since the folder was looked at.
        if (isWriting(earlier, this.unfinishedPath, files)) this.#refuse(whoWrites(earlier, this.unfinishedPath, files))
        const aside = join(this.path, temporaryName(earlier.token))
        files.rename(this.unfinishedPath, aside)
        this.#setAside = aside
      }
      files.rename(own, this.unfinishedPath)
    } catch (error) {
      this.#discard(own)
      if (RACES.includes(codeOf(error) ?? '')) this.#refuse('another process began to write to it at the same time')
      throw error
    }
  }

  /** Puts a whole result into its place that an ended process left beside it. */
  #goOn(): void {
    try {
      placeWhole(this.path, this.#kind.names, this.#files)
    } catch (error) {
      this.#discard(this.unfinishedPath)
      throw error
    }
  }

  /** Removes `unfinished` and the leftovers of ended processes. The result is complete, so failures are ignored. */
  #tidy(): void {
    this.#discard(this.unfinishedPath)
    if (this.#setAside !== null) this.#discard(this.#setAside)
    for (const name of this.#files.list(this.path)) {
      const pid = TEMPORARY.exec(name)?.[1]
      if (pid !== undefined && this.#files.runningProcess(Number(pid)) === null) this.#discard(join(this.path, name))
    }
  }

  /** Removes a folder of onpath. It is renamed first, so that nobody sees it half empty. Failures are ignored. */
  #discard(folder: string): void {
    const files = this.#files
    ifPossible(() => {
      const aside = join(this.path, temporaryName(this.#owner.token))
      if (folder === this.unfinishedPath) files.rename(folder, aside)
      const path = folder === this.unfinishedPath ? aside : folder
      for (const name of files.list(path)) files.removeFile(join(path, name))
      files.removeFolder(path)
    })
  }
}

/** The errors of a rename whose target another process has made, or whose source it has taken. */
const RACES = ['ENOTEMPTY', 'EEXIST', 'ENOENT']

/** Describes the writer of a folder, and what to do if it is unknown whether that process still runs. */
function whoWrites({ pid, host, since }: Owner, path: string, { thisProcess }: Files): string {
  const who = `process ${pid} on ${host} writes to it${since === null ? '' : `, since ${since}`}`
  if (host === thisProcess.host) return who
  return `${who}; this machine (${thisProcess.host}) cannot see whether it still runs: if it has ended, remove ${path}`
}
