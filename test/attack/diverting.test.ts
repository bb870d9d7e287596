import { describe, expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import { AgentLab, type LabStep } from '../fixtures/agent-lab.ts'
import { checkInvariants } from '../fixtures/invariants.ts'
import { hashesOf, ms } from '../fixtures/lab.ts'

const LINK = 'delay: 10ms, rate: 100Mbps'
const A = '10.0.0.1'
const B = '10.0.0.2'

function labOf(vantage: 'inline' | 'blind', ...steps: LabStep[]): AgentLab {
  const lab = new AgentLab({ link: LINK, attackers: [{ name: 'm', vantage, steps }] })
  lab.afterEvent = () => checkInvariants(lab)
  return lab
}

/** A lab in which b and the attacker, in b's name, serve on port 80. The second connection is the attacker's. */
function withTwoServers(lab: AgentLab) {
  const real = lab.connect({}, {}, 'first', 80, { client: '~m', localAddress: A })
  lab.run(ms(500))
  return real
}

describe('new connections that are diverted to an attacker’s server', () => {
  test('diverted connections are answered in the real server’s name, with the same round-trip time', () => {
    const lab = labOf('inline', { technique: 'impersonate-server' })
    const { a, b } = lab.connect({ sends: 100 }, { sends: 200 }, '', 80, { server: '~m', address: B })
    lab.run()
    expect(a.pieces).toEqual([{ by: 'b', offset: 0, lengthBytes: 200 }])
    expect(b.pieces).toEqual([{ by: 'a', offset: 0, lengthBytes: 100 }])
    expect(lab.trace.lines(({ direction }) => direction === 'b>a')).toEqual([])
    const onLink = lab.trace.lines(({ direction }) => direction === 'a>b')
    expect(onLink[0]).toBe('0 a>b S 0 mss 1460 scale 10 win 64240 60B -> diverted')
    expect(onLink.filter((line) => !line.endsWith('diverted'))).toEqual([])
    expect(lab.trace.from('a>~m')[0]).toBe('0 a>~m S 0 mss 1460 scale 10 win 64240 60B -> 5.0048')
    expect(a.openTick).toBe(ms(10.0096))
    expect(lab.state.acts(0)).toBe(1)
    expect(lab.leftovers()).toEqual({})
  })

  test('an attacker needs to intercept or send packets to divert new connections', () => {
    const lab = labOf('blind', { technique: 'impersonate-server' })
    const { a } = lab.connect({ sends: 100 }, {}, '', 80, { server: '~m', address: B })
    lab.run()
    expect(a.failure).toBe('connection refused')
  })

  test('a diversion of new connections does not include connections that were open before', () => {
    const lab = labOf('inline', { technique: 'impersonate-server', startTick: ms(30) })
    const { a, b } = lab.connect({ sends: 100, finishes: 'never' }, { finishes: 'never' })
    lab.at(ms(100), () => a.write(50))
    lab.run(ms(1_000))
    expect(b.pieces).toEqual([{ by: 'a', offset: 0, lengthBytes: 150 }])
    expect(lab.state.acts(0)).toBe(0)
  })

  test('new connections that are diverted to an attacker’s server stay at the attacker’s server when the step is over', () => {
    const lab = labOf('inline', { technique: 'impersonate-server', endTick: ms(50) })
    const ends = { server: '~m', address: B }
    const { a, b } = lab.connect({ sends: 100, finishes: 'never' }, { finishes: 'never' }, '', 80, ends)
    lab.at(ms(100), () => a.write(50))
    lab.run(ms(1_000))
    expect(b.pieces).toEqual([{ by: 'a', offset: 0, lengthBytes: 150 }])
    expect(a.failure).toBeNull()
  })
})

describe('an inline attacker that connects with the client’s address', () => {
  test('an inline attacker that connects with the client’s address receives the server’s responses', () => {
    const lab = labOf('inline', { technique: 'relay', startTick: ms(10_000) })
    const { a, b } = withTwoServers(lab)
    expect(a.openTick).toBe(ms(10.0096))
    expect(b.hasEnded).toBe(true)
    const toA = lab.trace.lines(({ direction }) => direction.endsWith('a'))
    expect(toA[0]).toMatch(/^5\.0048 b>a S\. .* -> diverted$/)
    expect(toA.filter((line) => !line.endsWith('diverted'))).toEqual([])
  })
})

describe('a connection that the attacker’s own host opens', () => {
  const listen = (lab: AgentLab, host: string) => {
    lab.tcp.listen(lab.host(host), 80, 0)
    lab.tcp.acceptWith({ onAccept: () => {} })
  }
  const dial = (lab: AgentLab, isRelay: boolean) =>
    lab.tcp.dial({
      host: lab.host('~m'),
      localAddress: lab.addressOf('~m'),
      remoteAddress: lab.addressOf('b'),
      port: 80,
      ...hashesOf('onward'),
      account: NONE,
      activity: NONE,
      isRelay,
    })

  test('a connection that the attacker’s own host opens is diverted to its own server when it forwards data of others, as its sshd does', () => {
    const lab = labOf('inline', { technique: 'impersonate-server' })
    listen(lab, '~m')
    const stream = dial(lab, true)
    lab.run(ms(100))
    expect(lab.state.acts(0)).toBe(1)
    const elsewhere = lab.trace.lines(({ direction }) => direction !== '~m>~m')
    expect(elsewhere.filter((line) => !line.endsWith('diverted'))).toEqual([])
    expect(lab.trace.from('~m>~m')).not.toEqual([])
    expect(lab.tcp.connections.state[lab.streams.table.carrier[stream]]).toBe(3)
  })

  test('a connection that the attacker’s own host opens reaches the real server when it sends the attacker’s own request', () => {
    const lab = labOf('inline', { technique: 'impersonate-server' })
    listen(lab, 'b')
    dial(lab, false)
    lab.run(ms(100))
    expect(lab.state.acts(0)).toBe(0)
    expect(lab.trace.from('b>~m')[0]).toMatch(/^5\.0048 b>~m S\. 0 ack 1/)
  })

  test.each([
    ['serves nothing', { technique: 'delay', delayNs: 1 }],
    ['has ended', { technique: 'impersonate-server', endTick: 0 }],
    ['passes the path on as bytes', { technique: 'impersonate-server', passedPaths: [0] }],
  ] as const)(
    'a connection that the attacker’s own host opens reaches the real server where the step %s, although it forwards data of others',
    (_, step) => {
      const lab = labOf('inline', step)
      listen(lab, 'b')
      dial(lab, true)
      lab.run(ms(100))
      expect(lab.state.acts(0)).toBe('passedPaths' in step ? 1 : 0)
      expect(lab.trace.from('b>~m')[0]).toMatch(/^5\.0048 b>~m S\. 0 ack 1/)
    },
  )

  test('a connection that the attacker’s own host opens reaches the real server once all steps are disabled', () => {
    const lab = labOf('inline', { technique: 'impersonate-server' })
    lab.state.disableAll()
    listen(lab, 'b')
    dial(lab, true)
    lab.run(ms(100))
    expect([lab.state.acts(0), lab.trace.from('b>~m').length]).toEqual([0, 1])
  })
})

describe('root on a router', () => {
  /** The attacker m is root on r, over which a and b connect, and serves there on port 80. */
  function onRouter(): AgentLab {
    const anybody = { clientAddress: NONE, serverAddress: NONE, serverPort: 80 }
    const legs = [{ path: 0, replica: 0, ...anybody, isSpare: false }]
    const steps = [{ technique: 'impersonate-server' as const, legs }]
    const link = { line: LINK }
    return new AgentLab({
      link: LINK,
      attackers: [{ name: 'm', vantage: 'node', host: 'r', steps }],
      network: {
        hosts: ['a', 'b', 'r', '~m'],
        links: [
          { name: 'left', between: ['a', 'r'], ...link },
          { name: 'right', between: ['r', 'b'], ...link },
          { name: 'own', between: ['b', '~m'], ...link },
        ],
      },
    })
  }
  const goneOn = (lab: AgentLab) => lab.trace.from('r>b').length

  test('root on a router diverts connections that pass it, and forwards none of their packets', () => {
    const lab = onRouter()
    const { a, b } = lab.connect({ sends: 100 }, { sends: 50 }, '', 80, { server: 'r', address: B })
    lab.run()
    expect([a.receivedBytes, b.receivedBytes, lab.state.acts(0), goneOn(lab)]).toEqual([50, 100, 1, 0])
  })

  test.each([
    [true, 1],
    [false, 0],
  ])('root on a router diverts those of its own connections that forward data of others (%s)', (isRelay, acts) => {
    const lab = onRouter()
    for (const host of ['r', 'b']) lab.tcp.listen(lab.host(host), 80, 0)
    const accepted: number[] = []
    lab.tcp.acceptWith({ onAccept: (_, stream) => accepted.push(lab.streams.table.host[stream]) })
    lab.tcp.dial({
      host: lab.host('r'),
      localAddress: lab.addressOf('r'),
      remoteAddress: lab.addressOf('b'),
      port: 80,
      ...hashesOf('onward'),
      account: NONE,
      activity: NONE,
      isRelay,
    })
    lab.run(ms(100))
    expect([accepted, lab.state.acts(0)]).toEqual([[lab.host(acts === 1 ? 'r' : 'b')], acts])
  })
})
