import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { Cores } from '../../src/network/cores.ts'

/** Cores that are free from these ticks on. */
function freeFrom(...ticks: readonly number[]): Cores {
  const cores = new Cores(new Arena(), ticks.length)
  for (const [core, tick] of ticks.entries()) {
    cores.add()
    cores.reserve(core, 0, tick, 0)
  }
  return cores
}

test('work runs on the core on which it starts first', () => {
  expect(freeFrom(50, 30, 40).choose(0, 3, 10, 5)).toBe(1)
  expect(freeFrom(30, 50, 40).choose(0, 3, 10, 5)).toBe(0)
  expect(freeFrom(50, 40, 30).choose(0, 3, 10, 5)).toBe(2)
})

test('work that starts at once runs on the core that became free last, whichever it is', () => {
  expect(freeFrom(1, 9, 5).choose(0, 3, 10, 5)).toBe(1)
  expect(freeFrom(9, 1, 5).choose(0, 3, 10, 5)).toBe(0)
  expect(freeFrom(1, 5, 10).choose(0, 3, 10, 5)).toBe(2)
})

test('work that has to wait equally long on several cores runs on the first of them', () => {
  expect(freeFrom(30, 20, 20).choose(0, 3, 10, 5)).toBe(1)
  expect(freeFrom(20, 20, 20).choose(0, 3, 10, 5)).toBe(0)
})

test('work that starts at once runs on the last of the cores that became free at the same time', () => {
  expect(freeFrom(5, 5, 5).choose(0, 3, 10, 5)).toBe(2)
  expect(freeFrom(5, 5, 4).choose(0, 3, 10, 5)).toBe(1)
})

test('work runs on the cores of its host only', () => {
  expect(freeFrom(1, 50, 40, 2).choose(1, 2, 10, 5)).toBe(2)
})

test('work fills the gap before later work if it ends by then, also exactly', () => {
  const cores = freeFrom(10)
  cores.reserve(0, 100, 150, 0)
  expect([cores.startOn(0, 20, 80), cores.startOn(0, 20, 81)]).toEqual([20, 150])
  cores.reserve(0, 20, 60, 0)
  expect([cores.startOn(0, 0, 40), cores.startOn(0, 0, 41)]).toEqual([60, 150])
})

test('work fills the first of several gaps, even beside work without a gap before it', () => {
  const cores = freeFrom(10)
  cores.reserve(0, 10, 20, 0)
  cores.reserve(0, 100, 150, 0)
  cores.reserve(0, 300, 310, 0)
  expect([cores.startOn(0, 0, 80), cores.startOn(0, 0, 81)]).toEqual([20, 310])
  // The first gap is over, so that the next one is remembered.
  cores.reserve(0, 400, 410, 120)
  expect([cores.startOn(0, 120, 90), cores.startOn(0, 120, 91)]).toEqual([310, 410])
})

test('an idle core or a restart of another host does not affect a host’s cores', () => {
  const cores = freeFrom(50, 5, 60)
  expect([cores.hasIdle(0, 1, 10), cores.hasIdle(0, 2, 10), cores.hasIdle(1, 1, 10)]).toEqual([false, true, true])
  cores.clear(0, 2, 10)
  expect([0, 1, 2].map((core) => cores.startOn(core, 10, 5))).toEqual([10, 10, 60])
})

test('a core is idle before its work begins, and from its end on', () => {
  const cores = freeFrom(10)
  cores.reserve(0, 100, 150, 0)
  expect([9, 10, 99, 100, 149, 150].map((now) => cores.hasIdle(0, 1, now))).toEqual([
    false,
    true,
    true,
    false,
    false,
    true,
  ])
})

test('work that remains after a restart is reserved again, in any order', () => {
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
  ]) {
    const cores = freeFrom(1000)
    cores.clear(0, 1, 50)
    expect(cores.startOn(0, 50, 1)).toBe(50)
    const remaining = [
      [50, 60],
      [80, 90],
      [100, 130],
    ] as const
    for (const nth of order) cores.reserveAgain(0, remaining[nth][0], remaining[nth][1], 50)
    expect([cores.startOn(0, 50, 20), cores.startOn(0, 50, 21)]).toEqual([60, 130])
  }
})

const step = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({ laterNs: fc.oneof(fc.constant(0), fc.nat(60)), costNs: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 1, arbitrary: fc.constant('restart' as const) },
)

test('cores that were never reserved change no choice', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.tuple(fc.nat(30), step), { maxLength: 60 }),
      (count, steps) => {
        const cores = new Cores(new Arena(), count)
        const all = Array.from({ length: count }, (_, core) => core)
        for (const _ of all) cores.add()
        const freeTicks = all.map(() => 0)
        let now = 0
        for (const [pauseNs, work] of steps) {
          now += pauseNs
          if (work === 'restart') {
            cores.clear(0, count, now)
            freeTicks.fill(now)
            continue
          }
          const ready = now + work.laterNs
          const starts = all.map((core) => cores.startOn(core, ready, work.costNs))
          const start = Math.min(...starts)
          const first = all.filter((core) => starts[core] === start)
          const latest = Math.max(...first.map((core) => freeTicks[core]))
          const expected = start > ready ? first[0] : first.filter((core) => freeTicks[core] === latest).at(-1)
          const core = cores.choose(0, count, ready, work.costNs)
          expect(core).toBe(expected)
          cores.reserve(core, start, start + work.costNs, now)
          freeTicks[core] = Math.max(freeTicks[core], start + work.costNs)
        }
      },
    ),
  )
})
