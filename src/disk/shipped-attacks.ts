import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { namedAttacks } from '../study/check/named-attacks.ts'
import { folderAbove } from './folders.ts'
import { readTextFile } from './read-text.ts'

/** The folder with the attacks in the repository, one file each. */
const FOLDER = join('scenarios', 'attacks')

/**
 * The file that the build makes of this folder, one YAML document for each attack. The package has it in place of the
 * folder.
 */
const PACKED = join('dist', 'attacks.yaml')

let texts: ReadonlyMap<string, string> | undefined

/** Returns the texts of the attacks of the package, by name. */
export function shippedTexts(): ReadonlyMap<string, string> {
  texts ??= readTexts()
  return texts
}

/** Reads the attacks from the nearest parent folder that has them. */
function readTexts(): ReadonlyMap<string, string> {
  const has = (folder: string) => existsSync(join(folder, FOLDER)) || existsSync(join(folder, PACKED))
  const root = folderAbove(import.meta.url, has) ?? '/'
  const folder = join(root, FOLDER)
  if (!existsSync(folder)) {
    const packed = namedAttacks(readTextFile(join(root, PACKED)))
    return new Map(packed.map(({ name, source }) => [name, source.text]))
  }
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
  const names = files.map((file) => file.slice(0, -'.yaml'.length)).sort()
  return new Map(names.map((name) => [name, readTextFile(join(folder, `${name}.yaml`))]))
}
