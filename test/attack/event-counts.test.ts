import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NEVER } from '../../src/attack/state/attack-state.ts'
import { ATTACK_EVENTS, NO_PACKET } from '../../src/attack/state/event-counts.ts'
import { emptyCounts } from '../fixtures/event-counts.ts'

describe('the counts of events', () => {
  test('the event counts of a step and path are 0 at first', () => {
    const { counts } = emptyCounts({ steps: 1, paths: 1 })
    const events = counts.over(0, [0])
    for (const event of ATTACK_EVENTS) {
      expect([counts.has(0, 0, event), counts.amount(0, 0, event), counts.firstTick(0, 0, event)]).toEqual([
        false,
        0,
        NEVER,
      ])
      expect([events.has(event), events.amount(event), events.firstTick(event)]).toEqual([false, 0, NEVER])
      expect(events.firstPacket(event)).toEqual(NO_PACKET)
    }
  })

  test('event counts add up amounts and keep the tick and packet of the first event, even if its amount is 0', () => {
    const { counts, timeline } = emptyCounts({ steps: 1, paths: 1 })
    timeline.now = 5
    counts.add(0, 0, 'body-read', 0, 2, 30)
    timeline.now = 6
    counts.add(0, 0, 'body-read', 7, 3, 31)
    counts.add(0, 0, 'body-read', 4, 4, 32)
    expect([counts.has(0, 0, 'body-read'), counts.amount(0, 0, 'body-read')]).toEqual([true, 11])
    expect(counts.firstTick(0, 0, 'body-read')).toBe(5)
    expect(counts.firstPacket(0, 0, 'body-read')).toEqual({ direction: 2, serial: 30 })
  })

  test('an event at tick 0 is counted as one that occurred', () => {
    const { counts } = emptyCounts({ steps: 1, paths: 1 })
    counts.add(0, 0, 'sent', 1, 0, 0)
    expect([counts.has(0, 0, 'sent'), counts.firstTick(0, 0, 'sent')]).toEqual([true, 0])
  })

  test('event counts are separate for each step, path and event, and can be summed over paths', () => {
    const event = fc.record({
      step: fc.nat(2),
      path: fc.nat(3),
      event: fc.constantFrom(...ATTACK_EVENTS),
      amount: fc.nat(9),
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), fc.uniqueArray(fc.nat(3)), (added, paths) => {
        const { counts, timeline } = emptyCounts({ steps: 3, paths: 4 })
        for (const { step, path, event, amount } of added) {
          timeline.now++
          counts.add(step, path, event, amount, path, timeline.now)
        }
        for (const step of [0, 1, 2]) {
          const joined = counts.over(step, paths)
          for (const event of ATTACK_EVENTS) {
            const own = added
              .map((one, index) => ({ ...one, tick: index + 1 }))
              .filter((one) => one.step === step && one.event === event && paths.includes(one.path))
            expect(joined.has(event)).toBe(own.length > 0)
            expect(joined.amount(event)).toBe(own.reduce((sum, { amount }) => sum + amount, 0))
            expect(joined.firstTick(event)).toBe(own[0]?.tick ?? NEVER)
            expect(joined.lastTick(event)).toBe(own.at(-1)?.tick ?? 0)
            const packet = own.length === 0 ? NO_PACKET : { direction: own[0].path, serial: own[0].tick }
            expect(joined.firstPacket(event)).toEqual(packet)
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  test('of events on several paths at the same tick, the first path has the evidence', () => {
    const { counts } = emptyCounts({ steps: 1, paths: 2 })
    counts.add(0, 1, 'packet', 1, 1, 1)
    counts.add(0, 0, 'packet', 1, 0, 0)
    expect(counts.over(0, [0, 1]).firstPacket('packet').direction).toBe(0)
    expect(counts.over(0, [1, 0]).firstPacket('packet').direction).toBe(1)
  })
})
