import { describe, expect, test } from 'vitest'
import { Lab } from '../../fixtures/lab.ts'

const SEGMENT = 1448

/** a sends to b so many segments: how large its window then is, and what was lost. */
function windowAfter(link: string, profile: 'linux' | 'rfc', segments: number, congestion: 'cubic' | 'reno' = 'cubic') {
  const lab = new Lab({ link, a: { profile, congestion }, b: { profile } })
  const { a } = lab.connect({ sends: segments * SEGMENT, finishes: 'never' }, { finishes: 'never' })
  lab.run()
  const { congestionWindow } = lab.tcp.connections
  const again = lab.trace.packets.filter(({ transmission }) => transmission > 1).length
  return { window: congestionWindow[lab.connectionOf(a)], again }
}

describe('CUBIC on Linux', () => {
  // 20 ms and 100 Mbps hold 167 segments. After the fourth round of slow start, of 80, ACKs come for 10 ms on end.
  test('ends slow start when ACKs have come in close succession for half a round trip, before the queue overflows', () => {
    const { window, again } = windowAfter('delay: 10ms, rate: 100Mbps, queue: 100 packets', 'linux', 500)
    expect(again).toBe(0)
    expect(window).toBeGreaterThan(160)
    expect(window).toBeLessThan(300)
  })

  test('ends slow start when the queue adds more than an eighth to the round trip, and 4 ms', () => {
    // Round trips of 100 ms, and delayed ACKs 3 ms apart: those make no train.
    const link = 'delay: 50ms, rate: 8Mbps, queue: 200 packets'
    expect(windowAfter(link, 'linux', 600).again).toBe(0)
    expect(windowAfter(link, 'rfc', 600).again).toBeGreaterThan(20)
  })

  test('by the RFC profile, and Reno, go on until the queue overflows', () => {
    const link = 'delay: 10ms, rate: 100Mbps, queue: 100 packets'
    expect(windowAfter(link, 'rfc', 1000).again).toBeGreaterThan(50)
    expect(windowAfter(link, 'linux', 1000, 'reno').again).toBeGreaterThan(50)
  })
})
