import { existsSync, readdirSync } from 'node:fs'

/**
 * The folders whose sources are changed, and the tests near each. A mutant that these do not notice has survived, even
 * if a test far away would have noticed it.
 */
export const FOLDERS = {
  'src/measure': ['test/measure', 'test/testing'],
  'src/attack': ['test/attack'],
  'src/security': ['test/security'],
  'src/cluster/access': ['test/cluster/access'],
  'src/network': ['test/network'],
  'src/cli': ['test/cli'],
}

/** Tests that start the program that was built, in which no source is changed. */
export const TESTS_OF_THE_BUILD = ['test/cli/process.test.ts']

/** Returns the files whose name ends so, sorted; none for a folder that does not exist. */
export function filesBelow(folder, ending) {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(ending))
  return names.sort().map((name) => `${folder}/${name}`)
}
