import { describe, expect, test } from 'vitest'
import { PART_COUNT } from '../../src/network/activity.ts'
import type { Behaviour } from '../fixtures/endpoint.ts'
import { checkInvariants } from '../fixtures/invariants.ts'
import { Lab, type LabOptions, ms } from '../fixtures/lab.ts'
import { bareAck, type Clause, drop, segment } from '../fixtures/rules.ts'

const LINK = 'delay: 10ms, rate: 100Mbps'
const SEGMENT = 1448

/** Lets a send to b, which only receives. */
function sending(sends: number, toB: readonly Clause[], options: Partial<LabOptions> = {}, b: Behaviour = {}) {
  const lab = new Lab({ link: LINK, toB, ...options })
  lab.afterEvent = () => checkInvariants(lab)
  const ends = lab.connect({ sends, finishes: 'never' }, { finishes: 'never', ...b })
  lab.run()
  return { lab, ...ends }
}

describe('one lost segment', () => {
  test('one lost segment is retransmitted when SACK reports three later segments as received', () => {
    const { lab, b } = sending(10 * SEGMENT, [drop(segment(3, 1))])
    expect(lab.trace.lines().slice(3)).toEqual([
      '20.0096 a>b . 1:1449 ack 1 1500B -> 30.13376',
      '20.0096 a>b P. 1449:2897 ack 1 1500B -> 30.25376',
      '20.0096 a>b . 2897:4345 ack 1 1500B -> dropped-by-rule',
      '20.0096 a>b P. 4345:5793 ack 1 1500B -> 30.37376',
      '20.0096 a>b . 5793:7241 ack 1 1500B -> 30.49376',
      '20.0096 a>b P. 7241:8689 ack 1 1500B -> 30.61376',
      '20.0096 a>b . 8689:10137 ack 1 1500B -> 30.73376',
      '20.0096 a>b P. 10137:11585 ack 1 1500B -> 30.85376',
      '20.0096 a>b . 11585:13033 ack 1 1500B -> 30.97376',
      '20.0096 a>b P. 13033:14481 ack 1 1500B -> 31.09376',
      '30.13376 b>a . ack 1449 52B -> 40.13792',
      '30.25376 b>a . ack 2897 52B -> 40.25792',
      '30.37376 b>a . ack 2897 sack 4345:5793 64B -> 40.37888',
      '30.49376 b>a . ack 2897 sack 4345:7241 64B -> 40.49888',
      '30.61376 b>a . ack 2897 sack 4345:8689 64B -> 40.61888',
      '30.73376 b>a . ack 2897 sack 4345:10137 64B -> 40.73888',
      '30.85376 b>a . ack 2897 sack 4345:11585 64B -> 40.85888',
      '30.97376 b>a . ack 2897 sack 4345:13033 64B -> 40.97888',
      '31.09376 b>a . ack 2897 sack 4345:14481 64B -> 41.09888',
      '40.61888 a>b . 2897:4345 ack 1 1500B -> 50.73888',
      '50.73888 b>a . ack 14481 52B -> 60.74304',
    ])
    expect(b.lastByteTick).toBe(ms(50.73888))
  })

  test('one lost segment reduces CUBIC’s window by three tenths, and Reno’s by half', () => {
    const windowAfter = (congestion: 'cubic' | 'reno') => {
      const { lab, a } = sending(10 * SEGMENT, [drop(segment(3, 1))], { a: { congestion } })
      return lab.tcp.connections.congestionWindow[lab.connectionOf(a)]
    }
    // Two segments were acknowledged before, so the window had grown to twelve.
    expect(windowAfter('cubic')).toBe(Math.floor(12 * 0.7))
    // The last ACK acknowledges one more segment, and the window was full when data were last sent.
    expect(windowAfter('reno')).toBe(6 + 1 / 6)
  })

  test.each(['linux', 'rfc', 'ns3'] as const)(
    'one lost segment does not reduce the window of BBR with the loss recovery of profile %s',
    (profile) => {
      const { lab, a } = sending(10 * SEGMENT, [drop(segment(3, 1))], { a: { profile, congestion: 'bbr' } })
      const window = lab.tcp.connections.congestionWindow[lab.connectionOf(a)]
      expect(window).toBeGreaterThan(4)
      expect(window).toBeLessThan(30)
    },
  )

  test('one lost segment is retransmitted once, however many ACKs report it missing', () => {
    const { lab } = sending(100 * SEGMENT, [drop(segment(40, 1))])
    expect(lab.trace.packets.filter(({ transmission }) => transmission > 1)).toHaveLength(1)
  })

  test('one lost segment is retransmitted again, before the timer fires, when its first retransmission is lost', () => {
    const { lab, b } = sending(100 * SEGMENT, [drop(segment(20, 1)), drop(segment(20, 2))])
    const [first, second, third] = lab.trace.packets.filter(
      ({ sequence, payloadBytes }) => payloadBytes > 0 && sequence === 1 + 19 * SEGMENT,
    )
    expect(second.sentTick - first.sentTick).toBeLessThan(ms(22))
    expect(third.sentTick - second.sentTick).toBeLessThan(ms(45))
    expect(b.receivedBytes).toBe(100 * SEGMENT)
  })
})

