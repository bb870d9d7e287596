import { expect, test } from 'vitest'
import { Lab, ms } from '../../fixtures/lab.ts'

function burstsOf(link: string, bytes: number) {
  const lab = new Lab({ link, a: { congestion: 'bbr' } })
  lab.connect({ sends: bytes, finishes: 'never' }, { finishes: 'never' })
  lab.run()
  const bursts = new Map<number, number>()
  for (const { sentTick, payloadBytes } of lab.trace.packets)
    if (payloadBytes > 0) bursts.set(sentTick, (bursts.get(sentTick) ?? 0) + 1)
  return [...bursts].map(([tick, segments]) => ({ tick, segments }))
}

test('the first ten segments are sent unpaced, and segments that the window allows later form a new burst', () => {
  const bursts = burstsOf('delay: 10035us, rate: 100Mbps, queue: 200 packets', 100_000)
  // As in Linux 6.18: the first ACK allows two segments, the next two follow after half of their time, and then after
  // whole times.
  expect(bursts.slice(0, 6).map(({ segments }) => segments)).toEqual([10, 2, 2, 2, 2, 2])
  const gaps = bursts.slice(2, 6).map(({ tick }, nth) => (tick - bursts[nth + 1].tick) / ms(1))
  // A segment takes 0.70 ms at 2.887 times ten segments a round trip, less a hundredth.
  const expected = [0.7, 1.4, 1.4, 1.4]
  expect(gaps.map((gap) => Math.round(gap * 10) / 10)).toEqual(expected)
})

test('a short round-trip time allows larger bursts, by 32 KiB at 1 ms, but at most half of the window', () => {
  const largest = (link: string) => {
    const [first, ...others] = burstsOf(link, 500_000).map(({ segments }) => segments)
    expect(first).toBe(10)
    return Math.max(...others)
  }
  // In start-up, a millisecond's worth is four segments.
  expect(largest('delay: 5ms, rate: 20Mbps, queue: 200 packets')).toBe(4)
  expect(largest('delay: 500us, rate: 20Mbps, queue: 200 packets')).toBe(8)
})
