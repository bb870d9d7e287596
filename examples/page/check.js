// What can attackers get in this cluster? A page that simulates in workers, so that it can be scrolled meanwhile.
import { formatProblem } from 'onpath'
import { check, readCheck } from 'onpath/study'

/** Returns a simulator with so many workers. */
function inWorkers(jobs) {
  const idle = Array.from({ length: jobs }, () => new Worker(new URL('worker.js', import.meta.url), { type: 'module' }))
  return {
    jobs,
    // At most `jobs` batches are simulated at a time, so that a worker is idle whenever this is called.
    simulate: (batch, _stop, budget) =>
      new Promise((resolve, reject) => {
        const worker = idle.pop()
        worker.onmessage = ({ data: { results, problem } }) => {
          idle.push(worker)
          if (results === undefined) reject(new Error(problem))
          else resolve(results)
        }
        worker.postMessage({ batch, budget })
      }),
    begin: (simulations) => ({
      update: (ended) => show('progress', `${ended} of ${simulations} simulations`),
      stop() {},
    }),
  }
}

function show(id, ...lines) {
  document
    .getElementById(id)
    .replaceChildren(...lines.map((line) => Object.assign(document.createElement('li'), { textContent: line })))
}

const text = `
version: 1
cluster: { preset: kubeadm-default, nodes: 1 }
`
const read = readCheck({ text, file: 'cluster.yaml' }, {}, { paths: ['logs'], vantages: ['inline', 'pod'] })
if (!read.ok) throw new Error(read.problems.map(formatProblem).join('\n'))
const today = new Date().toISOString().slice(0, 10)
const { result } = await check(read.plan, { today }, inWorkers(navigator.hardwareConcurrency))
show(
  'findings',
  ...result.findings.map(({ verdict, forbidden }) => `${verdict.technique} by ${verdict.vantage}: ${forbidden}`),
)
document.title = result.passed ? 'This cluster is safe' : 'This cluster is not safe'
