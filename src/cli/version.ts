import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folderAbove } from '../disk/folders.ts'

/** The version of the package. */
export const version: string = ownVersion()

/**
 * Returns the version with a hash of the built sources, such as `0.1.0+4f1c2ab90d3e`. Results are combined only with
 * results of the same build. Unbuilt sources have the version alone.
 */
export function buildOf(): string {
  const manifest = join(dirname(fileURLToPath(import.meta.url)), 'package.json')
  const sources: unknown = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).sources : undefined
  return typeof sources === 'string' ? `${version}+${sources}` : version
}

/** Returns the version in the nearest package.json that has one. That of the built command line has none. */
function ownVersion(): string {
  const versionIn = (folder: string): unknown => {
    const manifest = join(folder, 'package.json')
    return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined
  }
  const folder = folderAbove(import.meta.url, (one) => typeof versionIn(one) === 'string')
  if (folder === null) throw new Error('the package has no package.json with a version')
  return String(versionIn(folder))
}
