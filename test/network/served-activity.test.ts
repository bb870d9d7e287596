import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import { Timeline } from '../../src/engine/timeline.ts'
import { ActivityTable, PART_COUNT, PARTS } from '../../src/network/activity.ts'
import type { Activity } from '../../src/network/rows.ts'
import { SortedQueue } from '../engine/sorted-queue.ts'

function lab() {
  const arena = new Arena()
  const timeline = new Timeline(new SortedQueue(arena))
  const activities = new ActivityTable(arena, timeline)
  const read = (row: Activity) => {
    const totals = new Float64Array(PART_COUNT)
    activities.read(row, totals, 0)
    return Object.fromEntries(PARTS.map((part, index) => [part, totals[index]]).filter(([, totalNs]) => totalNs !== 0))
  }
  return { timeline, activities, read, one: activities.begin(), other: activities.begin() }
}

describe('an activity that another one waits for', () => {
  test('is counted for the waiting activity as long as that waits', () => {
    const { timeline, activities, read, one, other } = lab()
    timeline.now = 100
    activities.addWaiter(one, other)
    activities.recordWork(one, 150)
    timeline.now = 200
    activities.removeWaiter(one, other)
    activities.recordWork(one, 250)
    timeline.now = 300
    expect(read(other)).toEqual({ cpu: 50, propagation: 250 })
    expect(read(one)).toEqual({ cpu: 100, propagation: 200 })
  })

  test.each([
    ['attacker', 'changeRemovals'],
    ['retransmission', 'changeLossRecoveries'],
    ['handshake', 'changeHandshakes'],
    ['window', 'changeClosedWindows'],
  ] as const)('adds its %s to the waiter, and removes it when the wait ends', (part, change) => {
    const { timeline, activities, read, one, other } = lab()
    activities[change](one, 1)
    timeline.now = 100
    activities.addWaiter(one, other)
    timeline.now = 130
    activities.removeWaiter(one, other)
    timeline.now = 200
    activities[change](one, -1)
    expect(read(other)).toEqual({ [part]: 30, propagation: 170 })
    expect(read(one)).toEqual({ [part]: 200 })
  })

  test('adds to the waiter what it announced before the wait began', () => {
    const { timeline, activities, read, one, other } = lab()
    activities.recordHoldingBack(one, 20)
    activities.recordWork(one, 30)
    activities.recordTransmission(one, 40, 50)
    timeline.now = 10
    activities.addWaiter(one, other)
    timeline.now = 60
    expect(read(other)).toEqual({ attacker: 10, cpu: 10, queueing: 10, serialization: 10, propagation: 20 })
  })

  test('has no waiter where one of both is absent, or waits for itself', () => {
    const { timeline, activities, read, one, other } = lab()
    for (const wait of ['addWaiter', 'removeWaiter'] as const) {
      activities[wait](NONE, other)
      activities[wait](one, NONE)
      activities[wait](one, one)
    }
    activities.recordWork(one, 50)
    activities.changeHandshakes(NONE, 1)
    timeline.now = 100
    expect([read(one), read(other)]).toEqual([{ cpu: 50, propagation: 50 }, { propagation: 100 }])
    activities.drop(one)
    activities.drop(other)
    expect(activities.count).toBe(0)
  })

  test('is held by the wait, as its waiter is, until that ends', () => {
    const { activities, one, other } = lab()
    activities.addWaiter(one, other)
    activities.drop(one)
    activities.drop(other)
    expect(activities.count).toBe(2)
    activities.removeWaiter(one, other)
    expect(activities.count).toBe(0)
  })

  test('can have several waiters, which can have waiters themselves', () => {
    const { timeline, activities, read, one, other } = lab()
    const third = activities.begin()
    activities.addWaiter(one, other)
    activities.addWaiter(one, third)
    const last = activities.begin()
    activities.addWaiter(other, last)
    activities.changeClosedWindows(one, 1)
    timeline.now = 40
    activities.changeClosedWindows(one, -1)
    for (const row of [one, other, third, last]) expect(read(row)).toEqual({ window: 40 })
    activities.removeWaiter(one, other)
    activities.recordWork(one, 60)
    timeline.now = 60
    expect([other, third, last].map((row) => read(row).cpu)).toEqual([undefined, 20, undefined])
  })
})
