import { describe, expect, test } from 'vitest'
import { Lab, ms } from '../../fixtures/lab.ts'

const SEGMENT = 1448
const LINK = 'delay: 10ms, rate: 100Mbps, queue: 200 packets'

/** a sends to b so many bytes in one write: how many segments left together, in their order. */
function bursts(bytes: number, link = LINK, profile: 'linux' | 'rfc' = 'linux'): number[] {
  const lab = new Lab({ link, a: { profile }, b: { profile } })
  lab.connect({ sends: bytes, finishes: 'never' }, { finishes: 'never' })
  lab.run()
  const ticks = lab.trace.packets.filter((p) => p.direction === 'a>b' && p.payloadBytes > 0).map((p) => p.sentTick)
  const sizes = new Map<number, number>()
  for (const tick of ticks) sizes.set(tick, (sizes.get(tick) ?? 0) + 1)
  return [...sizes.values()]
}

describe('what an ACK makes room for', () => {
  test('waits until a burst is together: what 1.2 times the rate gives in a millisecond, and twice in slow start', () => {
    const sizes = bursts(1000 * SEGMENT)
    // 100 Mbps carry 8.05 segments in 1/1024 s. Each unit of the queue, of 45 segments, ends with a smaller one.
    expect(Math.max(...sizes)).toBe(18)
    expect(sizes.slice(-40).filter((size) => size === 9 || size === 10).length).toBeGreaterThan(26)
  })

  test('leaves at once by the RFC, which knows of no bursts: two segments, or four in slow start', () => {
    const sizes = bursts(1000 * SEGMENT, LINK, 'rfc')
    expect(Math.max(...sizes.slice(1))).toBe(4)
  })

  test('does not wait for an ACK that is further than a millisecond', () => {
    // Slow: an ACK for every second segment comes each 24 ms.
    expect(
      Math.max(...bursts(60 * SEGMENT, 'delay: 10ms, rate: 1Mbps, queue: 200 packets').slice(1)),
    ).toBeLessThanOrEqual(4)
  })

  test('never waits where nothing is on its way: the last of it leaves, however little', () => {
    for (const segments of [1, 2, 9, 11, 25, 77]) {
      const sizes = bursts(segments * SEGMENT - 1)
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(segments)
    }
  })

  test('is counted as use of the window: it goes on to grow', () => {
    const lab = new Lab({ link: LINK })
    const { a } = lab.connect({ sends: 3000 * SEGMENT, finishes: 'never' }, { finishes: 'never' })
    const windows = [120, 180, 240].map((at) => {
      lab.run(ms(at))
      return lab.tcp.connections.congestionWindow[lab.connectionOf(a)]
    })
    expect(windows).toEqual([...windows].sort((x, y) => x - y))
    expect(windows[2]).toBeGreaterThan(windows[0])
  })
})
