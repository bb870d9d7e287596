// Changes the sources in small ways and runs the tests near them against each change: npm run mutate
//   npm run mutate -- [FOLDER...] [--sample N] [--seed S] [--at-least PERCENT] [--concurrency N] [--list]
// Ends with 1 if a folder's score is below --at-least.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { FOLDERS, filesBelow, sourcesIn, TESTS_OF_EVERYTHING } from './mutation/folders.mjs'
import { drawMutants, EXCLUDED, nameOf, placeOf } from './mutation/mutants.mjs'
import { scoreOf } from './mutation/report.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    'at-least': { type: 'string', default: '85' },
    concurrency: { type: 'string', default: '2' },
    list: { type: 'boolean', default: false },
  },
})
const folders = positionals.length === 0 ? Object.keys(FOLDERS) : positionals.map((name) => name.replace(/\/$/, ''))
for (const folder of folders) {
  if (folder in FOLDERS) continue
  console.error(`${folder} is not mutated; the folders are ${Object.keys(FOLDERS).join(', ')}`)
  process.exit(2)
}

let lowestPercent = 100
for (const folder of folders) {
  const sample = values.sample === undefined ? undefined : Number(values.sample)
  const { mutants, total } = await drawMutants(folder, { sample, seed: values.seed })
  if (values.list) for (const mutant of mutants) console.log(nameOf(mutant))
  else lowestPercent = Math.min(lowestPercent, await test(folder, mutants, total))
}
process.exitCode = lowestPercent >= Number(values['at-least']) ? 0 : 1

/** Tests mutants of a folder by the tests near it, prints its score, and returns that in per cent. */
async function test(folder, mutants, total) {
  // Read by scripts/mutation/vitest.config.ts and load-sources.mjs in the processes that Stryker starts.
  process.env.ONPATH_MUTATION_TESTS = testsNear(folder).join(' ')
  process.env.ONPATH_MUTATION_SOURCES = sourcesIn(folder).join(' ')
  const results = await new Stryker({
    mutate: [...new Set(mutants.map(placeOf))],
    mutator: { excludedMutations: EXCLUDED },
    checkers: ['drawn'],
    drawn: mutants.map(nameOf),
    plugins: [import.meta.resolve('@stryker-mutator/vitest-runner'), './scripts/mutation/drawn-mutants.mjs'],
    testRunner: 'vitest',
    vitest: { configFile: 'scripts/mutation/vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    concurrency: Number(values.concurrency),
    timeoutMS: 120_000,
    timeoutFactor: 4,
    dryRunTimeoutMinutes: 20,
    // Of its own, since its end removes it.
    tempDirName: `.mutation/${process.pid}`,
    ignorePatterns: ['/bench', '/biome.json', '/dist*', '/results', '/test/long', '/test/nightly', '/test/engines', '/.mutation*'],
    reporters: ['survivors'],
    warnings: { unknownOptions: false },
    allowConsoleColors: false,
    logLevel: 'warn',
  }).runMutationTest()
  const { percent, text } = scoreOf(results, { drawn: mutants.length, total })
  console.log(`\n${folder}: ${text}`)
  return percent
}

function testsNear(folder) {
  return FOLDERS[folder]
    .flatMap((near) => filesBelow(near, '.test.ts'))
    .filter((file) => !TESTS_OF_EVERYTHING.includes(file))
}
