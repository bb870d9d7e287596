import { describe, expect, test } from 'vitest'
import type { Leg } from '../../src/attack/planned-attackers.ts'
import { NONE } from '../../src/engine/table.ts'
import { IS_DOWN } from '../../src/network/link-direction.ts'
import { AgentLab, type AgentLabOptions, type LabAttacker, type LabStep } from '../fixtures/agent-lab.ts'
import { checkInvariants } from '../fixtures/invariants.ts'
import { ms } from '../fixtures/lab.ts'
import { PacketRecord } from '../fixtures/packet-record.ts'

const LINK = 'delay: 10ms, rate: 100Mbps'

const inline = (...steps: LabStep[]): LabAttacker => ({ name: 'm', vantage: 'inline', steps })
const side = (...steps: LabStep[]): LabAttacker => ({ name: 'm', vantage: 'side', steps })
const passive = (...steps: LabStep[]): LabAttacker => ({ name: 'm', vantage: 'passive', steps })
const blind = (...steps: LabStep[]): LabAttacker => ({ name: 'm', vantage: 'blind', steps })

function labOf(attackers: readonly LabAttacker[], options: Partial<AgentLabOptions> = {}): AgentLab {
  const lab = new AgentLab({ link: LINK, attackers, ...options })
  lab.afterEvent = () => checkInvariants(lab)
  return lab
}

describe('an inline attacker decides what happens to packets', () => {
  test('an inline attacker drops SYNs until its step ends, and the next SYN gets through', () => {
    const lab = labOf([inline({ technique: 'drop', match: { kind: 'syn' }, endTick: ms(2_500) })])
    const { a } = lab.connect({ sends: 100 }, {})
    lab.run()
    expect(lab.trace.from('a>b').slice(0, 4)).toEqual([
      '0 a>b S 0 mss 1460 scale 10 win 64240 60B -> dropped-by-rule',
      '1000 a>b S 0 mss 1460 scale 10 win 64240 60B -> dropped-by-rule',
      '2000 a>b S 0 mss 1460 scale 10 win 64240 60B -> dropped-by-rule',
      '3000 a>b S 0 mss 1460 scale 10 win 64240 60B -> 3010.0048',
    ])
    expect(a.openTick).toBe(ms(3_020.0096))
    expect(lab.state.acts(0)).toBe(3)
    expect(lab.state.firstActTick(0)).toBe(0)
    expect(lab.tally.amount(0, 0, 'packet')).toBe(3)
  })

  test('an inline attacker acts on no more packets than its count allows', () => {
    const lab = labOf([inline({ technique: 'drop', match: { kind: 'data' }, count: 1 })])
    const { b } = lab.connect({ sends: 5000 }, {})
    lab.run()
    const dropped = lab.trace.packets.filter(({ outcome }) => outcome === 'dropped-by-rule')
    expect(dropped.map(({ sequence, payloadBytes }) => [sequence, payloadBytes])).toEqual([[1, 1448]])
    expect(b.receivedBytes).toBe(5000)
  })

  test('an inline attacker delays a packet by exactly the step’s delay, and no other packet', () => {
    const lab = labOf([inline({ technique: 'delay', match: { kind: 'data' }, parameters: { delay: ms(7) }, count: 1 })])
    lab.connect({ sends: 2000 }, {})
    lab.run()
    const data = lab.trace.from('a>b').filter((line) => line.includes(' 1:') || line.includes(' 1449:'))
    expect(data).toEqual([
      '20.0096 a>b . 1:1449 ack 1 1500B -> 37.13376',
      '20.0096 a>b P. 1449:2001 ack 1 604B -> 30.18208',
    ])
  })

  test('an inline attacker alters bytes in place and is recorded as their author', () => {
    const lab = labOf([inline({ technique: 'tamper', count: 1 })])
    const { b } = lab.connect({ sends: 3000 }, {})
    lab.run()
    expect(b.pieces).toEqual([
      { by: 'somebody', offset: 0, lengthBytes: 1448 },
      { by: 'a', offset: 1448, lengthBytes: 1552 },
    ])
    expect(lab.leftovers()).toEqual({})
  })

  test('an inline attacker makes one altered copy of a stream for all packets that it changes', () => {
    const lab = labOf([inline({ technique: 'tamper' })])
    const { b } = lab.connect({ sends: 300_000 }, {})
    lab.run()
    expect(b.pieces).toEqual([{ by: 'somebody', offset: 0, lengthBytes: 300_000 }])
    expect(lab.leftovers()).toEqual({})
  })

  test('an inline attacker alters a stream once, even if it changes several of its packets', () => {
    const lab = labOf([inline({ technique: 'tamper', match: { kind: 'data' } })])
    const { contents } = lab
    const altered: number[] = []
    const alter = contents.alter.bind(contents)
    contents.alter = (content, ...more) => {
      altered.push(content)
      return alter(content, ...more)
    }
    lab.connect({ sends: 30_000 }, { sends: 20_000 })
    lab.run()
    expect([altered.length, new Set(altered).size]).toEqual([2, 2])
    expect(lab.leftovers()).toEqual({})
  })

  test('a passive or side attacker never drops or changes a packet, whatever its plan contains', () => {
    for (const who of [passive, side]) {
      const lab = labOf([
        who({ technique: 'drop' }, { technique: 'tamper' }, { technique: 'delay', parameters: { delay: ms(1) } }),
      ])
      const { b } = lab.connect({ sends: 3000 }, {})
      lab.run()
      expect(b.pieces).toEqual([{ by: 'a', offset: 0, lengthBytes: 3000 }])
      expect(lab.state.acts(0) + lab.state.acts(1) + lab.state.acts(2)).toBe(0)
    }
  })

  test('when two attackers share a link, the first by name decides, and the other does not see dropped packets', () => {
    const lab = labOf([
      { name: 'k', vantage: 'inline', steps: [{ technique: 'drop', match: { kind: 'syn' }, count: 1 }] },
      {
        name: 'm',
        vantage: 'inline',
        steps: [{ technique: 'delay', match: { kind: 'syn' }, parameters: { delay: ms(1) } }],
      },
    ])
    lab.connect({ sends: 10 }, {})
    lab.run()
    expect(lab.trace.from('a>b').slice(0, 2)).toEqual([
      '0 a>b S 0 mss 1460 scale 10 win 64240 60B -> dropped-by-rule',
      '1000 a>b S 0 mss 1460 scale 10 win 64240 60B -> 1011.0048',
    ])
    expect([lab.state.acts(0), lab.state.acts(1)]).toEqual([1, 1])
    expect(lab.seen[0].length - lab.seen[1].length).toBe(1)
  })

  test('when several steps of one attacker match a packet, the first one decides', () => {
    const lab = labOf([
      inline(
        { technique: 'delay', match: { kind: 'syn' }, parameters: { delay: ms(1) } },
        { technique: 'drop', endTick: ms(500) },
      ),
    ])
    const { a } = lab.connect({ sends: 10 }, {})
    lab.run(ms(900))
    expect(lab.trace.lines()).toEqual([
      '0 a>b S 0 mss 1460 scale 10 win 64240 60B -> 11.0048',
      '11.0048 b>a S. 0 ack 1 mss 1460 scale 10 win 65160 60B -> dropped-by-rule',
    ])
    expect(a.openTick).toBeNull()
  })
})

