import { expect, test } from 'vitest'
import type { Finding } from '../../src/measure/check.ts'
import type { VerdictResult } from '../../src/measure/verdict.ts'
import { sentenceOf } from '../../src/report/check/finding-sentence.ts'
import { aVerdict } from '../fixtures/results.ts'

function sentence(vantage: VerdictResult['vantage'], holds: readonly string[]): string {
  const on = vantage === 'user' ? { kind: 'user', name: 'alice' } : { kind: 'host', name: 'web-2' }
  const finding: Finding = {
    path: 'logs',
    attack: 'stolen-token',
    place: null,
    on,
    holds,
    verdict: aVerdict({ vantage, victim: 'node-1', outcomes: ['impersonated'], worst: 'impersonated' }),
    choices: 1,
    digest: '',
    paths: ['logs'],
    victims: ['node-1'],
    forbidden: ['impersonated'],
    causes: [],
    rules: [],
    isAccepted: false,
    isAssumed: false,
    accepted: [],
    expired: [],
    reproduce: '',
    look: null,
  }
  return sentenceOf(finding, {})
}

test('a finding about an attacker that has a stolen credential names it', () => {
  expect(sentence('pod', ['web-token'])).toMatch(/^a process on web-2, holding web-token, answers/)
  expect(sentence('node', ['web-token', 'old-token'])).toMatch(
    /^root on web-2, holding web-token and old-token, answers/,
  )
  expect(sentence('pod', [])).toMatch(/^a process on web-2 answers/)
})

test('a finding about a user does not name the certificate of that user', () => {
  expect(sentence('user', ['alice-client'])).toMatch(/^the Kubernetes user alice answers/)
})
