import { expect, test } from 'vitest'
import { readLimits } from '../../../src/study/limits/read-limits.ts'

function subjectOf(cluster: string) {
  const read = readLimits({ file: '-', text: `version: 1\nkubernetes: "1.30"\ncluster: ${cluster}\n` }, {})
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'))
  return read.subject
}

function changesPerS(cluster: string): number {
  const { workloads } = subjectOf(cluster).blueprint
  const arrivals = workloads.find(({ kind }) => kind === 'pod-changes')?.arrivals
  return arrivals?.kind === 'open' ? arrivals.ratePerS : 0
}

test('onpath limits simulates three of many equal nodes, and removes everything of the others', () => {
  const { blueprint, nodes, nodesInAll } = subjectOf('{ preset: konnectivity, nodes: 40 }')
  const { cluster, paths } = blueprint
  expect([nodes, nodesInAll]).toEqual([['node-1', 'node-10', 'node-11'], 40])
  expect(cluster?.nodes.map(({ name }) => name)).toEqual(nodes)
  expect(cluster?.konnectivity?.agents).toEqual(nodes)
  expect([...new Set(paths.flatMap(({ tunnel }) => tunnel?.via ?? []))]).toEqual(nodes)
  expect(cluster?.pods.every(({ node }) => nodes.includes(node))).toBe(true)
})

test('onpath limits simulates two nodes of each of several pools, and six at most', () => {
  const pools = (...names: readonly string[]) => `{ nodes: { ${names.map((name) => `${name}: 5`).join(', ')} } }`
  expect(subjectOf(pools('a', 'b')).nodes).toEqual(['a-1', 'a-2', 'b-1', 'b-2'])
  expect(subjectOf(pools('a', 'b', 'c', 'd')).nodes).toEqual(['a-1', 'a-2', 'b-1', 'b-2', 'c-1', 'd-1'])
})

test('onpath limits gives each simulated node as many pod changes as in a small cluster', () => {
  const small = changesPerS('{ preset: kubeadm-default, nodes: 3 }')
  expect(changesPerS('{ preset: kubeadm-default, nodes: 60 }')).toBe(small)
})
