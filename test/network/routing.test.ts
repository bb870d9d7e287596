import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import { AccountTable } from '../../src/network/account.ts'
import type { TestLink } from '../fixtures/blueprints.ts'
import { NetworkLab } from '../fixtures/network-lab.ts'
import { PacketSender } from '../fixtures/packets.ts'

/** Builds links that are named after their ends, such as `a-b`; a second one between the same ends is `a-b-2`. */
function links(...names: string[]): TestLink[] {
  return names.map((name) => {
    const [first, second] = name.split('-')
    return { name, between: [first, second], line: 'delay: 1ms' }
  })
}

/** Returns the hosts that a packet passes, the destination included. */
function route(lab: NetworkLab, from: string, to: string): string[] {
  const before = lab.trace.packets.length
  new PacketSender(lab).send({ from, to })
  lab.run()
  return lab.trace.packets.slice(before).map(({ direction }) => direction.split('>')[1])
}

describe('a packet to another host', () => {
  test('a packet to another host takes the route with the fewest links', () => {
    const lab = new NetworkLab({ hosts: ['a', 'b', 'c', 'd'], links: links('a-b', 'b-c', 'c-d', 'a-d') })
    expect(route(lab, 'a', 'd')).toEqual(['d'])
    expect(route(lab, 'a', 'c')).toEqual(['b', 'c'])
    expect(route(lab, 'b', 'd')).toEqual(['a', 'd'])
  })

  test('a packet takes, of routes of equal length, the one whose next link has the lower name, in any order of declaration', () => {
    for (const names of [
      ['a-m', 'a-k', 'm-z', 'k-z'],
      ['k-z', 'm-z', 'a-k', 'a-m'],
    ]) {
      const lab = new NetworkLab({ hosts: ['a', 'k', 'm', 'z'], links: links(...names) })
      expect(route(lab, 'a', 'z')).toEqual(['k', 'z'])
    }
  })

  test('a packet takes the link with the lower name of two links between the same hosts', () => {
    const parallel = [
      { name: 'slow', between: ['a', 'b'], line: 'delay: 100ms' },
      { name: 'quick', between: ['b', 'a'], line: 'delay: 1ms' },
    ] as const
    const lab = new NetworkLab({ hosts: ['a', 'b'], links: parallel })
    const sender = new PacketSender(lab)
    sender.send({ from: 'a', to: 'b' })
    lab.run()
    expect(sender.ticks).toEqual([1_000_000])
  })

  test('a packet keeps its route when a link of it is down, since hosts run no routing protocol', () => {
    const lab = new NetworkLab({ hosts: ['a', 'b', 'c'], links: links('a-b', 'b-c', 'a-c') })
    lab.network.setLinkState(lab.direction('a>c'), false)
    new PacketSender(lab).send({ from: 'a', to: 'c' })
    lab.run()
    expect(lab.trace.lines()).toEqual(['0 a>c . 0:1460 ack 0 1500B -> dropped-while-down'])
  })

  test('a packet to another host reaches every address of the host', () => {
    const hosts = ['a', { name: 'b', addresses: ['10.0.1.1', '203.0.113.1'] }] as const
    const lab = new NetworkLab({ hosts, links: links('a-b') })
    const second = lab.plan.addresses.indexOf(0xcb007101)
    expect(lab.network.routing.nextDirection(lab.host('a'), second)).toBe(lab.direction('a>b'))
    expect(lab.network.routing.nextDirection(lab.host('b'), second)).toBe(lab.direction('b>b'))
  })

  test('a packet to another host has no next direction when no link leads to the host', () => {
    const lab = new NetworkLab({ hosts: ['a', 'b', 'c'], links: links('a-b') })
    expect(lab.network.routing.nextDirection(lab.host('a'), lab.addressOf('c'))).toBe(NONE)
    expect(lab.network.routing.smallestMtuBytes(lab.host('a'), lab.addressOf('c'))).toBe(NONE)
    expect(() => route(lab, 'a', 'c')).toThrow('reachable')
  })
})

