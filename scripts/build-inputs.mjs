import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The files and folders that a build reads. */
const INPUTS = [
  'bin',
  'package-lock.json',
  'package.json',
  'scenarios',
  'scripts/build-inputs.mjs',
  'scripts/build-page.mjs',
  'scripts/build.mjs',
  'scripts/bundle.mjs',
  'scripts/compile-ahead.cjs',
  'scripts/licenses.mjs',
  'src',
  'tsconfig.json',
]

/** Returns a hash of all that a build reads, and of the version of Node, for which code is compiled ahead. */
export function hashOfInputs(root) {
  const hash = createHash('sha256').update(process.version)
  for (const path of INPUTS.flatMap((input) => filesAt(root, input)))
    hash.update(`\n${path}\n`).update(readFileSync(join(root, path)))
  return hash.digest('hex')
}

/**
 * Returns whether the last build into a folder was whole, declarations included, and of inputs with this hash. The files
 * that it wrote are not looked at.
 */
export function isBuiltFrom(dist, hash) {
  const file = join(dist, 'cli', 'package.json')
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).inputs === hash
}

function filesAt(root, path) {
  if (!statSync(join(root, path)).isDirectory()) return [path]
  const below = readdirSync(join(root, path), { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))
  return below.filter((name) => statSync(join(root, name)).isFile()).sort()
}
