import { describe, expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import { PARTS } from '../../src/network/activity.ts'
import { ACK, SYN } from '../../src/network/header-flags.ts'
import type { PacketRule, RuleVerdict } from '../../src/network/packet-rule.ts'
import type { MiddleboxBlueprint } from '../../src/simulation/blueprint.ts'
import type { TestNetwork } from '../fixtures/blueprints.ts'
import { NetworkLab } from '../fixtures/network-lab.ts'
import { PacketSender, wire } from '../fixtures/packets.ts'

const MS = 1_000_000
const SERVICE = '10.96.0.10'

const always = (verdict: RuleVerdict): PacketRule => ({ judge: () => verdict })

/** Builds a, b and c in a row; b forwards between the others. */
function row(more: Partial<TestNetwork> = {}, [first, second] = ['delay: 10ms', 'delay: 10ms']) {
  const lab = new NetworkLab({
    hosts: ['a', 'b', 'c'],
    links: [
      { name: 'ab', between: ['a', 'b'], line: first },
      { name: 'bc', between: ['b', 'c'], line: second },
    ],
    ...more,
  })
  return { lab, sender: new PacketSender(lab) }
}

/** The service 10.96.0.10:80, which b translates to an endpoint. */
const translatedAtB = (address: string, port = 8080) => ({
  virtualAddresses: [{ name: 'web', address: SERVICE, port: 80, hosts: ['b'], endpoints: [{ address, port }] }],
})

describe('a packet that does not reach its destination', () => {
  test('an undelivered packet is discarded at the last host, with the addresses that its sender knows', () => {
    const { lab, sender } = row(translatedAtB('10.0.0.3'), ['', 'loss: 100%'])
    sender.send({ from: 'a', to: SERVICE, destinationPort: 80, flags: SYN })
    sender.send({ from: 'a', to: SERVICE, destinationPort: 81 })
    lab.run()
    expect(sender.discards.sort()).toEqual(['b: 10.0.0.1:1>10.96.0.10:80', 'b: 10.0.0.1:1>10.96.0.10:81'])
    expect([sender.arrived, sender.refusals, lab.network.packets.count]).toEqual([[], [], 0])
  })

  test('an undelivered packet is discarded by a rule only if a rule drops it, at either end of a direction', () => {
    for (const [place, at] of [
      ['entry', 'a'],
      ['exit', 'a'],
    ] as const) {
      const { lab, sender } = row()
      lab.network.rules.attach(lab.direction('a>b'), place, always({ action: 'drop' }))
      sender.send({ from: 'a', to: 'c' })
      lab.run()
      expect(sender.discards).toEqual([`${at}: 10.0.0.1:1>10.0.0.3:2 by rule`])
      const { lostPackets, droppedAtQueue, droppedWhileDown } = lab.network.directions
      expect([lostPackets, droppedAtQueue, droppedWhileDown].map((counts) => counts[lab.rowOf('a>b')])).toEqual([
        0, 0, 0,
      ])
    }
  })

  test('an undelivered packet is counted once, by the reason', () => {
    const counts = (line: string, isDown = false) => {
      const { lab, sender } = row({}, [line, ''])
      if (isDown) lab.network.setLinkState(lab.direction('a>b'), false)
      for (let sequence = 0; sequence < 3; sequence++) sender.send({ from: 'a', to: 'b', sequence, bytes: 1000 })
      lab.run()
      const { lostPackets, droppedAtQueue, droppedWhileDown } = lab.network.directions
      expect(sender.discards).toHaveLength(3 - sender.arrived.length)
      return [lostPackets, droppedAtQueue, droppedWhileDown].map((counted) => counted[lab.rowOf('a>b')])
    }
    expect(counts('loss: 100%')).toEqual([3, 0, 0])
    expect(counts('rate: 1Mbps, queue: 0B')).toEqual([0, 2, 0])
    expect(counts('', true)).toEqual([0, 0, 3])
    expect(counts('bursts: 100% 0.001% 100%')[0]).toBeGreaterThan(0)
  })

  test('an undelivered packet is discarded if the destination’s firewall denies it, and refused if it rejects it', () => {
    for (const [action, discards, refusals] of [
      ['deny', ['c: 10.0.0.1:1>10.96.0.10:80'], []],
      ['reject', [], ['c refuses 10.0.0.1:1>10.0.0.3:8080']],
    ] as const) {
      const rules = [{ from: null, to: ['c'], ports: null, action }]
      const { lab, sender } = row({ ...translatedAtB('10.0.0.3'), firewall: { default: 'allow', rules } })
      sender.send({ from: 'a', to: SERVICE, destinationPort: 80, flags: SYN })
      lab.run()
      expect([sender.discards, sender.refusals, sender.arrived]).toEqual([discards, refusals, []])
      expect(lab.trace.packets.at(-1)?.outcome).toBe('dropped-by-firewall')
    }
  })
})

test('a host accepts all its own packets, whatever its firewall says', () => {
  const rules = [{ from: null, to: ['a', 'b'], ports: null, action: 'deny' }] as const
  const { lab, sender } = row({ firewall: { default: 'allow', rules } })
  sender.send({ from: 'a', to: 'a', sequence: 1, flags: SYN })
  sender.send({ from: 'a', to: '127.0.0.1', sequence: 2, sourcePort: 5, flags: SYN })
  sender.send({ from: 'a', to: 'b', sequence: 3, flags: SYN })
  lab.run()
  expect(sender.arrived).toEqual([1, 2])
})

describe('the direction by which a burst of packets leaves', () => {
  const directionOf = (more: Partial<TestNetwork>, prepare: (lab: NetworkLab) => void = () => {}) => {
    const { lab } = row(more)
    prepare(lab)
    const direction = lab.network.directionTo(lab.host('a'), lab.addressOf('c'))
    return direction === NONE ? null : lab.ways[direction]
  }
  const box: MiddleboxBlueprint = { name: 'x', before: 'c', kind: 'nat', ports: null, idleNs: MS, expired: 'drop' }

  test('a burst of packets leaves by the next direction if nothing examines its packets', () => {
    expect(directionOf({})).toBe('a>b')
    const atOther = (lab: NetworkLab) =>
      lab.network.rules.attach(lab.direction('b>c'), 'entry', always({ action: 'pass' }))
    expect(directionOf({}, atOther)).toBe('a>b')
  })

  test('a burst of packets has no direction if a firewall, translation, middlebox or rule may examine it', () => {
    expect(directionOf({ firewall: { default: 'allow', rules: [] } })).toBe(null)
    expect(directionOf(translatedAtB('10.0.0.3'))).toBe(null)
    expect(directionOf({ middleboxes: [box] })).toBe(null)
    const atEntry = (lab: NetworkLab) =>
      lab.network.rules.attach(lab.direction('a>b'), 'entry', always({ action: 'pass' }))
    expect(directionOf({}, atEntry)).toBe(null)
  })

  test('a burst direction carries the given packets with numbers of its own', () => {
    const { lab, sender } = row()
    const { network } = lab
    const serials: number[] = []
    network.observer = { observe: (stage, { serial }) => stage === 'delivered' && serials.push(serial) }
    for (let sequence = 0; sequence < 2; sequence++) {
      const packet = network.packets.allocate()
      network.packets.source[packet] = lab.addressOf('a')
      network.packets.destination[packet] = lab.addressOf('b')
      network.packets.headerBytes[packet] = 40
      network.packets.sequenceNumber[packet] = sequence
      network.sendBy(network.directionTo(lab.host('a'), lab.addressOf('b')), packet)
    }
    lab.run()
    expect([sender.arrived, sender.ticks, serials]).toEqual([
      [0, 1],
      [10 * MS, 10 * MS],
      [0, 1],
    ])
  })
})

describe('the MTU of a route through a translating host', () => {
  const mtu = (more: Partial<TestNetwork>, from = 'a', address = SERVICE) => {
    const { lab } = row({ hosts: ['a', 'b', 'c', 'far'], ...more }, ['mtu: 1400', 'mtu: 1300'])
    const { addresses, network } = { addresses: lab.plan.addresses, network: lab.network }
    const index = addresses.indexOf(address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0))
    return network.smallestMtuBytes(lab.host(from), index)
  }

  test('the MTU of a route through a translating host is the smallest of the route there and of those on to the endpoints', () => {
    expect(mtu(translatedAtB('10.0.0.3'))).toBe(1300)
    expect(mtu(translatedAtB('10.0.0.1'))).toBe(1400)
    expect(mtu(translatedAtB('10.0.0.2'))).toBe(1400)
    expect(mtu(translatedAtB('10.0.0.3'), 'b')).toBe(1300)
    expect(mtu(translatedAtB('10.0.0.2'), 'b')).toBe(65_535)
  })

  test('the MTU of a route through a translating host is that of the loopback if it translates to nothing, else that of the route', () => {
    const [web] = translatedAtB('10.0.0.3').virtualAddresses
    const empty = { virtualAddresses: [{ ...web, endpoints: [] }] }
    expect([mtu(empty), mtu(empty, 'b'), mtu(empty, 'c')]).toEqual([1400, 65_535, 1300])
  })

  test('the MTU of a route through a translating host is missing if a route is missing, there or to an endpoint', () => {
    expect(mtu(translatedAtB('10.0.0.4'))).toBe(NONE)
    expect(mtu(translatedAtB('10.0.0.3'), 'far')).toBe(NONE)
  })

  test('the MTU of a route is its own if no host translates the address', () => {
    expect(mtu(translatedAtB('10.0.0.3'), 'a', '10.0.0.3')).toBe(1300)
    expect(mtu({}, 'a', '10.0.0.3')).toBe(1300)
  })
})

