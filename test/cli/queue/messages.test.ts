import { describe, expect, test } from 'vitest'
import { Seal } from '../../../src/cli/queue/seal.ts'
import { timesOf, workText } from '../../../src/cli/queue/worker-times.ts'
import { sha256 } from '../../../src/cli/sha256.ts'
import { jobMessage, readJob } from '../../../src/study/sweep/job-message.ts'
import { keyOf, type Point } from '../../../src/study/sweep/point.ts'
import type { PointOutcome } from '../../../src/study/sweep/point-outcome.ts'
import { failureMessage, outcomeMessage, readResult } from '../../../src/study/sweep/result-message.ts'
import { aResult } from '../../fixtures/results.ts'
import { SMALL_SCENARIO } from '../../fixtures/scenario-text.ts'

const BUILD = '0.1.0+0123456789ab'
const POINT: Point = { build: BUILD, scenario: SMALL_SCENARIO, seed: 3, maxEvents: null }
const OUTCOME: PointOutcome = { kind: 'result', result: aResult({ seed: 3 }) }
const OPEN = new Seal(null)
const SECRET = new Seal('a secret of the test')

const bytes = (text: string) => new TextEncoder().encode(text)
const sealed = (body: string, seal = OPEN) => ({ body, seal: seal.of('job', body) })

describe('a job of the queue', () => {
  test.each([
    ['without a secret', OPEN],
    ['with a secret', SECRET],
  ])('a job of the queue is read as it was written, %s', (_, seal) => {
    expect(readJob(jobMessage(POINT, seal), seal, BUILD)).toEqual({ ok: true, point: POINT })
  })

  const reasonOf = (data: unknown, seal = OPEN) => {
    const read = readJob(data, seal, BUILD)
    return read.ok ? 'read' : read.reason
  }

  test.each([
    ['null', null],
    ['a text', 'run me'],
    ['a list', [1]],
    ['an object of something else', { to: 'someone' }],
  ])('%s is not a valid job of the queue', (_, data) => {
    expect(reasonOf(data)).toBe('it is not a job of onpath')
  })

  test('a queue job with an additional field is refused', () => {
    expect(reasonOf({ ...jobMessage(POINT, OPEN), command: 'rm' })).toBe('it is not a job of onpath')
  })

  test.each([
    ['no JSON', '{'],
    ['another value', '[1, 2]'],
    ['one field more', JSON.stringify({ ...POINT, program: 'sh' })],
    ['a seed that is no whole number', JSON.stringify({ ...POINT, seed: 1.5 })],
    ['a scenario that is no text', JSON.stringify({ ...POINT, scenario: { extends: '/etc/passwd' } })],
  ])('a queue job with a valid signature and %s is refused', (_, body) => {
    expect(reasonOf(sealed(body))).toBe('it is not a point of a sweep')
  })

  test('a queue job of another build is refused', () => {
    expect(reasonOf(jobMessage({ ...POINT, build: '0.2.0' }, OPEN))).toBe('it is of another build of onpath')
  })

  test('a queue job that was changed, or signed without the secret, is refused', () => {
    const message = jobMessage(POINT, SECRET)
    const changed = { ...message, body: message.body.replace('10ms', '11ms') }
    expect(reasonOf(changed, SECRET)).toMatch(/^its seal is wrong/)
    expect(reasonOf(jobMessage(POINT, OPEN), SECRET)).toMatch(/^its seal is wrong/)
    expect(reasonOf(message, OPEN)).toMatch(/^its seal is wrong/)
  })
})

describe('a result in the queue', () => {
  const key = keyOf(POINT, sha256)

  test('a result in the queue is read as it was written', () => {
    const message = outcomeMessage(key, OUTCOME, SECRET)
    expect(readResult(key, bytes(message), SECRET)).toEqual({ kind: 'outcome', outcome: OUTCOME })
  })

  test('a result in the queue says why a worker has no outcome', () => {
    const failure = { kind: 'memory', message: 'no memory' } as const
    expect(readResult(key, bytes(failureMessage(key, failure, OPEN)), OPEN)).toEqual({ kind: 'failure', failure })
  })

  test('a result in the queue keeps the first 4000 characters of a longer message', () => {
    const failure = { kind: 'bug', message: `${'x'.repeat(4_000)}y` } as const
    const read = readResult(key, bytes(failureMessage(key, failure, OPEN)), OPEN)
    expect(read).toEqual({ kind: 'failure', failure: { kind: 'bug', message: 'x'.repeat(4_000) } })
  })

  const refused = (text: string, seal = OPEN) => readResult(key, bytes(text), seal)

  test('a result in the queue of another point is refused', () => {
    const other = keyOf({ ...POINT, seed: 4 }, sha256)
    const reason = 'it is not a result of this point'
    expect(refused(outcomeMessage(other, OUTCOME, OPEN))).toEqual({ kind: 'refused', reason })
    expect(refused(failureMessage(other, { kind: 'bug', message: '' }, OPEN))).toEqual({ kind: 'refused', reason })
  })

  test('a result in the queue with one changed character is refused', () => {
    const message = outcomeMessage(key, OUTCOME, OPEN)
    for (const at of [3, 70, Math.floor(message.length / 2), message.length - 3]) {
      const character = message[at] === '0' ? '1' : '0'
      const changed = `${message.slice(0, at)}${character}${message.slice(at + 1)}`
      expect(refused(changed).kind).toBe('refused')
    }
  })

  test('a result in the queue that is garbage, or signed without the secret, is refused', () => {
    for (const text of ['', '\n', 'garbage', `${OPEN.of('result', '{}')}\n{}`, `${OPEN.of('result', '')}\n`])
      expect(refused(text).kind).toBe('refused')
    expect(refused(outcomeMessage(key, OUTCOME, OPEN), SECRET).kind).toBe('refused')
  })

  test('a result in the queue with the signature of a job is refused', () => {
    const record = outcomeMessage(key, OUTCOME, SECRET).split('\n').slice(1).join('\n')
    expect(refused(`${SECRET.of('job', record)}\n${record}`, SECRET).kind).toBe('refused')
  })
})

describe('a worker', () => {
  test('a queue worker has the times of its options in milliseconds, and holds points for half a minute by default', () => {
    expect(timesOf({})).toEqual({ lockMs: 30_000, idleMs: null })
    expect(timesOf({ lock: 1_500_000, idle: 2_000_000_000 })).toEqual({ lockMs: 2, idleMs: 2_000 })
    expect(timesOf({ lock: 1 }).lockMs).toBe(1)
  })

  test.each([
    [{ done: 1, refused: 0 }, '1 point simulated'],
    [{ done: 0, refused: 2 }, '0 points simulated, 2 jobs refused'],
  ])('a queue worker says at its end what it has done: %j', (report, text) => {
    expect(workText(report)).toBe(text)
  })
})
