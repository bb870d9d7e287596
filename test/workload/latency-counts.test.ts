import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { AscendingLatencies } from '../../src/measure/latencies.ts'
import { LatencyCounts } from '../../src/workload/latency-counts.ts'
import { SAMPLES } from '../../src/workload/measurements.ts'
import { resultOf } from '../fixtures/simulations.ts'

const anyLatency = fc.oneof(fc.maxSafeNat(), fc.nat(5_000), fc.nat(5_000_000))

function counted(latenciesNs: readonly number[]) {
  const counts = new LatencyCounts(new Arena(), 2)
  for (const latencyNs of latenciesNs) counts.add(1, latencyNs)
  expect(counts.of(0).count).toBe(0)
  return counts.of(1)
}

describe('latencies that are counted', () => {
  test('a latency histogram gives each rank less than a thousandth above the exact latency, and extremes exactly', () => {
    fc.assert(
      fc.property(fc.array(anyLatency), fc.array(anyLatency, { minLength: 1 }), (exactNs, others) => {
        const ascending = [...exactNs, ...others].sort((a, b) => a - b)
        const latencies = new AscendingLatencies({ exactNs, counted: counted(others) })
        expect(latencies.count).toBe(ascending.length)
        ascending.forEach((latencyNs, i) => {
          expect(latencies.at(i + 1)).toBeGreaterThanOrEqual(latencyNs)
          expect(latencies.at(i + 1)).toBeLessThanOrEqual(latencyNs * 1.001)
        })
        expect(latencies.at(1)).toBe(ascending[0])
        expect(latencies.at(ascending.length)).toBe(ascending[ascending.length - 1])
      }),
    )
  })

  test('a latency histogram keeps the sum of latencies', () => {
    expect(counted([3, 5_000_000, 12]).sumNs).toBe(5_000_015)
  })
})

describe('a workload with more requests than are kept', () => {
  const most = SAMPLES.most
  afterEach(() => {
    SAMPLES.most = most
  })

  const scenario = (attack: string) => `
version: 1
name: many
duration: 30s
hosts: { a: {}, b: {} }
links: { wan: { between: [a, b], delay: 5ms, rate: 10Mbps, jitter: { normal: 1ms } } }
paths: { way: { from: a, to: b } }
workloads: { asks: { path: way, requests: 400 } }
${attack}`

  test('a workload with more requests than are kept has the same figures and digest, with percentiles within a thousandth', () => {
    const exact = resultOf(scenario(''))
    SAMPLES.most = 100
    const some = resultOf(scenario(''))
    const [{ latencyMs: all }] = exact.workloads
    const [{ latencyMs: counted }] = some.workloads
    expect({ ...counted, p50: 0, p95: 0, p99: 0 }).toEqual({ ...all, p50: 0, p95: 0, p99: 0 })
    expect(counted.p50).not.toBe(all.p50)
    for (const percentile of ['p50', 'p95', 'p99'] as const) {
      const ratio = (counted[percentile] ?? 0) / (all[percentile] ?? 0)
      expect(Math.abs(ratio - 1)).toBeLessThan(0.001)
    }
    expect(some.digest).toBe(exact.digest)
  })

  test('a workload with more requests than are kept keeps all latencies on a path that an attack concerns', () => {
    const attack = 'attackers: { eve: { on: wan, vantage: inline, plan: [{ at: 2s, for: 1s, technique: drop }] } }\n'
    const exact = resultOf(scenario(attack))
    SAMPLES.most = 100
    expect(resultOf(scenario(attack))).toEqual(exact)
  })
})
