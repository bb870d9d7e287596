import { describe, expect, test } from 'vitest'
import { PART_COUNT, PARTS } from '../../src/network/activity.ts'
import { ACK, RST, SYN } from '../../src/network/header-flags.ts'
import type { Translation } from '../../src/network/translation.ts'
import type { TestNetwork } from '../fixtures/blueprints.ts'
import { type Ends, Lab, ms } from '../fixtures/lab.ts'
import { NetworkLab } from '../fixtures/network-lab.ts'
import { PacketRecord } from '../fixtures/packet-record.ts'
import { PacketSender } from '../fixtures/packets.ts'
import { withSmallLimits } from '../fixtures/shrunk-limits.ts'

const SERVICE = '10.96.0.10'
const HOSTS = [
  { name: 'a', addresses: ['10.1.0.1'] },
  { name: 'b', addresses: ['10.1.0.2'] },
  { name: 'node', addresses: ['10.0.0.1'] },
  { name: 'other', addresses: ['10.0.0.2'] },
]

const NETWORK = {
  hosts: HOSTS,
  links: [
    { name: 'a', between: ['a', 'node'], line: 'delay: 1ms' },
    { name: 'b', between: ['b', 'other'], line: 'delay: 1ms' },
    { name: 'wan', between: ['node', 'other'], line: 'delay: 10ms' },
  ],
  virtualAddresses: [
    {
      name: 'web',
      address: SERVICE,
      port: 80,
      hosts: ['node', 'other'],
      endpoints: [{ address: '10.1.0.2', port: 8080 }],
    },
  ],
} as const satisfies TestNetwork

/**
 * Builds pods a and b on a node each, a link between the nodes, and a service at 10.96.0.10:80 with the endpoint
 * b:8080.
 */
function cluster(endpoints: readonly (readonly [string, number])[] = [['10.1.0.2', 8080]], middle = 'delay: 10ms') {
  const { links, virtualAddresses } = NETWORK
  const lab = new Lab({
    link: 'delay: 1ms',
    network: {
      hosts: HOSTS,
      links: links.map((link) => (link.name === 'wan' ? { ...link, line: middle } : link)),
      virtualAddresses: virtualAddresses.map((virtual) => ({
        ...virtual,
        endpoints: endpoints.map(([address, port]) => ({ address, port })),
      })),
    },
  })
  const { translation } = lab.network
  if (translation === null) throw new Error('the lab has a virtual address')
  return { lab, translation, dialogue: new PacketRecord(lab) }
}

/** Hosts that dial from port 40000 and no other. */
const ONE_PORT = {
  ports: 1,
  timeWaitReuse: 'never',
  receiveBufferBytes: 100_000,
  sendBufferBytes: 100_000,
  streams: 100,
  streamWindowBytes: 65_535,
  sshPacketBytes: 32_768,
  sshWindowPackets: 64,
  numbers: 1_000,
} as const

const viaService = { server: 'b', address: SERVICE, listens: 8080 } as const

/** Returns the packets as text, without the port that the client chose. */
function lines({ lines }: PacketRecord): string[] {
  return lines.map((line) => line.replace(/:(3[2-9]|[45]\d|60)\d{3}\b/g, ':*'))
}