describe('a lost tail', () => {
  test('a lost tail is retransmitted by the timer, SRTT + max(4 RTTVAR, 200 ms) after the last ACK', () => {
    const { lab } = sending(10 * SEGMENT, [drop(segment(10, 1))])
    // Each of the first segments has its own ACK.
    const lastNewsMs = 41.09792
    expect(lab.trace.lines().slice(-3, -1)).toEqual([
      '31.09376 b>a . ack 13033 52B -> 41.09792',
      '261.599177 a>b P. 13033:14481 ack 1 1500B -> 271.719177',
    ])
    let srttMs = 20.0096
    for (let nth = 8; nth >= 0; nth--) srttMs += (lastNewsMs - 0.12 * nth - 20.0096 - srttMs) / 8
    const [again] = lab.trace.packets.filter(({ transmission }) => transmission > 1)
    expect(again.sentTick / ms(1)).toBeCloseTo(lastNewsMs + srttMs + 200, 6)
  })

  test('a lost tail of several segments is detected by a tail loss probe, two round trips and 2 ms after the last ACK', () => {
    const { lab, a, b } = sending(10 * SEGMENT, [drop(segment(8, 1)), drop(segment(9, 1)), drop(segment(10, 1))])
    const again = lab.trace.packets.filter(({ transmission }) => transmission > 1)
    let srttMs = 20.0096
    for (let nth = 6; nth >= 0; nth--) srttMs += (40.85792 - 0.12 * nth - 20.0096 - srttMs) / 8
    expect(again.map(({ sequence }) => (sequence - 1) / SEGMENT)).toEqual([9, 7, 8])
    expect(again[0].sentTick / ms(1)).toBeCloseTo(40.85792 + 2 * srttMs + 2, 5)
    expect(b.receivedBytes).toBe(10 * SEGMENT)
    // Three of ten were lost: one reduction, and no timeout.
    expect(lab.tcp.connections.congestionWindow[lab.connectionOf(a)]).toBeGreaterThan(6)
  })

  test('a lost tail reduces the window even when the probe itself repairs the loss', () => {
    const { lab, a } = sending(10 * SEGMENT, [drop(segment(10, 1))])
    const { slowStartThreshold } = lab.tcp.connections
    const connection = lab.connectionOf(a)
    expect(slowStartThreshold[connection]).toBe(Number.POSITIVE_INFINITY)
    // The loss shows when data after the probe are acknowledged and no duplicate was reported.
    a.write(SEGMENT)
    lab.run()
    expect(slowStartThreshold[connection]).toBeLessThan(20)
  })

  test('a lost tail is retransmitted after at least a second in the RFC profile', () => {
    const { lab } = sending(SEGMENT, [drop(segment(1, 1))], { a: { profile: 'rfc' } })
    expect(lab.trace.lines(({ payloadBytes }) => payloadBytes > 0)).toEqual([
      '20.0096 a>b P. 1:1449 ack 1 1500B -> dropped-by-rule',
      '1020.0096 a>b P. 1:1449 ack 1 1500B -> 1030.1296',
    ])
  })

  test('a lost tail makes the sender restart with one segment and double its timeout each time', () => {
    const { lab, a } = sending(10 * SEGMENT, [drop((packet, tick) => packet.payloadBytes > 0 && tick < ms(2_000))])
    const again = lab.trace.packets.filter(({ transmission }) => transmission > 1)
    expect(again.slice(0, 5).map(({ sentTick, sequence }) => [sentTick / ms(1), sequence])).toEqual([
      [62.0288, 13033],
      [282.0384, 1],
      [722.0576, 1],
      [1602.096, 1],
      [3362.1728, 1],
    ])
    expect(lab.tcp.connections.slowStartThreshold[lab.connectionOf(a)]).toBe(7)
  })
})

describe('lost ACKs', () => {
  test('lost ACKs have no effect when a later ACK acknowledges the same data', () => {
    const { lab, b } = sending(10 * SEGMENT, [], {
      toA: [drop(bareAck(1 + 2 * SEGMENT)), drop(bareAck(1 + 6 * SEGMENT))],
    })
    expect(lab.trace.packets.filter(({ transmission }) => transmission > 1)).toEqual([])
    expect(b.receivedBytes).toBe(10 * SEGMENT)
  })

  test('lost ACKs cause a retransmission when no later ACK arrives, and the retransmission is acknowledged at once', () => {
    const { lab, b } = sending(100, [], {
      toA: [drop((packet, tick) => packet.acknowledged === 101 && tick < ms(100))],
    })
    expect(lab.trace.lines().slice(3)).toEqual([
      '20.0096 a>b P. 1:101 ack 1 152B -> 30.02592',
      '30.02592 b>a . ack 101 52B -> dropped-by-rule',
      '240.0192 a>b P. 1:101 ack 1 152B -> 250.03136',
      '250.03136 b>a . ack 101 sack 1:101 64B -> 260.03648',
    ])
    expect(b.pieces).toEqual([{ by: 'a', offset: 0, lengthBytes: 100 }])
  })
})

