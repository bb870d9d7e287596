import { join } from 'node:path'
import { CHECKSUMS, checksumOf, readChecksums } from './checksums.ts'
import type { Files } from './files.ts'
import { isWriting, readOwner, TEMPORARY } from './owner.ts'

/** The subfolder for results that are not complete. */
export const UNFINISHED = 'unfinished'

/**
 * Returns the files of a result that a stage holds whole, with its checksums, in the order of `names`; null for a stage
 * that is not whole. Some of them may have their place in the folder already, since a process was killed meanwhile.
 */
function wholeIn(stage: string, folder: string, names: readonly string[], files: Files): readonly string[] | null {
  const sums = readChecksums(stage, files) ?? readChecksums(folder, files)
  const own = names.filter((name) => sums?.has(name))
  const isThere = (name: string) => files.kindOf(join(stage, name)) === 'file'
  const staged = names.filter(isThere)
  if (sums === null || own.length !== sums.size || staged.length === 0) return null
  const isWritten = (name: string) => {
    const path = join(isThere(name) ? stage : folder, name)
    return files.kindOf(path) === 'file' && checksumOf(path, files) === sums.get(name)
  }
  return staged.every((name) => own.includes(name)) && own.every(isWritten) ? own : null
}

/**
 * Puts the files of a stage, which holds a whole result, in the place of the earlier result. The file that makes a result
 * complete, the last of `own`, goes first and comes last. A process that is killed meanwhile leaves a stage with which
 * another one goes on (`placeWhole`).
 * @param own the files of the result
 * @param names the files that a result can have
 */
export function placeStage(
  stage: string,
  folder: string,
  own: readonly string[],
  names: readonly string[],
  files: Files,
): void {
  const [last, ...others] = own.toReversed()
  const remove = (name: string) => {
    if (files.kindOf(join(folder, name)) !== null) files.removeFile(join(folder, name))
  }
  const place = (name: string) => {
    if (files.kindOf(join(stage, name)) !== null) files.rename(join(stage, name), join(folder, name))
  }
  if (files.kindOf(join(stage, last)) !== null) {
    remove(last)
    files.sync(folder)
  }
  for (const name of names.toReversed()) if (!own.includes(name)) remove(name)
  for (const name of [...others, CHECKSUMS]) place(name)
  files.sync(folder)
  place(last)
  files.sync(folder)
}

/** Goes on where a process was killed that put a whole result into a folder. Does nothing in any other folder. */
export function placeWhole(folder: string, names: readonly string[], files: Files): void {
  const stages = files.list(folder).filter((name) => name === UNFINISHED || TEMPORARY.test(name))
  for (const stage of stages.map((name) => join(folder, name))) {
    const owner = files.kindOf(stage) === 'folder' ? readOwner(stage, files) : null
    if (owner === null || isWriting(owner, stage, files)) continue
    const own = wholeIn(stage, folder, names, files)
    if (own !== null) placeStage(stage, folder, own, names, files)
  }
}
