import { describe, expect, test } from 'vitest'
import { consequencesOf } from '../../src/measure/verdicts/consequences.ts'
import type { PathHistory } from '../../src/measure/verdicts/history.ts'
import { aHistory, aPassedOn, responses } from './history-lab.ts'

const MS = 1_000_000
const NOTHING = { outcome: null, firstTick: null, outageNs: 0, recoveredTick: null }
const span = { fromTick: 100, toTick: 500 }

/** A request each hundred ticks, which takes ten. */
const usual = aHistory({ responses: responses([0, 10], [100, 110], [200, 210], [300, 310], [600, 610]) })

function failing(startTick: number, endTick: number): PathHistory['failures'] {
  return [{ startTick, endTick, reason: 'timed out' }]
}

describe('the consequences of an attack', () => {
  test('an attack has no consequences if both runs are the same', () => {
    expect(consequencesOf(usual, usual, span)).toEqual(NOTHING)
    expect(consequencesOf(aHistory(), aHistory(), span)).toEqual(NOTHING)
  })

  test('an attack is an outage if nothing completed that completes without it, until the next response', () => {
    const attacked = aHistory({ responses: responses([0, 10], [600, 610]), failures: failing(100, 400) })
    expect(consequencesOf(attacked, usual, span)).toEqual({
      outcome: 'outage',
      firstTick: 110,
      outageNs: 500,
      recoveredTick: 610,
    })
  })

  test('an attack is an outage until the attacked run ends if nothing completed again', () => {
    const attacked = aHistory({ responses: responses([0, 10]), unfinished: 1, endTick: 2_000 })
    const expected = { outcome: 'outage', firstTick: 110, outageNs: 1_890, recoveredTick: null }
    expect(consequencesOf(attacked, usual, span)).toEqual(expected)
    const longer = { ...usual, endTick: 3_000 }
    expect(consequencesOf(attacked, longer, span)).toEqual(expected)
  })

  test('an attack is a disruption if one request failed and others completed', () => {
    const attacked = aHistory({
      responses: responses([0, 10], [200, 210], [300, 310], [600, 610]),
      failures: failing(100, 150),
    })
    expect(consequencesOf(attacked, usual, span)).toEqual({
      outcome: 'disrupted',
      firstTick: 110,
      outageNs: 100,
      recoveredTick: 210,
    })
  })

  test('an attack is a disruption without an outage if the next response came no later', () => {
    const attacked = { ...usual, idleLosses: ['connection reset' as const] }
    expect(consequencesOf(attacked, usual, span)).toEqual({
      outcome: 'disrupted',
      firstTick: null,
      outageNs: 0,
      recoveredTick: 110,
    })
  })

  test('an attack is a disruption if more requests stayed unfinished', () => {
    const attacked = { ...usual, unfinished: 1 }
    expect(consequencesOf(attacked, usual, span).outcome).toBe('disrupted')
  })

  test.each([
    ['failures', { failures: failing(100, 150) }],
    ['unfinished requests', { unfinished: 1 }],
    ['lost connections', { idleLosses: ['timed out' as const] }],
  ])('an attack has no consequences if the run without it has the same %s', (_, same) => {
    expect(consequencesOf({ ...usual, ...same }, { ...usual, ...same }, span)).toEqual(NOTHING)
    expect(consequencesOf(usual, { ...usual, ...same }, span).outcome).toBeNull()
  })

  test('an attack is no outage if nothing completes without it either', () => {
    const attacked = aHistory({ failures: failing(100, 150) })
    expect(consequencesOf(attacked, aHistory({ failures: failing(100, 150) }), span)).toEqual(NOTHING)
    expect(consequencesOf(attacked, aHistory(), span)).toEqual({
      outcome: 'disrupted',
      firstTick: 150,
      outageNs: 851,
      recoveredTick: null,
    })
  })

  test('consequences begin with the effect of an attack: responses between act and effect do not count', () => {
    const late = aHistory({ responses: responses([0, 10], [100, 110], [600, 610]), failures: failing(200, 450) })
    expect(consequencesOf(late, usual, span)).toEqual({
      outcome: 'outage',
      firstTick: 210,
      outageNs: 400,
      recoveredTick: 610,
    })
  })

  test('consequences of an attack include a response at the tick of the first difference', () => {
    const slower = aHistory({ responses: responses([0, 10], [100, 110], [200, 240], [300, 310], [600, 610]) })
    expect(consequencesOf(slower, usual, span).outcome).toBeNull()
    const faster = aHistory({ responses: responses([0, 10], [100, 110], [200, 205], [600, 610]), unfinished: 1 })
    expect(consequencesOf(faster, usual, span)).toMatchObject({ outcome: 'disrupted', firstTick: 205 })
  })

  test('consequences of an attack include requests that the apiserver passed on', () => {
    const served = aHistory({ passedOn: [aPassedOn(0, 200, 210, 'completed'), aPassedOn(0, 600, 610, 'completed')] })
    const cut = aHistory({ passedOn: [aPassedOn(0, 200, 300, 'timed out'), aPassedOn(0, 600, 610, 'completed')] })
    expect(consequencesOf(cut, served, span)).toEqual({
      outcome: 'outage',
      firstTick: 210,
      outageNs: 400,
      recoveredTick: 610,
    })
  })

  test('consequences of an attack are the same in any order of requests', () => {
    const mixed = { ...usual, responses: [...usual.responses].reverse() }
    expect(consequencesOf(mixed, usual, span)).toEqual(NOTHING)
    const attacked = aHistory({
      responses: responses([600, 610], [0, 10]),
      failures: [...failing(300, 380), ...failing(100, 400)],
    })
    expect(consequencesOf(attacked, mixed, span)).toMatchObject({ outcome: 'outage', firstTick: 110 })
  })

  test('consequences of an attack do not depend on the order of failures at one tick', () => {
    const both = [
      { startTick: 100, endTick: 150, reason: 'timed out' as const },
      { startTick: 120, endTick: 150, reason: 'connection reset' as const },
    ]
    const attacked = { ...usual, failures: both, unfinished: 1 }
    const { outcome, firstTick } = consequencesOf(attacked, { ...usual, failures: [...both].reverse() }, span)
    expect([outcome, firstTick]).toEqual(['disrupted', null])
  })

  test('consequences of an attack include a failure in place of a response at the same tick', () => {
    const attacked = aHistory({
      responses: usual.responses.filter(({ endTick }) => endTick !== 210),
      failures: failing(200, 210),
    })
    expect(consequencesOf(attacked, usual, span)).toEqual({
      outcome: 'disrupted',
      firstTick: 210,
      outageNs: 100,
      recoveredTick: 310,
    })
  })
})

