import { describe, expect, test } from 'vitest'
import type { TcpOverrides } from '../../src/transport/profiles/tcp-profiles.ts'
import { Lab, type LabOptions, ms } from '../fixtures/lab.ts'
import { drop, everything, segment } from '../fixtures/rules.ts'

const FULL = 1448

/**
 * b sends `segments` full segments to a, which has requested them with one byte. Returns b's data from the first on:
 * `ms number`.
 */
function sentBy(b: TcpOverrides, segments: number, more: Partial<LabOptions> = {}, unitMs = 1): string[] {
  const lab = new Lab({ link: 'delay: 10ms, rate: 100Mbps', b: { overrides: b }, ...more })
  lab.connect({ sends: 1, finishes: 'never' }, { sends: segments * FULL, after: 1, finishes: 'never' })
  lab.run()
  const sent = lab.trace.packets.filter(({ direction, payloadBytes }) => direction === 'b>a' && payloadBytes > 0)
  const [{ sentTick: first }] = sent
  return sent.map(({ sentTick, sequence }) => {
    const atMs = Math.round((sentTick - first) / ms(unitMs)) / Math.round(1 / unitMs)
    return `${atMs} ${(sequence - 1) / FULL + 1}`
  })
}

/** Returns how many are sent in each round trip of 20 ms. */
function rounds(sent: readonly string[]): number[] {
  const counts: number[] = []
  for (const line of sent) {
    const round = Math.floor(Number(line.split(' ')[0]) / 20)
    counts[round] = (counts[round] ?? 0) + 1
  }
  return counts
}

test('initial-window sets how many segments are sent before the first ACK', () => {
  expect(rounds(sentBy({ initialWindow: 3 }, 9))).toEqual([3, 6])
  expect(rounds(sentBy({ initialWindow: 10 }, 9))).toEqual([9])
})

test('min-rto: a single lost segment is retransmitted after two round trips and the configured time', () => {
  const lost = { toA: [drop(segment(1, 1))] }
  expect(sentBy({}, 1, lost)).toEqual(['0 1', '220 1'])
  expect(sentBy({ timeoutFloorNs: ms(20) }, 1, lost)).toEqual(['0 1', '60 1'])
})

test('tail-loss-probe: a lost tail is retransmitted only at the timeout when it is off', () => {
  const lost = { toA: [drop(segment(4, 1)), drop(segment(5, 1))] }
  expect(sentBy({}, 5, lost).slice(5)).toEqual(['63 5', '83 4'])
  expect(sentBy({ probesTail: false }, 5, lost).slice(5)).toEqual(['240 4', '261 5'])
})

describe('limited-transmit', () => {
  const lost = { toA: [drop(segment(1, 1))] }
  const options = { recovery: 'sack', initialWindow: 4 } as const

  test('limited-transmit sends new segments when segments arrive out of order, before the loss is detected', () => {
    // The second one is deferred (tcp_tso_should_defer), and the third finds the loss.
    expect(sentBy(options, 8, lost).slice(4, 7)).toEqual(['20 5', '20 1', '40 6'])
  })

  test('limited-transmit sends no new segment before the loss is detected when it is off', () => {
    expect(sentBy({ ...options, hasLimitedTransmit: false }, 8, lost).slice(4, 6)).toEqual(['20 1', '40 5'])
  })
})

test('prr: a window reduction is spread over one round trip; when it is off, sending pauses at first', () => {
  const lost = { toA: [drop(segment(11, 1))] }
  const inFirstMs = (spreadsReduction: boolean) => sentBy({ spreadsReduction }, 60, lost, 0.1).slice(32, 38)
  expect(inFirstMs(true)).toEqual(['40.5 11', '40.6 33', '40.7 34', '41 35', '41.1 36', '41.3 37'])
  expect(inFirstMs(false)).toEqual(['40.5 11', '41.2 33', '41.3 34', '41.5 35', '41.6 36', '41.7 37'])
})

test('hystart: CUBIC leaves slow start before the queue overflows, in each profile', () => {
  const lossesOf = (profile: 'linux' | 'rfc', hasHystart: boolean) => {
    const lab = new Lab({
      link: 'delay: 10ms, rate: 100Mbps, queue: 200 packets',
      b: { profile, overrides: { hasHystart } },
    })
    lab.connect({ sends: 1 }, { sends: 2_000_000, after: 1 })
    lab.run()
    return lab.trace.packets.filter(({ outcome, direction }) => direction === 'b>a' && outcome === 'dropped-at-queue')
      .length
  }
  expect([lossesOf('linux', true), lossesOf('linux', false)]).toEqual([0, 329])
  expect([lossesOf('rfc', true), lossesOf('rfc', false)]).toEqual([0, 328])
})

/** Returns when a acknowledges b's first ten segments, in ms after the first ACK. */
function acksOf(a: TcpOverrides): number[] {
  const lab = new Lab({ link: 'delay: 10ms, rate: 10Mbps', a: { overrides: a } })
  lab.connect({ sends: 1, finishes: 'never' }, { sends: 10 * FULL, after: 1, finishes: 'never' })
  lab.run()
  const acks = lab.trace.packets.filter(({ direction, sentTick }) => direction === 'a>b' && sentTick > ms(35))
  return acks.map(({ sentTick }) => Math.round((sentTick - acks[0].sentTick) / ms(0.1)) / 10)
}

test('quick-acks sets how many of the first segments are acknowledged one by one', () => {
  expect(acksOf({ growsReceiveBuffer: false })).toEqual([0, 1.2, 2.4, 3.6, 4.8, 6, 7.2, 8.4, 9.6, 10.8])
  expect(acksOf({ quickAcks: 0, growsReceiveBuffer: false })).toEqual([0, 2.4, 4.8, 7.2, 9.6])
})

test('delayed-ack: every segment is acknowledged at once when it is off', () => {
  expect(acksOf({ delayedAckNs: 0, quickAcks: 0, growsReceiveBuffer: false })).toEqual([
    0, 1.2, 2.4, 3.6, 4.8, 6, 7.2, 8.4, 9.6, 10.8,
  ])
})

test('window-probes: with 0 probes, a closed window stays closed when its update is lost', () => {
  const probesOf = (windowProbes: number) => {
    const lab = new Lab({ link: 'delay: 10ms', a: { receiveBufferBytes: 5_000 }, b: { overrides: { windowProbes } } })
    const { a } = lab.connect({ sends: 1, finishes: 'never' }, { sends: 20_000, after: 1, finishes: 'never' })
    lab.at(ms(1), () => a.pause())
    lab.at(ms(5_000), () => {
      lab.script('a>b', [drop(everything)])
      a.resume()
    })
    lab.run(ms(20_000))
    return lab.trace.packets.filter(({ direction, sentTick }) => direction === 'b>a' && sentTick > ms(1_000)).length
  }
  expect(probesOf(0)).toBe(0)
  expect(probesOf(15)).toBeGreaterThan(3)
})
