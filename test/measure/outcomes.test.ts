import { describe, expect, test } from 'vitest'
import { ATTACK_EVENTS, type AttackEvent, type EventCounts } from '../../src/attack/state/event-counts.ts'
import { TECHNIQUES } from '../../src/attack/techniques.ts'
import { OUTCOMES, type Outcome } from '../../src/measure/verdict.ts'
import {
  consequenceOutcome,
  inOrder,
  isWorse,
  outcomeWithoutEffect,
  shownOutcomes,
} from '../../src/measure/verdicts/outcomes.ts'
import { emptyCounts } from '../fixtures/event-counts.ts'

/** Returns the counts of step 1 on path 1 of two steps and two paths, with events at the ticks 1, 2, 3 and so on. */
function countsOf(...events: readonly AttackEvent[]): EventCounts {
  const { counts, timeline } = emptyCounts({ steps: 2, paths: 2 })
  for (const event of events) {
    timeline.now++
    counts.add(1, 1, event, 0, 0, 0)
  }
  return counts
}

function eventsOf(...events: readonly AttackEvent[]) {
  return countsOf(...events).over(1, [1])
}

/** What shows each outcome, as docs/attacks.md tells it. */
const SHOWN: Partial<Record<AttackEvent, Outcome>> = {
  relayed: 'relayed',
  'forged-answer-accepted': 'impersonated',
  'altered-accepted': 'modified',
  'altered-request-accepted': 'modified',
  'forged-request-accepted': 'modified',
  'request-taken': 'read',
  'request-read': 'read',
  'answer-read': 'read',
  'body-read': 'read',
  'key-read': 'read',
  'chunk-read': 'read',
  passed: 'metadata',
}

describe('the outcome that events show', () => {
  test.each(ATTACK_EVENTS)('the outcome of a step follows from the event "%s" alone', (event) => {
    const outcome = SHOWN[event]
    expect(shownOutcomes(eventsOf(event))).toEqual(outcome === undefined ? [] : [{ outcome, event }])
  })

  test('a step without events has no outcome from events', () => {
    expect(shownOutcomes(eventsOf())).toEqual([])
  })

  test('an event of another step or path does not count for this step', () => {
    const counts = countsOf('relayed', 'body-read', 'passed')
    for (const [step, path] of [
      [0, 0],
      [0, 1],
      [1, 0],
    ])
      expect(shownOutcomes(counts.over(step, [path]))).toEqual([])
  })

  test('all events together give all outcomes, worst first', () => {
    const shown = shownOutcomes(eventsOf(...ATTACK_EVENTS)).map(({ outcome }) => outcome)
    expect(shown).toEqual(['relayed', 'impersonated', 'modified', 'read'])
  })

  test('the outcome of events lists metadata beside outcomes without reading, since who reads learns metadata too', () => {
    const shown = (...events: readonly AttackEvent[]) =>
      shownOutcomes(eventsOf(...events)).map(({ outcome }) => outcome)
    expect(shown('passed', 'altered-accepted')).toEqual(['modified', 'metadata'])
    expect(shown('passed', 'chunk-read', 'relayed')).toEqual(['relayed', 'read'])
  })

  test('the outcome of events has the first event as evidence', () => {
    const firstRead = (...events: readonly AttackEvent[]) => shownOutcomes(eventsOf(...events))[0].event
    expect(firstRead('chunk-read', 'request-taken', 'body-read')).toBe('chunk-read')
    expect(firstRead('body-read', 'chunk-read', 'request-taken')).toBe('body-read')
    expect(firstRead('request-taken', 'chunk-read', 'body-read')).toBe('request-taken')
    expect(firstRead('forged-request-accepted', 'altered-accepted')).toBe('forged-request-accepted')
  })
})

describe('a step that achieved nothing', () => {
  test.each<[readonly AttackEvent[], boolean, Outcome, AttackEvent | null]>([
    [[], false, 'unreachable', null],
    [[], true, 'no-effect', null],
    [['sent'], false, 'no-effect', null],
    [['packet'], false, 'no-effect', 'packet'],
    [['handshake-name'], false, 'unreachable', null],
  ])('a step that achieved nothing, with the events %s, on its path: %s, is %s', (events, isOnPath, outcome, event) => {
    const shown = outcomeWithoutEffect(eventsOf(...events), TECHNIQUES.drop, isOnPath)
    expect(shown).toEqual({ outcome, event })
  })

  test('a step that achieved nothing learned metadata if it observed packets by a technique that observes', () => {
    expect(outcomeWithoutEffect(eventsOf('packet'), TECHNIQUES.eavesdrop, false)).toEqual({
      outcome: 'metadata',
      event: 'packet',
    })
    expect(outcomeWithoutEffect(eventsOf(), TECHNIQUES.eavesdrop, true)).toEqual({ outcome: 'no-effect', event: null })
    expect(outcomeWithoutEffect(eventsOf(), TECHNIQUES.eavesdrop, false).outcome).toBe('unreachable')
  })
})

test('consequences are an outcome even without an event', () => {
  const consequences = { firstTick: 1, outageNs: 2, recoveredTick: 3 }
  expect(consequenceOutcome({ outcome: null, ...consequences })).toEqual([])
  expect(consequenceOutcome({ outcome: 'outage', ...consequences })).toEqual([{ outcome: 'outage', event: null }])
})

describe('the order of outcomes', () => {
  test('the order of outcomes goes from the largest gain of an attacker to the smallest', () => {
    expect(OUTCOMES).toEqual([
      'privilege',
      'credential',
      'relayed',
      'impersonated',
      'modified',
      'read',
      'outage',
      'disrupted',
      'degraded',
      'metadata',
      'no-effect',
      'not-tried',
      'unreachable',
      'not-applicable',
    ])
  })

  test('the order of outcomes sorts outcomes from the worst on, each once', () => {
    expect(inOrder(['metadata', 'read', 'metadata', 'privilege'])).toEqual(['privilege', 'read', 'metadata'])
    expect(inOrder([])).toEqual([])
  })

  test('an outcome is worse than those after it, and not than itself', () => {
    expect(isWorse('read', 'outage')).toBe(true)
    expect(isWorse('outage', 'read')).toBe(false)
    expect(isWorse('read', 'read')).toBe(false)
  })
})
