import { expect, test } from 'vitest'
import type { PolicyRule } from '../../../src/measure/policy.ts'
import type { Result } from '../../../src/measure/result.ts'
import { viewExpectations } from '../../../src/report/view/expectation-view.ts'
import { viewVerdict } from '../../../src/report/view/verdict-view.ts'
import { aResult, aVerdict, aWorkload } from '../../fixtures/results.ts'

const NOTHING_READ: PolicyRule = { text: 'never read', outcomes: ['read'], vantages: null, path: null, scope: 'other' }

function verdictOf(overrides: Partial<Result>, policy: readonly PolicyRule[] = [NOTHING_READ]) {
  const result = aResult(overrides)
  return viewVerdict(result, viewExpectations(result, []), policy)
}

const exposed = { messages: 12, of: 15, bytes: 600 }

test('the verdict of a report is a forbidden outcome, with the share of messages and who notices', () => {
  const verdicts = [aVerdict({ worst: 'read', outcomes: ['read'], exposure: exposed })]
  const { level, word, sentence } = verdictOf({ verdicts })
  expect([level, word]).toEqual(['bad', 'Not safe'])
  expect(sentence).toBe(
    'mallory (inline) reads what is not meant for it on logs, 12 of 15 messages exposed, and nobody notices.',
  )
})

test('an outcome with scope own violates no policy in a report', () => {
  const verdicts = [aVerdict({ worst: 'read', outcomes: ['read'], scope: 'own', exposure: exposed })]
  expect(verdictOf({ verdicts })).toMatchObject({
    level: 'good',
    sentence: 'No attacker gets anything of others on 1 path, except its own data.',
  })
})

test('the verdict of a report follows from expectations if the policy allows the outcomes', () => {
  const verdicts = [aVerdict({ worst: 'read', outcomes: ['read'], exposure: exposed })]
  const unmet = { expect: 'latency(fresh) p50 < 10ms', met: false, measured: '66.2ms' }
  expect(verdictOf({ verdicts, expectations: [unmet] }, [])).toMatchObject({
    level: 'bad',
    word: 'Not met',
    sentence: '1 of 1 expectation is not met: latency(fresh) p50 < 10ms, measured 66.2ms.',
  })
})

test('the verdict of a report is an interruption if nothing worse happens', () => {
  const verdicts = [aVerdict({ worst: 'outage', outcomes: ['outage'], outageNs: 3.2e9 })]
  expect(verdictOf({ verdicts })).toMatchObject({
    level: 'harmed',
    sentence: 'No attacker gets what others own, but mallory (inline) stops all service on logs, for 3.20 s.',
  })
  const ended = [aVerdict({ worst: 'outage', outcomes: ['outage'], outageNs: 0 })]
  expect(verdictOf({ verdicts: ended }).sentence).toMatch(/stops all service on logs\.$/)
})

test('the verdict of a report does not count attacks that were not tried', () => {
  const verdicts = [aVerdict({ worst: 'not-tried', outcomes: ['not-tried'] })]
  expect(verdictOf({ verdicts })).toMatchObject({ level: 'neutral', word: 'Untried' })
})

test('the verdict of a report without attackers is that of expectations, and failed requests are noted', () => {
  const met = { expect: 'failed(fresh) < 9', met: true, measured: '2 failed requests' }
  expect(verdictOf({ expectations: [met], workloads: [aWorkload({ failed: 2 })] })).toEqual({
    level: 'good',
    word: 'Met',
    sentence: 'The expectation is met.',
    notes: ['Of 17 requests on 1 path, 2 failed.', 'No attacker is in this scenario.'],
  })
})
