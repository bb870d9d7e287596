import { describe, expect, test } from 'vitest'
import {
  CLOSE_WAIT,
  CLOSING,
  FIN_WAIT_1,
  FIN_WAIT_2,
  LAST_ACK,
  TIME_WAIT,
} from '../../src/transport/connections/connection.ts'
import { ACK, RST } from '../../src/transport/connections/flags.ts'
import type { Behaviour, Endpoint } from '../fixtures/endpoint.ts'
import { inject } from '../fixtures/inject.ts'
import { Lab, type LabOptions, ms, nameWithPort } from '../fixtures/lab.ts'
import { data, delay, drop, duplicate, fin, rst } from '../fixtures/rules.ts'

const LINK = 'delay: 10ms, rate: 100Mbps'
const OPEN: Behaviour = { finishes: 'never' }

/** Opens a connection, which sends no data until 30 ms, and clears the trace. */
function established(options: Partial<LabOptions> = {}, a = OPEN, b = OPEN) {
  const lab = new Lab({ link: LINK, ...options })
  const ends = lab.connect(a, b)
  lab.run(ms(99))
  lab.trace.packets.length = 0
  const stateOf = (end: Endpoint) => lab.tcp.connections.state[lab.connectionOf(end)]
  return { lab, ...ends, stateOf }
}

