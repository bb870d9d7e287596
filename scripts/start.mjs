// What `npm start` runs: the main scenarios and an attack matrix, on a page that can be read. `npm start -- --all`
// prints every row. Needs a build. Writes results/kubernetes-paths/ and results/matrix.csv.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const cwd = fileURLToPath(new URL('..', import.meta.url))
const { all } = parseArgs({ options: { all: { type: 'boolean', default: false } } }).values

const yamlIn = (folder) =>
  readdirSync(`${cwd}${folder}`)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => `${folder}/${name}`)
const files = ['scenarios/kubernetes-paths.yaml', ...yamlIn('scenarios/presets'), ...yamlIn('scenarios/paths')]
const matrixOf = 'scenarios/presets/gke-ssh-tunnels.yaml'

section(
  'What each path costs',
  `${files.length} scenarios, simulated packet by packet: the time to set a connection up, the
latency of requests (the median, and of the slowest 1 %), and their throughput.`,
)
onpath('run', '--joint', ...(all ? ['--all'] : []), ...files, '--out', 'results/kubernetes-paths')

section(
  'What an attacker gets',
  `Every technique from every place of an attacker, against a cluster that reaches
its nodes through SSH tunnels. "own": it gets only what is its own already.`,
)
onpath('matrix', matrixOf, ...(all ? [] : ['--worst']), '--out', 'results/matrix.csv')

section(
  'Where the rest is',
  `npm start -- --all               every row of both tables
results/kubernetes-paths/        all figures and verdicts, as JSON and CSV
results/matrix.csv               the matrix with evidence
npx onpath explain impersonated  what a word means
npx onpath init my.yaml          begin with a scenario of your own
npx onpath --help                everything else`,
)

function section(title, text) {
  console.log(`\n${title}\n${'='.repeat(title.length)}\n${text}\n`)
}

/** Runs a command of onpath on this terminal, and ends as it does when it fails. */
function onpath(...words) {
  const { status } = spawnSync(process.execPath, ['bin/onpath.js', ...words], { cwd, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