describe('a forged RST counts only at the exact sequence number', () => {
  test('an attacker that observes the connection resets both ends', () => {
    const lab = labOf([side({ technique: 'reset', match: { kind: 'data' }, count: 1 })])
    const { a, b } = lab.connect({ sends: 100, finishes: 'never' }, { finishes: 'never' })
    lab.run()
    // Seen when its last bit has come by in the middle of the link, at 25.02592 ms.
    expect(lab.trace.lines(({ direction, isRst }) => isRst && direction.startsWith('~m'))).toEqual([
      '20.0096 ~m>a R 1 40B -> 30.02912',
      '20.0096 ~m>b R 101 40B -> 30.02912',
    ])
    expect([a.failure, b.failure]).toEqual(['connection reset', 'connection reset'])
    expect([a.failTick, b.failTick]).toEqual([ms(30.02912), ms(30.02912)])
    expect(lab.state.acts(0)).toBe(1)
    expect(lab.tally.amount(0, 0, 'sent')).toBe(2)
    expect(lab.leftovers()).toEqual({})
  })

  test('a SYN is refused in the server’s name before the server’s SYN-ACK arrives', () => {
    const lab = labOf([side({ technique: 'reset', match: { kind: 'syn' } })])
    const { a } = lab.connect({ sends: 100 }, {})
    lab.run()
    expect(a.failure).toBe('connection refused')
    expect(a.failTick).toBe(ms(10.008))
  })

  test('a blind attacker guesses ports and sequence numbers, and a thousand guesses have no effect', () => {
    const lab = labOf([blind({ technique: 'reset', startTick: ms(100) })])
    const { a, b } = lab.connect({ sends: 100, finishes: 'never' }, { finishes: 'never' })
    lab.turn(0, ms(1))
    lab.run(ms(2_000))
    expect(lab.state.acts(0)).toBe(1000)
    expect([lab.state.firstActTick(0), lab.state.lastActTick(0)]).toEqual([ms(100), ms(1_099)])
    expect([a.failure, b.failure]).toEqual([null, null])
    expect(lab.tally.amount(0, 0, 'sent')).toBe(1000)
    expect(lab.seen).toEqual([[]])
  })

  test('a blind attacker sends to the client and to the server of each path in turn', () => {
    const legs: Leg[] = []
    const lab = labOf([blind({ technique: 'reset', count: 8, legs })])
    const [clientAddress, serverAddress] = [lab.addressOf('a'), lab.addressOf('b')]
    // The lab's addresses are known once it exists.
    for (const serverPort of [80, 81, 82])
      legs.push({ path: 0, replica: 0, clientAddress, serverAddress, serverPort, isSpare: false })
    const record = new PacketRecord(lab)
    lab.turn(0, ms(1))
    lab.run(ms(100))
    const sent = record.lines.filter((line) => line.startsWith('~m')).map((line) => line.replace(/:\d{5}/, ':*'))
    const [client, server] = ['10.0.0.1', '10.0.0.2']
    expect(sent).toEqual(
      [80, 81, 82, 80].flatMap((port) => [
        `~m>a R ${server}:${port}>${client}:*`,
        `~m>b R ${client}:*>${server}:${port}`,
      ]),
    )
  })

  test.each([
    [116, 1000],
    [115, 0],
  ])('a blind attacker sends nothing that its link cannot carry (mtu %i)', (mtu, acts) => {
    const lab = labOf([blind({ technique: 'inject' })], { tap: `delay: 5ms, mtu: ${mtu}` })
    lab.turn(0, ms(1))
    lab.run(ms(2_000))
    expect([lab.state.acts(0), lab.tally.amount(0, 0, 'sent')]).toEqual([acts, acts])
  })
})

