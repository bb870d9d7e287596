import { expect, test } from 'vitest'
import type { Finding, Gain } from '../../src/measure/check.ts'
import type { VerdictResult } from '../../src/measure/verdict.ts'
import { gainSentence } from '../../src/report/check/gain-sentence.ts'
import { aVerdict } from '../fixtures/results.ts'

function finding(verdict: VerdictResult): Finding {
  return {
    path: verdict.path,
    attack: null,
    place: 'node',
    on: { kind: 'host', name: 'node-1' },
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
  return gainSentence({ who, findings: verdicts.map(finding), isAssumed: false, causes: [], between: [], traffic: [] })
}

const right = (as: string, resource: string, on: string) => ({ as, verb: 'get', resource, on, untilNs: null })

test('the tokens of several service accounts that root on a node has are named, the first three of many', () => {
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

test('permissions without a credential are said of the servers that granted them, and of the cluster as a whole', () => {
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

test('a technique is explained by the first sentence of its meaning', () => {
  const text = sentence({ kind: 'root', identity: null }, aVerdict({ vantage: 'node', technique: 'relay' }))
  expect(text).toMatch(/by relay, which accepts .* to the real server$/)
})
