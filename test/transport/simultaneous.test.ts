import { describe, expect, test } from 'vitest'
import { draw32 } from '../../src/engine/streams.ts'
import {
  CLOSING,
  ESTABLISHED,
  FIN_WAIT_1,
  SYN_RECEIVED,
  TIME_WAIT,
} from '../../src/transport/connections/connection.ts'
import { type Behaviour, Endpoint } from '../fixtures/endpoint.ts'
import { checkInvariants } from '../fixtures/invariants.ts'
import { hashesOf, Lab, type LabOptions, ms } from '../fixtures/lab.ts'
import { drop, fin, syn } from '../fixtures/rules.ts'

const LINK = 'delay: 10ms, rate: 100Mbps'
const OPEN: Behaviour = { finishes: 'never' }

function stateOf(lab: Lab, end: Endpoint): number {
  return lab.tcp.connections.state[lab.connectionOf(end)]
}

/** Opens a connection, and clears the trace. */
function established(options: Partial<LabOptions> = {}) {
  const lab = new Lab({ link: LINK, ...options })
  lab.afterEvent = () => checkInvariants(lab)
  const ends = lab.connect(OPEN, OPEN)
  lab.run(ms(99))
  lab.trace.packets.length = 0
  return { lab, ...ends }
}

describe('both ends finishing at once', () => {
  test('two ends that finish at once with data in flight wait in CLOSING until their FINs are acknowledged', () => {
    const { lab, a, b } = established()
    lab.at(ms(100), () => {
      a.write(3_000)
      a.finish()
      b.finish()
    })
    lab.run(ms(105))
    expect([stateOf(lab, a), stateOf(lab, b)]).toEqual([FIN_WAIT_1, FIN_WAIT_1])
    lab.run(ms(110.1))
    // b's FIN has arrived, a's data have not.
    expect([stateOf(lab, a), stateOf(lab, b)]).toEqual([CLOSING, FIN_WAIT_1])
    lab.run()
    expect(lab.trace.lines()).toEqual([
      '100 a>b . 1:1449 ack 1 1500B -> 110.12',
      '100 a>b P. 1449:2897 ack 1 1500B -> 110.24',
      '100 a>b P. 2897:3001 ack 1 156B -> 110.25248',
      '100 a>b F. 3001 ack 1 52B -> 110.25664',
      '100 b>a F. 1 ack 1 52B -> 110.00416',
      '110.00416 a>b . ack 2 52B -> 120.00832',
      '110.12 b>a . ack 1449 52B -> 120.12416',
      '110.24 b>a . ack 2897 52B -> 120.24416',
      '110.25248 b>a . ack 3001 52B -> 120.25664',
      '110.25664 b>a . ack 3002 52B -> 120.2608',
    ])
    expect([b.receivedBytes, a.failure, b.failure]).toEqual([3_000, null, null])
    // a's CLOSING ends with the last of those ACKs, b's with the first one; a minute after the later one both are gone.
    expect(lab.timeline.now).toBe(ms(120.2608) + ms(60_000))
    expect(lab.leftovers()).toEqual({})
  })

  test('two ends that finish at once retransmit their FINs together when both are lost', () => {
    const { lab, a, b } = established({ toA: [drop(fin(1))], toB: [drop(fin(1))] })
    lab.at(ms(100), () => {
      a.finish()
      b.finish()
    })
    lab.run()
    // Each end has one round-trip sample, of its SYN: 20.0096 ms at a, 20.00896 ms at b.
    expect(lab.trace.lines()).toEqual([
      '100 a>b F. 1 ack 1 52B -> dropped-by-rule',
      '100 b>a F. 1 ack 1 52B -> dropped-by-rule',
      '320.00896 b>a F. 1 ack 1 52B -> 330.01312',
      '320.0096 a>b F. 1 ack 1 52B -> 330.01376',
      '330.01312 a>b . ack 2 52B -> 340.01728',
      '330.01376 b>a . ack 2 52B -> 340.01792',
    ])
    expect([a.failure, b.failure]).toEqual([null, null])
    expect(lab.leftovers()).toEqual({})
  })

  test('two ends that finish at once recover from one lost FIN: the other end acknowledges the data and waits for the FIN', () => {
    const { lab, a, b } = established({ toB: [drop(fin(1))] })
    lab.at(ms(100), () => {
      a.finish()
      b.finish()
    })
    lab.run(ms(125))
    expect(stateOf(lab, a)).toBe(CLOSING)
    lab.run()
    expect(lab.trace.lines()).toEqual([
      '100 a>b F. 1 ack 1 52B -> dropped-by-rule',
      '100 b>a F. 1 ack 1 52B -> 110.00416',
      '110.00416 a>b . ack 2 52B -> 120.00832',
      '320.0096 a>b F. 1 ack 2 52B -> 330.01376',
      '330.01376 b>a . ack 2 52B -> 340.01792',
    ])
    expect([a.failure, b.failure, a.hasEnded, b.hasEnded]).toEqual([null, null, true, true])
    expect(lab.leftovers()).toEqual({})
  })

  test('two ends that finish at once recover from one lost ACK: CLOSING retransmits the FIN, and TIME_WAIT acknowledges it', () => {
    const { lab, a, b } = established({ toA: [drop(({ acknowledged }, tick) => acknowledged === 2 && tick < ms(200))] })
    lab.at(ms(100), () => {
      a.finish()
      b.finish()
    })
    lab.run(ms(200))
    expect([stateOf(lab, a), stateOf(lab, b)]).toEqual([CLOSING, TIME_WAIT])
    lab.run()
    expect(lab.trace.lines().slice(2)).toEqual([
      '110.00416 a>b . ack 2 52B -> 120.00832',
      '110.00416 b>a . ack 2 52B -> dropped-by-rule',
      '320.0096 a>b F. 1 ack 2 52B -> 330.01376',
      '330.01376 b>a . ack 2 52B -> 340.01792',
    ])
    expect(lab.timeline.now).toBe(ms(340.01792) + ms(60_000))
    expect(lab.leftovers()).toEqual({})
  })
})

