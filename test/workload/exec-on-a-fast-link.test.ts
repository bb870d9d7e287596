import { expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'

test('commands end with their last output where the kubelet resets what comes after it has closed', () => {
  const { workloads } = runScenario({
    text: `
version: 1
hosts: { master: {}, node: {} }
links: { wire: { between: [master, node], profile: gce-private } }
paths: { exec: { kind: apiserver-kubelet, from: master, to: node } }
workloads: { commands: { path: exec, kind: exec, requests: 30 } }
`,
  })
  expect(workloads[0]).toMatchObject({ completed: 30, failed: 0, unfinished: 0 })
})
