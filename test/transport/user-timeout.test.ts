import { describe, expect, test } from 'vitest'
import type { SilenceSettings } from '../../src/transport/lifecycle/keepalive.ts'
import { Lab, type LabOptions, ms } from '../fixtures/lab.ts'
import { drop, everything } from '../fixtures/rules.ts'

const USER_TIMEOUT: SilenceSettings = { userTimeoutNs: ms(20_000) }
/** The settings of a gRPC server on a listener of Go. */
const SERVER: SilenceSettings = { ...USER_TIMEOUT, keepalive: { idleNs: ms(15_000), intervalNs: ms(15_000), count: 9 } }

/** Opens a connection whose packets are all lost from 99 ms on. */
function cutOff(silence: SilenceSettings | undefined, options: Partial<LabOptions> = {}) {
  const lost = drop((packet, tick) => everything(packet, tick) && tick > ms(99))
  const lab = new Lab({ link: 'delay: 10ms', toB: [lost], toA: [lost], ...options })
  const ends = silence === undefined ? {} : { silence }
  const { a } = lab.connect({ finishes: 'never' }, { finishes: 'never' }, '', 80, ends)
  lab.run(ms(99))
  lab.trace.packets.length = 0
  return { lab, a }
}

/** The times in milliseconds at which a sends to b. */
const timesOf = (lab: Lab) =>
  lab.trace.packets.filter(({ direction }) => direction === 'a>b').map(({ sentTick }) => Math.round(sentTick / 1e6))

describe('a user timeout', () => {
  test('a TCP user timeout ends a connection at its tick after the first timeout, and not at the next retransmission', () => {
    const { lab, a } = cutOff(USER_TIMEOUT)
    a.write(500)
    lab.run()
    // A tail loss probe, then the timeout of about 220 ms and its doublings: the next would come at 28 s.
    const [, , firstTimeoutMs] = timesOf(lab)
    expect(timesOf(lab).at(-1)).toBeLessThan(15_000)
    expect(a.failure).toBe('timed out')
    expect(Math.abs((a.failTick ?? 0) / 1e6 - (firstTimeoutMs + 20_000))).toBeLessThan(1)
  })

  test('a TCP user timeout replaces TCP’s limit of a quarter of an hour, also if it is longer', () => {
    const failureS = (silence: SilenceSettings | undefined) => {
      const { lab, a } = cutOff(silence)
      a.write(500)
      lab.run()
      return Math.round((a.failTick ?? 0) / 1e9)
    }
    expect(failureS(undefined)).toBeGreaterThan(900)
    expect(failureS({ userTimeoutNs: ms(2_000_000) })).toBe(2_001)
  })

  test('a TCP user timeout begins anew when the peer acknowledges data', () => {
    const lost = drop((packet, tick) => everything(packet, tick) && tick > ms(99) && tick < ms(15_000))
    const { lab, a } = cutOff(USER_TIMEOUT, { toB: [lost], toA: [] })
    a.write(500)
    lab.run(ms(60_000))
    expect(a.failure).toBeNull()
  })

  test('a TCP user timeout shorter than the keepalive idle time ends no connection that replies to probes (tcp_keepalive_timer)', () => {
    const keepalive = { idleNs: ms(1_000), intervalNs: ms(600), count: 3 }
    const { lab, a } = cutOff({ userTimeoutNs: ms(500), keepalive }, { toB: [], toA: [] })
    lab.run(ms(2_500))
    expect(timesOf(lab)).toEqual([1_020, 2_040])
    expect(a.failure).toBeNull()
  })

  test('a TCP user timeout does not end an idle connection without keepalive', () => {
    const { lab, a } = cutOff(USER_TIMEOUT)
    lab.run(ms(3_600_000))
    expect([a.failure, lab.trace.packets]).toEqual([null, []])
  })

  test('a TCP user timeout with keepalive ends an idle connection at the first probe that finds it unanswered for longer', () => {
    const { lab, a } = cutOff(SERVER)
    lab.run()
    // The last ACK came at 20 ms: a probe after 15 s, and a reset after 30 s, although nine probes are allowed.
    expect(lab.trace.from('a>b').map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      '15020 a>b .',
      '30020 a>b R.',
    ])
    expect([a.failure, Math.round((a.failTick ?? 0) / 1e6)]).toEqual(['timed out', 30_020])
  })

  test('a TCP user timeout with keepalive keeps an idle connection whose peer replies', () => {
    const { lab, a } = cutOff(SERVER, { toB: [], toA: [] })
    lab.run(ms(600_000))
    expect(a.failure).toBeNull()
    expect(lab.trace.from('a>b')).toHaveLength(39)
  })

  test('a TCP user timeout ends a connection whose peer keeps its window closed for longer, although it answers probes (Linux 5.11)', () => {
    const failureOf = (silence: SilenceSettings) => {
      const lab = new Lab({ link: 'delay: 10ms', b: { receiveBufferBytes: 5_000 } })
      const { a, b } = lab.connect({ sends: 20_000, finishes: 'never' }, { finishes: 'never' }, '', 80, { silence })
      lab.at(ms(1), () => b.pause())
      lab.at(ms(15_000), () => b.resume())
      lab.at(ms(15_001), () => b.pause())
      lab.at(ms(16_000), () => a.write(20_000))
      lab.run(ms(100_000))
      return [a.failure, a.failTick === null ? null : Math.round(a.failTick / 1e9)]
    }
    expect(failureOf({})).toEqual([null, null])
    expect(failureOf(USER_TIMEOUT)[0]).toBe('timed out')
    expect(failureOf(USER_TIMEOUT)[1]).toBeGreaterThanOrEqual(35)
    expect(failureOf(USER_TIMEOUT)[1]).toBeLessThanOrEqual(37)
  })
})
