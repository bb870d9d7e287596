import { expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'

test('keys typed before a busy client has read the end of the session fail with the session', () => {
  const { workloads } = runScenario({
    text: `
version: 1
seed: 801212
duration: 12s
cluster: { preset: konnectivity, nodes: 3, pods: { web: { listens: 8080 } } }
hosts: { master: { cores: 1, tcp: { receive-buffer: 2KB } }, node-1: { cores: 1 } }
workloads: { w0: { path: logs, kind: keystrokes, rate: 50/s, for: 3s, start: 5s } }
events: [{ at: 6s, restart: node-1 }]
`,
  })
  const typing = workloads.find(({ name }) => name === 'w0')
  expect(typing).toMatchObject({ completed: 0, failed: 3, unfinished: 0 })
})
