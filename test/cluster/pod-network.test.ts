import { expect, test } from 'vitest'
import { beginning, finish, scenarioOf } from '../fixtures/simulations.ts'

const TEXT = (network: string) => `version: 1
cluster:
  nodes: 2
  pod-network: ${network}
  pods: { web: { listens: 8080, on: node-1, replicas: 2, token: false }, client: { on: node-2, token: false } }
  apiserver: { flags: { authorization-mode: [Node, RBAC] } }
paths: { site: { kind: custom, from: pods/client, to: pods/web } }
workloads: { visits: { path: site, connection: per-request, requests: 5 } }
`

test('each pod has a link of its own, or is on a bridge with its node', () => {
  const mediaOf = (network: string) => {
    const { links, segments } = scenarioOf(TEXT(network)).blueprint
    return [...links, ...segments].map(({ name }) => name).filter((name) => name.startsWith('pod'))
  }
  expect(mediaOf('routed')).toEqual(['pod-web-1', 'pod-web-2', 'pod-client-1'])
  expect(mediaOf('bridged')).toEqual(['pods-node-1', 'pods-node-2'])
  const { segments } = scenarioOf(TEXT('bridged')).blueprint
  expect(segments.find(({ name }) => name === 'pods-node-1')).toMatchObject({
    hosts: ['node-1', 'web-1', 'web-2'],
    l2: 'bridged',
    profile: 'pod-network',
  })
})

test('pods exchange requests over links of their own and over a bridge', () => {
  for (const network of ['routed', 'bridged']) {
    const scenario = scenarioOf(TEXT(network))
    const { workloads } = finish(beginning(scenario), scenario)
    expect(workloads.map(({ completed, failed }) => [completed, failed])).toEqual([[10, 0]])
  }
})
