import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import { AddressBook } from '../../src/network/address-book.ts'
import { Routing, type StaticRoute } from '../../src/network/routing.ts'

const FIRST_ADDRESS = 167_772_161
const VIRTUAL = 184_549_376

interface Numbered {
  readonly hosts: number
  readonly switches?: number
  /** Pairs of hosts, and of a host and a switch; switches are numbered after the hosts. */
  readonly links: readonly (readonly [number, number])[]
  /** The MTU of each link. */
  readonly mtus?: readonly number[]
  readonly staticRoutes?: readonly StaticRoute[]
  /** The hosts that replace the virtual address. */
  readonly gateways?: readonly number[]
}

/** Returns the routing of a network whose directions are the loopbacks of the hosts, and then each link forth and back. */
function routingOf({ hosts, switches = 0, links, mtus = [], staticRoutes = [], gateways }: Numbered) {
  const book = new AddressBook()
  for (let host = 0; host < hosts; host++) book.add(host, FIRST_ADDRESS + host)
  book.addVirtual(VIRTUAL)
  const directions = [
    ...Array.from({ length: hosts }, (_, host) => ({ fromHost: host, toHost: host, mtuBytes: 65_536 })),
    ...links.flatMap(([from, to], i) => [
      { fromHost: from, toHost: to, mtuBytes: mtus[i] ?? 1_500 },
      { fromHost: to, toHost: from, mtuBytes: mtus[i] ?? 1_500 },
    ]),
  ]
  const virtual = book.indexOf(VIRTUAL)
  const routing = new Routing(book, {
    hostCount: hosts,
    switchCount: switches,
    directions,
    loopbacks: Array.from({ length: hosts }, (_, host) => host),
    staticRoutes,
    gateways: new Map(gateways === undefined ? [] : [[virtual, gateways]]),
  })
  return { routing, directions, virtual, addressOf: (host: number) => book.indexOf(FIRST_ADDRESS + host) }
}

type Directions = ReturnType<typeof routingOf>['directions']

/**
 * Returns, for each host and switch, the lowest direction by which a route with the fewest links to any of `ends` begins;
 * NONE where there is none, and at the ends. A switch is as near as the nearest host behind it.
 */
function fewestLinks(directions: Directions, hosts: number, vertices: number, ends: readonly number[]): number[] {
  const far = Array.from({ length: vertices }, (_, at) => (ends.includes(at) ? 0 : Number.POSITIVE_INFINITY))
  const lengthBy = (direction: number) => {
    const { fromHost, toHost } = directions[direction]
    return far[toHost] + (fromHost < hosts ? 1 : 0)
  }
  for (let round = 0; round <= vertices; round++)
    for (const [direction, { fromHost }] of directions.entries())
      far[fromHost] = Math.min(far[fromHost], lengthBy(direction))
  return far.map((length, at) => {
    if (length === 0 && ends.includes(at)) return NONE
    const best = directions.findIndex(({ fromHost }, direction) => fromHost === at && lengthBy(direction) === length)
    return length === Number.POSITIVE_INFINITY ? NONE : best
  })
}

/** Generates networks: hosts, switches after them, and links whose ends are pairs of these; switches are not linked. */
const anyNetwork = fc
  .record({ hosts: fc.integer({ min: 2, max: 14 }), switches: fc.integer({ min: 0, max: 3 }) })
  .chain(({ hosts, switches }) =>
    fc.record({
      hosts: fc.constant(hosts),
      switches: fc.constant(switches),
      links: fc.array(fc.tuple(fc.nat(hosts - 1), fc.nat(hosts + switches - 1)), { minLength: 1, maxLength: 60 }),
      gateways: fc.uniqueArray(fc.nat(hosts - 1), { minLength: 1, maxLength: 3 }),
    }),
  )

test('a packet takes the route with the fewest links and the lowest next direction, without a table for neighbours', () => {
  let neighbours = 0
  fc.assert(
    fc.property(anyNetwork, ({ hosts, switches, links, gateways }) => {
      const real = links.filter(([from, to]) => from !== to)
      const { routing, directions, virtual, addressOf } = routingOf({ hosts, switches, links: real, gateways })
      const vertices = hosts + switches
      for (let end = 0; end < hosts; end++) {
        const address = addressOf(end)
        const expected = fewestLinks(directions, hosts, vertices, [end])
        const byTable = expected.map((_, from) => (from === end ? NONE : routing['directionByTable'](from, address)))
        expect(byTable).toEqual(expected)
        expected[end] = end
        expect(expected.map((_, from) => routing.nextDirection(from, address))).toEqual(expected)
        neighbours += expected.filter(
          (_, from) => from !== end && routing['directionToNeighbour'](from, address) >= 0,
        ).length
      }
      const expected = fewestLinks(directions, hosts, vertices, gateways)
      expect(expected.map((_, from) => routing.nextDirection(from, virtual))).toEqual(expected)
    }),
  )
  expect(neighbours).toBeGreaterThan(100)
})

