import { describe, expect, test } from 'vitest'
import { Lab, ms } from '../fixtures/lab.ts'
import { delay, duplicate, everything, segment } from '../fixtures/rules.ts'
import type { TracedPacket } from '../fixtures/trace.ts'

const LINK = 'delay: 10ms, rate: 100Mbps'
const SEGMENT = 1448

describe('a request and its response', () => {
  test('a request and its response take two round trips including the handshake', () => {
    const lab = new Lab({ link: LINK })
    const { a } = lab.connect({ sends: 100, finishes: 'never' }, { sends: 1000, after: 100, finishes: 'never' })
    lab.run()
    expect(lab.trace.lines()).toEqual([
      '0 a>b S 0 mss 1460 scale 10 win 64240 60B -> 10.0048',
      '10.0048 b>a S. 0 ack 1 mss 1460 scale 10 win 65160 60B -> 20.0096',
      '20.0096 a>b . ack 1 52B -> 30.01376',
      '20.0096 a>b P. 1:101 ack 1 152B -> 30.02592',
      '30.02592 b>a . ack 101 52B -> 40.03008',
      '30.02592 b>a P. 1:1001 ack 101 1052B -> 40.11424',
      '40.11424 a>b . ack 1001 52B -> 50.1184',
    ])
    expect(a.lastByteTick).toBe(ms(40.11424))
  })

  test('a request and its response take one round trip on an established connection', () => {
    const lab = new Lab({ link: LINK })
    const { a, b } = lab.connect({ finishes: 'never' }, { sends: 1000, after: 100, finishes: 'never' })
    lab.at(ms(500), () => a.write(100))
    lab.run()
    expect(a.lastByteTick).toBe(520_100_480)
    expect([a.receivedBytes, b.receivedBytes]).toEqual([1000, 100])
  })
})

describe('an ACK', () => {
  const acks = (options: { readonly profile: 'linux' | 'rfc'; readonly sends: number }) => {
    const { profile } = options
    const lab = new Lab({ link: LINK, a: { profile }, b: { profile } })
    lab.connect({ sends: options.sends, finishes: 'never' }, { finishes: 'never' })
    lab.run()
    return lab.trace.from('b>a').slice(1)
  }
  /** Returns when b acknowledges a's fourth write of a hundred bytes. To the second one it replied at once. */
  const ackInDialogue = (profile: 'linux' | 'rfc') => {
    const lab = new Lab({ link: LINK, a: { profile }, b: { profile } })
    const { a } = lab.connect({ finishes: 'never' }, { sends: 100, after: 200, finishes: 'never' })
    for (const tick of [100, 300, 500]) lab.at(ms(tick), () => a.write(100))
    lab.run()
    return lab.trace.from('b>a').at(-1)
  }

  test('the ACK of a single segment is delayed by 40 ms in Linux and by 200 ms in the RFC profile', () => {
    expect(ackInDialogue('linux')).toBe('550.01216 b>a . ack 301 52B -> 560.01632')
    expect(ackInDialogue('rfc')).toBe('710.01216 b>a . ack 301 52B -> 720.01632')
    expect(acks({ profile: 'rfc', sends: 100 })).toEqual(['230.02592 b>a . ack 101 52B -> 240.03008'])
  })

  test('an ACK is not delayed in Linux for the first sixteen segments, nor while the window opens', () => {
    expect(acks({ profile: 'linux', sends: 100 })).toEqual(['30.02592 b>a . ack 101 52B -> 40.03008'])
    const acknowledged = acks({ profile: 'linux', sends: 20 * SEGMENT }).map((line) =>
      Number(/ack (\d+)/.exec(line)?.[1]),
    )
    expect(acknowledged.map((offset) => (offset - 1) / SEGMENT)).toEqual([
      ...Array.from({ length: 20 }, (_, index) => index + 1),
    ])
  })

  test('the ACK of a second small write is sent as soon as the data are read, before the sender needs a probe', () => {
    const lab = new Lab({ link: 'delay: 5ms, rate: 100Mbps' })
    const { a } = lab.connect({ finishes: 'never' }, { sends: 100, after: 200, finishes: 'never' })
    for (const tick of [100, 300, 500, 501]) lab.at(ms(tick), () => a.write(100))
    lab.run()
    expect(lab.trace.from('b>a').at(-1)).toBe('506.01216 b>a . ack 401 52B -> 511.01632')
    expect(lab.trace.packets.filter(({ transmission }) => transmission > 1 && transmission < 100)).toEqual([])
  })

  test('an ACK is sent for every second full segment, and after the delay for a single last segment', () => {
    expect(acks({ profile: 'rfc', sends: 5 * SEGMENT })).toEqual([
      '30.25376 b>a . ack 2897 52B -> 40.25792',
      '30.49376 b>a . ack 5793 52B -> 40.49792',
      '230.61376 b>a . ack 7241 52B -> 240.61792',
    ])
  })
})