describe('closing a connection', () => {
  test('closing a connection sends a FIN in each direction, and the first end to close waits a minute', () => {
    const { lab, a, b, stateOf } = established({}, OPEN, { finishes: 'when-ended' })
    lab.at(ms(100), () => a.finish())
    lab.run(ms(105))
    expect(stateOf(a)).toBe(FIN_WAIT_1)
    lab.run(ms(115))
    // b finished as soon as it was told.
    expect(stateOf(b)).toBe(LAST_ACK)
    lab.run(ms(125))
    expect(stateOf(a)).toBe(TIME_WAIT)
    lab.run()
    expect(lab.trace.lines()).toEqual([
      '100 a>b F. 1 ack 1 52B -> 110.00416',
      '110.00416 b>a F. 1 ack 2 52B -> 120.00832',
      '120.00832 a>b . ack 2 52B -> 130.01248',
    ])
    expect([a.endTick, b.endTick]).toEqual([ms(120.00832), ms(110.00416)])
    expect(lab.timeline.now).toBe(ms(120.00832) + ms(60_000))
    expect(lab.leftovers()).toEqual({})
  })

  test('closing a connection in one direction leaves the other direction open', () => {
    const { lab, a, b, stateOf } = established({}, OPEN, OPEN)
    lab.at(ms(100), () => a.finish())
    lab.at(ms(200), () => b.write(5_000))
    lab.run(ms(180))
    expect([stateOf(a), stateOf(b)]).toEqual([FIN_WAIT_2, CLOSE_WAIT])
    lab.at(ms(300), () => b.finish())
    lab.run()
    expect(a.pieces).toEqual([{ by: 'b', offset: 0, lengthBytes: 5_000 }])
    expect([a.hasEnded, b.hasEnded]).toEqual([true, true])
    expect(lab.leftovers()).toEqual({})
  })

  test('closing a connection from both ends at once makes both wait', () => {
    const { lab, a, b, stateOf } = established()
    lab.at(ms(100), () => {
      a.finish()
      b.finish()
    })
    lab.run(ms(115))
    expect([stateOf(a), stateOf(b)]).toEqual([CLOSING, CLOSING])
    lab.run(ms(125))
    expect([stateOf(a), stateOf(b)]).toEqual([TIME_WAIT, TIME_WAIT])
    lab.run()
    expect(lab.trace.lines()).toEqual([
      '100 a>b F. 1 ack 1 52B -> 110.00416',
      '100 b>a F. 1 ack 1 52B -> 110.00416',
      '110.00416 a>b . ack 2 52B -> 120.00832',
      '110.00416 b>a . ack 2 52B -> 120.00832',
    ])
    expect(lab.leftovers()).toEqual({})
  })

  test('a connection that closes with waiting data sends the FIN on the last data segment', () => {
    const { lab, a } = established()
    lab.at(ms(100), () => {
      a.write(20 * 1448)
      a.finish()
    })
    lab.run(ms(200))
    expect(lab.trace.from('a>b').at(-1)).toBe('120.60416 a>b FP. 27513:28961 ack 1 1500B -> 131.32416')
  })

  test('a lost FIN is retransmitted, and a FIN is acknowledged again when the first ACK was lost', () => {
    const lost = established({ toB: [drop(fin(1))] })
    lost.lab.at(ms(100), () => lost.a.finish())
    lost.lab.run()
    expect(lost.lab.trace.from('a>b')).toEqual([
      '100 a>b F. 1 ack 1 52B -> dropped-by-rule',
      '320.0096 a>b F. 1 ack 1 52B -> 330.01376',
    ])
    expect(lost.b.endTick).toBe(ms(330.01376))

    const unacknowledged = established({ toA: [drop((packet, tick) => packet.acknowledged === 2 && tick < ms(300))] })
    unacknowledged.lab.at(ms(100), () => unacknowledged.a.finish())
    unacknowledged.lab.run()
    expect(unacknowledged.lab.trace.from('b>a')).toEqual([
      '114.00416 b>a . ack 2 52B -> dropped-by-rule',
      '330.01376 b>a . ack 2 52B -> 340.01792',
    ])
  })

  test('a FIN whose last ACK is lost is retransmitted, and the waiting end acknowledges it and waits again', () => {
    const { lab, a } = established(
      { toB: [drop((packet, tick) => packet.acknowledged === 2 && tick < ms(200))] },
      OPEN,
      { finishes: 'when-ended' },
    )
    lab.at(ms(100), () => a.finish())
    lab.run()
    const lines = lab.trace.lines()
    expect(lines.slice(2)).toEqual([
      '120.00832 a>b . ack 2 52B -> dropped-by-rule',
      '330.01312 b>a F. 1 ack 2 52B -> 340.01728',
      '340.01728 a>b . ack 2 52B -> 350.02144',
    ])
    expect(lab.timeline.now).toBe(ms(340.01728) + ms(60_000))
    expect(lab.leftovers()).toEqual({})
  })

  test('a FIN that overtook data is accepted only when the data have arrived', () => {
    const { lab, a, b } = established({ toB: [delay(data(), ms(50))] })
    lab.at(ms(100), () => {
      a.write(100)
      a.finish()
    })
    lab.run()
    expect([b.receivedBytes, b.lastByteTick, b.endTick]).toEqual([100, ms(160.01216), ms(160.01216)])
  })

  test('TIME_WAIT lasts four minutes in the RFC profile', () => {
    const { lab, a } = established({ a: { profile: 'rfc' } }, OPEN, { finishes: 'when-ended' })
    lab.at(ms(100), () => a.finish())
    lab.run()
    expect(lab.timeline.now).toBe(ms(120.00832) + ms(240_000))
  })
})

describe('an end that has closed its socket', () => {
  test('an end that has closed its socket resets the connection when the other end sends data', () => {
    const { lab, a, b } = established()
    lab.at(ms(100), () => a.close())
    lab.at(ms(105), () => b.write(5_000))
    lab.at(ms(200), () => b.finish())
    lab.run()
    expect(a.receivedBytes).toBe(0)
    expect([b.failure, b.hasEnded]).toEqual(['connection reset', true])
    expect(lab.leftovers()).toEqual({})
  })

  test('an end that has closed its socket resets the connection when it had unread data, and not when it had read everything', () => {
    const { lab, a, b } = established()
    a.pause()
    lab.at(ms(100), () => b.write(1_000))
    lab.at(ms(150), () => a.close())
    lab.run()
    expect([a.receivedBytes, b.failure]).toEqual([0, 'connection reset'])
    expect(lab.leftovers()).toEqual({})
  })

  test('an end that has closed its socket forgets the connection after one minute when the other end never finishes, and resets later data', () => {
    const { lab, a, b } = established()
    lab.at(ms(100), () => a.close())
    lab.run(ms(59_000))
    expect(lab.tcp.connections.count).toBe(2)
    lab.run(ms(61_000))
    expect(lab.tcp.connections.count).toBe(1)
    lab.at(ms(62_000), () => b.write(10))
    lab.run()
    expect(b.failure).toBe('connection reset')
    expect(lab.leftovers()).toEqual({})
  })
})

