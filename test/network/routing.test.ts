import { describe, expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import type { TestLink } from '../fixtures/blueprints.ts'
import { NetworkLab } from '../fixtures/network-lab.ts'
import { PacketSender } from '../fixtures/packets.ts'

/** Links named after their ends, as in `a-b`; a second between the same ends gets a tail, `a-b-2`. */
function links(...names: string[]): TestLink[] {
  return names.map((name) => {
    const [first, second] = name.split('-')
    return { name, between: [first, second], line: 'delay: 1ms' }
  })
}

/** The hosts that a packet passes, the last included. */
function way(lab: NetworkLab, from: string, to: string): string[] {
  const before = lab.trace.packets.length
  new PacketSender(lab).send({ from, to })
  lab.run()
  return lab.trace.packets.slice(before).map(({ direction }) => direction.split('>')[1])
}

describe('a packet to another host', () => {
  test('takes the way with the fewest links', () => {
    const lab = new NetworkLab({ hosts: ['a', 'b', 'c', 'd'], links: links('a-b', 'b-c', 'c-d', 'a-d') })
    expect(way(lab, 'a', 'd')).toEqual(['d'])
    expect(way(lab, 'a', 'c')).toEqual(['b', 'c'])
    expect(way(lab, 'b', 'd')).toEqual(['a', 'd'])
  })

  test('takes, of ways of equal length, that whose next link has the lower name, whoever was declared first', () => {
    for (const names of [
      ['a-m', 'a-k', 'm-z', 'k-z'],
      ['k-z', 'm-z', 'a-k', 'a-m'],
    ]) {
      const lab = new NetworkLab({ hosts: ['a', 'k', 'm', 'z'], links: links(...names) })
      expect(way(lab, 'a', 'z')).toEqual(['k', 'z'])
    }
  })

  test('takes the lower of two links between the same hosts', () => {
    const parallel = [
      { name: 'slow', between: ['a', 'b'], line: 'delay: 100ms' },
      { name: 'quick', between: ['b', 'a'], line: 'delay: 1ms' },
    ] as const
    const lab = new NetworkLab({ hosts: ['a', 'b'], links: parallel })
    const desk = new PacketSender(lab)
    desk.send({ from: 'a', to: 'b' })
    lab.run()
    expect(desk.ticks).toEqual([1_000_000])
  })

  test('keeps to a way whose link is down: hosts run no routing protocol', () => {
    const lab = new NetworkLab({ hosts: ['a', 'b', 'c'], links: links('a-b', 'b-c', 'a-c') })
    lab.network.setUp(lab.direction('a>c'), false)
    new PacketSender(lab).send({ from: 'a', to: 'c' })
    lab.run()
    expect(lab.trace.lines()).toEqual(['0 a>c . 0:1460 ack 0 1500B -> dropped-while-down'])
  })

  test('reaches each of its addresses', () => {
    const hosts = ['a', { name: 'b', addresses: ['10.0.1.1', '203.0.113.1'] }] as const
    const lab = new NetworkLab({ hosts, links: links('a-b') })
    const second = lab.plan.addresses.indexOf(0xcb007101)
    expect(lab.network.routing.nextDirection(lab.host('a'), second)).toBe(lab.direction('a>b'))
    expect(lab.network.routing.nextDirection(lab.host('b'), second)).toBe(lab.direction('b>b'))
  })

  test('has nowhere to go where no link leads', () => {
    const lab = new NetworkLab({ hosts: ['a', 'b', 'c'], links: links('a-b') })
    expect(lab.network.routing.nextDirection(lab.host('a'), lab.addressOf('c'))).toBe(NONE)
    expect(lab.network.routing.smallestMtuBytes(lab.host('a'), lab.addressOf('c'))).toBe(NONE)
    expect(() => way(lab, 'a', 'c')).toThrow('reachable')
  })
})

describe('a static route', () => {
  const hosts = ['a', 'b', 'c', { name: 'd', addresses: ['10.9.8.7'] }] as const
  const square = links('a-b', 'b-d', 'a-c', 'c-d')

  test('comes before the shortest way', () => {
    const routes = [{ host: 'a', destination: '10.9.0.0/16', link: 'a-c' }]
    expect(way(new NetworkLab({ hosts, links: square }), 'a', 'd')).toEqual(['b', 'd'])
    expect(way(new NetworkLab({ hosts, links: square, routes }), 'a', 'd')).toEqual(['c', 'd'])
  })

  test('yields to one with a longer prefix, in whichever order they stand', () => {
    const wide = { host: 'a', destination: '10.0.0.0/8', link: 'a-b' }
    const narrow = { host: 'a', destination: '10.9.8.7/32', link: 'a-c' }
    for (const routes of [
      [wide, narrow],
      [narrow, wide],
    ]) {
      const lab = new NetworkLab({ hosts, links: square, routes })
      expect(way(lab, 'a', 'd')).toEqual(['c', 'd'])
    }
  })

  test('of no bits is the default route, and yields to all others', () => {
    const all = { host: 'a', destination: '0.0.0.0/0', link: 'a-c' }
    const lab = new NetworkLab({ hosts, links: square, routes: [all] })
    expect(way(lab, 'a', 'd')).toEqual(['c', 'd'])
    const other = { host: 'a', destination: '10.9.8.0/24', link: 'a-b' }
    expect(way(new NetworkLab({ hosts, links: square, routes: [all, other] }), 'a', 'd')).toEqual(['b', 'd'])
  })

  test('says nothing about addresses outside of its prefix, nor about other hosts', () => {
    const routes = [{ host: 'a', destination: '10.9.8.0/29', link: 'a-c' }]
    const lab = new NetworkLab({ hosts, links: square, routes })
    expect(way(lab, 'a', 'b')).toEqual(['b'])
    expect(way(lab, 'a', 'd')).toEqual(['c', 'd'])
    const above = [{ host: 'a', destination: '10.9.8.8/29', link: 'a-c' }]
    expect(way(new NetworkLab({ hosts, links: square, routes: above }), 'a', 'd')).toEqual(['b', 'd'])
  })

  test('that leads in a circle is seen as no way at all', () => {
    const routes = [
      { host: 'a', destination: '10.9.8.7/32', link: 'a-b' },
      { host: 'b', destination: '10.9.8.7/32', link: 'a-b' },
    ]
    const lab = new NetworkLab({ hosts, links: square, routes })
    expect(lab.network.routing.smallestMtuBytes(lab.host('a'), lab.addressOf('d'))).toBe(NONE)
  })
})

describe('the MTU of a way', () => {
  test('is the smallest of its links, and each direction has its own', () => {
    const lab = new NetworkLab({
      hosts: ['a', 'b', 'c'],
      links: [
        { name: 'one', between: ['a', 'b'], line: 'mtu: 1500', backward: 'mtu: 9000' },
        { name: 'two', between: ['b', 'c'], line: 'mtu: 1400', backward: 'mtu: 9000' },
      ],
    })
    expect(lab.network.routing.smallestMtuBytes(lab.host('a'), lab.addressOf('c'))).toBe(1400)
    expect(lab.network.routing.smallestMtuBytes(lab.host('a'), lab.addressOf('b'))).toBe(1500)
    expect(lab.network.routing.smallestMtuBytes(lab.host('c'), lab.addressOf('a'))).toBe(9000)
    expect(lab.network.routing.smallestMtuBytes(lab.host('a'), lab.addressOf('a'))).toBe(65_535)
  })
})

describe('an account', () => {
  test('is charged on each link that a packet crosses, and for lost packets on none', () => {
    const lab = new NetworkLab({
      hosts: ['a', 'b', 'c'],
      links: [
        { name: 'one', between: ['a', 'b'], line: '' },
        { name: 'two', between: ['b', 'c'], line: 'loss: 100%', backward: '' },
      ],
    })
    const desk = new PacketSender(lab)
    const [mine, yours] = [lab.accounts.allocate(), lab.accounts.allocate()]
    desk.send({ from: 'a', to: 'b', bytes: 100, account: mine })
    desk.send({ from: 'c', to: 'a', bytes: 1000, account: mine })
    desk.send({ from: 'a', to: 'c', bytes: 500, account: yours })
    desk.send({ from: 'a', to: 'b', bytes: 40 })
    lab.run()
    expect([lab.accounts.wireBytes[mine], lab.accounts.packets[mine]]).toEqual([100 + 2 * 1000, 3])
    expect([lab.accounts.wireBytes[yours], lab.accounts.packets[yours]]).toEqual([500, 1])
  })
})
