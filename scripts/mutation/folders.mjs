import { existsSync, readdirSync } from 'node:fs'

/**
 * The folders whose sources are changed, and the tests near each: folders, or single files in other folders that test
 * nothing but these sources. A mutant that these do not notice has survived, even if a test far away would have noticed
 * it.
 */
export const FOLDERS = {
  'src/measure': ['test/measure', 'test/testing'],
  'src/attack': ['test/attack'],
  'src/security': ['test/security'],
  'src/cluster/access': ['test/cluster/access'],
  'src/network': [
    'test/network',
    'test/cluster/external-ips.test.ts',
    'test/cluster/middleboxes.test.ts',
    'test/cluster/proxies-before-hosts.test.ts',
    'test/transport/tcp-proxies.test.ts',
  ],
  'src/cli': ['test/cli'],
}

/**
 * The sources that only a process of its own, or a thread, runs; test/long/process.test.ts starts them as they were
 * built.
 */
const SOURCES_OF_PROCESSES = ['src/cli/main.ts', 'src/cli/simulation/simulation-worker.ts']

/** Tests that take long, look at little and run nearly all of a folder, so that they would run against each mutant. */
export const TESTS_OF_EVERYTHING = [
  // It loads and simulates what is large, which takes most of its time.
  'test/cli/large-inputs.test.ts',
]

/** Returns the files in a folder whose name ends so, sorted; of a file itself, it; none for what does not exist. */
export function filesBelow(folder, ending) {
  if (folder.endsWith(ending)) return [folder]
  if (!existsSync(folder)) return []
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(ending))
  return names.sort().map((name) => `${folder}/${name}`)
}

/** Returns the sources of a folder that are changed. */
export function sourcesIn(folder) {
  return filesBelow(folder, '.ts').filter((name) => !SOURCES_OF_PROCESSES.includes(name))
}
