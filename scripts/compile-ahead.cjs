// Leaves beside each file of the command line the code that V8 compiles of it, a part of `npm run build` for versions of
// Node that have no compile cache:
//   node scripts/compile-ahead.cjs main.js     for a short run
//   node scripts/compile-ahead.cjs worker.js   for a thread, which also simulates attackers in a cluster
const { readFileSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { compiledCode, load, THREAD } = require('../bin/start.js')

const SHORT = join(__dirname, '..', 'scenarios', 'first-steps.yaml')

/** Uses most of the code that the cells of a matrix use. */
const ATTACKED = `
version: 1
name: attacked
duration: 20s
cluster: { preset: kubeadm-default }
attackers:
  mallory:
    on: the link that it crosses
    vantage: inline
    plan:
      - { technique: relay, path: kubelets }
      - { technique: reset, path: pods }`

const [first] = process.argv.splice(2, Infinity, 'run', SHORT)
process.on('exit', () => {
  for (const [path, code] of compiledCode(first)) writeFileSync(path, code)
})
if (first === THREAD) runInThread()
else load(first)

/** Does in this thread what threads of the command line do. */
async function runInThread() {
  const { loadScenario } = await import('../dist/index.js')
  const simulate = load(THREAD)
  const scenarios = [readFileSync(SHORT, 'utf8'), ATTACKED].map((text) => {
    const loaded = loadScenario({ text, file: 'scenario.yaml' })
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'))
    return loaded.scenario
  })
  const shared = {
    flags: new Int32Array(new SharedArrayBuffer(8)),
    progress: new Float64Array(new SharedArrayBuffer(16)),
  }
  const recording = { recordPackets: false, perInstance: false, isForReport: false, samples: [], captures: [] }
  const answer = simulate({ scenarios, ...recording, shared })
  if (answer.kind !== 'done') throw new Error(answer.message)
}
