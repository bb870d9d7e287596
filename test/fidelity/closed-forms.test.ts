import { describe, expect, test } from 'vitest'
import { Lab, type LabOptions, ms } from '../fixtures/lab.ts'
import { drop } from '../fixtures/rules.ts'

/**
 * Where theory has an equation, TCP must come near it without using it: Mathis, Semke, Mahdavi and Ott, "The
 * Macroscopic Behavior of the TCP Congestion Avoidance Algorithm" (1997), equation (3); RFC 9438 section 5.1; one
 * window per round trip.
 */
const SEGMENT = 1448
const RTT_S = 0.1
const LINK = 'delay: 50ms, rate: 100Gbps'
const BIG = { receiveBufferBytes: 64 << 20, sendBufferBytes: 64 << 20 } as const

/**
 * Returns the average number of segments in flight over ten losses: the first transmission of every `period`-th segment
 * is lost. Slow start ends with a loss of its own, at about the window to come.
 */
function averageWindow(tcp: LabOptions['a'], period: number, expected: number): number {
  const first = Math.round(2 * expected)
  const lossTicks: number[] = []
  const periodic = drop(({ payloadBytes, sequence, transmission }, tick) => {
    const isLost = payloadBytes > 0 && transmission === 1 && ((sequence - 1) / SEGMENT - first) % period === 0
    if (isLost) lossTicks.push(tick)
    return isLost
  })
  const lab = new Lab({ link: LINK, toB: [periodic], a: { ...tcp, ...BIG }, b: BIG })
  lab.connect({ sends: (first + 15 * period) * SEGMENT, chunk: 64 * SEGMENT }, {})
  lab.run()
  const roundTrips = (lossTicks[14] - lossTicks[4]) / ms(RTT_S * 1e3)
  return (10 * period) / roundTrips
}

describe('the window under a steady loss ratio p', () => {
  test.each([400, 1600])(
    'the congestion window under a steady loss ratio p is sqrt(3 / 2p) with Reno when one packet in %i is lost (Mathis)',
    (period) => {
      const predicted = Math.sqrt(1.5 * period)
      const ratio = averageWindow({ congestion: 'reno' }, period, predicted) / predicted
      // A recovery takes one more round trip, in which the window does not grow, beside W / 2 of them in which it does.
      expect(ratio).toBeGreaterThan(0.9)
      expect(ratio).toBeLessThan(1.01)
    },
  )

  test.each([5000])(
    'the congestion window under a steady loss ratio p is 1.054 (RTT / p)^(3/4) with CUBIC when one packet in %i is lost (RFC 9438)',
    (period) => {
      const predicted = 1.054 * (RTT_S * period) ** 0.75
      for (const profile of ['linux', 'rfc'] as const) {
        const ratio = averageWindow({ congestion: 'cubic', profile }, period, predicted) / predicted
        // Linux counts whole segments: its plateau is flat, and a window that comes from above stays where it is.
        expect(ratio).toBeGreaterThan(0.9)
        expect(ratio).toBeLessThan(1.15)
      }
    },
  )

  test('>a TCP transfer without loss', () => {
    const period = 200
    expect(averageWindow({ congestion: 'cubic' }, period, 17)).toBeGreaterThan(
      0.95 * averageWindow({ congestion: 'reno' }, period, 17),
    )
  })
})

describe('a transfer without loss', () => {
  test('a transfer without loss receives 10, 20, 40, ... segments per round trip', () => {
    const timeToReceive = (segments: number) => {
      const lab = new Lab({ link: LINK, a: BIG, b: BIG })
      const { b } = lab.connect({ sends: segments * SEGMENT }, {})
      lab.run()
      return (b.lastByteTick ?? Number.NaN) / ms(RTT_S * 1e3)
    }
    // The first segments arrive after one and a half round trips; serializing them takes microseconds.
    for (const [segments, roundTrips] of [
      [10, 1.5],
      [11, 2.5],
      [30, 2.5],
      [31, 3.5],
      [70, 3.5],
      [71, 4.5],
      [150, 4.5],
      [151, 5.5],
      [310, 5.5],
      [311, 6.5],
    ])
      expect(timeToReceive(segments), `${segments} segments`).toBeCloseTo(roundTrips, 2)
  })

  test.each([64_000, 512_000])(
    'a transfer without loss receives one window per round trip with a receive buffer of %i bytes',
    (receiveBufferBytes) => {
      const sends = 30 * receiveBufferBytes
      const lab = new Lab({ link: LINK, a: BIG, b: { receiveBufferBytes } })
      const { b } = lab.connect({ sends, chunk: 64 * SEGMENT }, {})
      lab.run(ms(10 * RTT_S * 1e3))
      const [fromTick, fromBytes] = [lab.timeline.now, b.receivedBytes]
      lab.run()
      const roundTrips = ((b.lastByteTick ?? Number.NaN) - fromTick) / ms(RTT_S * 1e3)
      const windowBytes = (sends - fromBytes) / roundTrips
      expect(windowBytes / receiveBufferBytes).toBeGreaterThan(0.95)
      expect(windowBytes / receiveBufferBytes).toBeLessThanOrEqual(1.001)
    },
  )
})
