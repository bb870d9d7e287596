import { dirname, join } from 'node:path'
import { onFile, UsageError } from '../../disk/usage-error.ts'
import { discard } from './discard.ts'
import type { Files } from './files.ts'
import { refuseNoName } from './named-output.ts'
import type { Inputs } from './output-folder.ts'
import { newOwner, TEMPORARY, temporaryName } from './owner.ts'

/** The bytes of an earlier file that tell whether it is a result of onpath. */
const START_BYTES = 65_536

/** A file for a result. It is written beside its place and then takes it, so that the place never has half a file. */
export class OutputFile {
  readonly path: string
  readonly #temporary: string
  readonly #files: Files

  private constructor(path: string, temporary: string, files: Files) {
    this.path = path
    this.#temporary = temporary
    this.#files = files
  }

  /**
   * Checks that a file can be written, before anything is computed for it.
   * @param isOurs whether the beginning of a file that exists is that of an earlier result, which may be replaced
   * @param option the option that names the file, for the message when it names none
   * @throws UsageError when the file is not ours, is no regular file, is an input, or cannot be written
   */
  static open(
    path: string,
    isOurs: (text: string) => boolean,
    inputs: Inputs,
    files: Files,
    option = '--out',
  ): OutputFile {
    refuseNoName(path, option, 'file')
    return onFile('write to', path, () => {
      refuseOthersFile(path, isOurs, inputs, files)
      removeTemporaries(dirname(path), files)
      const temporary = join(dirname(path), `${temporaryName(newOwner(files).token)}.tmp`)
      try {
        files.write(temporary, '')
        files.removeFile(temporary)
      } catch (error) {
        discard(temporary, files)
        throw error
      }
      return new OutputFile(path, temporary, files)
    })
  }

  /** The path at which a file is written that is too large for `write`, before `place`. */
  get temporaryPath(): string {
    return this.#temporary
  }

  /** Replaces the earlier file. */
  write(text: string): void {
    onFile('write to', this.path, () =>
      this.#orDiscard(() => {
        this.#files.write(this.#temporary, text)
        this.#place()
      }),
    )
  }

  /** Replaces the earlier file with the content of `temporaryPath`. */
  place(): void {
    onFile('write to', this.path, () =>
      this.#orDiscard(() => {
        this.#files.sync(this.#temporary)
        this.#place()
      }),
    )
  }

  /** Removes the content of `temporaryPath`. */
  discard(): void {
    discard(this.#temporary, this.#files)
  }

  #place(): void {
    this.#files.rename(this.#temporary, this.path)
    this.#files.sync(dirname(this.path))
  }

  #orDiscard(action: () => void): void {
    try {
      action()
    } catch (error) {
      discard(this.#temporary, this.#files)
      throw error
    }
  }
}

function refuseOthersFile(path: string, isOurs: (text: string) => boolean, inputs: Inputs, files: Files): void {
  const refuse = (reason: string): never => {
    throw new UsageError(`cannot write to ${path}: ${reason}`)
  }
  const kind = files.kindOf(path)
  if (kind === null) return
  if (kind === 'folder') refuse('it is a folder')
  if (kind === 'link') refuse('it is a symbolic link; name the file itself')
  if (kind === 'other') refuse('it is not a regular file')
  const real = files.realPath(path)
  if (inputs.some((input) => files.kindOf(input) !== null && files.realPath(input) === real))
    refuse('this command reads it')
  if (!isOurs(new TextDecoder().decode(files.readStart(path, START_BYTES))))
    refuse('it is another file; name a new one')
}

/** Removes the temporary files of processes that were killed. */
function removeTemporaries(folder: string, files: Files): void {
  for (const name of files.list(folder)) {
    const pid = TEMPORARY.exec(name)?.[1]
    const isLeft = pid !== undefined && name.endsWith('.tmp') && files.runningProcess(Number(pid)) === null
    if (isLeft) discard(join(folder, name), files)
  }
}