describe('a connection to a virtual address', () => {
  test('a connection to a virtual IP gets an endpoint’s address at the pod’s node, and replies get the virtual IP back there', () => {
    const { lab, dialogue } = cluster()
    const never = { finishes: 'never' } as const
    const { a, b } = lab.connect({ sends: 100, ...never }, { sends: 1000, after: 100, ...never }, '', 80, viaService)
    lab.run()
    expect(lines(dialogue).filter((line) => !line.includes(' . ') || line.endsWith('B'))).toEqual([
      'a>node S 10.1.0.1:*>10.96.0.10:80',
      'node>other S 10.1.0.1:*>10.1.0.2:8080',
      'other>b S 10.1.0.1:*>10.1.0.2:8080',
      'b>other S. 10.1.0.2:8080>10.1.0.1:*',
      'other>node S. 10.1.0.2:8080>10.1.0.1:*',
      'node>a S. 10.96.0.10:80>10.1.0.1:*',
      'a>node . 10.1.0.1:*>10.96.0.10:80 100B',
      'node>other . 10.1.0.1:*>10.1.0.2:8080 100B',
      'other>b . 10.1.0.1:*>10.1.0.2:8080 100B',
      'b>other . 10.1.0.2:8080>10.1.0.1:* 1000B',
      'other>node . 10.1.0.2:8080>10.1.0.1:* 1000B',
      'node>a . 10.96.0.10:80>10.1.0.1:* 1000B',
    ])
    expect([a.receivedBytes, b.receivedBytes]).toEqual([1000, 100])
    expect([a.failure, b.failure]).toEqual([null, null])
  })

  test('a connection to a virtual IP is translated before it leaves when the node itself opens it', () => {
    const { lab, dialogue } = cluster()
    const { a } = lab.connect({}, {}, '', 80, { ...viaService, client: 'node' })
    lab.run(ms(22))
    expect(lines(dialogue)).toEqual([
      'node>other S 10.0.0.1:*>10.1.0.2:8080',
      'other>b S 10.0.0.1:*>10.1.0.2:8080',
      'b>other S. 10.1.0.2:8080>10.0.0.1:*',
      'other>node S. 10.1.0.2:8080>10.0.0.1:*',
      'node>other . 10.0.0.1:*>10.1.0.2:8080',
      'node>other F. 10.0.0.1:*>10.1.0.2:8080',
    ])
    lab.run()
    expect([a.openTick, a.failure]).toEqual([ms(22), null])
  })

  test('a connection to a virtual IP crosses only the loopback when the endpoint is the same node', () => {
    const { lab, dialogue } = cluster([['10.0.0.1', 6443]])
    lab.connect({ finishes: 'never' }, { finishes: 'never' }, '', 80, {
      client: 'node',
      server: 'node',
      address: SERVICE,
      listens: 6443,
    })
    lab.run()
    expect(lines(dialogue)).toEqual([
      'node>node S 10.0.0.1:*>10.0.0.1:6443',
      'node>node S. 10.96.0.10:80>10.0.0.1:*',
      'node>node . 10.0.0.1:*>10.0.0.1:6443',
    ])
  })

  test('a connection to a virtual IP gets the node’s source address when a pod’s endpoint is the pod itself, so replies pass the node', () => {
    const { lab, dialogue } = cluster([['10.1.0.1', 8080]])
    const { a, b } = lab.connect({ sends: 10 }, {}, '', 80, { server: 'a', address: SERVICE, listens: 8080 })
    lab.run(ms(6))
    expect(lines(dialogue).slice(0, 4)).toEqual([
      'a>node S 10.1.0.1:*>10.96.0.10:80',
      'node>a S 10.0.0.1:*>10.1.0.1:8080',
      'a>node S. 10.1.0.1:8080>10.0.0.1:*',
      'node>a S. 10.96.0.10:80>10.1.0.1:*',
    ])
    lab.run()
    expect([a.failure, b.failure, b.receivedBytes]).toEqual([null, null, 10])
  })

  test.each([
    [0, []],
    [1, ['node>a S 10.0.0.1:1024>10.1.0.1:8080']],
  ])(
    'a connection to a virtual IP is masqueraded to another source port when its own is taken, and dropped when all %i are',
    (count, expected) => {
      const limits = { ...ONE_PORT, masqueradePorts: count }
      const onwards = withSmallLimits(limits, () => {
        const { lab, dialogue } = cluster([['10.1.0.1', 8080]])
        const ends = { server: 'a', address: SERVICE, listens: 8080 }
        // The node's own connection, and the one that the node masquerades, both from port 40000.
        lab.connect({ finishes: 'never' }, { finishes: 'never' }, 'own', 80, { ...ends, client: 'node' })
        lab.run(ms(10))
        lab.dial(80, 'masqueraded', ends)
        lab.run(ms(20))
        return dialogue.lines.filter((line) => line.startsWith('node>a S '))
      })
      expect(onwards).toEqual(['node>a S 10.0.0.1:40000>10.1.0.1:8080', ...expected])
    },
  )

  test('a connection to a virtual IP gets a random endpoint derived from its name, each with the same probability', () => {
    const { lab, dialogue } = cluster([
      ['10.1.0.2', 8080],
      ['10.1.0.2', 8081],
      ['10.0.0.2', 8082],
    ])
    for (let nth = 0; nth < 600; nth++) lab.dial(80, `dial-${nth}`, { address: SERVICE })
    lab.run(ms(2))
    const share = (end: string) =>
      dialogue.lines.filter((line) => line.startsWith('node>other S') && line.endsWith(end))
    // 200 of 600 expected; the standard deviation is 11.5.
    for (const end of ['10.1.0.2:8080', '10.1.0.2:8081', '10.0.0.2:8082'])
      expect(Math.abs(share(end).length - 200)).toBeLessThan(46)
  })

  test('a connection to a virtual IP has the same timing and breakdown as a direct connection, with and without loss', () => {
    const transfer = (port: number, ends: Ends) => {
      const { lab } = cluster(undefined, 'delay: 10ms, loss: 10%')
      const { a, b } = lab.connect({ sends: 100_000 }, { sends: 100_000 }, 'one', port, ends)
      lab.run()
      const partsNs = new Float64Array(PART_COUNT)
      lab.activities.read(lab['dialledActivities'][0], partsNs, 0)
      return { parts: [...partsNs], ticks: [a.lastByteTick, b.lastByteTick, a.endTick], leftovers: lab.leftovers() }
    }
    const translated = transfer(80, viaService)
    expect(translated).toEqual(transfer(8080, { server: 'b' }))
    expect(translated.parts[PARTS.indexOf('retransmission')]).toBeGreaterThan(ms(50))
    expect(translated.leftovers).toEqual({})
  })

  test('a connection to a virtual IP uses the smallest MTU on the routes to all endpoints', () => {
    const { lab, dialogue } = cluster(undefined, 'delay: 10ms, mtu: 1400')
    expect(lab.network.smallestMtuBytes(lab.host('a'), lab.plan.addresses.indexOf(0x0a60000a))).toBe(1400)
    lab.connect({ sends: 5000 }, {}, '', 80, viaService)
    lab.run()
    expect(dialogue.lines.some((line) => line.endsWith(' 1348B'))).toBe(true)
  })
})