describe('a rule at the end of a direction', () => {
  const exit = (verdict: RuleVerdict) => {
    const { lab, sender } = row()
    lab.network.rules.attach(lab.direction('a>b'), 'exit', always(verdict))
    return { lab, sender }
  }

  test('a packet rule at an exit that delays by less than a tick delays by one', () => {
    const { lab, sender } = exit({ action: 'delay', delayNs: 0 })
    sender.send({ from: 'a', to: 'b' })
    lab.run()
    expect(sender.ticks).toEqual([10 * MS + 1])
  })

  test('a packet rule at an exit that diverts puts the packet on another direction, with a number of its own', () => {
    const { lab, sender } = row()
    const serials: number[] = []
    lab.network.rules.attach(
      lab.direction('a>b'),
      'exit',
      always({ action: 'divert', direction: lab.direction('b>c') }),
    )
    lab.network.rules.attach(lab.direction('b>c'), 'exit', {
      judge: ({ serial }) => {
        serials.push(serial)
        return { action: 'take' }
      },
    })
    for (let sequence = 0; sequence < 2; sequence++) sender.send({ from: 'a', to: 'b', sequence })
    lab.run()
    expect(sender.arrivals.map(({ host, tick }) => [host, tick])).toEqual([
      ['c', 20 * MS],
      ['c', 20 * MS],
    ])
    expect(serials).toEqual([0, 1])
  })

  test('a packet rule at an exit counts its delay as held back, and its copies as copies', () => {
    const { lab, sender } = exit({ action: 'delay', delayNs: 3 * MS })
    const activity = lab.activities.begin()
    sender.send({ from: 'a', to: 'b', activity })
    lab.run()
    const partsNs = new Float64Array(PARTS.length)
    lab.activities.read(activity, partsNs, 0)
    expect(partsNs[PARTS.indexOf('attacker')]).toBe(3 * MS)
    const copying = exit({ action: 'duplicate', delayNs: 1 })
    copying.sender.send({ from: 'a', to: 'b' })
    copying.lab.run()
    expect([copying.sender.copies, copying.sender.ticks]).toEqual([1, [10 * MS, 10 * MS + 1]])
  })

  test('a packet rule at an exit does not see a packet again that it has delayed', () => {
    let judged = 0
    const { lab, sender } = row()
    lab.network.rules.attach(lab.direction('a>b'), 'exit', {
      judge: () => {
        judged++
        return { action: 'delay', delayNs: MS }
      },
    })
    sender.send({ from: 'a', to: 'b' })
    lab.run()
    expect([judged, sender.ticks]).toEqual([1, [11 * MS]])
    expect(lab.network.directions.deliveredPackets[lab.rowOf('a>b')]).toBe(1)
  })
})

