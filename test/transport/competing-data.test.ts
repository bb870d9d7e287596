import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inject } from '../fixtures/inject.ts'
import { checkInvariants } from '../fixtures/invariants.ts'
import { hashesOf, Lab, type LabOptions, ms } from '../fixtures/lab.ts'
import { delay, drop, segment } from '../fixtures/rules.ts'

const LINK = 'delay: 10ms, rate: 100Mbps'
const SEGMENT = 1448

/** Opens a connection on which no data were sent yet. */
function established(options: Partial<LabOptions> = {}) {
  const lab = new Lab({ link: LINK, ...options })
  lab.afterEvent = () => checkInvariants(lab)
  const ends = lab.connect({ finishes: 'never' }, { finishes: 'never' })
  lab.run(ms(99))
  return { lab, ...ends }
}

describe('when two senders send the same bytes, those that arrive first are accepted', () => {
  test('an injected segment before the original replaces its bytes, and only these', () => {
    const { lab, a, b } = established()
    lab.at(ms(100), () => inject(lab, { author: 'mallory', as: a, offset: 0, lengthBytes: 100 }))
    lab.at(ms(101), () => a.write(1000))
    lab.run()
    expect(b.pieces).toEqual([
      { by: 'mallory', offset: 0, lengthBytes: 100 },
      { by: 'a', offset: 100, lengthBytes: 900 },
    ])
  })

  test('an injected segment after the original has no effect', () => {
    const { lab, a, b } = established()
    lab.at(ms(100), () => a.write(1000))
    lab.at(ms(101), () => inject(lab, { author: 'mallory', as: a, offset: 0, lengthBytes: 100 }))
    lab.at(ms(101), () => inject(lab, { author: 'mallory', as: a, offset: 200, lengthBytes: 800 }))
    lab.run()
    expect(b.pieces).toEqual([{ by: 'a', offset: 0, lengthBytes: 1000 }])
  })

  test('an injected segment that overlaps received data is accepted only beyond them', () => {
    const { lab, a, b } = established()
    lab.at(ms(100), () => a.write(1000))
    lab.at(ms(101), () => inject(lab, { author: 'mallory', as: a, offset: 900, lengthBytes: 300 }))
    lab.at(ms(200), () => a.write(1000))
    lab.run()
    expect(b.pieces).toEqual([
      { by: 'a', offset: 0, lengthBytes: 1000 },
      { by: 'mallory', offset: 100, lengthBytes: 200 },
      { by: 'a', offset: 1200, lengthBytes: 800 },
    ])
  })

  test('an injected segment that is held out of order stays when the original arrives in order', () => {
    const { lab, a, b } = established()
    lab.at(ms(100), () => inject(lab, { author: 'mallory', as: a, offset: 500, lengthBytes: 100 }))
    lab.at(ms(101), () => a.write(1000))
    lab.run()
    expect(b.pieces).toEqual([
      { by: 'a', offset: 0, lengthBytes: 500 },
      { by: 'mallory', offset: 0, lengthBytes: 100 },
      { by: 'a', offset: 600, lengthBytes: 400 },
    ])
  })

  test('an injected segment that fills the gap of a lost one is accepted, and the retransmission is too late', () => {
    const { lab, a, b } = established({ toB: [drop(segment(2, 1))] })
    lab.at(ms(100), () => a.write(5 * SEGMENT))
    lab.at(ms(105), () => inject(lab, { author: 'mallory', as: a, offset: SEGMENT + 10, lengthBytes: 20 }))
    lab.run()
    expect(b.pieces).toEqual([
      { by: 'a', offset: 0, lengthBytes: SEGMENT + 10 },
      { by: 'mallory', offset: 0, lengthBytes: 20 },
      { by: 'a', offset: SEGMENT + 30, lengthBytes: 4 * SEGMENT - 30 },
    ])
  })

  test('when only a part of a segment is acknowledged, the sender retransmits the rest', () => {
    const { lab, a, b } = established({
      toB: [drop(({ payloadBytes, transmission }) => payloadBytes === 1000 && transmission === 1)],
    })
    lab.at(ms(100), () => a.write(1000))
    lab.at(ms(105), () => inject(lab, { author: 'mallory', as: a, offset: 0, lengthBytes: 300 }))
    lab.run()
    expect(b.pieces).toEqual([
      { by: 'mallory', offset: 0, lengthBytes: 300 },
      { by: 'a', offset: 300, lengthBytes: 700 },
    ])
    expect(lab.trace.lines(({ transmission, payloadBytes }) => transmission > 1 && payloadBytes > 0)).toEqual([
      expect.stringContaining(' a>b P. 301:1001 ack 1 752B'),
    ])
  })

  test('data beyond the receive window are discarded', () => {
    const { lab, a, b } = established({ b: { receiveBufferBytes: 10_000 } })
    lab.at(ms(100), () => inject(lab, { author: 'mallory', as: a, offset: 10_001, lengthBytes: 100 }))
    lab.at(ms(101), () => inject(lab, { author: 'mallory', as: a, offset: 9_800, lengthBytes: 100 }))
    lab.at(ms(200), () => a.write(10_100))
    lab.run()
    expect(b.pieces).toEqual([
      { by: 'a', offset: 0, lengthBytes: 9_800 },
      { by: 'mallory', offset: 0, lengthBytes: 100 },
      { by: 'a', offset: 9_900, lengthBytes: 200 },
    ])
  })
})

test('in any order of arrival, each byte comes from the segment that arrived first, and no row is left over', () => {
  const forgery = fc.record({
    atUs: fc.integer({ min: 0, max: 40_000 }),
    offset: fc.integer({ min: 0, max: 12_000 }),
    lengthBytes: fc.integer({ min: 1, max: 1_400 }),
  })
  fc.assert(
    fc.property(fc.array(forgery, { maxLength: 8 }), fc.integer({ min: 0, max: 20 }), (forgeries, slow) => {
      const { lab, a, b } = established({ toB: [delay(segment(1 + (slow % 9), 1), ms(slow))] })
      const heard: (string | undefined)[] = []
      lab.network.observer = {
        observe(stage, packet) {
          const { direction } = packet
          if (stage !== 'delivered' || direction !== lab.direction('a>b') || packet.payloadBytes === 0) return
          const { sequence, payloadBytes } = lab.reader.read(packet.row)
          const nth = forgeries.findIndex(
            (_, index) => lab.network.packets.contentNameHigh[packet.row] === hashesOf(`mallory-${index}`).nameHigh,
          )
          const by = nth < 0 ? 'a' : `mallory-${nth}`
          for (let at = sequence - 1; at < sequence - 1 + payloadBytes; at++) heard[at] ??= by
        },
      }
      lab.at(ms(100), () => a.write(13_400))
      forgeries.forEach(({ atUs, offset, lengthBytes }, nth) => {
        lab.at(ms(90) + atUs * 1_000, () => inject(lab, { author: `mallory-${nth}`, as: a, offset, lengthBytes }))
      })
      lab.run()
      expect(b.pieces.flatMap(({ by, lengthBytes }) => Array(lengthBytes).fill(by))).toEqual(heard)
      expect(b.receivedBytes).toBe(13_400)
      a.abort()
      lab.run()
      expect(lab.leftovers()).toEqual({})
    }),
    { numRuns: 60 },
  )
})
