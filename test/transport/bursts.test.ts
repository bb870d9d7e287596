import { describe, expect, test } from 'vitest'
import { Lab, type LabOptions, ms } from '../fixtures/lab.ts'
import { drop, segment } from '../fixtures/rules.ts'
import { ScriptedEnd } from '../fixtures/scripted-end.ts'

const SEGMENT = 1448
const LINK = 'delay: 10ms, rate: 100Mbps, queue: 200 packets'

/** Lets a write so many bytes at once. Returns the number of segments in each burst, in order. */
function bursts(bytes: number, link = LINK, profile: 'linux' | 'rfc' = 'linux'): number[] {
  const lab = new Lab({ link, a: { profile }, b: { profile } })
  lab.connect({ sends: bytes, finishes: 'never' }, { finishes: 'never' })
  lab.run()
  const ticks = lab.trace.packets.filter((p) => p.direction === 'a>b' && p.payloadBytes > 0).map((p) => p.sentTick)
  const sizes = new Map<number, number>()
  for (const tick of ticks) sizes.set(tick, (sizes.get(tick) ?? 0) + 1)
  return [...sizes.values()]
}

describe('data that an ACK allows', () => {
  test('data that an ACK allows to send wait until they fill a burst: 1 ms at 1.2 times the current rate, or at twice that in slow start', () => {
    const sizes = bursts(1000 * SEGMENT)
    // 100 Mbps carry 8.05 segments in 1/1024 s. Each unit of the queue, of 45 segments, ends with a smaller one.
    expect(Math.max(...sizes)).toBe(18)
    expect(sizes.slice(-40).filter((size) => size === 9 || size === 10).length).toBeGreaterThan(26)
  })

  test('data that an ACK allows to send are sent at once in the RFC profile: two segments per ACK, or four in slow start', () => {
    const sizes = bursts(1000 * SEGMENT, LINK, 'rfc')
    expect(Math.max(...sizes.slice(1))).toBe(4)
  })

  test('data that an ACK allows to send do not wait for an ACK that is more than a millisecond away', () => {
    // Slow: an ACK for every second segment comes each 24 ms.
    expect(
      Math.max(...bursts(60 * SEGMENT, 'delay: 10ms, rate: 1Mbps, queue: 200 packets').slice(1)),
    ).toBeLessThanOrEqual(4)
  })

  test('data that an ACK allows to send are sent at once when nothing is in flight, even if they do not fill a burst', () => {
    for (const segments of [1, 2, 9, 11, 25, 77]) {
      const sizes = bursts(segments * SEGMENT - 1)
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(segments)
    }
  })

  test('data that an ACK allows to send count as use of the window while they wait, so that the window grows', () => {
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

/**
 * Lets a write so many bytes at once. Returns the segments of each burst that ends with PSH; one that ends without it
 * has a dot.
 */
function marked(bytes: number, options: Partial<LabOptions> = {}, transmission = 1): string {
  const lab = new Lab({ link: LINK, ...options })
  lab.connect({ sends: bytes, finishes: 'never' }, { finishes: 'never' })
  lab.run()
  let count = 0
  let said = ''
  for (const packet of lab.trace.packets) {
    if (packet.direction !== 'a>b' || packet.payloadBytes === 0 || packet.transmission !== transmission) continue
    count++
    if (!packet.isPush) continue
    said += ` ${count}`
    count = 0
  }
  return `${said}${count > 0 ? ` ${count}.` : ''}`.trim()
}

describe('PSH', () => {
  test('PSH is set at the end of each burst of several segments, and at the end of a write', () => {
    expect(marked(10 * SEGMENT)).toBe('2 2 2 2 2')
    expect(marked(9 * SEGMENT)).toBe('2 2 2 2 1')
    expect(marked(9 * SEGMENT + 1)).toBe('2 2 2 2 2')
  })

  test('PSH is set at the end of a write, and nowhere else, in the RFC profile', () => {
    expect(marked(9 * SEGMENT, { a: { profile: 'rfc' } })).toBe('9')
  })

  test('PSH makes the receiver acknowledge the third of three segments at once', () => {
    const lab = new Lab({ link: 'delay: 10ms, rate: 100Mbps, queue: 200 packets', b: { overrides: { quickAcks: 0 } } })
    lab.connect({ sends: 400 * SEGMENT, finishes: 'never' }, { finishes: 'never' })
    lab.run()
    const { packets } = lab.trace
    const thirds = packets.filter(({ isPush, payloadBytes }, nth) => {
      const before = [packets[nth - 1], packets[nth - 2]]
      return isPush && payloadBytes > 0 && before.every((packet) => packet?.direction === 'a>b' && !packet.isPush)
    })
    const acknowledged = new Set(packets.filter(({ direction }) => direction === 'b>a').map((p) => p.acknowledged))
    expect(thirds.length).toBeGreaterThan(10)
    for (const { sequence } of thirds) expect(acknowledged).toContain(sequence + SEGMENT)
  })

  test('PSH is not set on a retransmitted segment from the middle of a burst', () => {
    expect(marked(20 * SEGMENT, { toB: [drop(segment(3, 1))] }, 2)).toBe('1.')
    expect(marked(20 * SEGMENT, { toB: [drop(segment(4, 1))] }, 2)).toBe('1.')
  })

  test('PSH is also set when the last segment of a write is retransmitted', () => {
    expect(marked(20 * SEGMENT, { toB: [drop(segment(20, 1))] }, 2)).toBe('1')
  })
})

describe("the peer's window", () => {
  /** b reads nothing. Returns the bytes of each segment that a sends within so many milliseconds. */
  function sentInto(receiveBufferBytes: number, untilMs: number): number[] {
    const lab = new Lab({ link: LINK, b: { profile: 'rfc', receiveBufferBytes } })
    lab.connect({ sends: 100_000, finishes: 'never' }, new ScriptedEnd('b', ['wait=2000', 'receive=100000'], lab))
    lab.run(ms(untilMs))
    return lab.trace.packets.filter((p) => p.direction === 'a>b' && p.payloadBytes > 0).map((p) => p.payloadBytes)
  }

  test('a burst that begins within the peer’s window uses it to the last byte', () => {
    const window = 6 * SEGMENT + 656
    expect(sentInto(window, 25)).toEqual([...Array.from({ length: 6 }, () => SEGMENT), 656])
  })

  test('a partial segment uses a peer’s window that is smaller than a segment only after a timeout', () => {
    const window = 4 * SEGMENT + 500
    expect(sentInto(window, 200)).toEqual([SEGMENT, SEGMENT, SEGMENT, SEGMENT])
    expect(sentInto(window, 1_000)).toEqual([SEGMENT, SEGMENT, SEGMENT, SEGMENT, 500])
  })
})