describe('a change of endpoints', () => {
  const first = (lab: Lab) => ({ address: lab.addressOf('b'), port: 8080 })
  const second = (lab: Lab) => ({ address: lab.addressOf('other'), port: 8081 })
  const targets = (dialogue: PacketRecord) =>
    dialogue.lines.filter((line) => line.startsWith('node>other S ')).map((line) => line.split('>')[2])

  test('a change of endpoints applies to new connections, while open connections keep their endpoint', () => {
    const { lab, translation, dialogue } = cluster()
    const { a, b } = lab.connect({ sends: 10, finishes: 'never' }, { finishes: 'never' }, 'old', 80, viaService)
    lab.run(ms(100))
    translation.setEndpoints(0, [second(lab)])
    lab.dial(80, 'new', { address: SERVICE })
    a.write(5)
    lab.run(ms(200))
    expect(targets(dialogue)).toEqual(['10.1.0.2:8080', '10.0.0.2:8081'])
    expect(b.receivedBytes).toBe(15)
  })

  test('a change of endpoints has no effect at a node where it was not installed', () => {
    const { lab, translation, dialogue } = cluster()
    translation.setEndpoints(0, [second(lab)], [lab.host('other')])
    lab.dial(80, 'through node', { address: SERVICE })
    lab.dial(80, 'through other', { address: SERVICE, client: 'b' })
    lab.run(ms(2))
    expect(lines(dialogue).filter((line) => line.includes(' S '))).toContain('node>other S 10.1.0.1:*>10.1.0.2:8080')
    expect(lines(dialogue)).toContain('other>b R. 10.96.0.10:80>10.1.0.2:*')
  })

  test('a change of endpoints releases the old endpoints when the last host has dropped them', () => {
    const { lab, translation } = cluster()
    for (let round = 0; round < 1000; round++) translation.setEndpoints(0, [first(lab), second(lab)])
    expect(rows(translation)).toEqual([1, 2])
    translation.setEndpoints(0, [first(lab)], [lab.host('node')])
    expect(rows(translation)).toEqual([2, 3])
    translation.setEndpoints(0, [])
    expect(rows(translation)).toEqual([1, 0])
  })

  function rows(translation: Translation): number[] {
    return [translation['sets'].count, translation['endpoints'].count]
  }
})

