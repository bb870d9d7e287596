/**
 * Compares what onpath computes with `test/golden/`, for every committed scenario, preset and recorded attack:
 *
 *   npm run golden                     compares test/golden/summaries/, and prints what differs
 *   npm run golden -- --all            compares test/golden/digests/, of every release, as `npm run nightly` does
 *   npm run golden -- ... --write      writes what differs
 *   npm run golden -- ... --only X     only scenarios with X in their name, such as `presets/` or `attacks/rogue-node`
 *   npm run golden -- ... --new        only scenarios of which nothing is recorded yet
 *
 * Exits with 1 where something differs and is not written.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { importSources } from './bundle.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * The releases of summaries: the newest, and those like most of the others. Of all scenarios at all 32 releases, 84 %
 * have the counts and verdicts that they have at one of these, or as they are. 1.12 is in the middle of 1.10 to 1.13, with
 * HTTP/2 windows of later releases; 1.16 has leases (1.14) and TLS 1.2; 1.18 has TLS 1.3 (1.17); 1.21 is the last with SSH
 * tunnels; in 1.31 connections that are silent are found (1.20, 1.23) and all streams of kubectl are WebSockets.
 */
const RELEASES = ['1.12', '1.16', '1.18', '1.21', '1.31', '1.37']

/** Not run: it takes a quarter of an hour. A test runs its beginning. */
const LARGE = 'cluster-5000'

if (isMainThread) await main()
else await serve()

async function main() {
  const { values } = parseArgs({
    options: { all: { type: 'boolean' }, write: { type: 'boolean' }, new: { type: 'boolean' }, only: { type: 'string', default: '' } },
  })
  const folder = values.all ? 'test/golden/digests' : 'test/golden/summaries'
  const isRecorded = ({ name }) => existsSync(join(root, folder, `${name}.txt`))
  const isWanted = (one) => one.name.includes(values.only) && !(values.new && isRecorded(one))
  const scenarios = scenarioFiles().filter(isWanted)
  if (values.new && scenarios.length === 0) return console.log(`every scenario is recorded in ${folder}/`)
  if (scenarios.length === 0) throw new Error(`no scenario has ${values.only} in its name`)
  const { NEWEST_MINOR, OLDEST_MINOR, digestsText, summaryText } = await importSources(
    'src/cluster/versions/kubernetes-version.ts',
    'test/golden/golden-text.ts',
  )
  const every = Array.from({ length: NEWEST_MINOR - OLDEST_MINOR + 1 }, (_, i) => `1.${OLDEST_MINOR + i}`)
  const [releases, textOf] = values.all ? [every, digestsText] : [RELEASES, summaryText]
  const runs = await runAll(scenarios.flatMap(({ file }) => [null, ...releases].map((release) => ({ file, release }))))

  const before = new Map(
    filesBelow(folder, '.txt')
      .filter(isWanted)
      .map(({ name, file }) => [name, readFileSync(join(root, file), 'utf8')]),
  )
  const after = new Map(scenarios.map(({ name, file }) => [name, textOf(runs.filter((run) => run.file === file))]))
  const names = new Set([...before.keys(), ...after.keys()])
  const differing = [...names].filter((name) => before.get(name) !== after.get(name))
  for (const name of differing) {
    const path = join(root, folder, `${name}.txt`)
    if (values.write) place(path, after.get(name))
    else console.log(differenceOf(`${folder}/${name}.txt`, after.get(name)))
  }
  console.log(`${after.size - differing.length} of ${after.size} scenarios are as recorded in ${folder}/`)
  if (differing.length === 0) return
  if (values.write) return console.log(`wrote ${differing.join(' ')}`)
  console.log(`npm run golden -- ${values.all ? '--all ' : ''}--write records the others`)
  process.exitCode = 1
}

/** Returns the scenarios and recorded attacks, by name. */
function scenarioFiles() {
  const recorded = filesBelow('test/golden/attacks', '/scenario.yaml')
  return [
    ...filesBelow('scenarios', '.yaml').filter(({ name }) => !name.startsWith('attacks/') && name !== LARGE),
    ...recorded.map(({ name, file }) => ({ name: `attacks/${name}`, file })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Returns the files below a folder that end so, with their names in it. */
function filesBelow(folder, end) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith(end))
    .map((path) => ({ name: path.slice(0, -end.length), file: `${folder}/${path}` }))
}

/** Writes a file, or removes it where there is no text. */
function place(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  if (text === undefined) rmSync(path)
  else writeFileSync(path, text)
}

/** Returns the difference between a file, where it exists, and the text that is computed. */
function differenceOf(file, text = '') {
  const before = existsSync(join(root, file)) ? file : '/dev/null'
  const labels = ['--label', `recorded ${file}`, '--label', 'computed']
  return spawnSync('diff', ['-u', ...labels, before, '-'], { cwd: root, input: text, encoding: 'utf8' }).stdout
}

/** Runs scenarios at releases (null: their own) in threads, and returns the runs in the order of the tasks. */
function runAll(tasks) {
  const runs = tasks.map(() => undefined)
  let begun = 0
  const work = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(fileURLToPath(import.meta.url))
      const next = () => {
        if (begun === tasks.length) worker.terminate().then(resolve, reject)
        else worker.postMessage({ number: begun, task: tasks[begun++] })
      }
      worker.on('error', reject)
      worker.on('message', ({ number, run }) => {
        runs[number] = run
        next()
      })
      worker.on('online', next)
    })
  return Promise.all(Array.from({ length: availableParallelism() }, work)).then(() => runs)
}

/** Runs what the main thread sends. */
async function serve() {
  const { loadScenario, readTextFile, refusalOf, run, factsOf } = await importSources(
    'src/scenario/load.ts',
    'src/simulation/run.ts',
    'src/disk/read-text.ts',
    'test/golden/golden-text.ts',
  )
  const resultOf = ({ file, release }) => {
    const path = join(root, file)
    const set = release === null ? [] : [`kubernetes="${release}"`]
    const loaded = loadScenario({ file: path, text: readFileSync(path, 'utf8'), read: readTextFile }, { set })
    if (!loaded.ok) return { refusal: refusalOf(loaded.problems) }
    const { result } = run(loaded.scenario, { perInstance: true })
    return { facts: factsOf(result), digest: digestOf(result) }
  }
  parentPort.on('message', ({ number, task }) => {
    parentPort.postMessage({ number, run: { ...task, release: task.release ?? 'as it is', ...resultOf(task) } })
  })
}

/**
 * Returns a digest of a result without its release, so that releases at which nothing else differs have the same, and
 * without sentences for people (`what` an attacker decided), which may become clearer.
 */
function digestOf(result) {
  const withoutSentences = (key, value) => (key === 'what' ? undefined : value)
  const text = JSON.stringify({ ...result, kubernetes: undefined }, withoutSentences)
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
