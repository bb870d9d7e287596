import { readdirSync } from 'node:fs'
import { readTextFile } from '../../src/disk/read-text.ts'
import { onFile, UsageError } from '../../src/disk/usage-error.ts'

/**
 * Lists the names in a folder, in order.
 * @throws UsageError when it cannot be read
 */
export function namesIn(folder: string): readonly string[] {
  return onFile('read', folder, () => readdirSync(folder)).sort((a, b) => (a < b ? -1 : 1))
}

/**
 * Parses a file as JSON; an empty one is an empty list.
 * @throws UsageError when it cannot be read, or is no JSON
 */
export function readJson(path: string): unknown {
  const text = readTextFile(path)
  try {
    return JSON.parse(text || '[]')
  } catch (error) {
    throw new UsageError(`cannot read ${path}: it is no JSON: ${(error as Error).message}`)
  }
}