describe('a static route', () => {
  const hosts = ['a', 'b', 'c', { name: 'd', addresses: ['10.9.8.7'] }] as const
  const square = links('a-b', 'b-d', 'a-c', 'c-d')

  test('a static route takes precedence over the shortest route', () => {
    const routes = [{ host: 'a', destination: '10.9.0.0/16', link: 'a-c' }]
    expect(route(new NetworkLab({ hosts, links: square }), 'a', 'd')).toEqual(['b', 'd'])
    expect(route(new NetworkLab({ hosts, links: square, routes }), 'a', 'd')).toEqual(['c', 'd'])
  })

  test('a static route is less specific than one with a longer prefix, whatever their order', () => {
    const wide = { host: 'a', destination: '10.0.0.0/8', link: 'a-b' }
    const narrow = { host: 'a', destination: '10.9.8.7/32', link: 'a-c' }
    for (const routes of [
      [wide, narrow],
      [narrow, wide],
    ]) {
      const lab = new NetworkLab({ hosts, links: square, routes })
      expect(route(lab, 'a', 'd')).toEqual(['c', 'd'])
    }
  })

  test('a static route with a prefix of 0 bits is the default route, after all others', () => {
    const all = { host: 'a', destination: '0.0.0.0/0', link: 'a-c' }
    const lab = new NetworkLab({ hosts, links: square, routes: [all] })
    expect(route(lab, 'a', 'd')).toEqual(['c', 'd'])
    const other = { host: 'a', destination: '10.9.8.0/24', link: 'a-b' }
    expect(route(new NetworkLab({ hosts, links: square, routes: [all, other] }), 'a', 'd')).toEqual(['b', 'd'])
  })

  test('a static route does not apply to addresses outside its prefix or to other hosts', () => {
    const routes = [{ host: 'a', destination: '10.9.8.0/29', link: 'a-c' }]
    const lab = new NetworkLab({ hosts, links: square, routes })
    expect(route(lab, 'a', 'b')).toEqual(['b'])
    expect(route(lab, 'a', 'd')).toEqual(['c', 'd'])
    const above = [{ host: 'a', destination: '10.9.8.8/29', link: 'a-c' }]
    expect(route(new NetworkLab({ hosts, links: square, routes: above }), 'a', 'd')).toEqual(['b', 'd'])
  })

  test('a static route that is a loop counts as no route', () => {
    const routes = [
      { host: 'a', destination: '10.9.8.7/32', link: 'a-b' },
      { host: 'b', destination: '10.9.8.7/32', link: 'a-b' },
    ]
    const lab = new NetworkLab({ hosts, links: square, routes })
    expect(lab.network.routing.smallestMtuBytes(lab.host('a'), lab.addressOf('d'))).toBe(NONE)
  })
})

describe('the MTU of a route', () => {
  test('the MTU of a route is the smallest MTU of its links, in each direction', () => {
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
  test('a traffic account includes payload that others’ connections carried for it; no account stays none', () => {
    const accounts = new AccountTable(new Arena())
    const [mine, yours] = [accounts.allocate(), accounts.allocate()]
    accounts.addCarriedBytes(mine, 100)
    accounts.addCarriedBytes(mine, 20)
    accounts.addCarriedBytes(yours, 3)
    accounts.addCarriedBytes(NONE, 1000)
    accounts.charge(NONE, 1000)
    expect([accounts.carriedBytes[mine], accounts.carriedBytes[yours]]).toEqual([120, 3])
    expect([accounts.wireBytes[mine], accounts.packets[mine]]).toEqual([0, 0])
  })

  test('a traffic account is charged on each link that a packet crosses, and not for lost packets', () => {
    const lab = new NetworkLab({
      hosts: ['a', 'b', 'c'],
      links: [
        { name: 'one', between: ['a', 'b'], line: '' },
        { name: 'two', between: ['b', 'c'], line: 'loss: 100%', backward: '' },
      ],
    })
    const sender = new PacketSender(lab)
    const [mine, yours] = [lab.accounts.allocate(), lab.accounts.allocate()]
    sender.send({ from: 'a', to: 'b', bytes: 100, account: mine })
    sender.send({ from: 'c', to: 'a', bytes: 1000, account: mine })
    sender.send({ from: 'a', to: 'c', bytes: 500, account: yours })
    sender.send({ from: 'a', to: 'b', bytes: 40 })
    lab.run()
    expect([lab.accounts.wireBytes[mine], lab.accounts.packets[mine]]).toEqual([100 + 2 * 1000, 3])
    expect([lab.accounts.wireBytes[yours], lab.accounts.packets[yours]]).toEqual([500, 1])
  })
})