describe('a rule at the beginning of a direction', () => {
  test('a packet rule at an entry that takes a packet is a bug', () => {
    const { lab, sender } = row()
    lab.network.rules.attach(lab.direction('a>b'), 'entry', always({ action: 'take' }))
    expect(() => sender.send({ from: 'a', to: 'b' })).toThrow('only a rule at an exit takes a packet')
  })

  test('a packet rule at an entry that delays a packet holds up no other, and its delay counts as held back', () => {
    const { lab, sender } = row({}, ['delay: 10ms, rate: 8Mbps', ''])
    const activity = lab.activities.begin()
    lab.network.rules.attach(lab.direction('a>b'), 'entry', {
      judge: ({ sequenceNumber }) => (sequenceNumber === 0 ? { action: 'delay', delayNs: 5 * MS } : { action: 'pass' }),
    })
    sender.send({ from: 'a', to: 'b', sequence: 0, bytes: 1000, activity })
    sender.send({ from: 'a', to: 'b', sequence: 1, bytes: 1000 })
    lab.run()
    expect(sender.arrivals.map(({ sequence, tick }) => [sequence, tick])).toEqual([
      [1, 12 * MS],
      [0, 16 * MS],
    ])
    const partsNs = new Float64Array(PARTS.length)
    lab.activities.read(activity, partsNs, 0)
    expect(Object.fromEntries(PARTS.map((part, i) => [part, partsNs[i]]))).toMatchObject({
      attacker: 5 * MS,
      serialization: MS,
      propagation: 10 * MS,
    })
  })
})

