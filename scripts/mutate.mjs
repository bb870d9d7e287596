// Changes the sources in small ways and runs the tests near them against each change: npm run mutate
//   npm run mutate -- [FOLDER...] [--sample N] [--seed S] [--at-least PERCENT] [--concurrency N] [--list]
// Ends with 1 if a folder's score is below --at-least.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { NOT_DRAWN } from './mutation/drawn-mutants.mjs'
import { FOLDERS, filesBelow, TESTS_OF_THE_BUILD } from './mutation/folders.mjs'
import { drawMutants, EXCLUDED, nameOf, placeOf } from './mutation/mutants.mjs'
import { scoresOf } from './mutation/report.mjs'

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

const sample = values.sample === undefined ? undefined : Number(values.sample)
const draws = []
for (const folder of folders) draws.push({ folder, ...(await drawMutants(folder, { sample, seed: values.seed })) })
const mutants = draws.flatMap((draw) => draw.mutants)
if (values.list) for (const mutant of mutants) console.log(nameOf(mutant))
else process.exitCode = (await test()) ? 0 : 1

async function test() {
  // Read by vitest.mutation.config.ts in the processes that Stryker starts.
  process.env.ONPATH_MUTATION_TESTS = testsOf(folders).join(' ')
  const results = await new Stryker({
    mutate: [...new Set(mutants.map(placeOf))],
    mutator: { excludedMutations: EXCLUDED },
    checkers: ['drawn'],
    drawn: mutants.map(nameOf),
    plugins: [import.meta.resolve('@stryker-mutator/vitest-runner'), './scripts/mutation/drawn-mutants.mjs'],
    testRunner: 'vitest',
    vitest: { configFile: 'vitest.mutation.config.ts', related: false },
    coverageAnalysis: 'perTest',
    concurrency: Number(values.concurrency),
    timeoutMS: 120_000,
    timeoutFactor: 4,
    dryRunTimeoutMinutes: 20,
    tempDirName: '.mutation',
    ignorePatterns: ['/bench', '/biome.json', '/dist*', '/results', '/test/long', '/test/engines'],
    reporters: ['survivors'],
    warnings: { unknownOptions: false },
    allowConsoleColors: false,
    logLevel: 'warn',
  }).runMutationTest()
  const scores = scoresOf(draws, results.filter(({ statusReason }) => statusReason !== NOT_DRAWN))
  console.log(`\n${scores.text}`)
  return scores.lowestPercent >= Number(values['at-least'])
}

function testsOf(folders) {
  const near = new Set(folders.flatMap((folder) => FOLDERS[folder]))
  return [...near].flatMap((folder) => filesBelow(folder, '.test.ts')).filter((file) => !TESTS_OF_THE_BUILD.includes(file))
}
