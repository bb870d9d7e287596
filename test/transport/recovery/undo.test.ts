import { describe, expect, test } from 'vitest'
import { checkInvariants } from '../../fixtures/invariants.ts'
import { Lab, type LabOptions, ms } from '../../fixtures/lab.ts'
import type { PacketView } from '../../fixtures/packet-view.ts'
import { bareAck, type Clause, delay, drop, segment } from '../../fixtures/rules.ts'

const LINK = 'delay: 10ms, rate: 100Mbps'
const SEGMENT = 1448

/** a sends ten segments to b after the handshake. */
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

  test('is sent again, and then the reduction is taken back, since its acknowledgement echoes its own timestamp', () => {
    const { again, window, threshold } = sending(late)
    expect(again).toHaveLength(1)
    expect(window).toBeGreaterThanOrEqual(12)
    expect(threshold).toBe(Number.POSITIVE_INFINITY)
  })

  test('costs a part of the window by the RFC profile', () => {
    const { again, window } = sending(late, { a: { profile: 'rfc' }, b: { profile: 'rfc' } })
    expect(again).toHaveLength(1)
    expect(window).toBeLessThan(9)
  })

  test('is reported when it comes for the second time (D-SACK)', () => {
    const { lab } = sending(late)
    expect(lab.trace.from('b>a').at(-1)).toContain('ack 14481 sack 2897:4345')
  })
})

describe('a segment that was lost', () => {
  test('costs a part of the window for good', () => {
    const { window, threshold } = sending([drop(segment(3, 1))])
    expect(window).toBeLessThan(9)
    expect(threshold).toBeLessThan(9)
  })
})

describe('a timeout', () => {
  const isEarly = (packet: PacketView, tick: number) => bareAck()(packet, tick) && tick < ms(60)

  test('that only a delay brought about is taken back', () => {
    const { window, threshold } = sending([], { toA: [delay(isEarly, ms(400))] })
    expect(window).toBeGreaterThanOrEqual(10)
    expect(threshold).toBe(Number.POSITIVE_INFINITY)
  })

  test('that a loss brought about is not', () => {
    const isOriginal = (packet: PacketView) => packet.payloadBytes > 0 && packet.transmission === 1
    const { window, threshold } = sending([drop(isOriginal)])
    expect(threshold).toBe(7)
    expect(window).toBeLessThan(10)
  })

  test('is found out by what goes out new after it: something that was sent once arrives (F-RTO)', () => {
    // All but the first segment are late by more than a timeout, and nothing is left out of the timestamps' reach.
    const isLate = (packet: PacketView, tick: number) =>
      packet.payloadBytes > 0 && packet.transmission === 1 && tick < ms(30)
    const lab = new Lab({ link: LINK, toB: [delay(isLate, ms(350))] })
    const { a, b } = lab.connect({ sends: 40 * SEGMENT, finishes: 'never' }, { finishes: 'never' })
    lab.run()
    const { slowStartThreshold } = lab.tcp.connections
    expect(b.receivedBytes).toBe(40 * SEGMENT)
    expect(slowStartThreshold[lab.connectionOf(a)]).toBe(Number.POSITIVE_INFINITY)
  })
})