describe('slow start', () => {
  test('slow start begins with ten segments and doubles the window each round trip', () => {
    const lab = new Lab({ link: 'delay: 50ms, rate: 10Gbps' })
    lab.connect({ sends: 150 * SEGMENT }, { finishes: 'when-ended' })
    lab.run()
    const sent = lab.trace.packets.filter(({ direction, payloadBytes }) => direction === 'a>b' && payloadBytes > 0)
    expect(byRound(sent, ms(100))).toEqual([10, 20, 40, 80])
  })

  test('slow start does not enlarge a window that the program does not fill', () => {
    const lab = new Lab({ link: LINK })
    const { a } = lab.connect({ finishes: 'never' }, { finishes: 'never' })
    for (let nth = 0; nth < 50; nth++) lab.at(ms(100 * (nth + 1)), () => a.write(SEGMENT))
    lab.run()
    expect(lab.tcp.connections.congestionWindow[lab.connectionOf(a)]).toBe(10)
  })
})

describe('a small receive buffer', () => {
  test('a small receive buffer limits the transfer to one window per round trip', () => {
    const lab = new Lab({ link: 'delay: 50ms, rate: 1Gbps', b: { receiveBufferBytes: 20 * SEGMENT } })
    const { b } = lab.connect({ sends: 1000 * SEGMENT }, {})
    lab.run()
    expect(b.receivedBytes).toBe(1000 * SEGMENT)
    // 28,960 bytes every 100 ms and a little for serializing them: 2.3 Mbps on a link of 1 Gbps.
    const bitsPerSecond = (b.receivedBytes * 8) / ((Number(b.lastByteTick) - Number(b.openTick)) / ms(1000))
    expect(bitsPerSecond).toBeLessThan((20 * SEGMENT * 8) / 0.1)
    expect(bitsPerSecond).toBeGreaterThan(((20 * SEGMENT * 8) / 0.1) * 0.98)
    expect(lab.trace.packets.filter(({ transmission }) => transmission > 1)).toEqual([])
  })

  test('a small receive buffer is advertised without moving the right edge back when it is no multiple of the window scale', () => {
    const lab = new Lab({ link: LINK, b: { receiveBufferBytes: 100_001 } })
    const { b } = lab.connect({ sends: 700_001, chunk: 701 }, {})
    lab.run()
    expect(b.receivedBytes).toBe(700_001)
    expect(lab.trace.packets.filter(({ transmission }) => transmission > 1)).toEqual([])
  })
})

describe('a reader who pauses', () => {
  const pause = (resumeMs: number) => {
    const lab = new Lab({ link: LINK, b: { receiveBufferBytes: 10 * SEGMENT } })
    const { a, b } = lab.connect({ sends: 30 * SEGMENT, finishes: 'never' }, { finishes: 'never' })
    lab.at(ms(30.1), () => b.pause())
    lab.at(ms(resumeMs), () => b.resume())
    return { lab, a, b }
  }

  test('a reader that pauses closes the window when its buffer is full, and opens it when it reads again', () => {
    const { lab, b } = pause(500)
    lab.run(ms(499))
    expect(b.receivedBytes).toBe(0)
    const held = lab.tcp.connections.receiveNext[lab.connectionOf(b)]
    expect(held).toBe(10 * SEGMENT)
    expect(lab.trace.packets.at(-1)).toMatchObject({ direction: 'b>a', acknowledged: 1 + 10 * SEGMENT, window: 0 })
    lab.run()
    expect(b.pieces).toEqual([{ by: 'a', offset: 0, lengthBytes: 30 * SEGMENT }])
  })

  test('a paused reader has its window probed at doubling intervals when the window update is lost', () => {
    const { lab, b } = pause(500)
    lab.run(ms(499))
    lab.network.setLinkState(lab.direction('b>a'), false)
    lab.run(ms(600))
    lab.network.setLinkState(lab.direction('b>a'), true)
    lab.run()
    expect(b.receivedBytes).toBe(30 * SEGMENT)
    const probes = lab.trace.packets.filter(
      ({ direction, payloadBytes, sequence }) => direction === 'a>b' && payloadBytes === 0 && sequence === 10 * SEGMENT,
    )
    // Two timeouts after the reply to the first, then four: the second has no reply, so soon after that to the first.
    const at = probes.map(({ sentTick }) => sentTick / ms(1))
    expect(at[1] - at[0]).toBeCloseTo(2 * 225.485126 + 20.00832, 4)
    expect(at[2] - at[1]).toBeCloseTo(4 * 225.485126, 4)
    expect(at.length).toBe(3)
  })

  test('a paused reader whose host is gone makes the sender give up after fifteen unanswered probes', () => {
    const { lab, a } = pause(1e9)
    lab.run(ms(499))
    for (const direction of ['a>b', 'b>a']) lab.network.setLinkState(lab.direction(direction), false)
    lab.run(ms(2_000_000))
    expect(a.failure).toBe('timed out')
  })

  test('a paused reader receives the end of the stream after all data, and the connection ends normally', () => {
    const lab = new Lab({ link: LINK })
    const { a, b } = lab.connect({ sends: 100 }, { finishes: 'when-ended' })
    lab.at(ms(30.02), () => b.pause())
    lab.at(ms(300), () => b.resume())
    lab.run()
    expect([b.receivedBytes, b.endTick]).toEqual([100, ms(300)])
    expect(a.hasEnded).toBe(true)
    expect(lab.leftovers()).toEqual({})
  })

  test('a paused reader that had closed its own direction releases the connection one minute after it resumes reading', () => {
    const lab = new Lab({ link: LINK })
    const { a, b } = lab.connect({ sends: 10 }, { sends: 2000, after: 10 })
    lab.at(ms(35), () => a.pause())
    lab.at(ms(300), () => a.resume())
    lab.run()
    expect([a.receivedBytes, a.endTick, b.hasEnded]).toEqual([2000, ms(300), true])
    expect(lab.leftovers()).toEqual({})
    expect(lab.timeline.now).toBe(ms(60_300))
  })
})

