import { expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'

test('a command ends with its last output if the kubelet resets data after its close', () => {
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
