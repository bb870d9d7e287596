import { expect, test } from 'vitest'
import type { SweepRun } from '../../../src/report/sweep/sweep-run.ts'
import { viewSweep } from '../../../src/report/view/sweep-view.ts'
import { aResult, aWorkload } from '../../fixtures/results.ts'

const NO_LATENCY = { min: null, p95: null, p99: null, max: null, mean: null }

/** A run at a loss and a seed, with this median latency. */
function aRun(loss: string, seed: number, p50: number | null): SweepRun {
  const workloads = [aWorkload({ latencyMs: { ...NO_LATENCY, p50 }, throughputMbps: null })]
  return {
    point: [
      { path: 'links.wan.loss', setting: loss, label: loss, json: loss },
      { path: 'seed', setting: String(seed), label: String(seed), json: seed },
    ],
    result: aResult({ seed, workloads }),
    reproduce: '',
  }
}

function viewOf(runs: readonly SweepRun[]) {
  const dimensions = [{ path: 'links.wan.loss', count: 2 }]
  return viewSweep({ scenario: 's', dimensions, runs, planned: runs.length, isInterrupted: false }, '1', 'again')
}

test('the bar of a sweep plot with few seeds spans the smallest to the largest value', () => {
  const { curves, notes } = viewOf([aRun('0%', 1, 10), aRun('0%', 2, 30), aRun('0%', 3, 20)])
  expect(curves).toHaveLength(1)
  expect(curves[0].lines[0].points).toEqual([{ seeds: 3, median: 20, low: 10, high: 30, interval: 'range' }])
  expect(notes.at(-1)).toContain('an interval needs six')
})

test('the bar of a sweep plot with ten seeds is the 95 % interval of the median: the second value to the ninth', () => {
  const { curves } = viewOf(Array.from({ length: 10 }, (_, i) => aRun('0%', i, i + 1)))
  expect(curves[0].lines[0].points).toEqual([{ seeds: 10, median: 5, low: 2, high: 9, interval: '95 %' }])
})

test('a point of a sweep plot without the figure is a gap in its line', () => {
  const { curves } = viewOf([aRun('0%', 1, 10), aRun('1%', 1, null)])
  expect([curves[0].labels, curves[0].lines[0].points[1]]).toEqual([['0%', '1%'], null])
})

test('the sentence of a sweep report states the largest change of a median along the first dimension', () => {
  expect(viewOf([aRun('0%', 1, 10), aRun('1%', 1, 25)]).sentence).toBe(
    'From links.wan.loss 0% to 1%, latency p50 of fresh goes from 10 to 25 ms (+150%).',
  )
})