describe('packets that are reordered or duplicated', () => {
  test('packets that are reordered or duplicated cause no retransmission while fewer than three segments overtake another one', () => {
    // The first of ten segments arrives after the next two.
    const lab = new Lab({ link: LINK, toB: [delay(segment(1, 1), ms(0.3))] })
    const { b } = lab.connect({ sends: 10 * SEGMENT, finishes: 'never' }, { finishes: 'never' })
    lab.run()
    expect(lab.trace.from('b>a').slice(1, 4)).toEqual([
      '30.25376 b>a . ack 1 sack 1449:2897 64B -> 40.25888',
      '30.37376 b>a . ack 1 sack 1449:4345 64B -> 40.37888',
      '30.43376 b>a . ack 4345 52B -> 40.43792',
    ])
    expect(lab.trace.packets.filter(({ transmission }) => transmission > 1)).toEqual([])
    expect(b.pieces).toEqual([{ by: 'a', offset: 0, lengthBytes: 10 * SEGMENT }])
  })

  test('packets that are reordered or duplicated cause a retransmission when three segments overtake one, and the late segment is ignored', () => {
    const lab = new Lab({ link: LINK, toB: [delay(segment(1, 1), ms(0.5))] })
    const { b } = lab.connect({ sends: 10 * SEGMENT, finishes: 'never' }, { finishes: 'never' })
    lab.run()
    expect(lab.trace.lines(({ transmission }) => transmission > 1)).toEqual([
      '40.49888 a>b . 1:1449 ack 1 1500B -> 50.61888',
    ])
    expect(b.pieces).toEqual([{ by: 'a', offset: 0, lengthBytes: 10 * SEGMENT }])
  })

  test('packets that are reordered or duplicated do not damage the stream when each packet arrives twice, at once or much later', () => {
    for (const afterNs of [1, ms(1), ms(25), ms(5_000)]) {
      const lab = new Lab({ link: LINK, toB: [duplicate(everything, afterNs)], toA: [duplicate(everything, afterNs)] })
      const { a, b } = lab.connect({ sends: 30_000 }, { sends: 30_000, after: 30_000 })
      lab.run()
      expect(a.pieces).toEqual([{ by: 'b', offset: 0, lengthBytes: 30_000 }])
      expect(b.pieces).toEqual([{ by: 'a', offset: 0, lengthBytes: 30_000 }])
      expect([a.hasEnded, b.hasEnded, a.failure, b.failure]).toEqual([true, true, null, null])
      expect(lab.leftovers()).toEqual({})
    }
  })
})

/** Counts the packets sent in each round trip from the first one on. */
function byRound(packets: readonly TracedPacket[], roundNs: number): number[] {
  const rounds: number[] = []
  for (const { sentTick } of packets) {
    const round = Math.floor((sentTick - packets[0].sentTick) / roundNs)
    rounds[round] = (rounds[round] ?? 0) + 1
  }
  return rounds
}