describe('a route', () => {
  const chain = {
    hosts: 5,
    links: [
      [0, 1],
      [1, 2],
      [2, 3],
    ] as const,
    mtus: [1_400, 9_000, 1_300],
  }

  test('a route passes the hosts behind its first, up to its end', () => {
    const { routing, addressOf } = routingOf(chain)
    const passed = (from: number, to: number) =>
      [0, 1, 2, 3, 4].filter((through) => routing.passes(from, addressOf(to), through))
    expect(passed(0, 3)).toEqual([1, 2, 3])
    expect(passed(2, 0)).toEqual([0, 1])
    expect(passed(1, 1)).toEqual([])
    expect(passed(0, 4)).toEqual([])
  })

  test('a route that is a loop passes the hosts of the loop, and has no MTU', () => {
    const prefix = FIRST_ADDRESS + 3
    const { routing, addressOf } = routingOf({
      ...chain,
      staticRoutes: [{ host: 2, prefix, prefixBits: 32, direction: 5 + 3 }],
    })
    const passed = [0, 1, 2, 3].filter((through) => routing.passes(0, addressOf(3), through))
    expect(passed).toEqual([1, 2])
    expect([0, 1, 2].map((host) => routing.smallestMtuBytes(host, addressOf(3)))).toEqual([NONE, NONE, NONE])
    expect([0, 3].map((host) => routing.smallestMtuBytes(host, addressOf(2)))).toEqual([1_400, 1_300])
  })

  test('a route to a virtual IP ends at the first host that translates it, without an MTU limit from there', () => {
    const { routing, virtual } = routingOf({ ...chain, gateways: [2, 3] })
    expect([0, 1, 2, 3, 4].map((host) => routing.gatewayFrom(host, virtual))).toEqual([2, 2, 2, 3, NONE])
    expect([0, 1, 2, 3, 4].map((host) => routing.smallestMtuBytes(host, virtual))).toEqual([
      1_400,
      9_000,
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      NONE,
    ])
    expect(routing.isVirtual(virtual)).toBe(true)
  })

  test('a route to the address of a host has no host that translates it', () => {
    const { routing, addressOf } = routingOf({ ...chain, gateways: [2] })
    expect(routing.isVirtual(addressOf(3))).toBe(false)
    expect([0, 2, 3].map((host) => routing.gatewayFrom(host, addressOf(3)))).toEqual([NONE, NONE, NONE])
  })

  test('a route follows the matching static route with the longest prefix, whatever their order', () => {
    const wide = { host: 0, prefix: 0, prefixBits: 0, direction: 6 }
    const middle = { host: 0, prefix: 0x0a000000, prefixBits: 8, direction: 8 }
    const narrow = { host: 0, prefix: FIRST_ADDRESS + 1, prefixBits: 32, direction: 10 }
    const links = [
      [0, 1],
      [0, 2],
      [0, 3],
    ] as const
    for (const staticRoutes of [
      [wide, middle, narrow],
      [narrow, middle, wide],
      [middle, narrow, wide],
    ]) {
      const { routing, virtual, addressOf } = routingOf({ hosts: 4, links, staticRoutes, gateways: [1] })
      expect([1, 2, 3].map((host) => routing.nextDirection(0, addressOf(host)))).toEqual([10, 8, 8])
      expect(routing.nextDirection(0, virtual)).toBe(6)
      expect(routing.nextDirection(0, addressOf(0))).toBe(0)
      expect(routing.nextDirection(1, addressOf(2))).toBe(5)
    }
  })

  test('a route of one address does not change those of others behind the same host', () => {
    const staticRoutes = [{ host: 1, prefix: FIRST_ADDRESS + 2, prefixBits: 32, direction: 9 }]
    const links = [
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 0],
    ] as const
    const { routing, addressOf } = routingOf({ hosts: 4, links, staticRoutes })
    expect([2, 3, 2].map((host) => routing.nextDirection(1, addressOf(host)))).toEqual([9, 5, 9])
  })
})
