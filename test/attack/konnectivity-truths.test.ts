import { expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
import { verdictOf } from './truth-lab.ts'

/** Attacks on a node whose agent connects to the Konnectivity server across the public network. */
const attackedBy = (technique: string, vantage = 'inline') =>
  verdictOf(
    runScenario({
      text: `
version: 1
duration: 10s
cluster: { preset: konnectivity, nodes: 1, links: { control-to-nodes: public-network } }
attackers:
  mallory: { on: control-node-1, vantage: ${vantage}, plan: [{ technique: ${technique}, path: logs }] }
`,
    }),
  )

test('no request succeeds through a forged Konnectivity server, because agents refuse it', () => {
  for (const technique of ['impersonate-server', 'relay']) {
    const { outcomes, noticed, noticedBy } = attackedBy(technique)
    expect([outcomes, noticed]).toEqual([['outage'], 'security'])
    expect(noticedBy).toContainEqual({
      host: 'node-1',
      log: 'konnectivity-agent',
      reason: 'x509: certificate signed by unknown authority',
    })
    expect(noticedBy).toContainEqual({ host: 'master', log: 'kube-apiserver', reason: 'no agent' })
  }
})

test('an eavesdropper on the Konnectivity tunnel reads names in handshakes, but no messages', () => {
  expect(attackedBy('eavesdrop', 'passive')).toMatchObject({ outcomes: ['metadata'], noticed: 'none' })
})

test('altered bytes break the Konnectivity tunnel, and both ends notice it', () => {
  const { outcomes, noticedBy } = attackedBy('tamper')
  expect(outcomes).toEqual(['outage'])
  for (const host of ['master', 'node-1'])
    expect(noticedBy).toContainEqual(expect.objectContaining({ host, reason: 'record broken' }))
})

test('an attacker in the place of a Konnectivity server shows agents the certificate that its step presents', () => {
  const reasonWith = (presents: string, sans: string) => {
    const { verdicts } = runScenario({
      text: `
version: 1
duration: 30s
kubernetes: "1.30"
hosts: { master: { addresses: [10.9.9.9] } }
identities: { copied: { kind: certificate, issuer: cluster-ca, cn: kube-apiserver, sans: [${sans}], usages: [server] } }
cluster:
  apiserver: { flags: { egress-selector-config-file: konnectivity } }
  nodes: 1
  pods: { web: { listens: 8080 } }
paths: { get: { kind: apiserver-pod, from: master, to: pods/web } }
workloads: { gets: { path: get, connection: per-request, rate: 2/s, for: 20s } }
events: [{ at: 5s, restart: node-1 }]
attackers: { m: { on: control-node-1, vantage: inline, holds: [copied], plan: [{ technique: impersonate-server, path: get${presents} }] } }
`,
    })
    return verdicts[0].noticedBy.filter(({ log }) => log === 'konnectivity-agent').map(({ reason }) => reason)
  }
  const [UNKNOWN, MISNAMED] = [
    'x509: certificate signed by unknown authority',
    'x509: certificate is not valid for this name',
  ]
  expect(reasonWith('', 'web')).toEqual([UNKNOWN])
  expect(reasonWith(', presents: copied', 'web')).toEqual([MISNAMED])
  // The cluster's CA is not that of the Konnectivity server.
  expect(reasonWith(', presents: copied', 'web, 10.9.9.9')).toEqual([UNKNOWN])
})