describe('a forged SYN-ACK races the server’s', () => {
  const racing = (delayNs: number) =>
    labOf([side({ technique: 'inject', match: { kind: 'syn' }, parameters: { delay: delayNs } })])

  test('a SYN-ACK that arrives a tick earlier opens a connection that the server does not know', () => {
    const lab = racing(ms(10) - 1)
    const { a, b } = lab.connect({ sends: 100 }, {})
    lab.run()
    expect(a.openTick).toBe(ms(20.0096) - 1)
    expect(a.failure).toBe('connection reset')
    expect(b.openTick).toBeNull()
  })

  test('a SYN-ACK that arrives a tick later is ignored', () => {
    const lab = racing(ms(10) + 1)
    const { a, b } = lab.connect({ sends: 100 }, {})
    lab.run()
    expect(a.openTick).toBe(ms(20.0096))
    expect(b.pieces).toEqual([{ by: 'a', offset: 0, lengthBytes: 100 }])
    expect([a.failure, b.failure]).toEqual([null, null])
  })
})

describe('a replayed segment', () => {
  test('a replayed segment is a duplicate for TCP and is not delivered again', () => {
    const lab = labOf([side({ technique: 'replay', match: { kind: 'data' }, parameters: { delay: ms(3) } })])
    const { a, b } = lab.connect({ sends: 3000 }, {})
    lab.run()
    expect(b.pieces).toEqual([{ by: 'a', offset: 0, lengthBytes: 3000 }])
    expect(lab.trace.from('~m>b')[0]).toBe('20.0096 ~m>b . 1:1449 ack 1 1500B -> 33.25376')
    expect(lab.state.acts(0)).toBe(3)
    expect([a.failure, b.failure]).toEqual([null, null])
    expect(lab.leftovers()).toEqual({})
  })
})

test('an attacker that only answers faster gets copies of SYNs to the server, and of nothing else', () => {
  const lab = labOf([side({ technique: 'impersonate-server' })])
  const { b } = lab.connect({ sends: 5000 }, { sends: 5000 })
  lab.run()
  const copies = lab.trace.packets.filter(({ direction }) => direction.endsWith('>~m'))
  expect(copies.map(({ direction, isSyn, isAck }) => [direction, isSyn, isAck])).toEqual([['a>~m', true, false]])
  expect(b.receivedBytes).toBeLessThanOrEqual(5000)
})