describe('a virtual address without a listener', () => {
  test('a virtual IP without endpoints refuses connections, in its own name', () => {
    const { lab, dialogue } = cluster([])
    const { a } = lab.connect({}, 'refuses', '', 80, viaService)
    lab.run()
    expect(lines(dialogue)).toEqual(['a>node S 10.1.0.1:*>10.96.0.10:80', 'node>a R. 10.96.0.10:80>10.1.0.1:*'])
    expect([a.failure, a.failTick]).toEqual(['connection refused', ms(2)])
    const { a: own } = lab.connect({}, 'refuses', 'own', 80, { ...viaService, client: 'node' })
    lab.run()
    expect(own.failure).toBe('connection refused')
    expect(lab.leftovers()).toEqual({})
  })

  test('a virtual IP drops packets to a port that it does not have, so the client times out', () => {
    const { lab, dialogue } = cluster()
    const { a } = lab.connect({}, 'refuses', '', 443, viaService)
    lab.run(ms(100_000))
    expect(new Set(lines(dialogue))).toEqual(new Set(['a>node S 10.1.0.1:*>10.96.0.10:443']))
    lab.run()
    expect(a.failure).toBe('timed out')
  })
})

describe('connection tracking', () => {
  test('connection tracking removes closed connections after their timeout, when others are opened', () => {
    const { lab, translation } = cluster()
    const rowsNow = () => translation['tracking'].table.count
    for (let nth = 0; nth < 60; nth++) lab.connect({}, {}, `${nth}`, 80 + nth, { ...viaService, listens: 9000 + nth })
    lab.dial(80, 'first', { address: SERVICE })
    lab.run()
    expect(rowsNow()).toBe(2)
  })

  test('connection tracking is copied to a fork, and independent of it afterwards', () => {
    const build = () => new NetworkLab(NETWORK)
    const lab = build()
    const sender = new PacketSender(lab)
    sender.send({ from: 'a', to: SERVICE, flags: SYN, sourcePort: 1111, destinationPort: 80, name: 'early' })
    lab.run()
    lab.network.translation?.setEndpoints(0, [{ address: lab.addressOf('other'), port: 9 }])
    const fork = build()
    const forkSender = new PacketSender(fork)
    fork.arena.copyFrom(lab.arena)
    fork.timeline.now = lab.timeline.now
    for (const [each, its] of [
      [lab, sender],
      [fork, forkSender],
    ] as const) {
      its.ends.length = 0
      its.send({ from: 'a', to: SERVICE, sourcePort: 1111, destinationPort: 80, name: 'early' })
      its.send({ from: 'a', to: SERVICE, flags: SYN, sourcePort: 2222, destinationPort: 80, name: 'late' })
      its.send({ from: 'b', to: 'a', sourcePort: 8080, destinationPort: 1111 })
      each.run()
      expect(its.ends).toEqual([
        'other: 10.1.0.1:2222>10.0.0.2:9',
        'a: 10.96.0.10:80>10.1.0.1:1111',
        'b: 10.1.0.1:1111>10.1.0.2:8080',
      ])
    }
  })

  test('connection tracking refuses packets of unknown connections, and answers no reset with a reset', () => {
    const lab = new NetworkLab(NETWORK)
    const sender = new PacketSender(lab)
    sender.send({ from: 'a', to: SERVICE, flags: ACK, sourcePort: 1, destinationPort: 80 })
    sender.send({ from: 'a', to: SERVICE, flags: RST, sourcePort: 2, destinationPort: 80 })
    lab.run()
    expect(sender.refusals).toEqual(['node refuses 10.1.0.1:1>10.96.0.10:80'])
    expect(sender.ends).toEqual([])
    expect(lab.network.packets.count).toBe(0)
  })

  test('connection tracking separates connections to two services that share an endpoint', () => {
    const [web] = NETWORK.virtualAddresses
    const lab = new NetworkLab({
      ...NETWORK,
      virtualAddresses: [web, { ...web, name: 'web-2', address: '10.96.0.20' }],
    })
    const sender = new PacketSender(lab)
    for (const [sequence, to] of [SERVICE, '10.96.0.20'].entries())
      sender.send({ from: 'a', to, flags: SYN, sourcePort: 5000, destinationPort: 80, sequence })
    lab.run()
    expect(sender.ends).toEqual(['b: 10.1.0.1:5000>10.1.0.2:8080', 'b: 10.1.0.1:5001>10.1.0.2:8080'])
    sender.ends.length = 0
    for (const destinationPort of [5000, 5001]) sender.send({ from: 'b', to: 'a', sourcePort: 8080, destinationPort })
    lab.run()
    expect(sender.ends).toEqual(['a: 10.96.0.10:80>10.1.0.1:5000', 'a: 10.96.0.20:80>10.1.0.1:5000'])
  })
})
