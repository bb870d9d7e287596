import { expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'

const PLACES = ['on: node-1, vantage: node', 'on: wan, vantage: inline', 'as: master, vantage: user']

test.each(['smuggle-request', 'readdress-node', 'redirect-service', 'claim-agent', 'bootstrap-node'])(
  'technique %s does not apply without a cluster, from any vantage',
  (technique) => {
    for (const place of PLACES) {
      const { verdicts } = runScenario({
        text: `
version: 1
duration: 10s
hosts: { master: {}, node-1: {} }
links: { wan: { between: [master, node-1], delay: 1ms } }
paths: { D: { kind: apiserver-kubelet, from: master, to: node-1 }, X: { from: master, to: node-1, port: 80 } }
workloads: { a: { path: D, requests: 5 }, b: { path: X, requests: 5 } }
attackers: { m: { ${place}, plan: [{ technique: ${technique}, path: [D, X] }] } }
`,
      })
      expect(verdicts.map(({ outcomes, noticed }) => [...outcomes, noticed])).toEqual([
        ['not-applicable', 'none'],
        ['not-applicable', 'none'],
      ])
    }
  },
)

test.each([
  ['smuggle-request', '[D, B]', 'D: no-effect, B: not-applicable'],
  // The kubelet of its own node is there already: its address is not rewritten, and its clients notice nothing.
  ['readdress-node', 'D', 'D: not-applicable, B: undefined'],
  ['claim-agent', '[D, B]', 'D: not-applicable, B: not-applicable'],
])('technique %s applies in a cluster only to paths about which it has a request', (technique, paths, expected) => {
  const { verdicts } = runScenario({
    text: `
version: 1
duration: 20s
kubernetes: "1.30"
cluster: { nodes: 1, pods: { web: { listens: 8080 } } }
paths:
  D: { kind: apiserver-kubelet, from: master, to: node-1 }
  B: { kind: kubelet-apiserver, from: node-1, to: master }
workloads: { a: { path: D, requests: 3 }, b: { path: B, requests: 3 } }
attackers: { m: { on: node-1, vantage: node, plan: [{ at: 1s, technique: ${technique}, path: ${paths} }] } }
`,
  })
  const found = Object.fromEntries(verdicts.map(({ path, worst }) => [path, worst]))
  expect(`D: ${found.D}, B: ${found.B}`).toBe(expected)
})

test('claim-agent leaves the kubelet of its own node alone where no path goes through Konnectivity', () => {
  const { verdicts } = runScenario({
    text: `
version: 1
duration: 20s
kubernetes: "1.30"
cluster: { nodes: 2, pods: { web: { listens: 8080 } } }
paths:
  one: { kind: apiserver-kubelet, from: master, to: node-1 }
  two: { kind: apiserver-kubelet, from: master, to: node-2 }
workloads: { a: { path: one, requests: 3 }, b: { path: two, requests: 3 } }
attackers: { m: { on: node-1, vantage: node, plan: [{ technique: claim-agent, path: [one, two] }] } }
`,
  })
  expect(verdicts.map(({ path, outcomes }) => [path, outcomes])).toEqual([
    ['one', ['not-applicable']],
    ['two', ['not-applicable']],
  ])
})