describe('an attacker on a host', () => {
  /** The host r forwards between a and b. The attacker m has compromised one of them. */
  function hostLab(host: 'r' | 'b', ...steps: LabStep[]): AgentLab {
    return new AgentLab({
      link: LINK,
      attackers: [{ name: 'm', vantage: 'node', host, steps }],
      network: {
        hosts: ['a', 'r', 'b', '~m'],
        links: [
          { name: 'left', between: ['a', 'r'], line: LINK },
          { name: 'right', between: ['r', 'b'], line: LINK },
          { name: 'own', between: ['b', '~m'], line: LINK },
        ],
      },
    })
  }

  test('an attacker on a host observes each forwarded packet once, at its arrival, and can drop it', () => {
    const lab = hostLab('r', { technique: 'drop', match: { kind: 'data' }, count: 1 })
    const { b } = lab.connect({ sends: 100 }, {})
    lab.run()
    expect(lab.trace.lines(({ outcome }) => outcome === 'dropped-by-rule')).toHaveLength(1)
    expect(lab.trace.from('a>r').find((line) => line.endsWith('dropped-by-rule'))).toMatch(/ P?\. 1:101 /)
    expect(b.receivedBytes).toBe(100)
    const arrived = lab.trace.packets.filter(
      ({ direction, outcome }) => direction.endsWith('>r') && typeof outcome === 'number',
    )
    expect(lab.seen[0]).toHaveLength(arrived.length)
  })

  test('an attacker on a host observes what its host sends and receives, and delays a packet that leaves', () => {
    const lab = hostLab('b', { technique: 'delay', match: { kind: 'syn-ack' }, parameters: { delay: ms(3) } })
    const { a } = lab.connect({ sends: 100 }, {})
    lab.run()
    expect(a.openTick).toBe(ms(4 * 10 + 4 * 0.0048 + 3))
    const ofHost = lab.trace.packets.filter(({ direction }) => direction.startsWith('b>r') || direction === 'r>b')
    expect(lab.seen[0]).toHaveLength(ofHost.length)
    expect(lab.state.acts(0)).toBe(1)
  })

  test('an attacker on a host knows which packets its host sends itself', () => {
    const lab = hostLab('b', { technique: 'drop', startTick: ms(10_000) })
    const leaving = new Set<string>()
    lab.agents.observers.push({
      onObservation: ({ direction, isLeaving }) => leaving.add(`${lab.ways[direction]} ${isLeaving}`),
    })
    lab.connect({ sends: 100 }, { sends: 100 })
    lab.run()
    expect([...leaving].sort()).toEqual(['b>r true', 'r>b false'])
  })

  test('an attacker on a host reacts to a packet as soon as the host receives it', () => {
    const lab = hostLab('r', { technique: 'reset', match: { kind: 'data' }, count: 1 })
    lab.connect({ sends: 100, finishes: 'never' }, { finishes: 'never' })
    lab.run(ms(1_000))
    const data = lab.trace.packets.find(({ payloadBytes }) => payloadBytes > 0)
    const resets = lab.trace.packets.filter(({ isRst, direction }) => isRst && direction.startsWith('r>'))
    expect(resets.slice(0, 2).map(({ direction, sentTick }) => [direction, sentTick])).toEqual([
      ['r>a', data?.outcome],
      ['r>b', data?.outcome],
    ])
  })
})

