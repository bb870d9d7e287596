import { describe, expect, test } from 'vitest'
import { ESTABLISHED, SYN_SENT } from '../../src/transport/connections/connection.ts'
import { ACK, PSH, RST, SYN } from '../../src/transport/connections/flags.ts'
import { inject, injectRaw, type RawSegment } from '../fixtures/inject.ts'
import { checkInvariants } from '../fixtures/invariants.ts'
import { Lab, type LabOptions, ms, nameWithPort } from '../fixtures/lab.ts'
import { drop } from '../fixtures/rules.ts'

const LINK = 'delay: 10ms, rate: 100Mbps'
/** Sequence number of the attacker's first byte. */
const FORGED = 777_777

/**
 * a has dialled b at tick 0; b's reply arrives at 20.0096 ms. An attacker beside the link has seen the SYN and may send
 * a reply in b's name earlier, from 10 ms away.
 */
function dialling(options: Partial<LabOptions> = {}) {
  const lab = new Lab({ link: LINK, ...options })
  lab.afterEvent = () => checkInvariants(lab)
  const { a, b } = lab.connect({ finishes: 'never' }, { finishes: 'never' })
  const { connections } = lab.tcp
  const dialled = lab.connectionOf(a)
  const segment = (offset: number, acknowledges: number, flags: number, lengthBytes: number): RawSegment => ({
    author: 'mallory',
    host: lab.host('b'),
    source: connections.remoteAddress[dialled],
    destination: connections.localAddress[dialled],
    sourcePort: connections.remotePort[dialled],
    destinationPort: connections.localPort[dialled],
    sequenceNumber: FORGED + 1 + offset,
    acknowledgementNumber: connections.initialSendSequence[dialled] + 1 + acknowledges,
    flags,
    lengthBytes,
  })
  const forge = (tick: number, ...what: Parameters<typeof segment>) =>
    lab.at(tick, () => injectRaw(lab, segment(...what)))
  const stateOfA = () => connections.state[dialled]
  return { lab, a, b, forge, stateOfA }
}

describe('of two replies to a SYN, the client accepts the first', () => {
  test('a forged SYN-ACK 5 us before the genuine one opens a connection that the real server resets', () => {
    const { lab, a, b, forge, stateOfA } = dialling()
    forge(ms(10), -1, 0, SYN | ACK, 0)
    lab.run(ms(25))
    expect([a.openTick, stateOfA()]).toEqual([ms(20.00416), ESTABLISHED])
    lab.run(ms(500))
    expect(lab.trace.lines().slice(1)).toEqual([
      '10 b>a S. 0 ack 1 mss 1460 scale 0 win 65535 52B -> 20.00416',
      '10.0048 b>a S. 0 ack 1 mss 1460 scale 10 win 65160 60B -> 20.0096',
      expect.stringMatching(/^20\.00416 a>b \. ack \d+ 52B -> 30\.00832$/),
      expect.stringMatching(/^20\.0096 a>b \. ack \d+ 52B -> 30\.01376$/),
      expect.stringMatching(/^30\.00832 b>a R \d+ 40B -> 40\.01152$/),
      expect.stringMatching(/^30\.01376 b>a R \d+ 40B -> 40\.01696$/),
    ])
    expect([a.failure, a.failTick, b.openTick]).toEqual(['connection reset', ms(40.01152), null])
    lab.run()
    expect(lab.leftovers()).toEqual({})
  })

  test('a forged SYN-ACK opens a connection to the attacker when the attacker blocks the real server', () => {
    const { lab, a, b, forge } = dialling({ toB: [drop((_, tick) => tick > 0)] })
    forge(ms(10), -1, 0, SYN | ACK, 0)
    forge(ms(30), 0, 0, ACK | PSH, 300)
    lab.run(ms(900))
    expect([a.pieces, a.failure]).toEqual([[{ by: 'mallory', offset: 0, lengthBytes: 300 }], null])
    // The real server sends its SYN-ACK once a second; each causes a challenge ACK, which never arrives.
    lab.run()
    expect([b.openTick, b.failure]).toEqual([null, null])
  })

  test('a forged SYN-ACK 5 us after the genuine one only causes a challenge ACK', () => {
    const { lab, a, b, forge } = dialling()
    forge(ms(10.00481), -1, 0, SYN | ACK, 0)
    lab.at(ms(100), () => a.write(50))
    lab.at(ms(100), () => b.write(70))
    lab.run(ms(500))
    expect([a.openTick, a.pieces, b.pieces]).toEqual([
      ms(20.0096),
      [{ by: 'b', offset: 0, lengthBytes: 70 }],
      [{ by: 'a', offset: 0, lengthBytes: 50 }],
    ])
    expect([a.failure, b.failure]).toEqual([null, null])
  })
})

