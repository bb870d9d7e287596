import { expect, test } from 'vitest'
import { Lab, ms } from '../fixtures/lab.ts'
import { drop, type Which } from '../fixtures/rules.ts'
import { ScriptedEnd } from '../fixtures/scripted-end.ts'

/**
 * Segments that Linux 6.18 sent in each full round of 20.2 ms from the first of its response on: 2 MB by CUBIC, 10 ms
 * one way, 100 Mbps, a queue of 200 packets, the segment at 138,760 lost once
 * (bench/fidelity/traces/go/one-loss-cubic.n.csv).
 */
const REAL_ROUNDS = [10, 20, 40, 80, 86, 74, 75, 76, 76, 77, 77, 78, 78, 78, 79, 79, 80, 80, 80]
const LOST_BYTE = 138_760
const ROUND_MS = 20.2
/** The last byte arrived 444.5 ms after the client's SYN; the server took 5.6 ms to begin its response. */
const REAL_LAST_BYTE_MS = 444.5 - 5.6

test('a transfer of 2 MB recovers from one loss as in the real kernel', () => {
  const isLost: Which = ({ sequence, payloadBytes, transmission }) =>
    sequence <= LOST_BYTE && LOST_BYTE < sequence + payloadBytes && transmission === 1
  const ends = { sendBufferBytes: null }
  const link = 'delay: 10.05ms, rate: 100Mbps, queue: 200 packets'
  const lab = new Lab({ link, a: ends, b: ends, toA: [drop(isLost)] })
  // Go writes what its buffer of 4 KiB holds, and then the rest.
  const server = new ScriptedEnd('b', ['receive=79', 'send=4096', 'send=1996025', 'end'], lab)
  const { a } = lab.connect(new ScriptedEnd('a', ['send=79', 'receive=2000121'], lab), server)
  lab.run(ms(600))
  const sent = lab.trace.packets.filter(({ direction, payloadBytes }) => direction === 'b>a' && payloadBytes > 0)
  const rounds = REAL_ROUNDS.map(() => 0)
  for (const { sentTick } of sent) {
    const round = Math.floor((sentTick - sent[0].sentTick) / ms(ROUND_MS))
    if (round < rounds.length) rounds[round]++
  }

  expect(sent.filter(({ transmission }) => transmission > 1)).toHaveLength(1)
  // A burst may fall on either side of a round's edge.
  rounds.forEach((segments, round) => {
    expect(Math.abs(segments - REAL_ROUNDS[round]), `round ${round}: ${rounds}`).toBeLessThanOrEqual(2)
  })
  const ratio = Number(a.lastByteTick) / ms(REAL_LAST_BYTE_MS)
  expect(Math.abs(ratio - 1), `${ratio} of the real time`).toBeLessThan(0.006)
})

/**
 * 2 MB without a loss (bench/fidelity/traces/go/clean-cubic.n.csv): in the fifth round the ACKs of the fourth have
 * arrived for half a round trip, and HyStart ends slow start before the queue overflows.
 */
const REAL_CLEAN_ROUNDS = [10, 20, 40, 74, 154, 247, 170, 173, 182, 176]
/** The last byte arrived 276.7 ms after the client's SYN; Go took 5 ms for request and response. */
const REAL_CLEAN_LAST_BYTE_MS = 276.7 - 5

test('a transfer of 2 MB leaves slow start where the real kernel does, without a loss', () => {
  const lab = new Lab({ link: 'delay: 10.05ms, rate: 100Mbps, queue: 200 packets' })
  const { a } = lab.connect({ sends: 79 }, { sends: 2_000_121, after: 79 })
  lab.run()
  const sent = lab.trace.packets.filter(({ direction, payloadBytes }) => direction === 'b>a' && payloadBytes > 0)
  const rounds = REAL_CLEAN_ROUNDS.map(() => 0)
  for (const { sentTick } of sent) {
    const round = Math.floor((sentTick - sent[0].sentTick) / ms(ROUND_MS))
    if (round < rounds.length) rounds[round]++
  }

  expect(sent.filter(({ transmission }) => transmission > 1)).toEqual([])
  // A burst of up to twelve may fall on either side of a round's edge.
  rounds.forEach((segments, round) => {
    expect(Math.abs(segments - REAL_CLEAN_ROUNDS[round]), `round ${round}: ${rounds}`).toBeLessThanOrEqual(12)
  })
  const ratio = Number(a.lastByteTick) / ms(REAL_CLEAN_LAST_BYTE_MS)
  expect(Math.abs(ratio - 1), `${ratio} of the real time`).toBeLessThan(0.01)
})

/**
 * 50 kB whose last segment is lost: it arrived 328.8 ms after the client's SYN
 * (bench/fidelity/traces/go/tail-loss-cubic.m.csv).
 */
