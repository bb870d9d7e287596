import { expect, test } from 'vitest'
import { resultOf, workloadOf } from '../fixtures/simulations.ts'

test('a dial to a kubelet behind a firewall times out after 30 s, without delaying other dials', () => {
  const text = `version: 1
cluster: { preset: kubeadm-default }
duration: 100s
firewall: { default: allow, rules: [{ from: "*", to: node-2, ports: [10250], action: deny }] }
paths: { users: null }
workloads: { logs: { requests: 3 } }
`
  const { completed, failed, failures } = workloadOf(resultOf(text), 'logs')
  expect({ completed, failed }).toEqual({ completed: 6, failed: 3 })
  expect(failures).toEqual([{ reason: 'timed out', count: 3 }])
})
