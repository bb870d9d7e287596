import { describe, expect, test } from 'vitest'
import { CUBIC } from '../../../src/transport/congestion/cubic.ts'
import { WindowBench } from './bench.ts'

const C = 0.4
const BETA = 0.7

/** RFC 9438 section 4.2, equation (1), from a loss at `windowMaximum` on. */
function cubicWindow(windowMaximum: number, elapsedS: number): number {
  const plateauS = Math.cbrt((windowMaximum * (1 - BETA)) / C)
  return C * (elapsedS - plateauS) ** 3 + windowMaximum
}

describe('CUBIC after a loss (RFC 9438)', () => {
  test('CUBIC after a loss keeps seven tenths of its window (section 4.6)', () => {
    const bench = new WindowBench(CUBIC, 0.1, undefined, 'rfc')
    bench.window = 1000
    bench.lose()
    expect(bench.window).toBeCloseTo(700, 9)
  })

  test('CUBIC after a loss regains its window after K = cbrt(W_max (1 - beta) / C) seconds (section 4.2)', () => {
    for (const windowMaximum of [200, 1000, 20_000]) {
      const bench = new WindowBench(CUBIC, 0.1, undefined, 'rfc')
      bench.window = windowMaximum
      bench.lose()
      const plateauS = Math.cbrt((windowMaximum * 0.3) / C)
      while (bench.nowS < plateauS) bench.roundTrip()
      // It aims at where the curve will be a round trip later, and follows at a distance of less than one.
      expect(bench.window).toBeGreaterThan(windowMaximum * 0.995)
      expect(bench.window).toBeLessThan(windowMaximum * 1.005)
    }
  })

  test('CUBIC after a loss follows the cubic curve, concave up to the old maximum and convex after it', () => {
    const bench = new WindowBench(CUBIC, 0.1, undefined, 'rfc')
    bench.window = 5000
    bench.lose()
    for (let round = 0; round < 300; round++) {
      bench.roundTrip()
      const lower = cubicWindow(5000, bench.nowS - 2 * bench.rttS)
      const upper = cubicWindow(5000, bench.nowS + bench.rttS)
      expect(bench.window).toBeGreaterThan(Math.max(lower, 3500) * 0.999)
      expect(bench.window).toBeLessThan(upper * 1.001)
    }
    expect(bench.nowS).toBeCloseTo(30, 6)
    expect(bench.window).toBeGreaterThan(cubicWindow(5000, 29.5))
  })

  test('CUBIC after a loss grows by at most half of its window per round trip (section 4.2)', () => {
    const bench = new WindowBench(CUBIC, 2, undefined, 'rfc')
    bench.window = 10
    bench.lose()
    bench.roundTrip()
    for (let round = 0; round < 40; round++) {
      const before = bench.window
      bench.roundTrip()
      // Each ACK adds half a segment for each segment: 1.5 of the window, compounded over a round trip by the growth in
      // it.
      expect(bench.window / before).toBeLessThan(1.66)
    }
  })

  test('CUBIC after a loss lowers its maximum when it loses again before it has regained it (fast convergence, section 4.7)', () => {
    const bench = new WindowBench(CUBIC, 0.1, undefined, 'rfc')
    bench.window = 1000
    bench.lose()
    bench.lose()
    // W_max is now 700 (1 + beta) / 2 = 595, and the curve is back there after cbrt((595 - 490) / C).
    const plateauS = Math.cbrt((595 - 490) / C)
    while (bench.nowS < plateauS) bench.roundTrip()
    expect(bench.window / 595).toBeCloseTo(1, 2)
  })

  test('CUBIC after a loss grows as fast as Reno when Reno is faster (section 4.3)', () => {
    // A short round trip and a small window: the curve hardly moves in one.
    const bench = new WindowBench(CUBIC, 0.01, undefined, 'rfc')
    bench.window = 20
    bench.lose()
    const alpha = (3 * (1 - BETA)) / (1 + BETA)
    let estimate = 14
    for (let round = 0; round < 8; round++) {
      const acks = Math.max(1, Math.floor(bench.window / 2))
      for (let ack = 0; ack < acks; ack++) {
        estimate += (alpha * 2) / bench.window
        bench.nowS += bench.rttS / acks
        bench.acknowledge(2)
        // Section 4.3, equation (4), in segments, and the window is at least that.
        expect(bench.window).toBeGreaterThanOrEqual(estimate * (1 - 1e-12))
      }
    }
    expect(bench.window).toBeCloseTo(estimate, 9)
  })

  test('CUBIC after a loss adds a whole segment per round trip, as Reno does, once it has regained its window (section 4.3)', () => {
    const bench = new WindowBench(CUBIC, 0.001, undefined, 'rfc')
    bench.window = 20
    bench.lose()
    while (bench.window < 20) bench.roundTrip()
    const before = bench.window
    for (let round = 0; round < 10; round++) bench.roundTrip()
    expect(bench.window - before).toBeGreaterThan(8.5)
    expect(bench.window - before).toBeLessThan(10)
  })
})

describe('CUBIC without a loss, or after a timeout', () => {
  test('CUBIC begins its curve at the plateau when slow start has ended without a loss (RFC 9438 section 4.8)', () => {
    const lived = (before: (bench: WindowBench) => void) => {
      const bench = new WindowBench(CUBIC, 0.1, undefined, 'rfc')
      before(bench)
      bench.window = 500
      bench.threshold = 500
      const beginS = bench.nowS
      for (let round = 0; round < 50; round++) bench.roundTrip()
      return { bench, elapsedS: bench.nowS - beginS }
    }
    for (const { bench, elapsedS } of [
      lived(() => {}),
      lived((bench) => {
        bench.window = 5000
        bench.timeOut()
      }),
    ]) {
      // K = 0 and W_max = 500: C t^3 + 500, if Reno's line does not lie above it, which it does at first.
      expect(bench.window).toBeGreaterThan(C * (elapsedS - 0.2) ** 3 + 500)
      expect(bench.window).toBeLessThan(C * (elapsedS + 0.1) ** 3 + 500 + 50)
    }
  })

  test('CUBIC grows by at least a twentieth per round trip in Linux until the first loss', () => {
    const bench = new WindowBench(CUBIC, 0.1)
    bench.window = 500
    bench.threshold = 500
    bench.roundTrip()
    expect(bench.window).toBeCloseTo(525, 9)
    bench.lose()
    const { window } = bench
    bench.roundTrip()
    expect(bench.window - window).toBeLessThan(10)
  })

  test('CUBIC lowers the threshold to seven tenths at a timeout', () => {
    const bench = new WindowBench(CUBIC)
    bench.window = 100
    bench.timeOut()
    expect([bench.window, bench.threshold]).toEqual([1, expect.closeTo(70, 9)])
  })
})
