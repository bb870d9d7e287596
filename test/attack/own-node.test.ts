import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
import { attackedBy, CHECKED_KUBELETS, lab, mallory, verdictOf, WAYS } from './truth-lab.ts'

const { D } = WAYS
const ROOT = { on: 'node-1', vantage: 'node' }

describe('root on a node that responds in place of its kubelet', () => {
  test('root on a node impersonates its own kubelet, and nobody notices', () => {
    expect(verdictOf(attackedBy('impersonate-server', { D }, ROOT))).toMatchObject({
      outcomes: ['impersonated'],
      scope: 'own',
      exposure: { messages: 3, of: 3 },
      noticed: 'none',
    })
  })

  test('root on a node impersonates its own kubelet with the real certificate if the apiserver verifies', () => {
    const verified = verdictOf(attackedBy('impersonate-server', { D }, { ...ROOT, set: CHECKED_KUBELETS }))
    expect(verified).toMatchObject({ outcomes: ['impersonated'], scope: 'own', noticed: 'none' })
  })

  test('root on a node impersonates its kubelet only during its step, and as often as its count allows', () => {
    const traffic = 'connection: per-request, rate: 2/s, for: 5s, response: 1000B'
    const lies = (more: string) =>
      verdictOf(attackedBy('impersonate-server', { D }, { ...ROOT, traffic, more })).exposure
    expect(lies('').messages).toBe(10)
    expect(lies(', at: 1100ms, for: 2s').messages).toBe(4)
    expect(lies(', count: 2').messages).toBe(2)
  })

  test.each([
    ['chunk of followed logs', 'kind: stream, rate: 20KB/s, for: 5s', 24],
    ['output for a typed key', 'kind: keystrokes, rate: 5/s, for: 5s', 25],
  ])('root on a node forges each %s of its kubelet, which counts as a message', (_, traffic, count) => {
    const { exposure } = verdictOf(attackedBy('impersonate-server', { D }, { ...ROOT, traffic }))
    expect(exposure).toMatchObject({ messages: count, of: count })
  })

  test('root on a node cannot impersonate another node’s kubelet, and a pod cannot impersonate its own node’s', () => {
    const other = verdictOf(attackedBy('impersonate-server', { D }, { on: 'node-2', vantage: 'node' }))
    expect(other.outcomes).toEqual(['unreachable'])
    const pod = verdictOf(attackedBy('impersonate-server', { D }, { on: 'web-1', vantage: 'pod' }))
    expect(pod.outcomes).toEqual(['unreachable'])
  })

  test('root on a node reaches the real kubelet with its own requests', () => {
    const steps = ['impersonate-server', 'direct-request'].map((technique) => `{ technique: ${technique}, path: D }`)
    const attacker = `  root: { on: node-1, vantage: node, plan: [${steps.join(', ')}] }`
    const { verdicts } = runScenario(lab({ D }, attacker))
    expect(verdicts.map(({ technique, requests }) => [technique, requests.map(({ status }) => status)])).toEqual([
      ['direct-request', [401]],
      ['impersonate-server', []],
    ])
  })

  test('root on a node forges the output of a user’s command and of logs through the apiserver', () => {
    const run = (attackers: string) =>
      runScenario({
        text: `
version: 1
seed: 1
duration: 20s
cluster: { nodes: 1, pods: { web: { listens: 8080 } }, users: { alice: { rules: [{ verbs: ["*"], resources: ["*"] }] } } }
paths:
  D: { kind: apiserver-kubelet, from: master, to: node-1 }
  U: { kind: user-apiserver, from: alice, to: master }
workloads:
  command: { path: U, kind: exec, target: pods/web, connection: per-request, requests: 2 }
${attackers}
`,
      })
    const { verdicts, workloads } = run(`attackers:\n${mallory('impersonate-server', { D }, ROOT)}`)
    expect(verdicts).toMatchObject([{ outcomes: ['impersonated'], scope: 'own', exposure: { messages: 2, of: 2 } }])
    expect(workloads[0].completed).toBe(run('').workloads[0].completed)
  })
})
