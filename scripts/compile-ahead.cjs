// Leaves beside each file of the command line the code that V8 compiles of it for a short run, and for attackers in a
// cluster: a part of `npm run build`, for versions of Node that have no compile cache.
const { writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { compiledCode, load } = require('../bin/start.js')

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

process.on('exit', () => {
  for (const [path, code] of compiledCode()) writeFileSync(path, code)
})
runAttacked().then(() => {
  process.argv.splice(2, Infinity, 'run', join(__dirname, '..', 'scenarios', 'first-steps.yaml'))
  load('main.js')
})

/** Does in this thread what threads of the command line do. */
async function runAttacked() {
  const { loadScenario } = await import('../dist/index.js')
  const loaded = loadScenario({ text: ATTACKED, file: 'attacked.yaml' })
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'))
  const shared = {
    flags: new Int32Array(new SharedArrayBuffer(8)),
    progress: new Float64Array(new SharedArrayBuffer(16)),
  }
  const recording = { recordPackets: false, perInstance: false, isForReport: false, samples: [], captures: [] }
  const answer = load('worker.js')({ scenario: loaded.scenario, ...recording, shared })
  if (answer.kind !== 'done') throw new Error(answer.message)
}
