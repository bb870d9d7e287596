import { dirname } from 'node:path'
import type { Files } from './files.ts'

/**
 * Makes a folder and those above it, if they are not there. Another process can make them at the same time. Node's
 * option `recursive` never returns where none can be made, as below /proc.
 */
export function makeFolders(path: string, files: Files): void {
  if (files.isFolder(path)) return
  const above = dirname(path)
  if (above !== path) makeFolders(above, files)
  try {
    files.makeFolder(path)
  } catch (error) {
    if (!files.isFolder(path)) throw error
  }
}
