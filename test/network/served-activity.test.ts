import fc from 'fast-check'
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
  test('an activity that another waits for is counted for the waiting one as long as it waits', () => {
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
  ] as const)(
    'an activity that another waits for adds its %s to the waiter, and removes it when the wait ends',
    (part, change) => {
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
    },
  )

  test('an activity that another waits for adds to the waiter what began before the wait', () => {
    const { timeline, activities, read, one, other } = lab()
    activities.recordHoldingBack(one, 20)
    activities.recordWork(one, 30)
    activities.recordTransmission(one, 40, 10)
    timeline.now = 10
    activities.addWaiter(one, other)
    timeline.now = 60
    expect(read(other)).toEqual({ attacker: 10, cpu: 10, queueing: 10, serialization: 10, propagation: 20 })
  })

  test('an activity has no waiter if either is missing, or for itself', () => {
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

  test('an activity that another waits for is held by the wait until it ends, as is the waiter', () => {
    const { activities, one, other } = lab()
    activities.addWaiter(one, other)
    activities.drop(one)
    activities.drop(other)
    expect(activities.count).toBe(2)
    activities.removeWaiter(one, other)
    expect(activities.count).toBe(0)
  })

  test('an activity can have several waiters, which can have waiters themselves', () => {
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

/** An activity of `ToldActivities`. */
interface Told {
  readonly untilTicks: number[]
  readonly counts: number[]
  readonly totalsNs: number[]
  readonly waiters: Told[]
  settledTick: number
}

/** The same as ActivityTable, with a walk: each change is told to all that wait, and to those that wait for them. */
class ToldActivities {
  now = 0

  begin(): Told {
    return {
      untilTicks: [0, 0, 0, 0],
      counts: [0, 0, 0, 0],
      totalsNs: PARTS.map(() => 0),
      waiters: [],
      settledTick: this.now,
    }
  }

  tell(one: Told, untilTicks: readonly number[], counts: readonly number[]): void {
    this.read(one)
    untilTicks.forEach((tick, i) => {
      one.untilTicks[i] = Math.max(one.untilTicks[i], tick)
    })
    counts.forEach((count, i) => {
      one.counts[i] += count
    })
    for (const waiter of one.waiters) this.tell(waiter, untilTicks, counts)
  }

  addWaiter(one: Told, other: Told): void {
    one.waiters.push(other)
    this.tell(other, one.untilTicks, one.counts)
  }

  removeWaiter(one: Told, other: Told): void {
    one.waiters.splice(one.waiters.indexOf(other), 1)
    const negated = one.counts.map((count) => -count)
    this.tell(other, [], negated)
  }

  /** Counts each nanosecond on its own. */
  read(one: Told): readonly number[] {
    for (; one.settledTick < this.now; one.settledTick++) {
      const isActive = [0, 1, 2, 3].flatMap((i) => [one.untilTicks[i] > one.settledTick, one.counts[i] > 0])
      // In the order of PARTS: held back or removed, lost, at work, in a handshake, queueing, window, serialization.
      const [held, removed, working, lost, queueing, handshake, serialized, closed] = isActive
      const parts = [held || removed, lost, working, handshake, queueing, closed, serialized, true]
      one.totalsNs[parts.indexOf(true)]++
    }
    return one.totalsNs
  }
}

type Step = {
  readonly afterNs: number
  readonly row: number
  readonly other: number
  readonly what: 'wait' | 'stop' | 'until' | 'begin' | 'end' | 'read'
  readonly which: number
  readonly lengthNs: number
}

const COUNT = 6

const anyStep: fc.Arbitrary<Step> = fc.record({
  afterNs: fc.nat(20),
  row: fc.nat(COUNT - 1),
  other: fc.nat(COUNT - 1),
  what: fc.constantFrom('wait', 'wait', 'stop', 'until', 'until', 'until', 'begin', 'end', 'read'),
  which: fc.nat(3),
  lengthNs: fc.nat(60),
})

/** Takes steps in ActivityTable and in `ToldActivities`, and compares what they read. */
function takeSteps(steps: readonly Step[]): void {
  const { timeline, activities } = lab()
  const told = new ToldActivities()
  const rows = Array.from({ length: COUNT }, () => ({
    row: activities.begin(),
    told: told.begin(),
    open: [0, 0, 0, 0],
  }))
  const waits: (readonly [number, number])[] = []
  const totals = new Float64Array(PART_COUNT)
  const change = (activity: Activity, which: number, by: 1 | -1) => {
    if (which === 0) activities.changeRemovals(activity, by)
    else if (which === 1) activities.changeLossRecoveries(activity, by)
    else if (which === 2) activities.changeHandshakes(activity, by)
    else activities.changeClosedWindows(activity, by)
  }
  for (const { afterNs, row, other, what, which, lengthNs } of steps) {
    timeline.now += afterNs
    told.now = timeline.now
    const one = rows[row]
    const until = timeline.now + lengthNs
    if (what === 'wait') {
      if (row === other) continue
      // The one with the lower number serves, so that nothing waits for itself.
      const pair = [Math.min(row, other), Math.max(row, other)] as const
      waits.push(pair)
      activities.addWaiter(rows[pair[0]].row, rows[pair[1]].row)
      told.addWaiter(rows[pair[0]].told, rows[pair[1]].told)
    } else if (what === 'stop') {
      const [pair] = waits.splice(which % Math.max(1, waits.length), 1)
      if (pair === undefined) continue
      activities.removeWaiter(rows[pair[0]].row, rows[pair[1]].row)
      told.removeWaiter(rows[pair[0]].told, rows[pair[1]].told)
    } else if (what === 'until') {
      if (which === 0) activities.recordHoldingBack(one.row, until)
      else if (which === 1) activities.recordWork(one.row, until)
      else activities.recordTransmission(one.row, until - timeline.now, lengthNs)
      told.tell(
        one.told,
        which < 2 ? [0, 1].map((i) => (i === which ? until : 0)) : [0, 0, until, until + lengthNs],
        [],
      )
    } else if (what === 'begin' || what === 'end') {
      const by = what === 'begin' ? 1 : -1
      if (one.open[which] + by < 0) continue
      one.open[which] += by
      change(one.row, which, by)
      told.tell(
        one.told,
        [],
        [0, 1, 2, 3].map((i) => (i === which ? by : 0)),
      )
    } else {
      activities.read(one.row, totals, 0)
      expect([...totals]).toEqual(told.read(one.told))
    }
  }
  for (const one of rows) {
    activities.read(one.row, totals, 0)
    expect([...totals]).toEqual(told.read(one.told))
  }
}

test('an activity counts as if each change were passed to all waiters, whoever waits for whom', () => {
  fc.assert(fc.property(fc.array(anyStep, { maxLength: 120, size: 'max' }), takeSteps), { numRuns: 50 })
})
