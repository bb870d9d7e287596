// How long may the network between control plane and nodes be down until requests for logs fail?
//
//     node examples/study/find-limit.ts     (Node 22.18 or later; before: npx tsx examples/study/find-limit.ts)
import { formatProblem } from 'onpath'
import { findLimits, inPlace, readLimits } from 'onpath/study'

const text = 'version: 1\ncluster: { preset: kubeadm-default, nodes: 1 }\n'

const read = readLimits({ text, file: 'cluster.yaml' }, {})
if (!read.ok) throw new Error(read.problems.map(formatProblem).join('\n'))
const options = { axes: ['outage'], criteria: ['logs'], profiles: ['as-it-is'], seeds: [1] }
const { limits, simulations } = await findLimits(read.subject, options, inPlace())
for (const { title, holdsUpTo, breaksFrom } of limits)
  console.log(`${title}: fine up to ${Number(holdsUpTo) / 1e9} s, broken from ${Number(breaksFrom) / 1e9} s`)
console.log(`${simulations} simulations`)
