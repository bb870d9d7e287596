import { expect, test } from 'vitest'
import { simulateText } from '../../src/index.ts'
import { runScenario } from '../../src/testing/index.ts'

/**
 * A cluster in which an attacker beside the network presents a token, two seconds after the pod of its account was
 * deleted.
 */
function cluster(token: string, more = ''): string {
  return `
    version: 1
    kubernetes: "1.30"
    cluster:
      preset: kubeadm-default
      nodes: 1
      pods: { app: { account: default/app, replicas: 1 } }
      apiserver: { flags: { authorization-mode: [AlwaysAllow] } }
    identities: { loot: { kind: service-account-token, account: default/app, ${token} } }
    events: [{ at: 1s, delete: app-1 }]
    attackers:
      thief:
        on: control-node-1
        vantage: side
        holds: [loot]
        plan: [{ at: 3s, technique: direct-request, path: pods, with: loot, ask: list-pods }]
    ${more}`
}

test('a stolen token that is bound to a deleted pod is refused; one that is bound to no pod is accepted', () => {
  const worst = (token: string) => runScenario({ text: cluster(token) }).verdicts[0].worst
  expect(worst('expires: 1h')).toBe('privilege')
  expect(worst('expires: 1h, bound: pod')).toBe('no-effect')
})

test('a stolen token that is bound to a pod is accepted while the pod exists', () => {
  const text = cluster('expires: 1h, bound: pod').replace('at: 1s, delete', 'at: 9s, delete')
  expect(runScenario({ text }).verdicts[0].worst).toBe('privilege')
})

test('a scenario may bind no legacy token to a pod, and no token to a pod that does not exist', () => {
  expect(() => simulateText(cluster('expires: never, bound: pod'))).toThrow(
    'a legacy token, which never expires, is not bound to a pod',
  )
  expect(() =>
    simulateText(cluster('bound: pod').replace('account: default/app, bound', 'account: default/other, bound')),
  ).toThrow('no pod of the cluster has the account default/other')
})
