import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onFile } from './usage-error.ts'

/**
 * Returns whether a path of the command line names a folder; `-`, standard input, does not.
 * @throws UsageError when it names nothing, or may not be looked at
 */
export function isFolder(path: string): boolean {
  return path !== '-' && onFile('read', path, () => statSync(path).isDirectory())
}

/**
 * Returns the nearest folder above a module that has something; null if none has. A build moves modules elsewhere, so that
 * the way to other files of the package is not fixed.
 */
export function folderAbove(moduleUrl: string, has: (folder: string) => boolean): string | null {
  let folder = dirname(fileURLToPath(moduleUrl))
  while (!has(folder)) {
    if (folder === dirname(folder)) return null
    folder = dirname(folder)
  }
  return folder
}
