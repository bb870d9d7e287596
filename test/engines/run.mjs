/**
 * Runs every committed scenario, and the exact functions, on every engine, and compares what they print byte for
 * byte, and runs a shard of a sweep on each: `npm run test:engines`. With `-- --sampled` the engines are this Node and the
 * newest version of each, and a scenario runs on this Node and one of the others, in turn. Needs a build (`npm run build`).
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '../../scripts/bundle.mjs'
import { answer, difference, label } from './compare.mjs'
import { installEngines } from './engines.mjs'
import { compareShards } from './shards.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Processes at once: as many as the smallest machine of the project has cores. */
const PARALLEL = 2

const scenarios = readdirSync(join(root, 'scenarios'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yaml'))
  .map((path) => path.replaceAll('\\', '/'))
  // Attacks are no scenarios by themselves: what is recorded of them is.
  .filter((path) => !path.startsWith('attacks/'))
  // A run takes a quarter of an hour.
  .filter((path) => path !== 'cluster-5000.yaml')
  .sort()

const recorded = readdirSync(join(root, 'test', 'golden', 'attacks')).sort()

const tasks = [
  { name: 'exact functions', arguments: ['.engines/exact-math-hash.mjs'], goodCodes: [0] },
  ...scenarios.map((path) => ({
    name: path,
    arguments: ['bin/onpath.js', 'run', `scenarios/${path}`, '--json'],
    // 4: an expectation was not met, which is an answer too.
    goodCodes: [0, 4],
  })),
  ...recorded.map((name) => ({
    name: `attack ${name}`,
    arguments: ['bin/onpath.js', 'run', `test/golden/attacks/${name}/scenario.yaml`, '--json'],
    goodCodes: [0, 4],
  })),
]

const isSampled = process.argv.includes('--sampled')
const engines = installEngines(join(root, '.engines'), isSampled)
const [reference, ...others] = engines

/** Returns the engines that run a task. */
function enginesOf(task) {
  const index = tasks.indexOf(task)
  return isSampled && index > 0 ? [reference, others[index % others.length]] : engines
}

await bundle({ 'exact-math-hash.mjs': 'test/engines/exact-math-hash.mjs' }, join(root, '.engines'), 'library')
const jobs = tasks.flatMap((task) => enginesOf(task).map((engine) => ({ task, engine })))
const answers = new Map()
await Promise.all(
  Array.from({ length: PARALLEL }, async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      answers.set(`${job.engine.name} ${job.task.name}`, await answer(job.engine, job.task, root))
    }
  }),
)

const problems = []
const width = Math.max(...tasks.map(({ name }) => name.length)) + 2
for (const task of tasks) {
  const expected = answers.get(`${reference.name} ${task.name}`)
  for (const engine of enginesOf(task)) {
    const actual = answers.get(`${engine.name} ${task.name}`)
    const problem = difference(expected, actual)
    const verdict = problem === null ? 'same' : 'DIFFERS'
    console.log(`${task.name.padEnd(width)}${engine.name.padEnd(16)}${label(actual).padEnd(18)}${verdict}`)
    if (problem !== null) problems.push(`${task.name} on ${engine.name}: ${problem}`)
  }
}

problems.push(...(await compareShards(engines, root)))
if (recorded.length === 0) problems.push('no recorded attack in test/golden/attacks/')
if (scenarios.length === 0) problems.push('no scenario in scenarios/')
for (const problem of problems) console.log(`\n${problem}`)
const compared = `${scenarios.length} scenarios, ${recorded.length} attacks and the exact functions on ${engines.length} engines`
console.log(
  problems.length === 0
    ? `\nengines agree: ${compared}`
    : `\nengines disagree: ${compared}, ${problems.length} problems`,
)
process.exitCode = problems.length === 0 ? 0 : 1
