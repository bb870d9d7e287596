import { expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
import { verdictOf } from './truth-lab.ts'

/** One node, whose agent dials the server across the public network; the apiserver asks its kubelet through that. */
const attackedBy = (technique: string, vantage = 'inline', agentPort = 8091) =>
  verdictOf(
    runScenario({
      text: `
version: 1
duration: 10s
cluster: { preset: konnectivity, nodes: 1, konnectivity: { agent-port: ${agentPort} }, links: { control-to-nodes: public-network } }
attackers:
  mallory: { on: control-node-1, vantage: ${vantage}, plan: [{ technique: ${technique}, path: logs }] }
`,
    }),
  )

test('an agent refuses a false Konnectivity server, and without an agent nothing gets through', () => {
  for (const technique of ['impersonate-server', 'relay']) {
    const { outcomes, noticed, noticedBy } = attackedBy(technique)
    expect([outcomes, noticed]).toEqual([['denied'], 'security'])
    expect(noticedBy).toContainEqual({ host: 'node-1', log: 'konnectivity-agent', reason: 'certificate refused' })
    expect(noticedBy).toContainEqual({ host: 'master', log: 'kube-apiserver', reason: 'no agent' })
  }
})

test('an attacker impersonates a Konnectivity server on whatever port agents dial', () => {
  const { outcomes, noticedBy } = attackedBy('impersonate-server', 'inline', 8132)
  expect(outcomes).toEqual(['denied'])
  expect(noticedBy).toContainEqual({ host: 'node-1', log: 'konnectivity-agent', reason: 'certificate refused' })
})

test('who listens beside the tunnel learns who speaks, and nothing that is said', () => {
  expect(attackedBy('eavesdrop', 'passive')).toMatchObject({ outcomes: ['metadata'], noticed: 'none' })
})

test('who changes what is in it breaks it, and both ends know', () => {
  const { outcomes, noticedBy } = attackedBy('tamper')
  expect(outcomes).toEqual(['denied'])
  for (const host of ['master', 'node-1'])
    expect(noticedBy).toContainEqual(expect.objectContaining({ host, reason: 'record broken' }))
})