describe('a forged reply to a SYN', () => {
  test('a forged reply to a SYN is reset when it acknowledges a wrong number, and the client soon retransmits its SYN', () => {
    const { lab, a, b, forge } = dialling()
    forge(ms(1), -1, 55, SYN | ACK, 0)
    lab.run(ms(100))
    expect(lab.trace.from('a>b').slice(0, 3)).toEqual([
      '0 a>b S 0 mss 1460 scale 10 win 64240 60B -> 10.0048',
      '11.00416 a>b R 56 40B -> 21.00736',
      '19.00416 a>b S 0 mss 1460 scale 10 win 64240 60B -> 29.00896',
    ])
    expect([a.openTick, b.failure, a.failure]).toEqual([ms(20.0096), null, null])
  })

  test('a forged reply to a SYN that is a reset makes the dial fail only when it acknowledges the SYN', () => {
    const stateAfter = (acknowledges: number, flags: number) => {
      const { lab, a, forge, stateOfA } = dialling({ toB: [drop(() => true)] })
      forge(ms(1), -1, acknowledges, flags, 0)
      lab.run(ms(15))
      return a.failure ?? stateOfA()
    }
    expect(stateAfter(0, RST | ACK)).toBe('connection refused')
    expect(stateAfter(0, RST)).toBe(SYN_SENT)
    expect(stateAfter(-1, RST | ACK)).toBe(SYN_SENT)
    expect(stateAfter(1, RST | ACK)).toBe(SYN_SENT)
  })

  test('a forged reply to a SYN has no effect when it is an ACK without SYN', () => {
    const { lab, a, forge, stateOfA } = dialling({ toB: [drop(() => true)] })
    forge(ms(1), 0, 0, ACK, 0)
    lab.run(ms(15))
    expect([a.failure, stateOfA(), lab.trace.from('a>b').length]).toEqual([null, SYN_SENT, 1])
  })

  test('a forged reply to a SYN makes the real server send a reset with the exact sequence number when it is a SYN without ACK', () => {
    const { lab, a, forge } = dialling()
    forge(ms(1), -1, 0, SYN, 0)
    lab.run(ms(100))
    expect([a.failure, a.failTick]).toEqual(['connection reset', expect.any(Number)])
    lab.run()
    expect(lab.leftovers()).toEqual({})
  })
})

