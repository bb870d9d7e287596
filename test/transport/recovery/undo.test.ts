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

  test('a segment that was late and not lost is retransmitted, and the window reduction is undone when the ACK echoes the original’s timestamp', () => {
    const { again, window, threshold } = sending(late)
    expect(again).toHaveLength(1)
    expect(window).toBeGreaterThanOrEqual(12)
    expect(threshold).toBe(Number.POSITIVE_INFINITY)
  })

  test('a segment that was late and not lost reduces the window permanently in the RFC profile', () => {
    const { again, window } = sending(late, { a: { profile: 'rfc' }, b: { profile: 'rfc' } })
    expect(again).toHaveLength(1)
    expect(window).toBeLessThan(9)
  })

  test('a segment that was late and not lost is reported when it arrives for the second time (D-SACK)', () => {
    const { lab } = sending(late)
    expect(lab.trace.from('b>a').at(-1)).toContain('ack 14481 sack 2897:4345')
  })
})

test('a late original that fills a gap undoes nothing while a retransmission is out (tcp_try_undo_partial)', () => {
  const toB = [delay(segment(2, 1), ms(6)), drop(segment(3, 1))]
  const lab = new Lab({ link: LINK, toB })
  const { a } = lab.connect({ sends: 11 * SEGMENT, finishes: 'never' }, { finishes: 'never' })
  const thresholdAt = (tick: number) => {
    lab.run(tick)
    return lab.tcp.connections.slowStartThreshold[lab.connectionOf(a)]
  }
  // Both are retransmitted at 40.6 and 40.7 ms, and the ACK of the late original comes at 46.3 ms.
  expect(thresholdAt(ms(50))).toBe(7)
  const again = lab.trace.packets.filter(({ transmission }) => transmission === 2)
  expect(again.map(({ sequence }) => sequence)).toEqual([1 + SEGMENT, 1 + 2 * SEGMENT])
})

describe('a segment that was lost', () => {
  test('a segment that was lost reduces the window permanently', () => {
    const { window, threshold } = sending([drop(segment(3, 1))])
    expect(window).toBeLessThan(9)
    expect(threshold).toBeLessThan(9)
  })
})

describe('a retransmission timeout', () => {
  const isEarly = (packet: ReadPacket, tick: number) => bareAck()(packet, tick) && tick < ms(60)

  test('a retransmission timeout is undone when only a delay caused it', () => {
    const { window, threshold } = sending([], { toA: [delay(isEarly, ms(400))] })
    expect(window).toBeGreaterThanOrEqual(10)
    expect(threshold).toBe(Number.POSITIVE_INFINITY)
  })

  test('a retransmission timeout is not undone when a loss caused it', () => {
    const isOriginal = (packet: ReadPacket) => packet.payloadBytes > 0 && packet.transmission === 1
    const { window, threshold } = sending([drop(isOriginal)])
    expect(threshold).toBe(7)
    expect(window).toBeLessThan(10)
  })

  test('a retransmission timeout is detected as spurious when a segment sent only once arrives after new data were sent (F-RTO)', () => {
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

  test('a retransmission timeout in fast recovery counts as a loss at first, so the next ACK retransmits other losses', () => {
    // tcp_enter_loss: F-RTO needs a new recovery, or a timeout before this one.
    const lab = new Lab({
      link: LINK,
      a: { overrides: { probesTail: false } },
      toB: [5, 7, 14].map((number) => drop(segment(number, 1))),
      toA: [drop((_, tick) => tick > ms(50) && tick < ms(200))],
    })
    lab.connect({ sends: 14 * SEGMENT, finishes: 'never' }, { finishes: 'never' })
    lab.run()
    const [oldest, tail] = lab.trace.packets.filter(({ direction }) => direction === 'a>b').slice(-2)
    expect([oldest, tail].map(({ sequence }) => sequence)).toEqual([1 + 4 * SEGMENT, 1 + 13 * SEGMENT])
    expect(tail.sentTick - oldest.sentTick).toBeLessThan(ms(21))
  })

  test('a retransmission timeout stays undecided if an ACK covers only a retransmission, and is undone by a late original', () => {
    // tcp_process_loss, step 3.a: only what is selectively acknowledged shows that the loss was real.
    const lost = [segment(1, 1), segment(1, 3), segment(1, 4), ...[2, 5, 6].map((number) => segment(number, 1))]
    const again = [segment(5, 2), segment(6, 2)]
    // After the second timeout, at 702 ms, what was sent at 40 ms arrives: two retransmissions, and a new segment.
    const late = [delay(segment(1, 2), ms(680.5)), delay(segment(2, 2), ms(680.7)), delay(segment(11, 1), ms(681.35))]
    const lab = new Lab({ link: LINK, toB: [...[...lost, ...again].map(drop), ...late] })
    const { a } = lab.connect({ sends: 20 * SEGMENT, finishes: 'never' }, { finishes: 'never' })
    const thresholdAt = (tick: number) => {
      lab.run(tick)
      return lab.tcp.connections.slowStartThreshold[lab.connectionOf(a)]
    }
    expect(thresholdAt(ms(741.5))).toBe(7)
    expect(thresholdAt(ms(741.8))).toBe(Number.POSITIVE_INFINITY)
  })

  test('a retransmission timeout is followed by fast recovery if a later retransmission is lost, which alone is sent again', () => {
    // tcp_fastretrans_alert in TCP_CA_Loss with FLAG_LOST_RETRANS.
    const lab = new Lab({
      link: LINK,
      a: { overrides: { probesTail: false } },
      toB: [drop((packet) => packet.transmission === 1 && packet.sequence <= 12 * SEGMENT), drop(segment(4, 2))],
    })
    lab.connect({ sends: 12 * SEGMENT, finishes: 'never' }, { finishes: 'never' })
    lab.run()
    const found = lab.trace.packets.find(
      ({ sequence, transmission }) => sequence === 1 + 3 * SEGMENT && transmission === 3,
    )
    const beside = lab.trace.packets.filter(
      ({ direction, sentTick }) => direction === 'a>b' && sentTick === found?.sentTick,
    )
    expect(beside.map(({ sequence }) => sequence)).toEqual([1 + 3 * SEGMENT])
  })

  test('a retransmission timeout without window for new data is not checked for being spurious, and losses are retransmitted at once', () => {
    // RFC 5682 section 3.1, step 2b; tcp_xmit_recovery.
    const isFirst = (packet: ReadPacket) => packet.payloadBytes > 0 && packet.transmission === 1
    const lab = new Lab({
      link: LINK,
      a: { overrides: { probesTail: false } },
      b: { receiveBufferBytes: 10 * SEGMENT },
      toB: [drop((packet, tick) => isFirst(packet) && tick < ms(100))],
    })
    const { a, b } = lab.connect({ finishes: 'never' }, { finishes: 'never' })
    lab.at(ms(50), () => {
      b.pause()
      a.write(20 * SEGMENT)
    })
    lab.run(ms(300))
    const again = lab.trace.packets.filter(({ transmission }) => transmission === 2)
    expect(again.map(({ sequence }) => (sequence - 1) / SEGMENT)).toEqual([0, 1, 2])
  })
})
