import { expect, it } from 'vitest'
import { loadScenario } from '../../../src/index.ts'

/**
 * Loads a cluster with so many nodes, on each of which a workload with 10,000 clients reads logs, beside another
 * workload.
 */
function clientsOn(nodes: number, others: number) {
  const text = `
version: 1
kubernetes: "1.24"
cluster: { nodes: ${nodes} }
paths: { logs: { kind: apiserver-kubelet }, app: { kind: component-apiserver } }
workloads:
  first: { path: app, requests: 100000, concurrency: ${others} }
  second: { path: logs, requests: 100000, concurrency: 10000 }
`
  const loaded = loadScenario({ text, file: 'test.yaml' })
  return loaded.ok ? [] : loaded.problems.map(({ line, column, code, message }) => [line, column, code, message])
}

it('loadScenario refuses more simultaneous clients than fit into memory, over all workloads and paths', () => {
  expect(clientsOn(9, 10_000)).toEqual([])
  expect(clientsOn(10, 1)).toEqual([
    [
      8,
      3,
      'out-of-range',
      '100001 clients at a time are too many: second has 10000 on each of 10 paths, beside 1 of other workloads; at most 100000',
    ],
  ])
})
