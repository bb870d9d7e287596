import { expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
import { verdictOf } from './truth-lab.ts'

/** The verdict of an attack on the path D between two hosts without a cluster. */
function attacked(technique: string, more = '', path = '', who = 'on: wan, vantage: inline') {
  return verdictOf(
    runScenario({
      text: `
version: 1
seed: 1
hosts: { master: {}, node: {} }
links: { wan: { between: [master, node], delay: 10ms } }
paths: { logs: { kind: apiserver-kubelet, from: master, to: node${path} } }
workloads: { ask: { path: logs, connection: per-request, requests: 3, response: 1000B } }
attackers: { mallory: { ${who}, plan: [{ technique: ${technique}, path: logs${more} }] } }
`,
    }),
  )
}

test('a relay cannot present the apiserver’s certificate, which a kubelet outside a cluster requires too', () => {
  const stolen = { outcomes: ['impersonated', 'read', 'outage'], exposure: { messages: 3, of: 3 } }
  expect(attacked('relay')).toMatchObject(stolen)
  expect(attacked('relay', '', ', tunnel: { kind: ssh, via: node }')).toMatchObject(stolen)
  expect(attacked('direct-request', ', ask: exec').outcomes).toEqual(['no-effect'])
})

test('a pod on a kubelet’s host does not control the kubelet', () => {
  const pod = attacked('eavesdrop', '', '', 'on: node, vantage: pod')
  expect([pod.scope, pod.outcomes]).toEqual(['other', ['unreachable']])
  const root = attacked('eavesdrop', '', '', 'on: node, vantage: node')
  expect([root.scope, root.outcomes]).toEqual(['own', ['read']])
})

test('a kubelet that requires no certificate can be relayed to', () => {
  expect(attacked('relay', '', ', tls: { client: none }').outcomes).toEqual(['relayed', 'impersonated', 'read'])
})

test('root on a node controls its kubelet, but a pod on the node does not', () => {
  const eavesdropped = (vantage: string, kind: string) =>
    verdictOf(
      runScenario({
        text: `
version: 1
seed: 1
hosts: { master: {}, node: {} }
links: { wan: { between: [master, node], delay: 10ms } }
paths: { p: { kind: ${kind} } }
workloads: { ask: { path: p, connection: per-request, requests: 3, response: 1000B } }
attackers: { mallory: { on: node, vantage: ${vantage}, plan: [{ technique: eavesdrop, path: p }] } }
`,
      }),
    )
  const down = 'apiserver-kubelet, from: master, to: node'
  expect(eavesdropped('pod', down)).toMatchObject({ outcomes: ['unreachable'], scope: 'other' })
  expect(eavesdropped('node', down)).toMatchObject({ outcomes: ['read'], scope: 'own' })
  expect(eavesdropped('pod', 'kubelet-apiserver, from: node, to: master').outcomes).toEqual(['unreachable'])
  expect(eavesdropped('pod', 'pod-apiserver, from: node, to: master').outcomes).toEqual(['credential', 'read'])
})
