// How does the median latency depend on the delay and the loss of a link?
//
//     node examples/study/sweep-two.ts     (Node 22.18 or later; before: npx tsx examples/study/sweep-two.ts)
import { formatProblem } from 'onpath'
import { inPlace, readSweep, sweepPoints } from 'onpath/study'

const text = `
version: 1
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], rate: 100Mbps, delay: 1ms } }
paths: { web: { from: client, to: server, scheme: https } }
workloads: { pages: { path: web, requests: 20, response: 100KB } }
`

const sweep = ['links.wan.delay=[5ms, 50ms]', 'links.wan.loss=[0%, 2%]']
const read = readSweep({ text, file: 'wan.yaml' }, { sweep, seeds: '1..3' })
if (!read.ok) throw new Error(read.problems.map(formatProblem).join('\n'))
for await (const { point, outcome } of sweepPoints(read.sweep, inPlace())) {
  if (outcome.kind !== 'result') continue
  const values = point.map(({ path, label }) => `${path.split('.').at(-1)} ${label}`).join(', ')
  console.log(`${values}: ${outcome.result.workloads[0].latencyMs.p50?.toFixed(1)} ms`)
}