describe('a connection through which nothing arrives any more', () => {
  test('a connection without arrivals is given up by Linux at the first timeout later than 924.6 s after the first', () => {
    const lab = new Lab({ link: LINK, toB: [drop((_, tick) => tick > ms(90))] })
    const { a } = lab.connect({ finishes: 'never' }, { finishes: 'never' })
    lab.at(ms(100), () => a.write(10))
    lab.run()
    // A probe, then 220.0096 ms, doubled nine times to 112.6 s, then two minutes each.
    const timeouts = [100 + 220.0096]
    for (let at = 100 + 220.0096, wait = 220.0096; timeouts.length < 18; wait = Math.min(wait * 2, 120_000)) {
      at += wait
      timeouts.push(at)
    }
    const again = lab.trace.packets
      .filter(({ transmission }) => transmission > 1)
      .map(({ sentTick }) => sentTick / ms(1))
    expect(again.map((at) => Math.round(at * 1e4) / 1e4)).toEqual(
      timeouts.slice(0, again.length).map((at) => Math.round(at * 1e4) / 1e4),
    )
    expect(Number(a.failTick) - again[1] * ms(1)).toBeGreaterThanOrEqual(ms(924_600))
    expect((again.at(-1) ?? 0) - again[1]).toBeLessThan(924_600)
    expect(a.failure).toBe('timed out')
  })

  test('a connection without arrivals fails at both ends when both have data to send', () => {
    const lab = new Lab({ link: LINK })
    const { a, b } = lab.connect({ finishes: 'never' }, { finishes: 'never' })
    lab.at(ms(100), () => {
      for (const direction of ['a>b', 'b>a']) lab.network.setLinkState(lab.direction(direction), false)
      a.write(10)
      b.write(10)
    })
    lab.run()
    expect([a.failure, b.failure]).toEqual(['timed out', 'timed out'])
    expect(lab.leftovers()).toEqual({})
  })

  test('a connection without arrivals is given up after 100 s in the RFC profile', () => {
    const lab = new Lab({ link: LINK, a: { profile: 'rfc' }, toB: [drop((_, tick) => tick > ms(90))] })
    const { a } = lab.connect({ finishes: 'never' }, { finishes: 'never' })
    lab.at(ms(100), () => a.write(10))
    lab.run()
    // Timeouts at 1, 3, 7, 15, 31, 63 and, a minute being the longest, 123 s.
    expect([a.failure, a.failTick]).toEqual(['timed out', ms(123_100)])
  })

  test('a connection is not given up when there is progress in between', () => {
    // Ten transmissions are lost, the next one arrives, and then all are lost again.
    const lab = new Lab({
      link: LINK,
      toB: [drop((packet, tick) => tick > ms(90) && !(packet.sequence === 1 && packet.transmission === 10))],
    })
    const { a } = lab.connect({ finishes: 'never' }, { finishes: 'never' })
    lab.at(ms(100), () => a.write(2 * SEGMENT))
    lab.run()
    const arrived = lab.trace.packets.find(({ transmission }) => transmission === 10)
    expect(a.failure).toBe('timed out')
    expect(Number(a.failTick) - Number(arrived?.sentTick)).toBeGreaterThan(ms(924_600))
  })
})

test('a transfer completes, but later, when a tenth of all packets are lost in both directions', () => {
  const link = 'delay: 10ms, rate: 100Mbps, loss: 10%'
  const lab = new Lab({ link })
  lab.afterEvent = () => checkInvariants(lab)
  const { a, b } = lab.connect({ sends: 200_000 }, { sends: 200_000 })
  lab.run()
  expect([a.receivedBytes, b.receivedBytes, a.hasEnded, b.hasEnded]).toEqual([200_000, 200_000, true, true])
  expect(lab.leftovers()).toEqual({})
})

test('the time from a loss until its retransmission is acknowledged counts as retransmission time', () => {
  const { lab } = sending(SEGMENT, [drop(segment(1, 1))])
  const totals = new Float64Array(PART_COUNT)
  lab.activities.read(lab.activities.rowAt(0), totals, 0)
  const acknowledged = lab.trace.packets.find(
    ({ direction, acknowledged }) => direction === 'b>a' && acknowledged === 1 + SEGMENT,
  )
  expect(totals[0]).toBe(Number(acknowledged?.outcome) - ms(20.0096))
})