describe('a link with jitter', () => {
  test('a link with jitter delivers in order unless it may reorder, and never before the next tick', () => {
    const sequences = (line: string) => {
      const lab = new NetworkLab(wire(line))
      const sender = new PacketSender(lab)
      for (let sequence = 0; sequence < 50; sequence++)
        lab.at(sequence * 1_000, () => sender.send({ from: 'a', to: 'b', sequence }))
      lab.run()
      expect(sender.arrivals.every(({ sequence, tick }) => tick > sequence * 1_000)).toBe(true)
      return sender.arrived
    }
    const inOrder = Array.from({ length: 50 }, (_, i) => i)
    expect(sequences('jitter: uniform 2ms')).toEqual(inOrder)
    expect(sequences('delay: 5ms, jitter: uniform 2ms')).toEqual(inOrder)
  })
})

describe('a middlebox before a host', () => {
  const nat: MiddleboxBlueprint = { name: 'x', before: 'b', kind: 'nat', ports: null, idleNs: MS, expired: 'drop' }

  /** Sends an ACK of no known connection between two hosts; returns what becomes of it. */
  const resultOf = (from: string, to: string, more: Partial<MiddleboxBlueprint & { kind: 'nat' }> = {}) => {
    const { lab, sender } = row({ middleboxes: [{ ...nat, ...more }] })
    sender.send({ from, to, flags: ACK })
    lab.run()
    return [...sender.discards, ...sender.refusals, ...sender.arrivals.map(({ host }) => `at ${host}`)]
  }

  test('a middlebox before a host filters packets to and from its host, and not those that the host forwards', () => {
    expect(resultOf('a', 'b')).toEqual(['b: 10.0.0.1:1>10.0.0.2:2'])
    expect(resultOf('b', 'a')).toEqual(['b: 10.0.0.2:1>10.0.0.1:2'])
    expect(resultOf('a', 'c')).toEqual(['at c'])
    expect(resultOf('b', 'b')).toEqual(['at b'])
  })

  test('a middlebox before a host filters packets with an address that no other host has', () => {
    const discardsAndEnds = (from: string, source: string) => {
      const { lab, sender } = row({ ...translatedAtB('10.0.0.3'), middleboxes: [nat] })
      sender.send({ from, source, to: 'c', flags: ACK })
      lab.run()
      return [sender.discards, sender.ends]
    }
    expect(discardsAndEnds('b', 'a')).toEqual([['b: 10.0.0.1:1>10.0.0.3:2'], []])
    expect(discardsAndEnds('a', SERVICE)).toEqual([['b: 10.96.0.10:1>10.0.0.3:2'], []])
    expect(discardsAndEnds('a', 'c')).toEqual([[], ['c: 10.0.0.3:1>10.0.0.3:2']])
  })

  test('a middlebox before a host refuses packets in the host’s name if it resets forgotten connections', () => {
    expect(resultOf('a', 'b', { expired: 'reset-on-next' })).toEqual(['b refuses 10.0.0.1:1>10.0.0.2:2'])
    expect(resultOf('b', 'a', { expired: 'reset-on-next' })).toEqual(['b refuses 10.0.0.2:1>10.0.0.1:2'])
    expect(resultOf('a', 'b', { ports: [80] })).toEqual(['at b'])
  })
})