describe('slower responses', () => {
  const long = { fromTick: 0, toTick: 10_000 * MS }

  /** Three requests of so many nanoseconds. */
  function taking(latencyNs: number): PathHistory {
    const starts = [1_000, 2_000, 3_000].map((ms) => ms * MS)
    return aHistory({ responses: responses(...starts.map((start) => [start, start + latencyNs] as const)) })
  }

  test.each([
    [20 * MS, 22 * MS, 'degraded'],
    [20 * MS, 22 * MS - 1, null],
    [5 * MS, 6 * MS, 'degraded'],
    [5 * MS, 6 * MS - 1, null],
    [10 * MS, 11 * MS, 'degraded'],
    [10 * MS, 9 * MS, null],
  ])('responses with a median of %d ns and of %d ns under attack: %s', (usualNs, slowerNs, outcome) => {
    const { outcome: found, firstTick } = consequencesOf(taking(slowerNs), taking(usualNs), long)
    expect(found).toBe(outcome)
    expect(firstTick).toBe(outcome === null ? null : 1_000 * MS + usualNs)
  })

  test('slower responses that were not under way during the step do not count', () => {
    const before = { fromTick: 4_000 * MS, toTick: 5_000 * MS }
    expect(consequencesOf(taking(90 * MS), taking(5 * MS), before)).toEqual(NOTHING)
  })

  test('slower responses that complete after the step, but were delayed in it, count', () => {
    const within = { fromTick: 500 * MS, toTick: 3_001 * MS }
    const delayed = taking(5_000 * MS)
    expect(consequencesOf(delayed, taking(3_500 * MS), within)).toMatchObject({ outcome: 'degraded', outageNs: 0 })
  })

  test('responses are not slower if one of the runs has none', () => {
    expect(consequencesOf(taking(5 * MS), aHistory(), long).outcome).toBeNull()
  })
})
