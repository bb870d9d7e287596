import { describe, expect, test } from 'vitest'
import type { ProxyBlueprint, TcpBlueprint } from '../../src/simulation/blueprint.ts'
import type { Behaviour, Endpoint } from '../fixtures/endpoint.ts'
import { Lab, ms } from '../fixtures/lab.ts'

const OPEN: Behaviour = { finishes: 'never' }
const ANSWERING: Behaviour = { finishes: 'when-ended' }
const S = 1e9

interface Setting {
  readonly proxy?: Partial<ProxyBlueprint>
  readonly more?: readonly ProxyBlueprint[]
  readonly tcp?: Readonly<Record<string, Partial<TcpBlueprint>>>
}

const PROXY: ProxyBlueprint = {
  name: 'haproxy',
  kind: 'proxy',
  before: 'b',
  on: 'p',
  ports: [80],
  clientIdleNs: 35 * S,
  serverIdleNs: 35 * S,
  tunnelIdleNs: null,
  connectNs: 5 * S,
}

/** Two hosts with a proxy on the host between them: 10 ms from a to p, 1 ms from p to b. */
function labWith({ proxy = {}, more = [], tcp = {} }: Setting = {}): Lab {
  const { a = {}, b = {}, p = {} } = tcp
  return new Lab({
    link: 'delay: 10ms',
    network: {
      hosts: [{ name: 'a', tcp: a }, { name: 'b', tcp: b }, { name: 'p', tcp: p }, 'q'],
      links: [
        { name: 'front', between: ['a', 'p'], line: 'delay: 10ms, rate: 100Mbps' },
        { name: 'middle', between: ['p', 'q'], line: 'delay: 1ms, rate: 100Mbps' },
        { name: 'back', between: ['q', 'b'], line: 'delay: 1ms, rate: 100Mbps' },
      ],
      middleboxes: [{ ...PROXY, ...proxy }, ...more],
    },
  })
}

interface Connection {
  readonly lab: Lab
  readonly a: Endpoint
  readonly b: Endpoint
}

/** Opens a connection through a proxy. It stands on both sides before 100 ms. */
function connected(setting: Setting = {}, client = OPEN, server: Behaviour | 'refuses' = OPEN): Connection {
  const lab = labWith(setting)
  return { lab, ...lab.connect(client, server) }
}

/** Returns the flags of the packets on a direction, each followed by the length of its data if it has some. */
function flags({ lab }: Connection, direction: string): string[] {
  return lab.trace.packets
    .filter((packet) => packet.direction === direction)
    .map(({ isSyn, isFin, isRst, isAck, payloadBytes }) => {
      const kind = `${isSyn ? 'S' : ''}${isFin ? 'F' : ''}${isRst ? 'R' : ''}`
      return `${kind}${isAck && kind === '' ? '.' : ''}${payloadBytes > 0 ? payloadBytes : ''}`
    })
}

/** Returns the addresses of each packet from now on, behind its direction: `q>b 10.0.0.1:...`. */
function noting(lab: Lab): string[] {
  const noted: string[] = []
  lab.network.observer = {
    observe(stage, packet) {
      const { direction, row } = packet
      lab.trace.observe(stage, packet)
      if (stage === 'sent') noted.push(`${lab.ways[direction]} ${lab.ends(row).replace(/:[1-9]\d{4}/, '')}`)
    },
  }
  return noted
}

/** Returns the first packet that was noted on a direction. */
const firstOn = (noted: readonly string[], direction: string) => noted.find((line) => line.startsWith(direction))

const secondsOf = (tick: number | null) => (tick === null ? null : Math.round(tick / ms(100)) / 10)

