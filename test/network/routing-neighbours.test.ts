import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AddressBook } from '../../src/network/address-book.ts'
import { Routing } from '../../src/network/routing.ts'

const FIRST_ADDRESS = 167_772_161

/** Generates networks: hosts, switches after them, and links whose ends are pairs of these; switches are not linked. */
const anyNetwork = fc
  .record({ hosts: fc.integer({ min: 2, max: 14 }), switches: fc.integer({ min: 0, max: 3 }) })
  .chain(({ hosts, switches }) =>
    fc.record({
      hosts: fc.constant(hosts),
      switches: fc.constant(switches),
      links: fc.array(fc.tuple(fc.nat(hosts - 1), fc.nat(hosts + switches - 1)), { minLength: hosts, maxLength: 60 }),
    }),
  )

test('a neighbour is reached by the direction that the table of all routes has', () => {
  let neighbours = 0
  fc.assert(
    fc.property(anyNetwork, ({ hosts, switches, links }) => {
      const book = new AddressBook()
      for (let host = 0; host < hosts; host++) book.add(host, FIRST_ADDRESS + host)
      const ends = links
        .filter(([from, to]) => from !== to)
        .flatMap(([from, to]) => [
          [from, to],
          [to, from],
        ])
      const loopbacks = Array.from({ length: hosts }, (_, host) => [host, host])
      const directions = [...loopbacks, ...ends].map(([fromHost, toHost]) => ({ fromHost, toHost, mtuBytes: 1_500 }))
      const topology = {
        hostCount: hosts,
        switchCount: switches,
        directions,
        loopbacks: loopbacks.map(([host]) => host),
        staticRoutes: [],
        gateways: new Map<number, readonly number[]>(),
      }
      const routing = new Routing(book, topology)
      const tables = new Routing(book, topology)
      for (let end = 0; end < hosts; end++) {
        const address = book.indexOf(FIRST_ADDRESS + end)
        for (let from = 0; from < hosts + switches; from++) {
          if (from === end) continue
          expect(routing.nextDirection(from, address)).toBe(tables['directionByTable'](from, address))
          if (routing['directionToNeighbour'](from, address) !== -1) neighbours++
        }
      }
    }),
  )
  expect(neighbours).toBeGreaterThan(1_000)
})
