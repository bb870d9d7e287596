/**
 * Holds what onpath computes against `test/golden/results.json`: a digest of the JSON result, sentences for people
 * aside, of every committed scenario, preset and recorded attack, at every version of Kubernetes.
 *
 *   node scripts/golden-results.mjs            compares all; exit 1 where one differs
 *   node scripts/golden-results.mjs --quick    compares a sample of versions, without the slowest scenarios
 *   node scripts/golden-results.mjs --only X   compares those whose name contains X
 *   node scripts/golden-results.mjs --write    writes the file anew
 *   node scripts/golden-results.mjs --moves RE writes those that differ and whose name matches RE; exit 1 where another differs
 *   node scripts/golden-results.mjs --threads N   with N threads (default 2)
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { importSources } from './bundle.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const golden = join(root, 'test', 'golden', 'results.json')
const QUICK_VERSIONS = new Set([6, 9, 14, 19, 21, 24, 32, 37])
const SLOW = /heartbeats-500|real-stacks/
/** Not recorded: a run takes a quarter of an hour. A test runs its beginning. */
const LARGE = /cluster-5000/

if (isMainThread) await main()
else await serve()

async function main() {
  const words = process.argv.slice(2)
  const option = (name) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined)
  const isWriting = words.includes('--write')
  const only = option('--only') ?? ''
  const wanted = (await cases(words.includes('--quick'))).filter(({ name }) => name.includes(only))
  const before = isWriting && only === '' ? {} : JSON.parse(readFileSync(golden, 'utf8'))
  const found = await computeAll(wanted, Number(option('--threads') ?? 2))
  if (isWriting) {
    write({ ...before, ...Object.fromEntries(found) })
    console.log(`wrote ${found.size} results to ${golden}`)
    return
  }
  const moves = option('--moves') === undefined ? null : new RegExp(option('--moves'))
  const moved = [...found].filter(([name, value]) => before[name] !== value && moves?.test(name))
  if (moved.length > 0) {
    write({ ...before, ...Object.fromEntries(moved) })
    console.log(`${moved.length} results moved: ${[...new Set(moved.map(([name]) => name.split(' ')[0]))].join(' ')}`)
  }
  const differing = [...found].filter(([name, value]) => before[name] !== value && !moves?.test(name))
  for (const [name, value] of differing.slice(0, 60)) console.log(`${name}: expected ${before[name]}, got ${value}`)
  console.log(`${found.size - differing.length} of ${found.size} results are as recorded`)
  process.exitCode = differing.length === 0 ? 0 : 1
}

function write(all) {
  const lines = Object.keys(all)
    .sort()
    .map((name) => `  ${JSON.stringify(name)}: ${JSON.stringify(all[name])}`)
  writeFileSync(golden, `{\n${lines.join(',\n')}\n}\n`)
}

/** What is computed: a file, and the version that it is set to (null: its own). */
async function cases(isQuick) {
  const { NEWEST_MINOR, OLDEST_MINOR } = await importSources('src/cluster/versions/kubernetes-version.ts')
  const scenarios = readdirSync(join(root, 'scenarios'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.yaml') && !path.startsWith('attacks/') && !LARGE.test(path))
    .map((path) => `scenarios/${path}`)
  const recorded = readdirSync(join(root, 'test', 'golden', 'attacks')).map((name) => `test/golden/attacks/${name}/scenario.yaml`)
  const minors = Array.from({ length: NEWEST_MINOR - OLDEST_MINOR + 1 }, (_, i) => OLDEST_MINOR + i)
  return [...scenarios, ...recorded].sort().flatMap((file) =>
    [null, ...minors]
      .filter((minor) => !isQuick || (!SLOW.test(file) && (minor === null || QUICK_VERSIONS.has(minor))))
      .map((minor) => ({ name: `${file} ${minor === null ? 'as it is' : `1.${minor}`}`, file, minor })),
  )
}

function computeAll(wanted, threads) {
  const open = [...wanted]
  const found = new Map()
  const work = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(fileURLToPath(import.meta.url))
      const next = () => {
        const task = open.shift()
        if (task === undefined) worker.terminate().then(resolve, reject)
        else worker.postMessage(task)
      }
      worker.on('error', reject)
      worker.on('message', ({ name, value }) => {
        found.set(name, value)
        next()
      })
      next()
    })
  return Promise.all(Array.from({ length: threads }, work)).then(() => found)
}

async function serve() {
  const { loadScenario, readTextFile, run } = await importSources(
    'src/scenario/load.ts',
    'src/simulation/run.ts',
    'src/cli/input/read-text.ts',
  )

  parentPort.on('message', ({ name, file, minor }) => {
    const path = join(root, file)
    const set = minor === null ? [] : [`kubernetes="1.${minor}"`]
    const loaded = loadScenario({ file: path, text: readFileSync(path, 'utf8'), read: readTextFile }, { set })
    parentPort.postMessage({ name, value: loaded.ok ? digestOf(loaded.scenario, run) : refusalOf(loaded.problems) })
  })
}

function digestOf(scenario, run) {
  const { result } = run(scenario, { perInstance: true })
  return createHash('sha256').update(JSON.stringify(result, withoutSentences)).digest('hex').slice(0, 16)
}

/** Sentences for people (`what` an attacker decided) may become clearer; everything else is data. */
function withoutSentences(key, value) {
  return key === 'what' ? undefined : value
}

/** Codes are for programs; messages may become clearer. */
function refusalOf(problems) {
  return `refused: ${problems.map(({ code, line, column }) => `${code} ${line}:${column}`).join(', ')}`
}
