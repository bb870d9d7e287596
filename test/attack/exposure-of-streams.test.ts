import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
import { attackedBy, verdictOf, WAYS } from './truth-lab.ts'

const { D, G } = WAYS
const STREAM = 'kind: stream, rate: 20KB/s, for: 5s'
const KEYS = 'kind: keystrokes, rate: 5/s, for: 5s'

/** The exposure of a verdict, as `messages of total`. */
function exposed(technique: string, ways: Parameters<typeof attackedBy>[1], traffic: string, vantage = 'inline') {
  const { messages, of } = verdictOf(attackedBy(technique, ways, { traffic, vantage })).exposure
  return `${messages} of ${of}`
}

test('each piece of a stream counts as a message for every technique', () => {
  const all = exposed('eavesdrop', { G }, STREAM, 'passive')
  expect(all).toBe('24 of 24')
  for (const technique of ['tamper', 'relay']) expect(exposed(technique, { G }, STREAM)).toBe(all)
  expect(exposed('impersonate-server', { D }, STREAM)).toBe(all)
})

test('each typed key counts as a message', () => {
  for (const technique of ['eavesdrop', 'tamper', 'relay']) expect(exposed(technique, { G }, KEYS)).toBe('25 of 25')
})

/** The exposure of a user's exchanges on the user's path, and on the path on which the apiserver passes them on. */
function exposedTwice(workload: string, attacker: string, plan: string) {
  const text = `
version: 1
duration: 60s
kubernetes: "1.30"
cluster:
  nodes: 1
  pods: { web: { listens: 8080 } }
  users: { alice: { groups: [system:masters] } }
  links: { control-to-nodes: public-network, users-to-control: public-network }
paths:
  kubelet: { kind: apiserver-kubelet, from: master, to: node-1 }
  users: { kind: user-apiserver }
workloads:
  work: { path: users, target: pods/web, ${workload} }
attackers:
  mallory: { ${attacker}, plan: [{ path: [users, kubelet], ${plan} }] }
`
  const { verdicts } = runScenario({ text })
  return verdicts.map(({ path, exposure: { messages, of } }) => `${path}: ${messages} of ${of}`)
}

const ROOT_OF_APISERVER = 'on: master, vantage: node'
const ROOT_OF_NODE = 'on: node-1, vantage: node'
const ON_THE_LINK = 'on: control-node-1, vantage: inline'

describe('a user’s exchange counts alike on the user’s path and on the kubelet path', () => {
  test.each([
    ['an exec with 20 keys', 'kind: exec, rate: 5/s, for: 4s', 20],
    ['followed logs in 24 chunks', 'kind: logs, rate: 20KB/s, for: 5s', 24],
    ['ten requests for logs', 'kind: logs, rate: 1/s, for: 10s, response: 10KB', 10],
    ['a port-forward', 'kind: port-forward, response: 1KB', 1],
  ])('a user’s exchange counts alike on the user’s path and on the kubelet path: %s', (_, workload, count) => {
    const eavesdropper = (attacker: string) => exposedTwice(workload, attacker, 'technique: eavesdrop')
    expect(eavesdropper(ROOT_OF_APISERVER)).toEqual([`kubelet: ${count} of ${count}`, `users: ${count} of ${count}`])
    expect(eavesdropper(ROOT_OF_NODE)).toEqual([`kubelet: ${count} of ${count}`, `users: 0 of ${count}`])
    expect(eavesdropper(ON_THE_LINK)).toEqual([`kubelet: 0 of ${count}`, `users: 0 of ${count}`])
  })
})

test('an attack on typed keys exposes those typed while it is active, out of all typed in that time', () => {
  const [kubelet, users] = exposedTwice(
    'kind: exec, rate: 5/s, for: 4s',
    ROOT_OF_APISERVER,
    'technique: eavesdrop, at: 1200ms, for: 2s',
  )
  expect([kubelet, users]).toEqual(['kubelet: 10 of 10', 'users: 10 of 10'])
})

test('exchanges and keys of one path add up', () => {
  const others =
    'kind: exec, rate: 5/s, for: 4s }\n  logs: { path: users, target: pods/web, kind: logs, rate: 1/s, for: 10s'
  const both = exposedTwice(others, ROOT_OF_APISERVER, 'technique: eavesdrop')
  expect(both).toEqual(['kubelet: 30 of 30', 'users: 30 of 30'])
})

test('an exec that fails before its first key counts as one message', () => {
  expect(exposedTwice('kind: exec, rate: 5/s, for: 4s', ON_THE_LINK, 'technique: tamper')).toEqual([
    'kubelet: 0 of 1',
    'users: 0 of 1',
  ])
  expect(exposedTwice('kind: exec, rate: 5/s, for: 4s', ON_THE_LINK, 'technique: relay')[0]).toBe('kubelet: 1 of 1')
})

test('followed logs that fail before their first chunk count as one message', () => {
  const failed = exposedTwice('kind: logs, rate: 20KB/s, for: 5s', ON_THE_LINK, 'technique: tamper')
  expect(failed).toEqual(['kubelet: 0 of 1', 'users: 0 of 1'])
})
