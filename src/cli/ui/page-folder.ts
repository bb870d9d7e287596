import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../../disk/usage-error.ts'

/** The folder of the page in the package, as a build makes it. */
const FOLDER = join('dist', 'page')

/**
 * Returns the nearest folder above this file that has the page: a build puts this file elsewhere.
 * @throws UsageError where nothing was built
 */
export function pageFolder(): string {
  const isThere = (root: string) => existsSync(join(root, FOLDER, 'main.js'))
  let root = dirname(fileURLToPath(import.meta.url))
  while (!isThere(root) && root !== dirname(root)) root = dirname(root)
  if (!isThere(root)) throw new UsageError('the page is not built; npm run build makes it')
  return join(root, FOLDER)
}
