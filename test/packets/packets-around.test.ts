import { describe, expect, test } from 'vitest'
import { PacketsAround } from '../../src/packets/list/packets-around.ts'
import type { RecordedPacket } from '../../src/packets/record/recorded-packet.ts'

const LINK = 'link/wan/forward'

/** Returns a packet of the connection from a port of the client; only what the search looks at. */
function aPacket(serial: number, port = 50_000, link = LINK): RecordedPacket {
  const ends = { source: 1, sourcePort: port, destination: 2, destinationPort: 80 }
  return { link, serial, ...ends } satisfies Partial<RecordedPacket> as RecordedPacket
}

/** Returns the numbers of the packets around one, when these have passed. */
function around(packet: number, most: number, passed: readonly RecordedPacket[], kept?: number) {
  const search = new PacketsAround({ link: LINK, packet }, most, kept)
  for (const one of passed) search.add(one)
  return search.list()?.map(({ serial }) => serial) ?? null
}

const TEN = Array.from({ length: 10 }, (_, i) => aPacket(i))

describe('the packets around one', () => {
  test.each([
    { most: 4, listed: [3, 4, 5, 6, 7] },
    { most: 3, listed: [4, 5, 6, 7] },
    { most: 1, listed: [5, 6] },
    { most: 100, listed: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
  ])('half of the $most packets around one are before it, and half, rounded up, after it', ({ most, listed }) => {
    expect(around(5, most, TEN)).toEqual(listed)
  })

  test('the packets around one are those of its connection, in both directions and on all links', () => {
    const answer: RecordedPacket = { ...aPacket(1), source: 2, sourcePort: 80, destination: 1, destinationPort: 50_000 }
    const passed = [aPacket(0, 50_001), answer, aPacket(2), aPacket(3, 50_001), aPacket(4, 50_000, 'link/lan/forward')]
    expect(around(2, 10, passed)).toEqual([1, 2, 4])
  })

  test('there are no packets around a number that the link does not have', () => {
    expect(around(10, 4, TEN)).toBeNull()
    expect(around(5, 4, [aPacket(5, 50_000, 'link/wan/backward')])).toBeNull()
  })

  test('the packets around one are found within the packets that are kept, of all connections', () => {
    const passed = [aPacket(0), aPacket(1), aPacket(2, 50_001), aPacket(3, 50_001), aPacket(4)]
    expect(around(4, 10, passed, 5)).toEqual([0, 1, 4])
    expect(around(4, 10, passed, 4)).toEqual([0, 1, 4])
    expect(around(4, 10, passed, 3)).toEqual([1, 4])
    expect(around(9, 10, TEN, 4)).toEqual([5, 6, 7, 8, 9])
  })
})
