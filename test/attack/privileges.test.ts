import { expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
import { attackedBy, OPEN_KUBELETS, verdictOf, WAYS } from './truth-lab.ts'

test('a client of the insecure port has the identity system:unsecured in the versions that have this name', () => {
  const as = (version: string) => {
    const text = `
version: 1
kubernetes: "${version}"
duration: 10s
cluster: { nodes: 1, apiserver: { flags: { insecure-port: 8080 } } }
paths: { A: { kind: component-apiserver, from: master, to: master, scheme: http } }
workloads: { ask: { path: A, connection: per-request, requests: 1 } }
attackers: { mallory: { on: master, vantage: node, plan: [{ technique: direct-request, path: A, ask: list-secrets }] } }
`
    return verdictOf(runScenario({ text })).privileges.map((one) => one.as)
  }
  expect(as('1.6')).toEqual(['nobody'])
  expect(as('1.19')).toEqual(['system:unsecured'])
})

test('a relay presents its own token to the server, and its client receives the responses', () => {
  const set = [
    'cluster.kubelet.config.authentication.anonymous.enabled=false',
    'cluster.kubelet.config.authorization.mode=AlwaysAllow',
  ]
  const relayed = (set: readonly string[]) => {
    const how = { set, more: ', with: a powerless token', holds: 'a powerless token' }
    return verdictOf(attackedBy('relay', { D: WAYS.D }, how))
  }
  expect(relayed(set)).toMatchObject({
    outcomes: ['relayed', 'impersonated', 'read'],
    asIdentity: 'system:serviceaccount:default:powerless',
  })
  const unread = [...set, 'cluster.kubelet.config.authentication.webhook.enabled=false']
  expect(relayed(unread).outcomes).not.toContain('relayed')
})

test('a client that is admitted as anonymous keeps access, whatever token it presented', () => {
  const set = [...OPEN_KUBELETS, 'cluster.kubelet.config.authentication.webhook.enabled=false']
  const how = { set, more: ', with: a powerless token', holds: 'a powerless token' }
  const { privileges } = verdictOf(attackedBy('direct-request', { D: WAYS.D }, how))
  expect(privileges).toMatchObject([{ as: 'system:anonymous', untilNs: null }])
})
