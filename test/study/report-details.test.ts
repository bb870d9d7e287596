import { expect, test } from 'vitest'
import type { Result, WorkloadResult } from '../../src/measure/result.ts'
import type { VerdictResult } from '../../src/measure/verdict.ts'
import { reportDetails } from '../../src/study/report-details.ts'
import { aResult, aVerdict, aWorkload } from '../fixtures/results.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

const PATHS = ['a', 'b', 'c', 'd', 'e', 'f']
const SCENARIO = scenarioOf(`
version: 1
hosts: { client: {}, server: {} }
links: { wire: { between: [client, server], delay: 1ms, rate: 100Mbps } }
paths: { ${PATHS.map((path) => `${path}: { from: client, to: server }`).join(', ')} }
workloads: { ${PATHS.map((path) => `w-${path}: { path: ${path}, requests: 1, response: 60KB }`).join(', ')} }
`)

const detailsOf = (result: Partial<Result>) => reportDetails(SCENARIO, aResult({ workloads: [], ...result }), {})

/** Returns a workload by what a request of it carried, and the time in which half of its requests ended. */
function carrying(path: string, bytes: number, p50: number | null = 100, completed = 1): WorkloadResult {
  const latencyMs = { ...aWorkload().latencyMs, p50 }
  return aWorkload({ name: `w-${path}`, path, deliveredBytes: bytes * completed, completed, latencyMs })
}

const sampledPaths = (...workloads: readonly WorkloadResult[]) =>
  detailsOf({ workloads }).samples.map(({ path }) => path)

test('a report needs no second run if nothing was done to packets and no request transfers much', () => {
  const result = aResult({ workloads: [carrying('a', 49_999), carrying('b', 49_999, 100, 1000)] })
  // No run ends within one event.
  expect(reportDetails(SCENARIO, result, { maxEvents: 1 })).toEqual({ stories: [], samples: [], pathsLeftOut: 0 })
  // None of its requests was completed, and what arrived is taken for one.
  expect(sampledPaths({ ...carrying('a', 50_000), completed: 0 })).toEqual(['a'])
})

test('a report samples the paths that carry most per request, each once, the slower first of equals', () => {
  const all = PATHS.map((path, i) => carrying(path, 50_000 + 1000 * i))
  const { samples, pathsLeftOut } = detailsOf({ workloads: all })
  expect([samples.map(({ path }) => path), pathsLeftOut]).toEqual([['f', 'e', 'd', 'c'], 2])
  expect(sampledPaths(carrying('a', 60_000), carrying('b', 70_000), carrying('a', 80_000))).toEqual(['a', 'b'])
  expect(sampledPaths(carrying('a', 60_000, 1), carrying('b', 60_000, null), carrying('c', 60_000, 2))).toEqual([
    'c',
    'a',
    'b',
  ])
  expect(detailsOf({ workloads: [carrying('a', 60_000)] }).pathsLeftOut).toBe(0)
})

test('a report samples a path on its connection and on the links that it crosses', () => {
  const [{ series }] = detailsOf({ workloads: [carrying('a', 60_000)] }).samples
  const kinds = series.map((one) => one.kind)
  expect([kinds.includes('link'), kinds.some((kind) => kind !== 'link')]).toEqual([true, true])
})

test.each([
  ['120 samples of the request in the middle', 12, 1_000_000, 100_000],
  ['a whole number of nanoseconds', 12.00009, 1_000_000, 100_001],
  ['50 us at least', 0.1, 1_000_000, 50_000],
  ['50 us where no request ended', null, 1_000_000, 50_000],
  ['20,000 samples of the whole run', 1, 1_400_000_000, 70_000],
])('the time between samples of a report: %s', (_, p50, simulatedNs, everyNs) => {
  const workloads = [carrying('a', 60_000, p50), carrying('a', 55_000, 48)]
  const [{ series }] = detailsOf({ simulatedNs, workloads }).samples
  // The last sample is that of the end, whenever it comes.
  const ticks = [...series[0].ticksNs].slice(0, -1)
  expect(ticks.length).toBeGreaterThan(50)
  expect(ticks.filter((tick) => tick % everyNs !== 0)).toEqual([])
  expect(Math.min(...ticks.slice(1).map((tick, i) => tick - ticks[i]))).toBe(everyNs)
})

test('a report shows evidence of the worst outcome first, each packet once', () => {
  const link = 'link/wire/forward'
  const evidenceOf = (packet: number | null) =>
    ({
      atNs: 0,
      ...(packet === null ? { link: null, packet } : { link, packet }),
      shows: 'read',
      what: 'it was read',
    }) as const
  const verdict = (worst: VerdictResult['worst'], ...packets: readonly (number | null)[]) =>
    aVerdict({ worst, evidence: packets.map(evidenceOf) })
  const { stories } = detailsOf({
    verdicts: [verdict('no-effect', 9), verdict('metadata', 5, null, 6), verdict('read', 6, 4), verdict('metadata', 3)],
  })
  expect(stories.map(({ pointer }) => pointer)).toEqual([6, 4, 5, 3].map((packet) => ({ link, packet })))
  expect(stories.every(({ packets }) => packets.length > 0)).toBe(true)
  const many = detailsOf({ verdicts: [verdict('read', ...Array.from({ length: 30 }, (_, i) => i))] })
  expect(many.stories.map(({ pointer }) => pointer.packet)).toEqual(Array.from({ length: 24 }, (_, i) => i))
  for (const { packets, messages } of many.stories) {
    expect(packets.length).toBeLessThanOrEqual(60)
    expect(messages.length).toBeLessThanOrEqual(60)
  }
})
