import { describe, expect, test } from 'vitest'
import { RENO } from '../../../src/transport/congestion/reno.ts'
import { WindowBench } from './bench.ts'

describe('Reno (RFC 5681)', () => {
  test('Reno halves its window at a loss', () => {
    const bench = new WindowBench(RENO)
    bench.window = 31
    bench.lose()
    expect([bench.window, bench.threshold]).toEqual([15.5, 15.5])
  })

  test('Reno grows by 1 / window per acknowledged segment, which is one segment per round trip', () => {
    const bench = new WindowBench(RENO)
    bench.window = 10
    bench.threshold = 10
    bench.acknowledge(1)
    expect(bench.window).toBe(10.1)
    bench.acknowledge(2)
    expect(bench.window).toBe(10.1 + 2 / 10.1)
    const before = bench.window
    for (let round = 0; round < 20; round++) bench.roundTrip()
    // A little less, since the window grows while it is being acknowledged.
    expect(bench.window - before).toBeGreaterThan(18)
    expect(bench.window - before).toBeLessThanOrEqual(20)
  })

  test('Reno alternates between W / 2 and W, with W / 2 round trips from one loss to the next', () => {
    const bench = new WindowBench(RENO)
    bench.window = 40
    bench.lose()
    let rounds = 0
    for (; bench.window < 40; rounds++) bench.roundTrip()
    expect(rounds).toBeGreaterThanOrEqual(20)
    expect(rounds).toBeLessThanOrEqual(22)
  })

  test('Reno does not depend on the absolute time', () => {
    const windows = [0.001, 1000].map((rttS) => {
      const bench = new WindowBench(RENO, rttS)
      bench.threshold = 10
      for (let round = 0; round < 10; round++) bench.roundTrip()
      return bench.window
    })
    expect(windows[0]).toBe(windows[1])
  })
})
