import { describe, expect, test } from 'vitest'
import type { Finding, Gain } from '../../src/measure/check.ts'
import type { RealNames } from '../../src/measure/real-name.ts'
import type { VerdictResult } from '../../src/measure/verdict.ts'
import { gainSentence } from '../../src/report/check/gain-sentence.ts'
import { aVerdict } from '../fixtures/results.ts'

function finding(verdict: VerdictResult): Finding {
  return {
    path: verdict.path,
    attack: null,
    place: 'node',
    on: { kind: 'host', name: 'node-1' },
    holds: [],
    verdict,
    choices: 1,
    digest: '',
    paths: [verdict.path],
    victims: [verdict.victim],
    forbidden: ['privilege'],
    causes: [],
    rules: [],
    isAccepted: false,
    isAssumed: false,
    accepted: [],
    expired: [],
    reproduce: '',
    look: '',
  }
}

function sentence(who: Gain['who'], ...verdicts: readonly VerdictResult[]): string {
  return sentenceWith({}, who, ...verdicts)
}

function sentenceWith(names: RealNames, who: Gain['who'], ...verdicts: readonly VerdictResult[]): string {
  const gain = { who, findings: verdicts.map(finding), isAssumed: false, causes: [], between: [], traffic: [] }
  return gainSentence(gain, names)
}

const right = (as: string, resource: string, on: string) => ({ as, verb: 'get', resource, on, untilNs: null })

test('a finding names the first three of many service account tokens that root on a node has', () => {
  const granted = ['a', 'b', 'c', 'd', 'e'].map((name) =>
    right(`system:serviceaccount:apps:${name}`, 'nodes/proxy', 'n'),
  )
  const who = { kind: 'identity', identity: granted[0].as } as const
  const of = (count: number) => sentence(who, aVerdict({ vantage: 'node', privileges: granted.slice(0, count) }))
  const place = '(root on a node that has such a pod) may get nodes/proxy on n'
  expect(of(1)).toContain(`Whoever has the token of the service account apps/a ${place}`)
  expect(of(2)).toContain(`Whoever has the token of one of the service accounts apps/a and apps/b ${place}`)
  expect(of(5)).toContain(`one of the service accounts apps/a, apps/b, apps/c and 2 more ${place}`)
})

test('a finding attributes permissions without a credential to the servers that granted them, and to the cluster', () => {
  const request = { verb: 'get', status: 200, by: 'nobody', times: 1 }
  const verdict = aVerdict({
    vantage: 'blind',
    technique: 'direct-request',
    privileges: [right('nobody', 'secrets', 'cluster')],
    requests: [
      { ...request, resource: 'secrets', server: 'master', port: 8080 },
      { ...request, resource: '/healthz', server: 'node-1', port: 10255 },
    ],
  })
  expect(sentence({ kind: 'anyone', identity: null }, verdict)).toBe(
    'Whoever can reach master:8080 can get secrets in the whole cluster without a credential',
  )
})

test('a finding explains a technique by the first sentence of its meaning', () => {
  const text = sentence({ kind: 'root', identity: null }, aVerdict({ vantage: 'node', technique: 'relay' }))
  expect(text).toMatch(/by relay, which accepts .* to the real server$/)
})

describe('names in the cluster', () => {
  const names: RealNames = {
    'node-3-corp': { kind: 'Node', name: 'node-3.corp' },
    'member-of-ops': { kind: 'Group', name: 'ops' },
    'kubectl-user': { kind: 'assumed', name: 'kubectl-user' },
    'web-1': { kind: 'assumed', name: 'web-1' },
  }

  test('names in the cluster are printed as nodes, in lists of hosts and in user names', () => {
    const verdict = aVerdict({
      vantage: 'node',
      privileges: [right('system:node:node-3-corp', 'nodes/proxy', 'node-3-corp')],
    })
    expect(sentenceWith(names, { kind: 'identity', identity: 'system:node:node-3-corp' }, verdict)).toBe(
      'Root on node-3.corp, with the credential of its kubelet, may get nodes/proxy on node-3.corp (commands in every container there)',
    )
  })

  test('names of groups and assumed users are printed with that fact', () => {
    const verdict = aVerdict({ vantage: 'user', privileges: [right('x', 'secrets', 'cluster')] })
    const by = (identity: string) => sentenceWith(names, { kind: 'identity', identity }, verdict)
    expect(by('member-of-ops')).toMatch(/^A member of the group ops may/)
    expect(by('kubectl-user')).toMatch(/^The administrator whom the import assumes \(kubectl-user\) may/)
  })

  test('the host master is printed as the apiserver, in every scenario', () => {
    const request = { verb: 'get', resource: '/', status: 200, by: 'nobody', times: 1, server: 'master', port: 8080 }
    const verdict = aVerdict({ vantage: 'blind', technique: 'direct-request', requests: [request] })
    expect(sentenceWith(names, { kind: 'anyone', identity: null }, verdict)).toBe(
      'Whoever can reach port 8080 of the apiserver can read what it serves without a credential',
    )
  })

  test('names in the cluster are distinguished from pods that the import assumes', () => {
    const request = { verb: 'get', resource: '/', status: 200, by: 'nobody', times: 1 }
    const requests = [
      { ...request, server: 'web-1', port: 8080 },
      { ...request, server: 'node-3-corp', port: 10255 },
    ]
    const verdict = aVerdict({ vantage: 'blind', technique: 'direct-request', requests })
    expect(sentenceWith(names, { kind: 'anyone', identity: null }, verdict)).toBe(
      'Whoever can reach node-3.corp:10255 and pods (assumed: web-1:8080) can read what they serve without a credential',
    )
  })
})
