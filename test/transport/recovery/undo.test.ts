import { describe, expect, test } from 'vitest'
import { checkInvariants } from '../../fixtures/invariants.ts'
import { Lab, type LabOptions, ms } from '../../fixtures/lab.ts'
import type { ReadPacket } from '../../fixtures/packet-view.ts'
import { bareAck, type Clause, delay, drop, segment } from '../../fixtures/rules.ts'

const LINK = 'delay: 10ms, rate: 100Mbps'
const SEGMENT = 1448

/** Lets a send ten segments to b after the handshake. */
function sending(toB: readonly Clause[], options: Partial<LabOptions> = {}) {
  const lab = new Lab({ link: LINK, toB, ...options })
  lab.afterEvent = () => checkInvariants(lab)
  const ends = lab.connect({ sends: 10 * SEGMENT, finishes: 'never' }, { finishes: 'never' })
  lab.run()
  const connection = lab.connectionOf(ends.a)
  const { congestionWindow, slowStartThreshold } = lab.tcp.connections
  return {
    lab,
    window: congestionWindow[connection],
    threshold: slowStartThreshold[connection],
    again: lab.trace.packets.filter(({ transmission }) => transmission > 1 && transmission < 100),
  }
}

describe('a segment that was late and not lost', () => {
  const late = [delay(segment(3, 1), ms(5))]

  test('is retransmitted, and the window reduction is undone when the ACK echoes the original’s timestamp', () => {
    const { again, window, threshold } = sending(late)
    expect(again).toHaveLength(1)
    expect(window).toBeGreaterThanOrEqual(12)
    expect(threshold).toBe(Number.POSITIVE_INFINITY)
  })

  test('reduces the window permanently in the RFC profile', () => {
    const { again, window } = sending(late, { a: { profile: 'rfc' }, b: { profile: 'rfc' } })
    expect(again).toHaveLength(1)
    expect(window).toBeLessThan(9)
  })

  test('is reported when it arrives for the second time (D-SACK)', () => {
    const { lab } = sending(late)
    expect(lab.trace.from('b>a').at(-1)).toContain('ack 14481 sack 2897:4345')
  })
})

describe('a segment that was lost', () => {
  test('reduces the window permanently', () => {
    const { window, threshold } = sending([drop(segment(3, 1))])
    expect(window).toBeLessThan(9)
    expect(threshold).toBeLessThan(9)
  })
})

describe('a retransmission timeout', () => {
  const isEarly = (packet: ReadPacket, tick: number) => bareAck()(packet, tick) && tick < ms(60)

  test('is undone when only a delay caused it', () => {
    const { window, threshold } = sending([], { toA: [delay(isEarly, ms(400))] })
    expect(window).toBeGreaterThanOrEqual(10)
    expect(threshold).toBe(Number.POSITIVE_INFINITY)
  })

  test('is not undone when a loss caused it', () => {
    const isOriginal = (packet: ReadPacket) => packet.payloadBytes > 0 && packet.transmission === 1
    const { window, threshold } = sending([drop(isOriginal)])
    expect(threshold).toBe(7)
    expect(window).toBeLessThan(10)
  })

  test('is detected as spurious when a segment sent only once arrives after new data were sent (F-RTO)', () => {
    // All segments but the first are late by more than a timeout, and all have timestamps that show it.
    const isLate = (packet: ReadPacket, tick: number) =>
      packet.payloadBytes > 0 && packet.transmission === 1 && tick < ms(30)
    const lab = new Lab({ link: LINK, toB: [delay(isLate, ms(350))] })
    const { a, b } = lab.connect({ sends: 40 * SEGMENT, finishes: 'never' }, { finishes: 'never' })
    lab.run()
    const { slowStartThreshold } = lab.tcp.connections
    expect(b.receivedBytes).toBe(40 * SEGMENT)
    expect(slowStartThreshold[lab.connectionOf(a)]).toBe(Number.POSITIVE_INFINITY)
  })
})
