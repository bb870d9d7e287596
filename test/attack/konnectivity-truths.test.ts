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
