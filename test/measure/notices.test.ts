import { describe, expect, test } from 'vitest'
import { newCarrierLosses } from '../../src/measure/verdicts/history.ts'
import { newReasons, noticeLevel } from '../../src/measure/verdicts/notices.ts'
import { FAILURE_REASONS, type FailureReason } from '../../src/transport/streams/failure.ts'
import { aHistory, aPassedOn } from './history-lab.ts'

function failingBy(...reasons: readonly FailureReason[]) {
  return aHistory({ failures: reasons.map((reason) => ({ startTick: 0, endTick: 1, reason })) })
}

describe('the notice that honest ends take', () => {
  test('the notice of honest ends is none without failures, and a fault if a response is missing', () => {
    expect(noticeLevel([], false)).toBe('none')
    expect(noticeLevel([], true)).toBe('fault')
  })

  const isOfSecurity = (reason: FailureReason) => /certificate|x509|record|host key/.test(reason)

  test.each(FAILURE_REASONS.filter((reason) => !isOfSecurity(reason)))(
    'the notice of honest ends is a fault for the reason "%s"',
    (reason) => {
      expect(noticeLevel([reason], false)).toBe('fault')
    },
  )

  test.each(
    FAILURE_REASONS.filter(
      (reason) => isOfSecurity(reason) && reason !== 'no certificate to show' && !/MAC/.test(reason),
    ),
  )('the notice of honest ends is security for the reason "%s", even beside faults', (reason) => {
    expect(noticeLevel([reason], false)).toBe('security')
    expect(noticeLevel(['timed out', reason], true)).toBe('security')
  })

  test('the notice of honest ends is security if a peer reports a record with a bad MAC', () => {
    expect(noticeLevel(['remote error: bad record MAC'], false)).toBe('security')
  })

  test('the notice of honest ends is a fault if a client has no certificate to present', () => {
    expect(noticeLevel(['no certificate to show'], false)).toBe('fault')
  })
})

describe('the reasons that an attack adds', () => {
  test('the reasons that an attack adds are those with more failures than without it, sorted by name', () => {
    const attacked = failingBy('timed out', 'forbidden', 'timed out', 'connection reset', 'connection reset')
    const unattacked = failingBy('timed out', 'forbidden', 'connection reset')
    expect(newReasons(attacked, unattacked)).toEqual(['connection reset', 'timed out'])
  })

  test('an attack adds no reasons if as many or fewer requests failed', () => {
    expect(newReasons(failingBy('timed out'), failingBy('timed out'))).toEqual([])
    expect(newReasons(failingBy('timed out'), failingBy('timed out', 'timed out'))).toEqual([])
    expect(newReasons(failingBy(), failingBy('timed out'))).toEqual([])
  })

  test('the reasons that an attack adds include those of connections without requests', () => {
    expect(newReasons(aHistory({ idleLosses: ['record broken'] }), aHistory())).toEqual(['record broken'])
    const once = aHistory({ idleLosses: ['timed out'] })
    expect(newReasons(aHistory({ idleLosses: ['timed out', 'timed out'] }), once)).toEqual(['timed out'])
    expect(newReasons(once, once)).toEqual([])
  })

  test('the reasons that an attack adds include those of passed-on requests', () => {
    const attacked = aHistory({ passedOn: [aPassedOn(0, 0, 9, 'record broken')] })
    expect(newReasons(attacked, aHistory({ passedOn: [aPassedOn(0, 0, 5, 'completed')] }))).toEqual(['record broken'])
    expect(newReasons(attacked, aHistory())).toEqual([])
  })
})

describe('the losses of tunnels that an attack adds', () => {
  const withLosses = (losses: number, ...idleLosses: readonly FailureReason[]) =>
    aHistory({ carriers: [{ host: 4, port: 22, losses, idleLosses }] })

  test('the tunnel losses that an attack adds are those of idle tunnels, once for each reason', () => {
    expect(newCarrierLosses(withLosses(3, 'timed out', 'timed out', 'connection reset'), withLosses(0))).toEqual([
      { host: 4, port: 22, reason: 'timed out' },
      { host: 4, port: 22, reason: 'connection reset' },
    ])
  })

  test('an attack adds no tunnel losses if a busy tunnel is lost as often without it', () => {
    expect(newCarrierLosses(withLosses(1, 'timed out'), withLosses(1))).toEqual([])
  })

  test('an attack adds no tunnel losses for a reason that is as frequent without it', () => {
    expect(newCarrierLosses(withLosses(2, 'timed out'), withLosses(1, 'timed out'))).toEqual([])
    expect(newCarrierLosses(withLosses(2, 'timed out', 'timed out'), withLosses(1, 'timed out'))).toHaveLength(1)
  })
})
