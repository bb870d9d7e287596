import { describe, expect, test } from 'vitest'
import { CUBIC } from '../../../src/transport/congestion/cubic.ts'
import { WindowBench } from './bench.ts'

/** Windows at the end of each round trip. */
function rounds(bench: WindowBench, count: number): number[] {
  return Array.from({ length: count }, () => {
    bench.roundTrip()
    return bench.window
  })
}

describe('CUBIC of Linux', () => {
  test('CUBIC of Linux counts in whole segments', () => {
    const bench = new WindowBench(CUBIC, 0.02)
    bench.window = 101
    bench.lose()
    // 101 * 717 / 1024 = 70.7
    expect(bench.window).toBe(70)
    expect(rounds(bench, 50).every(Number.isInteger)).toBe(true)
  })

  test('CUBIC of Linux counts time by the clock that timers follow', () => {
    const windows = (timerTickNs: number) => {
      const bench = new WindowBench(CUBIC, 0.0025)
      bench.connections.profiles = bench.connections.profiles.map((profile) => ({ ...profile, timerTickNs }))
      bench.window = 300
      bench.lose()
      return rounds(bench, 400)
    }
    expect(windows(0)).toEqual(windows(4_000_000))
    expect(windows(1_000_000)).not.toEqual(windows(4_000_000))
  })

  test('CUBIC of Linux regains its window after K seconds, to within a segment or two, and is flat there', () => {
    const bench = new WindowBench(CUBIC, 0.1)
    bench.window = 1000
    bench.lose()
    const plateauS = Math.cbrt((1000 - 700) / 0.4)
    while (bench.nowS < plateauS - 0.1) bench.roundTrip()
    expect(Math.abs(bench.window - 1000)).toBeLessThan(8)
    expect(Math.abs(rounds(bench, 5).at(-1)! - 1000)).toBeLessThan(8)
  })

  test('CUBIC of Linux is nearly as fast as Reno with the same reduction when Reno is faster', () => {
    const bench = new WindowBench(CUBIC, 0.01)
    bench.window = 20
    bench.lose()
    expect(bench.window).toBe(14)
    // Half a segment a round trip: 3 (1 - beta) / (1 + beta) = 0.53.
    const grown = rounds(bench, 12)
    expect(grown.at(-1)).toBeGreaterThanOrEqual(18)
    expect(grown.at(-1)).toBeLessThanOrEqual(21)
  })

  test('CUBIC of Linux grows by at most one segment for every two that are acknowledged', () => {
    const bench = new WindowBench(CUBIC, 0.1)
    bench.window = 1000
    bench.lose()
    for (let round = 0; round < 300; round++) {
      const before = bench.window
      bench.acknowledge(10)
      bench.nowS += 0.1
      expect(bench.window - before).toBeLessThanOrEqual(6)
    }
  })
})
