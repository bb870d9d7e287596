import { describe, expect, test } from 'vitest'
import type { KeepaliveSettings } from '../../src/transport/lifecycle/keepalive.ts'
import { type Ends, Lab, type LabOptions, ms } from '../fixtures/lab.ts'
import { drop, everything } from '../fixtures/rules.ts'

const LINK = 'delay: 10ms, rate: 100Mbps'
/**
 * Go probes after 15 s, every 15 s, 9 times (net/dial.go, defaultTCPKeepAliveIdle, defaultTCPKeepAliveInterval,
 * defaultTCPKeepAliveCount).
 */
const GO: KeepaliveSettings = { idleNs: ms(15_000), intervalNs: ms(15_000), count: 9 }
const EAGER: KeepaliveSettings = { idleNs: ms(1_000), intervalNs: ms(600), count: 3 }

/** Opens a connection, and clears the trace. */
function established(ends: Ends, options: Partial<LabOptions> = {}) {
  const lab = new Lab({ link: LINK, ...options })
  const { a, b } = lab.connect({ finishes: 'never' }, { finishes: 'never' }, '', 80, ends)
  lab.run(ms(99))
  lab.trace.packets.length = 0
  return { lab, a, b }
}

const from99 = drop((packet, tick) => everything(packet, tick) && tick > ms(99))