describe('a reset', () => {
  test('a reset ends a connection at once, at both ends', () => {
    const { lab, a, b } = established()
    lab.at(ms(100), () => a.abort())
    lab.run()
    expect(lab.trace.lines()).toEqual(['100 a>b R. 1 ack 1 40B -> 110.0032'])
    expect([a.failure, b.failure, b.failTick]).toEqual([null, 'connection reset', ms(110.0032)])
    expect(lab.leftovers()).toEqual({})
  })

  test('a reset of a connection discards data that are still in flight', () => {
    const { lab, a, b } = established()
    lab.at(ms(100), () => a.write(50_000))
    lab.at(ms(101), () => a.abort())
    lab.run()
    // Ten segments were sent, and the reset arrives after them.
    expect([b.receivedBytes, b.failure]).toEqual([14_480, 'connection reset'])
    expect(lab.leftovers()).toEqual({})
  })

  test('a reset of a connection is sent again when the first reset was lost and the other end sends data', () => {
    const { lab, a, b } = established({ toB: [drop(rst())] })
    lab.at(ms(100), () => a.abort())
    lab.run(ms(500))
    expect(b.failure).toBeNull()
    lab.at(ms(600), () => b.write(1))
    lab.run()
    expect([b.failure, b.failTick]).toEqual(['connection reset', ms(620.00744)])
  })

  test('a reset of a connection is not accepted when its sequence number is not exact (RFC 5961)', () => {
    for (const [offset, failure] of [
      [-1, null],
      [0, 'connection reset'],
      [1, null],
      [1000, null],
    ] as const) {
      const { lab, a, b } = established()
      inject(lab, { author: 'mallory', as: a, offset, lengthBytes: 0, flags: RST | ACK })
      lab.run()
      expect([offset, b.failure]).toEqual([offset, failure])
    }
  })

  test('a reset is not reported to an end that has received the other’s FIN and sent its own (RFC 9293)', () => {
    const { lab, a, b, stateOf } = established({}, { finishes: 'when-ended' })
    lab.at(ms(100), () => b.write(1_000))
    lab.at(ms(100), () => b.finish())
    lab.run(ms(115))
    expect(stateOf(a)).toBe(LAST_ACK)
    lab.tcp.restart(lab.host('b'))
    lab.run()
    expect(lab.trace.lines().at(-1)).toContain('b>a R')
    expect([a.receivedBytes, a.hasEnded, a.failure]).toEqual([1_000, true, null])
  })

  test('a reset directly after the handshake makes the peer accept the connection first and then fail', () => {
    const lab = new Lab({ link: LINK })
    const { a, b } = lab.connect(OPEN, OPEN)
    lab.at(ms(20.5), () => a.abort())
    lab.run()
    expect([b.openTick, b.failure]).toEqual([ms(30.01376), 'connection reset'])
    expect(lab.leftovers()).toEqual({})
  })
})

describe('a SYN with the ports of a connection in TIME_WAIT', () => {
  test('a SYN with the ports of a connection in TIME_WAIT opens a new connection, and the old one is removed', () => {
    // b finishes first and waits in TIME_WAIT; a can use the port again.
    const { lab, a, b, stateOf } = established({}, { finishes: 'when-ended' }, OPEN)
    const port = lab.tcp.connections.localPort[lab.connectionOf(a)]
    lab.at(ms(100), () => b.finish())
    lab.run(ms(1_000))
    expect([lab.hasGone(a), stateOf(b)]).toEqual([true, TIME_WAIT])
    const again = lab.connect({ sends: 10 }, { sends: 20 }, nameWithPort(lab, port), 80)
    expect(lab.tcp.connections.localPort[lab.connectionOf(again.a)]).toBe(port)
    lab.run()
    expect([again.a.openTick, again.a.receivedBytes, again.b.receivedBytes]).toEqual([ms(1_020.0096), 20, 10])
    expect(lab.leftovers()).toEqual({})
  })

  test('a SYN with the ports of a connection in TIME_WAIT causes an ACK and no connection if it is an old SYN', () => {
    const { lab, a, b, stateOf } = established(
      { toB: [duplicate((packet) => packet.isSyn, ms(500))] },
      { finishes: 'when-ended' },
      OPEN,
    )
    lab.at(ms(100), () => b.finish())
    lab.run(ms(515))
    expect([lab.hasGone(a), stateOf(b)]).toEqual([true, TIME_WAIT])
    expect(lab.trace.from('b>a').at(-1)).toMatch(/ b>a \. ack 2 52B/)
    lab.run()
    expect(lab.ghosts).toBe(0)
    expect(lab.leftovers()).toEqual({})
  })
})