describe('an attacker beside a link', () => {
  test('an attacker beside a link observes the packets that the link takes, and none that its queue drops', () => {
    const lab = labOf([passive({ technique: 'eavesdrop' })], {
      link: 'delay: 10ms, rate: 1Mbps, queue: 4 packets',
      linkToA: LINK,
    })
    const { b } = lab.connect({ sends: 100_000 }, {})
    lab.run()
    expect(b.receivedBytes).toBe(100_000)
    const dropped = lab.trace.packets.filter(({ outcome }) => outcome === 'dropped-at-queue')
    expect(dropped.length).toBeGreaterThan(0)
    const passed = lab.trace.packets.filter(({ outcome }) => outcome !== 'dropped-at-queue')
    expect(lab.seen[0]).toHaveLength(passed.length)
  })

  test('an attacker beside a link observes nothing that is sent while the link is down', () => {
    const lab = labOf([passive({ technique: 'eavesdrop' })])
    lab.network.directions.setFeature(lab.rowOf('a>b'), IS_DOWN, true)
    lab.connect({ sends: 100 }, {})
    lab.run(ms(500))
    expect([lab.seen[0], lab.trace.packets.length]).toEqual([[], 1])
  })

  test('an attacker beside a link replays a packet after its last bit passes the middle of the link, in the order of packets', () => {
    const lab = labOf([side({ technique: 'replay', match: { kind: 'data' } })], {
      link: 'delay: 10ms, rate: 1Mbps',
      linkToA: LINK,
      tap: 'delay: 1ms',
    })
    lab.connect({ sends: 3000 }, {})
    lab.run()
    const data = lab.trace.packets.filter(({ payloadBytes }) => payloadBytes > 0)
    const arrivals = (way: string) => data.filter(({ direction }) => direction === way).map(({ outcome }) => outcome)
    // The originals have half of the link before them, the copies the attacker's own.
    expect(arrivals('~m>b').slice(0, 3)).toEqual(
      arrivals('a>b')
        .slice(0, 3)
        .map((tick) => Number(tick) - ms(5) + ms(1)),
    )
  })
})

describe('an attacker with a server in another host’s name, beside the link', () => {
  /** What comes to its host and what its server received, where the real one is ten times as far. */
  function serving(who: (...steps: LabStep[]) => LabAttacker) {
    const lab = labOf([who({ technique: 'impersonate-server' })], { tap: 'delay: 1ms' })
    const ends = { server: '~m', address: '10.0.0.2' }
    const { b } = lab.connect({ sends: 100, finishes: 'never' }, { finishes: 'never' }, '', 80, ends)
    lab.run(ms(15))
    return [lab.trace.from('a>~m').length, b.receivedBytes]
  }

  test('an attacker beside a link gets copies of all packets of a connection that its faster SYN-ACK opened', () => {
    // SYN, ACK and data.
    expect(serving(side)).toEqual([3, 100])
  })

  test('an attacker beside a link gets no copies of packets if it cannot send', () => {
    expect(serving(passive)).toEqual([0, 0])
  })
})