describe('keepalive', () => {
  test('TCP keepalive probes a silent peer, which replies, and probes again after the same idle time', () => {
    const { lab, a, b } = established({ silence: { keepalive: EAGER } })
    lab.run(ms(2_500))
    expect(lab.trace.lines()).toEqual([
      '1020.0096 a>b . ack 1 52B -> 1030.01376',
      '1030.01376 b>a . ack 1 52B -> 1040.01792',
      '2040.01792 a>b . ack 1 52B -> 2050.02208',
      '2050.02208 b>a . ack 1 52B -> 2060.02624',
    ])
    expect([a.failure, b.failure]).toEqual([null, null])
  })

  test('TCP keepalive probes with the sequence number before the next byte and no data, which the peer must acknowledge', () => {
    const { lab, a } = established({ silence: { keepalive: EAGER } })
    a.write(500)
    lab.run(ms(1_500))
    const said = lab.trace.packets.filter(({ direction }) => direction === 'a>b')
    expect(said.map(({ sequence, payloadBytes }) => [sequence, payloadBytes])).toEqual([
      [1, 500],
      [500, 0],
    ])
  })

  test('TCP keepalive resets and fails the connection after the configured number of unanswered probes', () => {
    const { lab, a, b } = established({ silence: { keepalive: EAGER } }, { toA: [from99] })
    lab.run(ms(100_000))
    expect(lab.trace.from('a>b')).toEqual([
      '1020.0096 a>b . ack 1 52B -> 1030.01376',
      '1620.0096 a>b . ack 1 52B -> 1630.01376',
      '2220.0096 a>b . ack 1 52B -> 2230.01376',
      '2820.0096 a>b R. 1 ack 1 40B -> 2830.0128',
    ])
    expect([a.failure, a.failTick, b.failure]).toEqual(['timed out', ms(2_820.0096), 'connection reset'])
    lab.run()
    expect(lab.leftovers()).toEqual({})
  })

  test('TCP keepalive detects after two and a half minutes that the peer is gone, with the settings of Go', () => {
    const { lab, a } = established({ silence: { keepalive: GO } }, { toB: [from99] })
    lab.run()
    expect([a.failure, a.failTick]).toEqual(['timed out', ms(20.0096) + ms(150_000)])
  })

  test('TCP keepalive counts unanswered probes from zero after a reply', () => {
    const lost = drop((_, tick) => tick > ms(1_000) && tick < ms(2_000))
    const { lab, a } = established({ silence: { keepalive: EAGER } }, { toA: [lost] })
    lab.run(ms(3_300))
    // The probes at 1.02 and 1.62 s get no reply, the one at 2.22 s does; the next is due a second later.
    expect(lab.trace.from('a>b').map((line) => line.split(' ')[0])).toEqual([
      '1020.0096',
      '1620.0096',
      '2220.0096',
      '3240.01792',
    ])
    expect(a.failure).toBeNull()
  })

  test('TCP keepalive ends the connection when the peer has forgotten it and replies with a reset', () => {
    const { lab, a } = established({ silence: { keepalive: EAGER } })
    lab.at(ms(200), () => lab.tcp.restart(lab.host('b')))
    lab.run()
    expect([a.failure, a.failTick]).toEqual(['connection reset', 1_040_016_960])
    expect(lab.leftovers()).toEqual({})
  })

  test('TCP keepalive can be enabled at the accepting end', () => {
    const { lab, a, b } = established({ silenceOfServer: { keepalive: EAGER } }, { toB: [from99] })
    lab.run()
    expect([b.failure, b.failTick, a.failure]).toEqual(['timed out', ms(30.01376) + ms(2_800), 'connection reset'])
  })

  test('TCP keepalive sends no probe while data flow or wait to be acknowledged', () => {
    const { lab, a } = established({ silence: { keepalive: EAGER } })
    for (let nth = 0; nth < 10; nth++) lab.at(ms(500 + 500 * nth), () => a.write(10))
    lab.run(ms(5_900))
    expect(lab.trace.from('a>b').every((line) => line.includes(' P. '))).toBe(true)

    const unheard = established({ silence: { keepalive: EAGER } }, { toB: [from99] })
    unheard.lab.at(ms(200), () => unheard.a.write(10))
    unheard.lab.run(ms(60_000))
    expect(unheard.lab.trace.from('a>b').every((line) => line.includes(' P. '))).toBe(true)
    expect(unheard.a.failure).toBeNull()
  })

  test('TCP keepalive sends no probe while data wait for a closed window, which is probed anyway', () => {
    // tcp_keepalive_timer: nothing while packets are out or the write queue is not empty.
    const sentWith = (silence: Ends) => {
      const { lab, a, b } = established(silence, { b: { receiveBufferBytes: 14_480 } })
      b.pause()
      a.write(50_000)
      lab.run(ms(30_000))
      return lab.trace.from('a>b')
    }
    expect(sentWith({ silence: { keepalive: EAGER } })).toEqual(sentWith({}))
  })

  test('TCP keepalive sends nothing in TIME_WAIT, neither after one FIN nor after two that cross', () => {
    const sentAfter = (finishOfBMs: number) => {
      const { lab, a, b } = established({ silence: { keepalive: EAGER } })
      lab.at(ms(500), () => a.finish())
      lab.at(ms(finishOfBMs), () => b.finish())
      lab.run()
      return lab.trace.packets.filter(({ sentTick }) => sentTick > ms(finishOfBMs + 100))
    }
    expect([sentAfter(700), sentAfter(500)]).toEqual([[], []])
  })

  test('TCP keepalive stops when the connection ends', () => {
    const { lab, a, b } = established({ silence: { keepalive: EAGER } })
    lab.at(ms(3_000), () => {
      a.finish()
      b.finish()
    })
    lab.run()
    expect(lab.leftovers()).toEqual({})
  })

  test('TCP keepalive draws the loss of each probe independently', () => {
    const { lab } = established(
      { silence: { keepalive: { idleNs: ms(1_000), intervalNs: ms(1_000), count: 99 } } },
      { link: `${LINK}, loss: 30%`, seed: 3 },
    )
    lab.run(ms(200_000))
    const outcomes = lab.trace.packets
      .filter(({ direction, isRst }) => direction === 'a>b' && !isRst)
      .map(({ outcome }) => outcome === 'lost')
    expect(outcomes.length).toBeGreaterThan(80)
    expect(outcomes.filter(Boolean).length / outcomes.length).toBeGreaterThan(0.2)
    expect(outcomes.filter(Boolean).length / outcomes.length).toBeLessThan(0.4)
  })
})
