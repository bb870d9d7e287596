import { expect, test } from 'vitest'
import { Lab, ms } from '../fixtures/lab.ts'
import { drop } from '../fixtures/rules.ts'

/**
 * What Linux 6.18 sent in each full round of 20.2 ms from its first response segment on: 2 MB by CUBIC, 10 ms one way, 100
 * Mbps, a queue of 200 packets, the segment at 138,760 lost once (facts/traces/one-loss-cubic.n.csv).
 */
const REAL_ROUNDS = [10, 20, 40, 80, 86, 74, 75, 76, 76, 77, 77, 78, 78, 78, 79, 79, 80, 80, 80]
const LOST_BYTE = 138_760
const ROUND_MS = 20.2
/** The last byte came to the client 444.5 ms after its SYN; the server took 5.6 ms to begin its answer. */
const REAL_LAST_BYTE_MS = 444.5 - 5.6

test('one loss in a transfer of 2 MB takes the course that it takes in the real kernel', () => {
  const isLost = ({
    sequence,
    payloadBytes,
    transmission,
  }: {
    sequence: number
    payloadBytes: number
    transmission: number
  }) => sequence <= LOST_BYTE && LOST_BYTE < sequence + payloadBytes && transmission === 1
  const lab = new Lab({ link: 'delay: 10ms, rate: 100Mbps, queue: 200 packets', toA: [drop(isLost)] })
  const { a } = lab.connect({ sends: 79 }, { sends: 2_000_121, after: 79 })
  lab.run()
  const sent = lab.trace.packets.filter(({ direction, payloadBytes }) => direction === 'b>a' && payloadBytes > 0)
  const rounds = REAL_ROUNDS.map(() => 0)
  for (const { sentTick } of sent) {
    const round = Math.floor((sentTick - sent[0].sentTick) / ms(ROUND_MS))
    if (round < rounds.length) rounds[round]++
  }

  expect(sent.filter(({ transmission }) => transmission > 1)).toHaveLength(1)
  // Linux splits its first segments differently, and acknowledges the first ones one by one: a few segments a round.
  rounds.forEach((segments, round) => {
    expect(Math.abs(segments - REAL_ROUNDS[round]), `round ${round}: ${rounds}`).toBeLessThanOrEqual(6)
  })
  const ratio = Number(a.lastByteTick) / ms(REAL_LAST_BYTE_MS)
  expect(Math.abs(ratio - 1), `${ratio} of the real time`).toBeLessThan(0.03)
})

/**
 * 2 MB without a loss (facts/traces/clean-cubic.n.csv): in the fifth round the ACKs of the fourth have come for half a
 * round trip, and HyStart ends slow start before the queue overflows.
 */
const REAL_CLEAN_ROUNDS = [10, 20, 40, 74, 154, 247, 170, 173, 182, 176]
/** The last byte came to the client 276.7 ms after its SYN; Go took 5 ms to ask and to answer. */
const REAL_CLEAN_LAST_BYTE_MS = 276.7 - 5

test('a transfer of 2 MB leaves slow start where the real kernel leaves it, and loses nothing', () => {
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
  rounds.forEach((segments, round) => {
    expect(Math.abs(segments - REAL_CLEAN_ROUNDS[round]), `round ${round}: ${rounds}`).toBeLessThanOrEqual(6)
  })
  const ratio = Number(a.lastByteTick) / ms(REAL_CLEAN_LAST_BYTE_MS)
  expect(Math.abs(ratio - 1), `${ratio} of the real time`).toBeLessThan(0.01)
})

/** 50 kB whose last segment is lost: it came to the client 328.8 ms after its SYN (facts/traces/tail-loss-cubic.m.csv). */
const REAL_TAIL_MS = 328.8

test('a lost tail is sent again when the real kernel sends it again', () => {
  const isTail = ({ sequence, payloadBytes, transmission }: Parameters<Parameters<typeof drop>[0]>[0]) =>
    sequence + payloadBytes === 50_120 && transmission === 1
  const lab = new Lab({ link: 'delay: 10.05ms, rate: 100Mbps, queue: 200 packets', toA: [drop(isTail)] })
  const { a } = lab.connect({ sends: 77, finishes: 'never' }, { sends: 50_119, after: 77, finishes: 'never' })
  lab.run()
  const ratio = Number(a.lastByteTick) / ms(REAL_TAIL_MS)
  expect(a.receivedBytes).toBe(50_119)
  expect(lab.trace.packets.filter(({ transmission }) => transmission > 1 && transmission < 100)).toHaveLength(1)
  // The real timer goes off at a tick of the kernel's clock, milliseconds apart.
  expect(Math.abs(ratio - 1), `${ratio} of the real time`).toBeLessThan(0.025)
})
