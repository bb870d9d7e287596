import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PacketRule } from '../../src/network/packet-rule.ts'
import { beginning, endOf, finish, scenarioOf } from '../fixtures/simulations.ts'
import { A_BIT_OF_EVERYTHING } from './a-bit-of-everything.ts'

const scenario = scenarioOf(A_BIT_OF_EVERYTHING)
const unforked = finish(beginning(scenario), scenario)
const NO_LIMIT = Number.POSITIVE_INFINITY

/** Generates a tick of the run. */
const aTick = fc.integer({ min: 0, max: endOf(scenario) })

describe('a fork', () => {
  test('a fork at any tick and its origin continue like a run that was never forked', () => {
    fc.assert(
      fc.property(aTick, fc.boolean(), (tick, isForkFirst) => {
        const parent = beginning(scenario)
        parent.runUntil(tick, NO_LIMIT)
        const fork = parent.fork()
        const [first, second] = isForkFirst ? [fork, parent] : [parent, fork]
        expect(finish(first, scenario)).toEqual(unforked)
        expect(finish(second, scenario)).toEqual(unforked)
      }),
      { numRuns: 6, endOnFailure: true },
    )
  })

  test('a fork between any two events of one tick continues like a run that was never forked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: unforked.events - 1 }), (events) => {
        const parent = beginning(scenario)
        expect(parent.runUntil(NO_LIMIT, events)).toBe('budget')
        expect(finish(parent.fork(), scenario)).toEqual(unforked)
      }),
      { numRuns: 4, endOnFailure: true },
    )
  })

  test('a fork applies the packet rules of its origin', () => {
    const first: PacketRule = {
      judge: (packet) =>
        packet.transmission === 1 && packet.sequenceNumber % 11 === 0 ? { action: 'drop' } : { action: 'pass' },
    }
    const ruled = () => {
      const simulation = beginning(scenario)
      for (const direction of simulation.plan.directions.keys()) simulation.network.rules.setRule(direction, first)
      return simulation
    }
    const expected = finish(ruled(), scenario)
    expect(expected.trafficDigest).not.toBe(unforked.trafficDigest)
    const parent = ruled()
    parent.runUntil(1_000_000_000, NO_LIMIT)
    expect(finish(parent.fork(), scenario)).toEqual(expected)
  })

  test('a fork and its origin that run in turns continue like a run that was never forked', () => {
    const parent = beginning(scenario)
    parent.runUntil(1_000_000_000, NO_LIMIT)
    const fork = parent.fork()
    for (let events = 0; parent.runUntil(NO_LIMIT, events) === 'budget'; events += 97)
      fork.runUntil(NO_LIMIT, events - 41)
    expect(finish(fork, scenario)).toEqual(unforked)
    expect(finish(parent, scenario)).toEqual(unforked)
  })

  test('a fork of a fork continues like a run that was never forked', () => {
    fc.assert(
      fc.property(fc.array(aTick, { minLength: 3, maxLength: 3 }), (ticks) => {
        let simulation = beginning(scenario)
        for (const tick of ticks.sort((a, b) => a - b)) {
          simulation.runUntil(tick, NO_LIMIT)
          simulation = simulation.fork()
        }
        expect(finish(simulation, scenario)).toEqual(unforked)
      }),
      { numRuns: 3, endOnFailure: true },
    )
  })

  test('a fork continues correctly in the memory of a released simulation that ran longer, shorter, or grew', () => {
    fc.assert(
      fc.property(aTick, aTick, aTick, (forkedAt, givenBackAt, forkedAgainAt) => {
        const parent = beginning(scenario)
        parent.runUntil(Math.min(forkedAt, forkedAgainAt), NO_LIMIT)
        const used = parent.fork()
        used.runUntil(givenBackAt, NO_LIMIT)
        used.release()
        parent.runUntil(Math.max(forkedAt, forkedAgainAt), NO_LIMIT)
        const again = parent.fork()
        expect(again).toBe(used)
        expect(finish(again, scenario)).toEqual(unforked)
        expect(finish(parent, scenario)).toEqual(unforked)
      }),
      { numRuns: 4, endOnFailure: true },
    )
  })
})

describe('a run that is stopped and continued', () => {
  test('a run that is stopped and continued gives the same result whatever the ticks at which it stops', () => {
    fc.assert(
      fc.property(fc.array(aTick, { maxLength: 20 }), (ticks) => {
        const simulation = beginning(scenario)
        for (const tick of ticks.sort((a, b) => a - b)) simulation.runUntil(tick, NO_LIMIT)
        expect(finish(simulation, scenario)).toEqual(unforked)
      }),
      { numRuns: 3, endOnFailure: true },
    )
  })

  test('a run that is stopped and continued leaves the clock at the tick where it stopped', () => {
    const simulation = beginning(scenario)
    expect(simulation.runUntil(123_456_789, NO_LIMIT)).toBe('tick')
    expect(simulation.timeline.now).toBe(123_456_789)
    expect(simulation.fork().timeline.now).toBe(123_456_789)
  })
})
