import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Arena } from '../../../src/engine/arena.ts'
import { namesOf } from '../../../src/engine/registry.ts'
import {
  CONGESTION_CONTROLS,
  type CongestionControlName,
  CongestionControls,
} from '../../../src/transport/congestion/congestion-controls.ts'
import { CONGESTION_STATE_SIZE, ConnectionTable } from '../../../src/transport/connections/connection.ts'
import { TCP_PROFILES } from '../../../src/transport/profiles/tcp-profiles.ts'
import { WindowBench } from './bench.ts'

type Step = { readonly kind: 'ack'; readonly segments: number } | { readonly kind: 'loss' | 'timeout' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({ kind: fc.constant('ack' as const), segments: fc.integer({ min: 1, max: 64 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'loss' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'timeout' } as const) },
)
const life = fc.record({
  rttS: fc.constantFrom(0.000_01, 0.02, 2),
  gapS: fc.constantFrom(0.000_001, 0.01, 30),
  steps: fc.array(step, { maxLength: 200 }),
})

function take(bench: WindowBench, step: Step): void {
  if (step.kind === 'ack') bench.acknowledge(step.segments)
  else if (step.kind === 'loss') bench.lose()
  else bench.timeOut()
}

const isRateBased = (name: CongestionControlName) => CONGESTION_CONTROLS[name].standard.control !== undefined

/** Controls without `control`, which change the window by ACKs and losses. */
const WINDOW_BASED = namesOf(CONGESTION_CONTROLS).filter((name) => !isRateBased(name))

const CASES = WINDOW_BASED.flatMap((name) =>
  namesOf(TCP_PROFILES).map((profile) => [name, profile, CONGESTION_CONTROLS[name]] as const),
)

describe.each(CASES)('%s of profile %s', (_, profile, control) => {
  const benchOf = (rttS?: number, connections?: ConnectionTable) => new WindowBench(control, rttS, connections, profile)

  test('a congestion control keeps its window at one segment or more, and its threshold at two or more', () => {
    fc.assert(
      fc.property(life, ({ rttS, gapS, steps }) => {
        const bench = benchOf(rttS)
        for (const step of steps) {
          bench.nowS += gapS
          take(bench, step)
          expect(bench.window).toBeGreaterThanOrEqual(1)
          expect(bench.threshold).toBeGreaterThanOrEqual(2)
          expect(Number.isFinite(bench.window)).toBe(true)
        }
      }),
    )
  })

  test('a congestion control never reduces its window for an ACK, and never enlarges it by more than was acknowledged', () => {
    fc.assert(
      fc.property(life, ({ rttS, gapS, steps }) => {
        const bench = benchOf(rttS)
        for (const step of steps) {
          const before = bench.window
          bench.nowS += gapS
          take(bench, step)
          if (step.kind !== 'ack') continue
          expect(bench.window).toBeGreaterThanOrEqual(before)
          expect(bench.window - before).toBeLessThanOrEqual(step.segments * (1 + 1e-12))
        }
      }),
    )
  })

  test('a congestion control lowers its threshold below its window after a loss, down to the minimum', () => {
    for (const window of [1, 2, 3, 10, 100.5, 1e6]) {
      const bench = benchOf()
      bench.window = window
      bench.lose()
      expect(bench.threshold).toBeLessThan(Math.max(window, 2 + 1e-9))
      expect(bench.threshold).toBeGreaterThanOrEqual(2)
    }
  })

  test('a congestion control doubles its window each round trip up to the threshold, and leaves the rest to congestion avoidance', () => {
    const bench = benchOf()
    bench.threshold = 100
    // One by one, since some controls count ACKs (RFC 5681 section 3.1) and others segments (RFC 3465).
    const acknowledgeEach = (segments: number) => {
      for (let nth = 0; nth < segments; nth++) bench.acknowledge(1)
    }
    acknowledgeEach(10)
    expect(bench.window).toBe(20)
    acknowledgeEach(20)
    expect(bench.window).toBe(40)
    acknowledgeEach(60)
    expect(bench.window).toBe(100)
    bench.acknowledge(1)
    expect(bench.window).toBeLessThan(101)
  })

  test('a congestion control computes the same bits from the same events', () => {
    fc.assert(
      fc.property(life, ({ rttS, gapS, steps }) => {
        const windows = [0, 1].map(() => {
          const bench = benchOf(rttS)
          return steps.map((step) => {
            bench.nowS += gapS
            take(bench, step)
            return bench.window
          })
        })
        expect(windows[0]).toEqual(windows[1])
      }),
    )
  })

  test('a congestion control keeps a separate state for each connection', () => {
    fc.assert(
      fc.property(life, life, (mine, yours) => {
        const alone = benchOf(mine.rttS)
        const connections = new ConnectionTable(new Arena())
        // A reused row still holds its last user's numbers.
        for (let at = 0; at < 2 * CONGESTION_STATE_SIZE; at++) connections.congestionState[at] = 12345.678
        const together = benchOf(mine.rttS, connections)
        const neighbour = benchOf(yours.rttS, connections)
        mine.steps.forEach((step, nth) => {
          for (const bench of [alone, together]) {
            bench.nowS += mine.gapS
            take(bench, step)
          }
          neighbour.nowS += yours.gapS
          if (nth < yours.steps.length) take(neighbour, yours.steps[nth])
          expect(together.window).toBe(alone.window)
          expect(together.threshold).toBe(alone.threshold)
        })
      }),
    )
  })
})

const RATE_BASED = namesOf(CONGESTION_CONTROLS).filter(isRateBased)

describe.each(RATE_BASED.map((name) => [name, CONGESTION_CONTROLS[name]] as const))(
  '%s, which controls the window after each ACK,',
  (_, control) => {
    const live = (bench: WindowBench, gapS: number, step: Step) => {
      bench.nowS += gapS
      if (step.kind === 'timeout') bench.timeOut()
      else if (step.kind === 'ack') bench.sampleRate(step.segments, 0)
      else bench.sampleRate(1, 1)
    }

    test('a rate-based congestion control keeps its window at one segment or more, and its pacing rate above 0', () => {
      fc.assert(
        fc.property(life, ({ rttS, gapS, steps }) => {
          const bench = new WindowBench(control, rttS)
          for (const step of steps) {
            live(bench, gapS, step)
            expect(bench.window).toBeGreaterThanOrEqual(1)
            expect(Number.isFinite(bench.window)).toBe(true)
            expect(bench.pacingBytesPerS).toBeGreaterThan(0)
            expect(Number.isFinite(bench.pacingBytesPerS)).toBe(true)
          }
        }),
      )
    })

    test('a rate-based congestion control follows the delivery rate: ten times the rate gives ten times the window', () => {
      const windows = [20, 200].map((segments) => {
        const bench = new WindowBench(control, 0.02)
        for (let round = 0; round < 40; round++) {
          bench.nowS += 0.02
          bench.sampleRate(segments, 0)
        }
        return bench.window
      })
      expect(windows[0]).toBeGreaterThanOrEqual(40)
      expect(windows[1] / windows[0]).toBeGreaterThan(7)
    })

    test('a rate-based congestion control computes the same from the same events, whatever its row held before', () => {
      fc.assert(
        fc.property(life, life, (mine, yours) => {
          const alone = new WindowBench(control, mine.rttS)
          const connections = new ConnectionTable(new Arena())
          for (let at = 0; at < 2 * CONGESTION_STATE_SIZE; at++) connections.congestionState[at] = 12345.678
          const together = new WindowBench(control, mine.rttS, connections)
          const neighbour = new WindowBench(control, yours.rttS, connections)
          mine.steps.forEach((step, nth) => {
            live(alone, mine.gapS, step)
            live(together, mine.gapS, step)
            if (nth < yours.steps.length) live(neighbour, yours.gapS, yours.steps[nth])
            expect([together.window, together.pacingBytesPerS]).toEqual([alone.window, alone.pacingBytesPerS])
          })
        }),
      )
    })
  },
)

test('a congestion control uses its variant for the TCP profile, or its standard algorithm if it has none', () => {
  const controls = new CongestionControls()
  expect(controls.indexOf('cubic', 'linux')).not.toBe(controls.indexOf('cubic'))
  expect(controls.indexOf('cubic', 'ns3')).not.toBe(controls.indexOf('cubic', 'linux'))
  expect(controls.indexOf('reno', 'linux')).toBe(controls.indexOf('reno'))
  expect(controls.indexOf('reno', 'ns3')).not.toBe(controls.indexOf('reno'))
})
