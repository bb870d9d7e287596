import { describe, expect, test } from 'vitest'
import { Lab, type LabOptions, ms } from '../fixtures/lab.ts'
import { drop, segment } from '../fixtures/rules.ts'
import { ScriptedEnd } from '../fixtures/scripted-end.ts'

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

/** a writes so much in one go: for each burst, which PSH ends, the segments in it; for what ends without one, with a dot. */
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
  test('ends each burst of several segments, and what was written, however little is left of it', () => {
    expect(marked(10 * SEGMENT)).toBe('2 2 2 2 2')
    expect(marked(9 * SEGMENT)).toBe('2 2 2 2 1')
    expect(marked(9 * SEGMENT + 1)).toBe('2 2 2 2 2')
  })

  test('ends what was written by the RFC, and nothing else', () => {
    expect(marked(9 * SEGMENT, { a: { profile: 'rfc' } })).toBe('9')
  })

  test('is asked for by who writes half the largest window without one', () => {
    const lab = new Lab({ link: LINK, a: { overrides: { initialWindow: 1 } } })
    const { a } = lab.connect({ sends: 100 * SEGMENT, finishes: 'never' }, { finishes: 'never' })
    lab.run(ms(21))
    // A unit is half of 65,160 bytes, 22 segments. One of them goes at once and another takes its place, 22 more follow.
    expect(lab.tcp.connections.pushedEnd[lab.connectionOf(a)]).toBe(45 * SEGMENT)
  })

  test('makes the far end acknowledge the third segment of three at once', () => {
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

  test('does not end what is sent again of a burst that lost one segment', () => {
    expect(marked(20 * SEGMENT, { toB: [drop(segment(3, 1))] }, 2)).toBe('1.')
    expect(marked(20 * SEGMENT, { toB: [drop(segment(4, 1))] }, 2)).toBe('1.')
  })

  test('ends what was written also when it is sent again', () => {
    expect(marked(20 * SEGMENT, { toB: [drop(segment(20, 1))] }, 2)).toBe('1')
  })
})

describe('the far end’s window', () => {
  /** b reads nothing; what a sends of it: bytes of each segment. */
  function sentInto(profile: 'linux' | 'rfc', receiveBufferBytes: number): number[] {
    const lab = new Lab({ link: LINK, a: { profile }, b: { profile: 'rfc', receiveBufferBytes } })
    lab.connect({ sends: 100_000, finishes: 'never' }, new ScriptedEnd('b', ['wait=2000', 'receive=100000'], lab))
    lab.run(ms(1_000))
    return lab.trace.packets.filter((p) => p.direction === 'a>b' && p.payloadBytes > 0).map((p) => p.payloadBytes)
  }

  test('is used to the last byte by a burst that begins in it', () => {
    expect(sentInto('linux', 5_000)).toEqual([SEGMENT, SEGMENT, SEGMENT, 5_000 - 3 * SEGMENT])
  })

  test('that is smaller than a segment is used only by who asks for more of it', () => {
    expect(sentInto('linux', 4 * SEGMENT + 500)).toEqual([SEGMENT, SEGMENT, SEGMENT, SEGMENT, 500])
  })
})