describe('forged data on an idle connection', () => {
  test('forged data on an idle connection make both ends disagree on sequence numbers, with at most one ACK per half second', () => {
    const lab = new Lab({ link: LINK })
    const { a, b } = lab.connect({ finishes: 'never' }, { finishes: 'never' })
    lab.run(ms(99))
    lab.trace.packets.length = 0
    lab.at(ms(100), () => inject(lab, { author: 'mallory', as: a, offset: 0, lengthBytes: 100 }))
    lab.run(ms(60_000))
    expect(lab.trace.lines()).toEqual([
      '100 a>b . 1:101 ack 1 152B -> 110.01216',
      '110.01216 b>a . ack 101 52B -> 120.01632',
      '120.01632 a>b . ack 1 52B -> 130.02048',
      '130.02048 b>a . ack 101 52B -> 140.02464',
    ])
    lab.at(ms(61_000), () => a.write(1_000))
    lab.run(ms(62_000))
    expect(b.pieces).toEqual([
      { by: 'mallory', offset: 0, lengthBytes: 100 },
      { by: 'a', offset: 100, lengthBytes: 900 },
    ])
    expect(lab.tcp.connections.sendUnacknowledged[lab.connectionOf(a)]).toBe(1_000)
  })

  test('forged data are accepted when they arrive 1 ns before the real data, and ignored as duplicates 1 ns after them', () => {
    const heard = (injectedTick: number) => {
      const lab = new Lab({ link: 'delay: 10ms' })
      const { a, b } = lab.connect({ finishes: 'never' }, { finishes: 'never' })
      lab.at(ms(100), () => a.write(500))
      lab.at(injectedTick, () => inject(lab, { author: 'mallory', as: a, offset: 0, lengthBytes: 500 }))
      lab.run(ms(1_000))
      expect([a.failure, b.failure, b.receivedBytes]).toEqual([null, null, 500])
      return b.pieces.map(({ by }) => by)
    }
    expect(heard(ms(100) - 1)).toEqual(['mallory'])
    expect(heard(ms(100) + 1)).toEqual(['a'])
  })
})

describe('a recorded connection that is replayed packet by packet after both ends have forgotten it', () => {
  test('a replayed recording of a forgotten connection does not open it again, because its ACK does not match the new sequence number', () => {
    const lab = new Lab({ link: LINK })
    const recorded: RawSegment[] = []
    lab.network.observer = {
      observe(stage, packet) {
        const { direction } = packet
        if (stage !== 'sent' || direction !== lab.direction('a>b')) return
        recorded.push({
          author: 'mallory',
          host: lab.host('a'),
          source: lab.network.packets.source[packet.row],
          destination: lab.network.packets.destination[packet.row],
          sourcePort: packet.sourcePort,
          destinationPort: packet.destinationPort,
          sequenceNumber: packet.sequenceNumber,
          acknowledgementNumber: packet.acknowledgementNumber,
          flags: packet.flags,
          lengthBytes: packet.payloadBytes,
        })
      },
    }
    const { a, b } = lab.connect({ sends: 300 }, { finishes: 'when-ended' })
    lab.run()
    expect([a.hasEnded, b.receivedBytes, lab.leftovers()]).toEqual([true, 300, {}])
    lab.network.observer = lab.trace
    lab.trace.packets.length = 0
    const again = lab.timeline.now
    // The attacker drops a's packets, so that a cannot reset the connection.
    lab.script('b>a', [drop(() => true)])
    recorded.forEach((segment, nth) => {
      lab.at(again + nth * ms(100), () => injectRaw(lab, segment))
    })
    lab.run()
    expect(recorded.length).toBe(5)
    // If the ACK had been accepted, b would have a second connection.
    expect(lab.ghosts).toBe(0)
    expect(lab.trace.packets.filter(({ direction, isRst }) => direction === 'b>a' && isRst).length).toBe(4)
    expect(lab.leftovers()).toEqual({})
  })

  test('a replayed recording of a forgotten connection counts as data outside the window of another connection with the same ports', () => {
    const lab = new Lab({ link: LINK })
    const old = lab.connect({ sends: 300 }, { finishes: 'when-ended' })
    const oldRow = lab.connectionOf(old.a)
    const first = lab.tcp.connections.initialSendSequence[oldRow]
    const port = lab.tcp.connections.localPort[oldRow]
    lab.run()
    const { a, b } = lab.connect({ finishes: 'never' }, { finishes: 'never' }, nameWithPort(lab, port), 80)
    lab.run(lab.timeline.now + ms(100))
    const moved = (lab.tcp.connections.initialSendSequence[lab.connectionOf(a)] - first) | 0
    inject(lab, { author: 'mallory', as: a, offset: -moved, lengthBytes: 300 })
    lab.run(lab.timeline.now + ms(1_000))
    expect([b.receivedBytes, b.failure]).toEqual([0, null])
  })
})