describe('a proxy between two hosts', () => {
  test('a proxy between two hosts accepts the connection, dials the server, and passes bytes in both directions', () => {
    const connection = connected({}, { sends: 40_000 }, { sends: 30_000, after: 40_000 })
    const { lab, a, b } = connection
    lab.run()
    expect(b.pieces).toEqual([{ by: 'a', offset: 0, lengthBytes: 40_000 }])
    expect(a.pieces).toEqual([{ by: 'b', offset: 0, lengthBytes: 30_000 }])
    expect([a.hasEnded, b.hasEnded]).toEqual([true, true])
    // The SYN to the server leaves when the handshake with the client is over.
    expect(flags(connection, 'p>q')[0]).toBe('S')
    expect(flags(connection, 'p>a')[0]).toBe('S')
    expect(lab.leftovers()).toEqual({})
  })

  test('a proxy between two hosts dials from its own address, and answers the client from that of the server', () => {
    const { lab } = connected()
    const noted = noting(lab)
    lab.run(ms(100))
    expect(firstOn(noted, 'q>b')).toBe('q>b 10.0.0.3>10.0.0.2:80')
    expect(firstOn(noted, 'p>a')).toBe('p>a 10.0.0.2:80>10.0.0.1')
  })

  test('a proxy between two hosts accepts no connection to another port', () => {
    const { lab } = connected({ proxy: { ports: [81] } })
    const noted = noting(lab)
    lab.run(ms(100))
    expect(firstOn(noted, 'q>b')).toBe('q>b 10.0.0.1>10.0.0.2:80')
  })

  test('a proxy between two hosts accepts no connection that its own host dials', () => {
    const lab = labWith()
    const { a } = lab.connect(OPEN, OPEN, '', 80, { client: 'p' })
    lab.run(ms(100))
    expect(a.openTick).toBe(4_019_200)
  })

  test('a proxy between two hosts lets responses to the server’s own dials pass', () => {
    const lab = labWith()
    const { a } = lab.connect(OPEN, OPEN, '', 80, { client: 'b', server: 'a' })
    const noted = noting(lab)
    lab.run(ms(100))
    expect(a.openTick).not.toBeNull()
    expect(firstOn(noted, 'p>a')).toBe('p>a 10.0.0.2>10.0.0.1:80')
  })

  test('a proxy between two hosts may stand behind another proxy', () => {
    const second = { ...PROXY, name: 'second', on: 'q' }
    const { lab, a, b } = connected({ more: [second] }, { sends: 5_000 }, { sends: 3_000, after: 5_000 })
    const noted = noting(lab)
    lab.run()
    expect([a.receivedBytes, b.receivedBytes]).toEqual([3_000, 5_000])
    expect(firstOn(noted, 'q>b')).toBe('q>b 10.0.0.4>10.0.0.2:80')
    expect(lab.leftovers()).toEqual({})
  })

  test('a proxy on the server’s host dials it over the loopback', () => {
    const connection = connected({ proxy: { on: 'b' } }, { sends: 5_000 }, { sends: 3_000, after: 5_000 })
    const { lab, a, b } = connection
    lab.run()
    expect([a.receivedBytes, b.receivedBytes]).toEqual([3_000, 5_000])
    expect(flags(connection, 'b>b')[0]).toBe('S')
    expect(lab.leftovers()).toEqual({})
  })
})

describe('a proxy passes on', () => {
  test('a proxy passes on the end of one direction, while the other goes on', () => {
    const { lab, a, b } = connected({}, OPEN, OPEN)
    lab.at(ms(100), () => a.finish())
    lab.at(ms(200), () => b.write(5_000))
    lab.at(ms(300), () => b.finish())
    lab.run()
    expect(b.endTick).toBeLessThan(ms(115))
    expect([a.receivedBytes, a.hasEnded]).toEqual([5_000, true])
    expect(lab.leftovers()).toEqual({})
  })

  test('a proxy passes on a client’s reset as a reset of the server', () => {
    const { lab, a, b } = connected()
    lab.at(ms(100), () => a.abort())
    lab.run()
    expect(b.failure).toBe('connection reset')
    expect(lab.leftovers()).toEqual({})
  })

  test('a proxy passes on a server’s reset as the end of the client’s connection', () => {
    const { lab, a, b } = connected({}, ANSWERING)
    lab.at(ms(100), () => b.abort())
    lab.run()
    expect([a.failure, a.hasEnded]).toEqual([null, true])
    expect(lab.leftovers()).toEqual({})
  })

  test('a proxy ends the client’s connection if the server refuses, even if the client has sent data', () => {
    const { lab, a } = connected({}, { sends: 200, finishes: 'when-ended' }, 'refuses')
    lab.run()
    expect([a.failure, a.hasEnded]).toEqual([null, true])
    expect(a.openTick).not.toBeNull()
    expect(lab.leftovers()).toEqual({})
  })

  test('a proxy ends the client’s connection if the server does not answer within the connect time-out', () => {
    const { lab, a } = connected({ proxy: { connectNs: 2 * S } }, { sends: 200, finishes: 'when-ended' })
    lab.at(1, () => lab.network.setLinkState(lab.direction('q>b'), false))
    lab.run()
    expect(secondsOf(a.endTick)).toBe(2)
    expect(lab.leftovers()).toEqual({})
  })
})