describe('the packets of a step', () => {
  const legTo = (lab: AgentLab, more: Partial<Leg>): Leg => ({
    path: 0,
    replica: 0,
    clientAddress: lab.addressOf('a'),
    serverAddress: lab.addressOf('b'),
    serverPort: 80,
    isSpare: false,
    ...more,
  })

  /** Legs are indexed when a lab is made, so their addresses are those of another one. */
  function labWith(step: Omit<LabStep, 'legs'>, ...legs: readonly Partial<Leg>[]): AgentLab {
    const addresses = new AgentLab({ link: LINK, attackers: [{ name: 'm', vantage: 'inline', steps: [] }] })
    return labOf([inline({ ...step, legs: legs.map((more) => legTo(addresses, more)) } as LabStep)])
  }

  test.each([
    ['of another client', { clientAddress: 77 }, 0],
    ['of any client', { clientAddress: NONE }, 1],
    ['to another port', { serverPort: 81 }, 0],
    ['to any server at the port', { serverAddress: NONE }, 1],
    ['to any server at another port', { serverAddress: NONE, serverPort: 81 }, 0],
    ['on a tunnel that is not in use', { isSpare: true }, 1],
  ])('a step acts on packets of its legs in both directions: %s', (_, leg, acts) => {
    for (const kind of ['syn', 'syn-ack'] as const) {
      const lab = labWith({ technique: 'delay', match: { kind }, parameters: { delay: ms(1) } }, leg)
      const { a } = lab.connect({ sends: 10 }, {})
      lab.run()
      expect(a.openTick).toBe(ms(20.0096 + acts))
      const isCounted = acts === 1 && !('isSpare' in leg)
      expect([lab.state.acts(0), lab.tally.amount(0, 0, 'packet') > 0]).toEqual([acts, isCounted])
    }
  })

  test('a step can be limited to connections that are open when it begins', () => {
    const lab = labOf([inline({ technique: 'tamper', match: { kind: 'data', isStanding: true }, startTick: ms(100) })])
    const stays = { sends: 100, finishes: 'never' } as const
    const standing = lab.connect(stays, { finishes: 'never' }, 'first')
    lab.at(ms(200), () => {
      standing.a.write(50)
    })
    lab.run(ms(150))
    const later = lab.connect(stays, { finishes: 'never' }, 'second', 80)
    lab.run(ms(400))
    expect(standing.b.pieces.map(({ by, lengthBytes }) => [by, lengthBytes])).toEqual([
      ['a.first', 100],
      ['somebody', 50],
    ])
    expect(later.b.pieces.map(({ by, lengthBytes }) => [by, lengthBytes])).toEqual([['a.second', 100]])
    expect(lab.state.acts(0)).toBe(1)
  })

  test('a packet that matches several legs of a step counts for each and is acted on once', () => {
    const lab = labWith(
      { technique: 'delay', match: { kind: 'syn' }, parameters: { delay: ms(1) } },
      {},
      { clientAddress: 77 },
      { clientAddress: NONE },
      { serverAddress: NONE },
    )
    const { a } = lab.connect({ sends: 10 }, {})
    lab.run()
    expect([lab.state.acts(0), a.openTick]).toEqual([1, ms(21.0096)])
    const packets = lab.trace.packets.filter(({ direction }) => !direction.includes('~m')).length
    // Of the SYN, which the step acts on, the leg to any server is not asked.
    expect(lab.tally.amount(0, 0, 'packet')).toBe(3 * packets - 1)
  })

  test('a step acts on no packets before its start, after its end or when it is disabled', () => {
    const lab = labOf([
      inline(
        { technique: 'delay', parameters: { delay: 1 }, startTick: ms(15), endTick: ms(25) },
        { technique: 'delay', parameters: { delay: 1 } },
        { technique: 'delay', parameters: { delay: 1 } },
      ),
    ])
    lab.state.disable([1])
    lab.connect({ sends: 10 }, {})
    lab.run()
    const packets = lab.trace.packets.length
    const counts = [0, 1, 2].map((step) => lab.tally.amount(step, 0, 'packet'))
    // The client's ACK and data are sent at 20 ms.
    expect(counts).toEqual([
      lab.trace.packets.filter(({ sentTick }) => sentTick >= ms(15) && sentTick < ms(25)).length,
      0,
      packets,
    ])
  })
})

describe('an observer of attackers', () => {
  test('an observer of attackers is shown each packet that one of them observes, and where', () => {
    const lab = labOf([side({ technique: 'reset', startTick: ms(500) }), { name: 'n', vantage: 'passive', steps: [] }])
    const shown: string[] = []
    lab.agents.observers.push({
      onObservation: ({ attacker, direction, serial, packet, isLeaving }) =>
        shown.push(`${attacker} ${lab.ways[direction]} ${serial} ${lab.network.packets.serial[packet]} ${isLeaving}`),
    })
    lab.connect({ sends: 10, finishes: 'never' }, { finishes: 'never' })
    lab.run(ms(100))
    const [there, back] = ['a>b', 'b>a'].map((way) => lab.trace.packets.filter(({ direction }) => direction === way))
    const all = [...there.map((_, nth) => `a>b ${nth}`), ...back.map((_, nth) => `b>a ${nth}`)]
    expect([...shown].sort()).toEqual(
      ['0', '1'].flatMap((who) => all.map((each) => `${who} ${each} ${each.split(' ')[1]} false`)).sort(),
    )
  })

  test('an observer of attackers is shown nothing once all steps are disabled', () => {
    const lab = labOf([side({ technique: 'reset' })])
    lab.state.disableAll()
    let shown = 0
    lab.agents.observers.push({ onObservation: () => shown++ })
    const { b } = lab.connect({ sends: 10 }, {})
    lab.run()
    expect([shown, lab.seen[0], b.receivedBytes]).toEqual([0, [], 10])
  })
})

describe('a step that acts on its own', () => {
  test('a scheduled step runs at its first tick and at each tick that it requests, unless it is disabled', () => {
    const lab = labOf([
      blind({ technique: 'reset', startTick: ms(7) }, { technique: 'reset' }),
      { name: 'n', vantage: 'passive', steps: [{ technique: 'drop' }] },
    ])
    expect(lab.agents.onTurn(0)).toBe(ms(7))
    expect(lab.agents.onTurn(2)).toBe(NONE)
    expect(lab.agents.onTurn(1)).toBeGreaterThan(0)
    lab.state.disable([1])
    expect(lab.agents.onTurn(1)).toBe(NONE)
  })
})
