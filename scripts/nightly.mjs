/**
 * Looks for what `.ci/run` cannot find: `npm run nightly -- --minutes 10`. Compares the digests of every result at every
 * release, and runs the suites of test/nightly/ and test/scale/, and every engine. Then property tests, round after
 * round, and the fuzzer draw from seeds that nobody has tried, each for so many minutes. What failed is listed at the
 * end, with the command that repeats it; texts that broke a promise are in test/fuzz/corpus/, made small. Exits with 1
 * then. `--seed` sets the first seed, and `--only golden`, `suites`, `properties` or `fuzz` leaves the others out.
 */
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const SEEDS = 2_147_483_647
const PARTS = ['golden', 'suites', 'properties', 'fuzz']

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(randomInt(SEEDS)) },
    only: { type: 'string' },
  },
})
const [minutes, firstSeed] = [Number(values.minutes), Number(values.seed)]
if (!(minutes >= 0) || !Number.isSafeInteger(firstSeed) || ![...PARTS, undefined].includes(values.only)) {
  console.error(`usage: npm run nightly -- [--minutes NUMBER] [--seed WHOLE-NUMBER] [--only ${PARTS.join('|')}]`)
  process.exit(2)
}

const failed = []

function run(command) {
  console.log(`\n$ ${command}`)
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit', cwd: root })
  if (status !== 0) failed.push(command)
}

/** The files of tests that draw from a seed. */
const properties = readdirSync(join(root, 'test'), { recursive: true })
  .filter((path) => path.endsWith('.test.ts') && !/^(?:long|nightly)\b/.test(path))
  .map((path) => join('test', path))
  .filter((path) => /from 'fast-check'|shrunk-limits\.ts'/.test(readFileSync(join(root, path), 'utf8')))
  .sort()
  .join(' ')

const isWanted = (part) => values.only === undefined || values.only === part

if (isWanted('golden')) run('npm run golden -- --all')
if (isWanted('suites')) {
  run(`ONPATH_TEST_SEED=${firstSeed} npx vitest run --project nightly`)
  run('npm run test:scale')
  run('npm run test:engines')
}
if (isWanted('properties')) {
  const endMs = Date.now() + minutes * 60_000
  for (let seed = firstSeed; seed === firstSeed || Date.now() < endMs; seed++)
    run(`ONPATH_TEST_SEED=${seed} npx vitest run ${properties}`)
}
if (isWanted('fuzz')) run(`npm run fuzz -- --seed ${firstSeed} --time ${Math.ceil(minutes * 60)}`)

console.log(`\nfirst seed ${firstSeed}: ${failed.length === 0 ? 'nothing failed' : `failed:\n${failed.join('\n')}`}`)
process.exitCode = failed.length === 0 ? 0 : 1