describe('the time-outs of a proxy', () => {
  test('the time-outs of a proxy end an idle connection: the client with a FIN, the server with a FIN and a reset', () => {
    const connection = connected({}, ANSWERING, ANSWERING)
    const { lab, a, b } = connection
    lab.at(ms(100), () => a.write(100))
    lab.run()
    expect([secondsOf(a.endTick), secondsOf(b.endTick)]).toEqual([35.1, 35.1])
    expect(flags(connection, 'p>q').slice(-3)).toEqual(['F', 'R', 'R'])
    expect(lab.leftovers()).toEqual({})
  })

  test('the time-outs of a proxy begin again with each byte of either side, but not with keepalive probes', () => {
    const silence = { keepalive: { idleNs: S, intervalNs: S, count: 9 } }
    const lab = labWith({ proxy: { clientIdleNs: 10 * S, serverIdleNs: 10 * S } })
    const noted = noting(lab)
    const { a, b } = lab.connect(ANSWERING, ANSWERING, '', 80, { silence, silenceOfServer: silence })
    lab.at(8 * S, () => b.write(1))
    lab.at(16 * S, () => a.write(1))
    lab.run()
    expect([secondsOf(a.endTick), secondsOf(b.endTick)]).toEqual([26, 26])
    // The client's probes end at the proxy, and those of the server too. The proxy sends none.
    const addresses = (direction: string) => new Set(noted.filter((line) => line.startsWith(direction)))
    expect([...addresses('p>q')].every((line) => line.startsWith('p>q 10.0.0.3'))).toBe(true)
    expect([...addresses('p>a')].every((line) => line.startsWith('p>a 10.0.0.2'))).toBe(true)
    const probes = lab.trace.packets.filter(({ sentTick }) => sentTick > S && sentTick < 8 * S)
    expect(probes.filter(({ direction }) => direction === 'a>p')).toHaveLength(7)
  })

  test('the time-outs of a proxy are those of each side: the shorter one ends the other side only', () => {
    const { lab, a, b } = connected({ proxy: { clientIdleNs: 5 * S } }, OPEN, OPEN)
    lab.at(6 * S, () => b.write(500))
    lab.run(30 * S)
    // The client is read no more, which ends the server's direction. What the server sends still arrives.
    expect(secondsOf(b.endTick)).toBe(5)
    expect([a.receivedBytes, a.hasEnded]).toEqual([500, false])
    lab.run()
    expect(secondsOf(a.endTick)).toBe(41)
  })

  test('the time-outs of a proxy are replaced by the tunnel time-out once the server has accepted', () => {
    const { lab, a } = connected({ proxy: { tunnelIdleNs: 3 * S } }, ANSWERING, ANSWERING)
    lab.run()
    expect(secondsOf(a.endTick)).toBe(3)
    const longer = connected({ proxy: { tunnelIdleNs: 100 * S } }, ANSWERING, ANSWERING)
    longer.lab.run()
    expect(secondsOf(longer.a.endTick)).toBe(100)
  })

  test('the time-outs of a proxy end a client that waits for the server for longer than its own time-out', () => {
    const { lab, a } = connected({ proxy: { clientIdleNs: ms(1) } }, ANSWERING, ANSWERING)
    lab.run()
    expect(a.endTick).toBeLessThan(ms(50))
    expect(lab.leftovers()).toEqual({})
  })
})

describe('a proxy whose server does not read', () => {
  const SENDING: Behaviour = { sends: 1_000_000, chunk: 10_000, finishes: 'when-ended' }
  const SMALL = { receiveBufferBytes: 50_000, sendBufferBytes: 50_000 }
  const SLOW = { proxy: { clientIdleNs: 60 * S, serverIdleNs: 20 * S }, tcp: { a: SMALL, p: SMALL, b: SMALL } }

  test('a proxy whose server does not read reads no more of the client than its buffers hold, and goes on when the server reads again', () => {
    const { lab, a, b } = connected(SLOW, SENDING, ANSWERING)
    lab.at(ms(100), () => b.pause())
    lab.run(15 * S)
    const arrived = lab.trace.packets.filter(({ direction, payloadBytes }) => direction === 'a>p' && payloadBytes > 0)
    const heldBytes = arrived.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0) - b.receivedBytes
    // The receive buffers of both hosts, and the send buffer and what was read at once at the proxy.
    expect(heldBytes).toBeGreaterThan(100_000)
    expect(heldBytes).toBeLessThan(50_000 + 50_000 + 100_000 + 16_384)
    expect(a.writtenBytes).toBeLessThan(400_000)
    lab.at(16 * S, () => b.resume())
    lab.run(30 * S)
    expect(b.receivedBytes).toBe(1_000_000)
    expect(a.failure).toBeNull()
  })

  test('a proxy whose server does not read ends both sides when the server has accepted nothing for its time-out', () => {
    const { lab, a, b } = connected(SLOW, SENDING, ANSWERING)
    lab.at(ms(100), () => b.pause())
    lab.run(60 * S)
    expect([b.failure, secondsOf(b.failTick)]).toEqual(['connection reset', 20.2])
    expect(a.failure).toBe('connection reset')
  })
})

test('a proxy whose host restarts answers what clients still send with a reset', () => {
  const { lab, a, b } = connected()
  lab.at(ms(100), () => lab.tcp.restart(lab.host('p')))
  lab.at(ms(200), () => a.write(10))
  lab.at(ms(300), () => b.write(10))
  lab.run()
  expect([a.failure, b.failure]).toEqual(['connection reset', 'connection reset'])
  expect(lab.leftovers()).toEqual({})
})
