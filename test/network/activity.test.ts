import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import { Timeline } from '../../src/engine/timeline.ts'
import { ActivityTable, PART_COUNT, PARTS } from '../../src/network/activity.ts'
import type { Activity } from '../../src/network/rows.ts'
import { SortedQueue } from '../engine/sorted-queue.ts'

type Part = (typeof PARTS)[number]

function begin() {
  const arena = new Arena()
  const timeline = new Timeline(new SortedQueue(arena))
  const activities = new ActivityTable(arena, timeline)
  const row = activities.begin()
  /** Returns how the time up to `tick` was spent, without the parts that are 0. */
  const spentAt = (tick: number): Partial<Record<Part, number>> => {
    timeline.now = tick
    const totals = new Float64Array(PART_COUNT)
    activities.read(row, totals, 0)
    return Object.fromEntries(PARTS.map((part, index) => [part, totals[index]] as const).filter(([, ns]) => ns > 0))
  }
  return { timeline, activities, row, spentAt }
}

describe('the time of a connection', () => {
  test('the time of a connection counts as propagation when nothing else happens', () => {
    const { spentAt } = begin()
    expect(spentAt(0)).toEqual({})
    expect(spentAt(100)).toEqual({ propagation: 100 })
    expect(spentAt(100)).toEqual({ propagation: 100 })
  })

  test('the time of a connection is divided between queueing, serialization and propagation for each packet', () => {
    const { activities, row, spentAt } = begin()
    activities.recordTransmission(row, 30, 20)
    expect(spentAt(20)).toEqual({ queueing: 20 })
    expect(spentAt(60)).toEqual({ queueing: 30, serialization: 20, propagation: 10 })
  })

  test('the time of a connection counts for the first applicable part in the order of PARTS', () => {
    const { timeline, activities, row, spentAt } = begin()
    activities.recordTransmission(row, 100, 100)
    activities.recordWork(row, 50)
    activities.changeClosedWindows(row, 1)
    // CPU before queueing, queueing before window, window before serialization.
    expect(spentAt(150)).toEqual({ cpu: 50, queueing: 50, window: 50 })
    activities.changeClosedWindows(row, -1)
    expect(spentAt(210)).toEqual({ cpu: 50, queueing: 50, window: 50, serialization: 50, propagation: 10 })
    activities.changeHandshakes(row, 1)
    activities.recordWork(row, 220)
    activities.recordTransmission(row, 20, 10)
    // CPU before handshake, handshake before queueing.
    expect(spentAt(250)).toMatchObject({ cpu: 60, handshake: 30, queueing: 50, serialization: 50 })
    activities.recordWork(row, 300)
    activities.changeLossRecoveries(row, 1)
    timeline.now = 260
    activities.changeHandshakes(row, -1)
    // Retransmission before all.
    expect(spentAt(280)).toMatchObject({ retransmission: 30, cpu: 60, handshake: 30 })
    activities.changeLossRecoveries(row, -1)
    expect(spentAt(310)).toMatchObject({ retransmission: 30, cpu: 80, propagation: 20 })
  })

  test('the time of a connection counts once when several conditions of one part overlap, until the last ends', () => {
    const { activities, row, spentAt } = begin()
    activities.changeLossRecoveries(row, 1)
    activities.changeLossRecoveries(row, 1)
    spentAt(10)
    activities.changeLossRecoveries(row, -1)
    spentAt(20)
    activities.changeLossRecoveries(row, -1)
    activities.recordWork(row, 40)
    activities.recordWork(row, 30)
    expect(spentAt(50)).toEqual({ retransmission: 20, cpu: 20, propagation: 10 })
  })

  test('the time of a connection counts as attacker while it holds a packet back or a dropped packet is missing', () => {
    const { timeline, activities, row, spentAt } = begin()
    activities.recordHoldingBack(row, 20)
    activities.recordWork(row, 30)
    activities.changeLossRecoveries(row, 1)
    timeline.now = 40
    expect(spentAt(40)).toEqual({ attacker: 20, retransmission: 20 })
    activities.changeRemovals(row, 1)
    expect(spentAt(50)).toEqual({ attacker: 30, retransmission: 20 })
    activities.changeRemovals(row, -1)
    expect(spentAt(60)).toEqual({ attacker: 30, retransmission: 30 })
  })

  test('the time of a connection is divided into parts whose sum is exactly its age', () => {
    type Step = { readonly after: number; readonly what: number; readonly length: number }
    const step: fc.Arbitrary<Step> = fc.record({
      after: fc.integer({ min: 0, max: 50 }),
      what: fc.integer({ min: 0, max: 11 }),
      length: fc.integer({ min: 0, max: 80 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { timeline, activities, row, spentAt } = begin()
        const open = [0, 0, 0, 0]
        const change = [
          activities.changeRemovals,
          activities.changeLossRecoveries,
          activities.changeHandshakes,
          activities.changeClosedWindows,
        ]
        for (const { after, what, length } of steps) {
          timeline.now += after
          const { now } = timeline
          if (what === 0) activities.recordWork(row, now + length)
          else if (what <= 2) activities.recordTransmission(row, length, length)
          else if (what === 3) activities.recordHoldingBack(row, now + length)
          else {
            const condition = what % 4
            const enters = open[condition] === 0 || what > 7
            open[condition] += enters ? 1 : -1
            change[condition].call(activities, row, enters ? 1 : -1)
          }
          const spent = Object.values(spentAt(now)).reduce((sum, ns) => sum + ns, 0)
          expect(spent).toBe(now)
        }
      }),
    )
  })

  test('the time of a connection is read only into the requested places', () => {
    const { activities, row, spentAt } = begin()
    activities.recordWork(row, 30)
    spentAt(40)
    const into = new Float64Array(PART_COUNT + 2).fill(-1)
    activities.read(row, into, 1)
    expect([...into]).toEqual([-1, 0, 0, 30, 0, 0, 0, 0, 10, -1])
  })

  test('the time of a connection is recorded until its last holder drops it', () => {
    const { activities, row } = begin()
    activities.hold(row)
    activities.drop(row)
    expect(activities.count).toBe(1)
    activities.drop(row)
    expect(activities.count).toBe(0)
    const next = activities.begin()
    const totals = new Float64Array(PART_COUNT)
    activities.read(next, totals, 0)
    expect([...totals]).toEqual(PARTS.map(() => 0))
  })
})

test('an activity exists until its last holder drops it', () => {
  const { activities, row } = begin()
  activities.holdForEach(row, 2)
  activities.holdForEach(row, 0)
  activities.holdForEach(NONE as Activity, 5)
  const left = [0, 1, 2].map(() => {
    activities.drop(row)
    return activities.count
  })
  expect(left).toEqual([1, 1, 0])
})
