import { describe, expect, test } from 'vitest'
import type { VerdictResult } from '../../src/measure/verdict.ts'
import { runScenario } from '../../src/testing/index.ts'

const GKE = 'scenarios/presets/gke-ssh-tunnels.yaml'
const JOINING = 'cluster.join.bootstrap=true'
const attack = 'bootstrap-credentials'

function can({ privileges }: VerdictResult): string[] {
  return privileges.map(({ as, verb, resource, on }) => `${as} ${verb} ${resource} ${on}`)
}

describe('a pod that reads its node’s bootstrap token from the metadata server', () => {
  test('a pod that reads its node’s bootstrap token from the metadata server becomes any node, and reads the secrets of pods there', () => {
    const { verdicts } = runScenario(GKE, { attack, set: [JOINING] })
    expect(verdicts.map(({ victim, worst }) => [victim, worst])).toEqual([
      ['node-1', 'privilege'],
      ['node-2', 'privilege'],
      ['node-3', 'privilege'],
    ])
    expect(can(verdicts[1])).toEqual([
      'kubelet create certificatesigningrequests cluster',
      'system:node:node-2 get secrets default-token-x2x4z',
    ])
  })

  test('a pod that reads its node’s bootstrap token from the metadata server keeps the node’s credential from then on', () => {
    const { verdicts, knowledge } = runScenario(GKE, { attack, set: [JOINING] })
    expect(verdicts[0].credentials).toMatchObject([{ name: 'bootstrap-token', identity: 'kubelet' }])
    expect(knowledge.map(({ atNs, learned }) => [atNs, learned])).toEqual([[1e9, 'token bootstrap-token']])
  })

  test('a pod that reads its node’s bootstrap token from the metadata server gains nothing before its certificate is signed', () => {
    const signed = runScenario(GKE, { attack, set: [JOINING] }).verdicts[0]
    const letIn = signed.evidence.find(({ what }) => what.includes('create certificatesigningrequests'))
    const beforeNs = (letIn?.atNs ?? 0) + 100_000
    const { verdicts } = runScenario(GKE, { attack, set: [JOINING, `duration=${beforeNs}ns`, 'expect=[]'] })
    expect(verdicts[0].outcomes).toEqual(['credential'])
    expect(verdicts[0].evidence.map(({ shows }) => shows)).toEqual(['credential'])
  })

  test('a pod that reads its node’s bootstrap token from the metadata server reads nothing under metadata concealment', () => {
    const { verdicts } = runScenario(GKE, { attack, set: [JOINING, 'cluster.metadata=concealed'] })
    expect(verdicts.map(({ outcomes }) => outcomes)).toEqual([['no-effect'], ['no-effect'], ['no-effect']])
    expect(verdicts.flatMap(can)).toEqual([])
  })

  test('a pod that reads its node’s bootstrap token from the metadata server finds nothing where nodes have no bootstrap tokens', () => {
    const { verdicts } = runScenario(GKE, { attack })
    expect(verdicts.map(({ worst }) => worst)).toEqual(['not-applicable'])
  })
})

test.each([
  ['the kubelet path', 'node-1'],
  ['the pod path', 'node-1'],
  ["a component's path to the apiserver", null],
])('on path %s a pod requests the certificate of that path’s node: %s', (role, node) => {
  const step = `{ at: 1s, technique: bootstrap-node, path: ${JSON.stringify(role)} }`
  const { verdicts } = runScenario(GKE, { attack, set: [JOINING, `attackers.kubeletmein.plan.0=${step}`, 'expect=[]'] })
  const asNodes = verdicts.flatMap(can).filter((each) => each.startsWith('system:node:'))
  expect(asNodes[0] ?? null).toBe(node === null ? null : `system:node:${node} get secrets default-token-x2x4z`)
})

describe('under kubeadm with an open metadata server', () => {
  const set = [JOINING, 'cluster.metadata=open']
  const asNode = (verdicts: readonly VerdictResult[]) =>
    verdicts.flatMap(can).filter((each) => each.startsWith('system:node:'))

  test('under kubeadm with an open metadata server, a pod becomes any node, because the approver does not check the name', () => {
    const { verdicts } = runScenario('scenarios/presets/kubeadm-default.yaml', { attack, set })
    expect(asNode(verdicts)).toEqual([1, 2, 3].map((n) => `system:node:node-${n} get secrets default-token-x2x4z`))
  })

  test('under kubeadm with an open metadata server, a node cannot list secrets', () => {
    const listing = [...set, 'attackers.kubeletmein.plan.0.ask=list-secrets']
    const { verdicts } = runScenario('scenarios/presets/kubeadm-default.yaml', { attack, set: listing })
    expect(asNode(verdicts)).toEqual([])
  })
})

test('nodes of kube-up get the CA and their bootstrap token from the metadata server, and join', () => {
  const { nodes } = runScenario(GKE, { set: [JOINING] })
  // TLS 1.2 over 20 ms, three round trips and the request; then the list that brings the certificate.
  expect(nodes.map(({ joinedNs }) => joinedNs !== null && joinedNs < 400_000_000)).toEqual([true, true, true])
})
