import { dirname } from 'node:path'
import { UsageError } from '../../disk/usage-error.ts'
import type { Files } from './files.ts'
import { ifPossible } from './if-possible.ts'

/**
 * Makes a folder and those above it, if they are not there, and returns those that it made, the highest first. Another
 * process can make them at the same time. Node's option `recursive` never returns where none can be made, as below /proc.
 * @param target the folder that is to be made in the end
 * @throws UsageError when something that is no folder has the name of one of them
 */
export function makeFolders(path: string, files: Files, target = path): readonly string[] {
  if (files.isFolder(path)) return []
  if (files.kindOf(path) !== null)
    throw new UsageError(`cannot write to ${target}: ${path === target ? 'it' : path} is not a folder`)
  const above = dirname(path)
  const made = above === path ? [] : makeFolders(above, files, target)
  try {
    files.makeFolder(path)
  } catch (error) {
    if (files.isFolder(path)) return made
    removeMade(made, files)
    throw error
  }
  return [...made, path]
}

/** Removes the folders that `makeFolders` made, if they are still empty. Failures are ignored. */
export function removeMade(made: readonly string[], files: Files): void {
  ifPossible(() => {
    for (const folder of made.toReversed()) files.removeFolder(folder)
  })
}
