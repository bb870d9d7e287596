import { expect, test } from 'vitest'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import { PointGrid } from '../../src/scenario/sweep/point-grid.ts'
import { Interrupted, inPlace, type Simulator, sweepPoints } from '../../src/study/index.ts'
import { allOf } from '../fixtures/all-of.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

const scenario = scenarioOf(SMALL_SCENARIO)
const simulated = await inPlace().simulate([scenario], new AbortController().signal)

/** Returns a sweep of so many points, all of which have the same scenario. */
function sweepOf(size: number): { readonly grid: PointGrid; readonly scenarioAt: () => CheckedScenario } {
  const values = Array.from({ length: 1000 }, (_, i) => ({ path: 'a', setting: `${i}`, label: `${i}`, json: i }))
  const dimensions = [
    { path: 'a', values: values.slice(0, size / 1000) },
    { path: 'b', values },
  ]
  return {
    grid: new PointGrid(size < 1000 ? [{ path: 'a', values: values.slice(0, size) }] : dimensions),
    scenarioAt: () => scenario,
  }
}

/** Returns a simulator that answers at once, and what was asked of it. */
function aSimulator(jobs: number, answer: (batch: number) => Promise<unknown> = async () => {}) {
  const asked = { batches: 0, stopped: 0, hasEnded: false }
  const simulator: Simulator = {
    jobs,
    begin: () => ({ update: () => {}, stop: () => (asked.hasEnded = true) }),
    async simulate(_, stop) {
      stop.addEventListener('abort', () => (asked.stopped += 1))
      await answer(asked.batches++)
      return simulated
    },
  }
  return { simulator, asked }
}

test('a sweep of a million points simulates those that are taken and at most 256 more', async () => {
  const { simulator, asked } = aSimulator(2)
  const labels: string[] = []
  for await (const { point } of sweepPoints(sweepOf(1_000_000), simulator)) {
    labels.push(point.map(({ label }) => label).join(' '))
    if (labels.length === 3) break
  }
  expect(labels).toEqual(['0 0', '0 1', '0 2'])
  expect(asked.batches).toBeLessThanOrEqual(3 + 256)
  await expect.poll(() => asked.hasEnded).toBe(true)
})

test('a caller that pauses is not overrun', async () => {
  const { simulator, asked } = aSimulator(4)
  const points = sweepPoints(sweepOf(1_000_000), simulator)
  expect(asked.batches).toBe(0)
  await points.next()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(asked.batches).toBeLessThanOrEqual(1 + 256)
  await points.return()
  await expect.poll(() => asked.hasEnded).toBe(true)
})

test('simulations that still run are stopped when the caller leaves the loop', async () => {
  const { simulator, asked } = aSimulator(2, (batch) => (batch === 0 ? Promise.resolve() : new Promise(() => {})))
  for await (const _ of sweepPoints(sweepOf(500), simulator)) break
  expect(asked.stopped).toBeGreaterThanOrEqual(2)
})

test('points come in the order of the grid, however long each takes', async () => {
  const { simulator } = aSimulator(8, (batch) => new Promise((resolve) => setTimeout(resolve, (batch * 7) % 5)))
  const swept = await allOf(sweepPoints(sweepOf(300), simulator))
  expect(swept.map(({ point }) => point[0].json)).toEqual(Array.from({ length: 300 }, (_, i) => i))
})

test('an error of the simulator comes after the points before it', async () => {
  const { simulator } = aSimulator(1, async (batch) => {
    if (batch === 3) throw new Error('no more memory')
  })
  const points = sweepPoints(sweepOf(500), simulator)
  const taken: number[] = []
  const all = async () => {
    for await (const { point } of points) taken.push(Number(point[0].json))
  }
  await expect(all()).rejects.toThrow('no more memory')
  expect(taken).toEqual([0, 1, 2])
})

test('an interruption ends the loop with an error that says how far it came', async () => {
  const stop = new AbortController()
  const points = sweepPoints(sweepOf(500), { ...aSimulator(1).simulator, interruption: stop.signal })
  await points.next()
  stop.abort()
  await expect(allOf(points)).rejects.toThrow(Interrupted)
})