const REAL_TAIL_MS = 328.8

test('a lost tail is retransmitted at the same time as in the real kernel', () => {
  const isTail = ({ sequence, payloadBytes, transmission }: Parameters<Parameters<typeof drop>[0]>[0]) =>
    sequence + payloadBytes === 50_120 && transmission === 1
  const lab = new Lab({ link: 'delay: 10.05ms, rate: 100Mbps, queue: 200 packets', toA: [drop(isTail)] })
  const { a } = lab.connect({ sends: 77, finishes: 'never' }, { sends: 50_119, after: 77, finishes: 'never' })
  lab.run()
  const ratio = Number(a.lastByteTick) / ms(REAL_TAIL_MS)
  expect(a.receivedBytes).toBe(50_119)
  expect(lab.trace.packets.filter(({ transmission }) => transmission > 1 && transmission < 100)).toHaveLength(1)
  // The real timer fires at a tick of the kernel's clock, milliseconds apart.
  expect(Math.abs(ratio - 1), `${ratio} of the real time`).toBeLessThan(0.025)
})

/** Returns the number of segments in each burst, in order. */
function burstsOf(lab: Lab, first: number, last: number): number[] {
  const bursts: number[] = []
  let before = -1
  for (const { direction, payloadBytes, sequence, sentTick } of lab.trace.packets) {
    const number = (sequence - 1) / 1448
    if (direction !== 'b>a' || payloadBytes === 0 || number < first || number >= last) continue
    if (sentTick === before) bursts[bursts.length - 1]++
    else bursts.push(1)
    before = sentTick
  }
  return bursts
}

/**
 * 5 MB by plain TCP over 100 Mbps, 10 ms one way: six transfers of Linux 6.18.44 had the same ACKs and bursts in the
 * third round trip, where packets within 60 µs count as one burst.
 */
const REAL_ACKS = [...Array.from({ length: 22 }, (_, nth) => nth + 1), 24, 26, 28, 30]
const REAL_BURSTS = [...Array.from({ length: 11 }, () => 2), 6, 3, 3, 6]

test('the first thirty segments are acknowledged as by the real kernel, one by one while the window opens', () => {
  const lab = new Lab({ link: 'delay: 10.06ms, rate: 100Mbps, queue: 200 packets' })
  lab.connect({ sends: 79, finishes: 'never' }, { sends: 5_000_000, after: 79, chunk: 32_768, finishes: 'never' })
  lab.run()
  const acks = lab.trace.packets
    .filter(
      ({ direction, payloadBytes, acknowledged }) => direction === 'a>b' && payloadBytes === 0 && acknowledged !== 1,
    )
    .map(({ acknowledged }) => ((acknowledged ?? 0) - 1) / 1448)
  expect(acks.filter((segments) => segments > 0 && segments <= 30)).toEqual(REAL_ACKS)
})

test('data that an ACK allows are deferred as in the real kernel', () => {
  const lab = new Lab({ link: 'delay: 10.06ms, rate: 100Mbps, queue: 200 packets' })
  lab.connect({ sends: 79, finishes: 'never' }, { sends: 5_000_000, after: 79, finishes: 'never' })
  lab.run()
  expect(burstsOf(lab, 30, 70)).toEqual(REAL_BURSTS)
})

/**
 * The same over 2.5 ms one way and a queue of 20 packets: segments retransmitted, and when the last byte was sent, in
 * ms.
 */
const REAL_RETRANSMISSIONS = [14, 11, 11, 13, 11, 12]
const REAL_SHORT_QUEUE_MS = [445.4, 446.6, 448.0, 446.6, 446.9, 445.4]

test('a 5 MB transfer through a short queue loses the same packets, and takes as long, as in the real kernel', () => {
  const lab = new Lab({ link: 'delay: 2.525ms, rate: 100Mbps, queue: 20 packets' })
  lab.connect({ sends: 79, finishes: 'never' }, { sends: 5_000_000, after: 79, chunk: 32_768, finishes: 'never' })
  lab.run()
  const again = lab.trace.packets.filter(
    ({ transmission, payloadBytes }) => payloadBytes > 0 && transmission > 1,
  ).length
  const lastTick = Math.max(...lab.trace.packets.filter((p) => p.payloadBytes > 0).map(({ sentTick }) => sentTick))
  expect(again).toBeGreaterThanOrEqual(Math.min(...REAL_RETRANSMISSIONS))
  expect(again).toBeLessThanOrEqual(Math.max(...REAL_RETRANSMISSIONS))
  expect(lastTick / ms(Math.min(...REAL_SHORT_QUEUE_MS))).toBeGreaterThan(0.99)
  expect(lastTick / ms(Math.max(...REAL_SHORT_QUEUE_MS))).toBeLessThan(1.01)
})