/** The port that b dials from and a dials. */
const PORT_OF_B = 40_000

/** Returns a name under which b dials `port` of a from PORT_OF_B. */
function nameForB(lab: Lab, port: number): string {
  const { portKey } = lab.plan.hosts[lab.host('b')].tcp
  for (let nth = 0; ; nth++) {
    const { nameHigh, nameLow } = hashesOf(`b-${nth}`)
    if (32_768 + (draw32(portKey.hi, portKey.lo, nameHigh, nameLow, port, 0) % 28_232) === PORT_OF_B) return `b-${nth}`
  }
}

/** Both dial at tick 0, each the other's port. */
function dialEachOther(options: Partial<LabOptions> = {}) {
  const lab = new Lab({ link: LINK, ...options })
  lab.afterEvent = () => checkInvariants(lab)
  const a = new Endpoint('a', { sends: 100 }, lab.streams)
  const b = new Endpoint('b', { sends: 200 }, lab.streams)
  lab.endpoints.attach(a, lab.dial(PORT_OF_B, 'a'))
  const port = lab.tcp.connections.localPort[lab.connectionOf(a)]
  lab.endpoints.attach(b, lab.dial(port, nameForB(lab, port), { client: 'b', server: 'a' }))
  return { lab, a, b }
}

describe('both ends dialling each other at once', () => {
  test('two ends that dial each other at once open one connection, on which both send (RFC 9293 section 3.5)', () => {
    const { lab, a, b } = dialEachOther()
    lab.run(ms(15))
    expect([stateOf(lab, a), stateOf(lab, b)]).toEqual([SYN_RECEIVED, SYN_RECEIVED])
    lab.run(ms(20.1))
    expect([stateOf(lab, a) >= ESTABLISHED, stateOf(lab, b) >= ESTABLISHED]).toEqual([true, true])
    lab.run()
    expect(lab.trace.lines(({ isSyn }) => isSyn)).toEqual([
      '0 a>b S 0 mss 1460 scale 10 win 64240 60B -> 10.0048',
      '0 b>a S 0 mss 1460 scale 10 win 64240 60B -> 10.0048',
      '10.0048 a>b S. 0 ack 1 mss 1460 scale 10 win 64240 60B -> 20.0096',
      '10.0048 b>a S. 0 ack 1 mss 1460 scale 10 win 64240 60B -> 20.0096',
    ])
    expect([a.openTick, b.openTick]).toEqual([ms(20.0096), ms(20.0096)])
    expect([a.receivedBytes, b.receivedBytes, a.failure, b.failure]).toEqual([200, 100, null, null])
    expect(lab.leftovers()).toEqual({})
  })

  test('two ends that dial each other at once open one connection even if one SYN-ACK is lost, because later packets acknowledge the SYN', () => {
    const { lab, a, b } = dialEachOther({ toB: [drop(syn(2))] })
    lab.run()
    expect([a.receivedBytes, b.receivedBytes, a.failure, b.failure]).toEqual([200, 100, null, null])
    // a's first data segment, of 152 bytes, acknowledges b's SYN.
    expect([a.openTick, b.openTick]).toEqual([ms(20.0096), ms(30.02176)])
    expect(lab.leftovers()).toEqual({})
  })
})
