import { describe, expect, test } from 'vitest'
import {
  firstResponseAfter,
  hasRequestsDuring,
  messagesWithin,
  pairedHistories,
  responsesDuring,
  responsesWithin,
} from '../../src/measure/verdicts/history.ts'
import { aHistory, aPassedOn, responses } from './history-lab.ts'

const span = { fromTick: 100, toTick: 200 }

describe('of a span from 100 to 200', () => {
  test.each([
    [50, 99, 'neither'],
    [50, 100, 'neither'],
    [50, 101, 'both'],
    [100, 200, 'both'],
    [199, 201, 'under way'],
    [200, 201, 'under way'],
    [201, 202, 'neither'],
    [50, 300, 'under way'],
  ])('a request from %d to %d is %s within the span and under way in it', (startTick, endTick, which) => {
    const history = aHistory({ responses: responses([startTick, endTick]) })
    expect(responsesWithin(history, span).length).toBe(which === 'both' ? 1 : 0)
    expect(responsesDuring(history, span).length).toBe(which === 'neither' ? 0 : 1)
    expect(hasRequestsDuring(history, span)).toBe(which !== 'neither')
  })

  test.each([
    [50, 100, false],
    [50, 101, true],
    [200, 300, true],
    [201, 300, false],
  ])('a failed or passed-on request from %d to %d is under way: %s', (startTick, endTick, is) => {
    const failed = aHistory({ failures: [{ startTick, endTick, reason: 'timed out' }] })
    expect(hasRequestsDuring(failed, span)).toBe(is)
    const passedOn = aHistory({ passedOn: [aPassedOn(0, startTick, endTick, 'completed')] })
    expect(hasRequestsDuring(passedOn, span)).toBe(is)
  })

  test('a passed-on request that stays open is under way unless it begins after the span', () => {
    const open = (startTick: number) => aHistory({ passedOn: [aPassedOn(0, startTick, startTick, 'open')] })
    expect([0, 200, 201].map((tick) => hasRequestsDuring(open(tick), span))).toEqual([true, true, false])
    const ended = aHistory({ passedOn: [aPassedOn(0, 0, 0, 'completed')] })
    expect(hasRequestsDuring(ended, span)).toBe(false)
  })

  test('an unfinished request of a workload is under way, and a missing one is not', () => {
    expect(hasRequestsDuring(aHistory({ unfinished: 1 }), span)).toBe(true)
    expect(hasRequestsDuring(aHistory(), span)).toBe(false)
  })

  test('messages count that were under way before the last tick of a span, and open ones sent before it', () => {
    const sent = [
      [0, 99],
      [0, 100],
      [99, 300],
      [150, 160],
      [199, 250],
      [200, 250],
    ].map(([startTick, endTick]) => ({ startTick, endTick }))
    expect(messagesWithin({ messages: { sent, open: [0, 199, 200] } }, span)).toBe(6)
    expect(messagesWithin({ messages: { sent: [], open: [] } }, span)).toBe(0)
  })
})

test('the first response after a tick is the earliest that ends later', () => {
  const history = aHistory({ responses: responses([0, 300], [0, 100], [0, 200]) })
  expect([0, 99, 100, 200, 299, 300].map((tick) => firstResponseAfter(history, tick))).toEqual([
    100,
    100,
    200,
    300,
    300,
    null,
  ])
})

describe('requests that the apiserver passed on', () => {
  test('passed-on requests that completed in both runs count as responses of the path', () => {
    const [attacked, unattacked] = pairedHistories(
      aHistory({ responses: responses([1, 2]), passedOn: [aPassedOn(0, 10, 30, 'completed')] }),
      aHistory({ responses: responses([1, 2]), passedOn: [aPassedOn(0, 10, 20, 'completed')] }),
    )
    expect(attacked.responses).toMatchObject(responses([1, 2], [10, 30]))
    expect(unattacked.responses).toMatchObject(responses([1, 2], [10, 20]))
    expect([attacked.failures, attacked.unfinished, attacked.passedOn]).toEqual([[], 0, []])
  })

  test('passed-on requests that failed count with their reason, and open ones as unfinished', () => {
    const [attacked, unattacked] = pairedHistories(
      aHistory({
        failures: [{ startTick: 1, endTick: 2, reason: 'forbidden' }],
        unfinished: 3,
        passedOn: [aPassedOn(0, 10, 30, 'timed out'), aPassedOn(0, 40, 40, 'open')],
      }),
      aHistory({ passedOn: [aPassedOn(0, 10, 20, 'completed'), aPassedOn(0, 40, 50, 'completed')] }),
    )
    expect(attacked.responses).toEqual([])
    expect(attacked.failures).toEqual([
      { startTick: 1, endTick: 2, reason: 'forbidden' },
      { startTick: 10, endTick: 30, reason: 'timed out' },
    ])
    expect(attacked.unfinished).toBe(4)
    expect([unattacked.responses.length, unattacked.unfinished]).toEqual([2, 0])
  })

  test('passed-on requests are compared with the same request for the same object, as far as both runs have as many', () => {
    const [attacked, unattacked] = pairedHistories(
      aHistory({
        passedOn: [
          aPassedOn(1, 10, 11, 'completed'),
          aPassedOn(0, 20, 21, 'completed'),
          aPassedOn(1, 30, 31, 'completed'),
          aPassedOn(2, 40, 41, 'completed'),
        ],
      }),
      aHistory({
        passedOn: [
          aPassedOn(0, 50, 52, 'completed'),
          aPassedOn(1, 60, 62, 'completed'),
          aPassedOn(0, 70, 72, 'completed'),
        ],
      }),
    )
    expect(attacked.responses).toMatchObject(responses([10, 11], [20, 21]))
    expect(unattacked.responses).toMatchObject(responses([60, 62], [50, 52]))
  })

  test.each([
    ['completed', 99, 'is compared'],
    ['completed', 100, 'is left out'],
    ['completed', 101, 'is left out'],
    ['timed out', 50, 'is left out'],
    ['open', 50, 'is left out'],
    ['withdrawn', 50, 'is left out'],
  ] as const)(
    'a passed-on request withdrawn after 100 ticks, where the other run has one that is %s after %d, %s',
    (end, ticks, what) => {
      const withdrawn = aHistory({ passedOn: [aPassedOn(0, 10, 110, 'withdrawn')] })
      const other = aHistory({ passedOn: [aPassedOn(0, 10, 10 + ticks, end)] })
      const count = what === 'is compared' ? 1 : 0
      const [attacked, unattacked] = pairedHistories(withdrawn, other)
      expect([attacked.unfinished, unattacked.responses.length]).toEqual([count, count])
      expect(attacked.failures).toEqual([])
      const [first, second] = pairedHistories(other, withdrawn)
      expect([first.responses.length, second.unfinished]).toEqual([count, count])
    },
  )
})
