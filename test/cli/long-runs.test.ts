import { expect, test } from 'vitest'
import { isLongRun } from '../../src/cli/simulation/long-runs.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

/** Returns a scenario of two hosts with one workload. */
function download(workload: string): string {
  return `
version: 1
duration: 1h
hosts: { client: {}, server: {} }
links: { wire: { between: [client, server], delay: 10ms, rate: 10Gbps } }
paths: { download: { from: client, to: server } }
workloads: { bulk: { path: download, ${workload} } }
`
}

/** Returns a scenario of a cluster whose kubelets send heartbeats. */
function heartbeats(nodes: number, duration: string): string {
  return `
version: 1
kubernetes: "1.32"
duration: ${duration}
cluster: { nodes: ${nodes} }
paths: { kubelets: { kind: kubelet-apiserver, from: nodes/*, to: master } }
workloads: { heartbeats: { path: kubelets, kind: heartbeat } }
`
}

test.each([
  ['many bytes of few requests', download('requests: 2, response: 4GB'), true],
  ['few bytes of few requests', download('requests: 2, response: 4MB'), false],
  ['many small requests', download('requests: 1000000, response: 2KB'), true],
  ['requests at a high rate', download('rate: 200/s, response: 10KB'), true],
  ['requests at a low rate', download('rate: 1/s, response: 10KB'), false],
  ['heartbeats of many kubelets for a day', heartbeats(100, '24h'), true],
  ['heartbeats of many kubelets for a minute', heartbeats(100, '1m'), false],
])('a run with %s is expected to be long or not', (_, text, isLong) => {
  expect(isLongRun(scenarioOf(text).blueprint)).toBe(isLong)
})
