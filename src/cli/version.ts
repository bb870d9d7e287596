import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The version of the package. */
export const version: string = versionAbove(fileURLToPath(import.meta.url))

/**
 * Returns the version with a hash of the built sources, such as `0.1.0+4f1c2ab90d3e`. Results are combined only with
 * results of the same build. Unbuilt sources have the version alone.
 */
export function buildOf(): string {
  const manifest = join(dirname(fileURLToPath(import.meta.url)), 'package.json')
  const sources: unknown = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).sources : undefined
  return typeof sources === 'string' ? `${version}+${sources}` : version
}

/** Returns the version in the nearest package.json above a file. The built command line has none. */
function versionAbove(path: string): string {
  const folder = dirname(path)
  const manifest = join(folder, 'package.json')
  const found: unknown = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined
  if (typeof found === 'string') return found
  if (folder === path) throw new Error('the package has no package.json with a version')
  return versionAbove(folder)
}
