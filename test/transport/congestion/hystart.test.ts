import { describe, expect, test } from 'vitest'
import { Lab } from '../../fixtures/lab.ts'

const SEGMENT = 1448

/** Lets a send so many segments to b. Returns the window then, and the losses. */
function windowAfter(link: string, profile: 'linux' | 'rfc', segments: number, congestion: 'cubic' | 'reno' = 'cubic') {
  const lab = new Lab({ link, a: { profile, congestion }, b: { profile } })
  const { a } = lab.connect({ sends: segments * SEGMENT, finishes: 'never' }, { finishes: 'never' })
  lab.run()
  const { congestionWindow } = lab.tcp.connections
  const again = lab.trace.packets.filter(({ transmission }) => transmission > 1).length
  return { window: congestionWindow[lab.connectionOf(a)], again }
}

describe("HyStart of Linux's CUBIC", () => {
  // 20 ms at 100 Mbps hold 167 segments. After the fourth round of slow start, with 80, ACKs arrive for 10 ms without a
  // gap.
  test('HyStart of Linux’s CUBIC ends slow start when closely spaced ACKs have arrived for half a round trip, before the queue overflows', () => {
    const { window, again } = windowAfter('delay: 10ms, rate: 100Mbps, queue: 100 packets', 'linux', 500)
    expect(again).toBe(0)
    expect(window).toBeGreaterThan(160)
    expect(window).toBeLessThan(300)
  })

  test('HyStart of Linux’s CUBIC ends slow start when the queue adds more than an eighth, and 4 ms, to the round-trip time', () => {
    // Round trips of 100 ms with delayed ACKs 3 ms apart, which are too far apart to count as a train.
    const link = 'delay: 50ms, rate: 8Mbps, queue: 200 packets'
    expect(windowAfter(link, 'linux', 600).again).toBe(0)
    expect(windowAfter(link, 'rfc', 600).again).toBeGreaterThan(20)
  })

  test('HyStart of Linux’s CUBIC is absent in the RFC profile and in Reno, where slow start lasts until the queue overflows', () => {
    const link = 'delay: 10ms, rate: 100Mbps, queue: 100 packets'
    expect(windowAfter(link, 'rfc', 1000).again).toBeGreaterThan(50)
    expect(windowAfter(link, 'linux', 1000, 'reno').again).toBeGreaterThan(50)
  })
})