describe('an old SYN that arrives again at an end that has closed', () => {
  test.each(['linux', 'rfc', 'ns3'] as const)(
    'an old SYN that arrives again at a closed end does not start an endless exchange of ACKs (%s)',
    (profile) => {
      const small = { profile, receiveBufferBytes: 2_000 }
      const lab = new Lab({ link: LINK, toB: [duplicate((packet) => packet.isSyn, ms(500))], a: small, b: small })
      // a has sent more than b's window, so that its data are outside the window of the half-open connection.
      lab.connect({ sends: 3_000, finishes: 'when-sent' }, { finishes: 'when-ended' })
      lab.run(ms(500))
      lab.trace.packets.length = 0
      lab.run(ms(1_500))
      expect(lab.trace.lines().length).toBeLessThan(12)
      lab.run()
      expect(lab.leftovers()).toEqual({})
    },
  )
})

describe('a packet that arrives after its connection has ended', () => {
  test('a packet of an ended connection is answered with a reset that has no effect', () => {
    const { lab, a, b } = established({ toA: [duplicate(data(), ms(90_000))] }, OPEN, {
      sends: 100,
      finishes: 'when-ended',
    })
    lab.at(ms(100), () => a.finish())
    lab.run()
    expect([a.failure, b.failure, a.hasEnded, b.hasEnded]).toEqual([null, null, true, true])
    expect(lab.trace.lines().at(-1)).toBe('90040.03808 a>b R 1 40B -> 90050.04128')
    expect(lab.leftovers()).toEqual({})
  })
})

describe('a stream whose connection is over', () => {
  /** Both directions have ended, and the user at b, which still works, has not closed its stream. */
  function unclosed() {
    const { lab, a, b } = established()
    const nothing = () => {}
    const user = { onOpen: nothing, onData: nothing, onEnd: nothing, onFailure: nothing, onDrained: nothing }
    const stream = lab.streams.table.rowAt(b.stream)
    lab.streams.attach(stream, lab.streams.registerUser(user), 0)
    lab.at(ms(100), () => a.finish())
    lab.at(ms(120), () => lab.streams.finish(stream))
    lab.run()
    return { lab, stream }
  }

  test.each(['close', 'abort'] as const)(
    'a stream of an ended connection belongs to its user until %s, and affects no other connection',
    (way) => {
      const { lab, stream } = unclosed()
      expect([lab.tcp.connections.count, lab.streams.table.count]).toEqual([0, 1])
      const later = lab.connect({ sends: 1_000 }, { sends: 2_000, after: 1_000 }, 'later')
      lab.run(lab.timeline.now + ms(15))
      lab.streams[way](stream)
      lab.run()
      expect([later.a.receivedBytes, later.b.receivedBytes]).toEqual([2_000, 1_000])
      expect(lab.leftovers()).toEqual({})
    },
  )

  test('a stream of an ended connection accepts calls of its user, and sends nothing', () => {
    const { lab, stream } = unclosed()
    const sent = lab.trace.packets.length
    lab.streams.setPaused(stream, true)
    lab.streams.flush(stream)
    expect(lab.streams.hasRoom(stream)).toBe(true)
    lab.streams.close(stream)
    lab.run()
    expect(lab.trace.packets.length).toBe(sent)
    expect(lab.leftovers()).toEqual({})
  })
})
