import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import { Lab, ms } from '../fixtures/lab.ts'
import { delay, drop, duplicate, segment } from '../fixtures/rules.ts'

const LINK = 'delay: 10ms, rate: 100Mbps'
const SEGMENT = 1448

/** Returns the SACK blocks of each ACK of b. */
function blocks(lab: Lab): string[] {
  return lab.trace.packets
    .filter(({ direction, sack }) => direction === 'b>a' && sack.length > 0)
    .map(({ sack }) => sack.map(([left, right]) => `${(left - 1) / SEGMENT}:${(right - 1) / SEGMENT}`).join(' '))
}

/** Sends segments; those of `missing` are lost the first time. */
function send(segments: number, missing: readonly number[]): Lab {
  const lab = new Lab({ link: LINK, toB: missing.map((number) => drop(segment(number + 1, 1))) })
  lab.connect({ sends: segments * SEGMENT, finishes: 'never' }, { finishes: 'never' })
  lab.run(ms(40))
  return lab
}

describe('selective acknowledgements (RFC 2018)', () => {
  test('selective acknowledgements report the most recently received block first, then the earlier ones', () => {
    expect(blocks(send(9, [0, 2, 4]))).toEqual([
      '1:2',
      '3:4 1:2',
      '5:6 3:4 1:2',
      '5:7 3:4 1:2',
      '5:8 3:4 1:2',
      '5:9 3:4 1:2',
    ])
  })

  test('selective acknowledgements have space for three blocks beside timestamps, so the oldest block is left out', () => {
    expect(blocks(send(10, [0, 2, 4, 6])).slice(0, 4)).toEqual(['1:2', '3:4 1:2', '5:6 3:4 1:2', '7:8 5:6 3:4'])
  })

  // As reported by Linux 6.18 for the same twenty segments over the same link, with a fixed receive buffer.
  test('selective acknowledgements are sent before a delayed ACK loses one of its blocks, so no received segment is retransmitted', () => {
    const missing = [37, 39, 41, 43, 45, 47, 49, 51, 53, 55]
    const lab = new Lab({
      link: LINK,
      b: { receiveBufferBytes: 125_000, overrides: { hasSocketBuffer: true } },
      toB: missing.map((number) => drop(segment(number + 1, 1))),
    })
    lab.connect({ sends: 104 * SEGMENT, chunk: 14_480, finishes: 'never' }, { finishes: 'never' })
    lab.run(ms(84))
    expect(blocks(lab).slice(0, 8)).toEqual([
      '38:39',
      '40:41 38:39',
      '42:43 40:41 38:39',
      '44:45 42:43 40:41',
      '46:47 44:45 42:43',
      '50:51 48:49 46:47',
      '54:55 52:53 50:51',
      '56:67 54:55 52:53',
    ])
    lab.run()
    const repeated = lab.trace.packets.filter(({ transmission, direction }) => direction === 'a>b' && transmission > 1)
    expect(repeated.map(({ sequence }) => (sequence - 1) / SEGMENT)).toEqual(missing)
  })

  test('selective acknowledgements report an out-of-order segment that arrives twice, then its block (RFC 2883)', () => {
    const lab = new Lab({ link: LINK, toB: [drop(segment(2, 1)), duplicate(segment(3, 1), ms(0.5))] })
    lab.connect({ sends: 3 * SEGMENT, finishes: 'never' }, { finishes: 'never' })
    lab.run(ms(35))
    expect(blocks(lab)).toEqual(['2:3', '2:3 2:3'])
  })

  test('selective acknowledgements take four bytes plus eight for each block', () => {
    const lab = send(9, [0, 2, 4])
    expect(
      lab.trace.packets
        .filter(({ sack }) => sack.length > 0)
        .map(({ wireBytes }) => wireBytes)
        .slice(0, 3),
    ).toEqual([64, 72, 80])
  })

  test('selective acknowledgements do not report data that are cumulatively acknowledged', () => {
    const lab = send(9, [0, 2, 4])
    lab.run()
    const acks = lab.trace.packets.filter(({ direction }) => direction === 'b>a')
    for (const { acknowledged, sack } of acks)
      for (const [left] of sack) expect(left).toBeGreaterThan(Number(acknowledged))
    expect(acks.at(-1)).toMatchObject({ acknowledged: 1 + 9 * SEGMENT, sack: [] })
  })

  test('selective acknowledgements report one block when a segment joins two blocks', () => {
    const lab = new Lab({ link: LINK, toB: [drop(segment(1, 1)), delay(segment(3, 1), ms(0.5))] })
    lab.connect({ sends: 6 * SEGMENT, finishes: 'never' }, { finishes: 'never' })
    lab.run(ms(35))
    expect(blocks(lab)).toEqual(['1:2', '3:4 1:2', '3:5 1:2', '3:6 1:2', '1:6'])
  })

  test('selective acknowledgements report all received ranges in any order of arrival, with the latest segment in the first block', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { minLength: 10, maxLength: 10 }), (delays) => {
        const lab = new Lab({
          link: LINK,
          toB: delays.map((tenths, nth) => delay(segment(nth + 1, 1), ms(tenths / 10))),
        })
        lab.connect({ sends: 10 * SEGMENT, finishes: 'never' }, { finishes: 'never' })
        lab.run(ms(40))
        const arrivals = lab.trace.packets.filter(
          ({ direction, payloadBytes }) => direction === 'a>b' && payloadBytes > 0,
        )
        for (const ack of lab.trace.packets.filter(({ direction, sack }) => direction === 'b>a' && sack.length > 0)) {
          const arrived = arrivals.filter(({ outcome }) => Number(outcome) <= ack.sentTick)
          const newest = arrived.filter(({ outcome }) => outcome === ack.sentTick).map(({ sequence }) => sequence)
          const covers = ([left, right]: readonly [number, number], sequence: number) =>
            sequence >= left && sequence < right
          // A segment that fills a gap is reported by the acknowledgement number.
          expect(newest.some((sequence) => sequence < Number(ack.acknowledged) || covers(ack.sack[0], sequence))).toBe(
            true,
          )
          for (const [left, right] of ack.sack) {
            const inside = arrived.filter(({ sequence }) => covers([left, right], sequence))
            expect(new Set(inside.map(({ sequence }) => sequence)).size * SEGMENT).toBe(right - left)
          }
        }
      }),
      { numRuns: 50 },
    )
  })
})

test('out-of-order ranges are held, and released when the connection ends before the gap is filled', () => {
  const lab = new Lab({ link: LINK, toB: [drop((packet) => packet.payloadBytes > 0 && packet.sequence === 1)] })
  const { a, b } = lab.connect({ sends: 5 * SEGMENT, finishes: 'never' }, { finishes: 'never' })
  lab.run(ms(100))
  expect(lab.tcp.connections.firstRange[lab.connectionOf(b)]).not.toBe(NONE)
  a.abort()
  b.abort()
  lab.run()
  expect(lab.leftovers()).toEqual({})
})
