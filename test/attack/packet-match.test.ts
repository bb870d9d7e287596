import { describe, expect, test } from 'vitest'
import { isSyn, matchesPacket, nextSequence } from '../../src/attack/agents/packet-match.ts'
import { PACKET_KINDS } from '../../src/attack/parameters/common.ts'
import type { PacketMatch } from '../../src/attack/planned-attackers.ts'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import { AddressBook } from '../../src/network/address-book.ts'
import { ACK, FIN, RST, SYN } from '../../src/network/header-flags.ts'
import { PacketTable } from '../../src/network/packet.ts'

/** A packet from host 0 to host 1, which have the addresses 1 and 2 of the address book. */
function aPacket(flags: number, payloadBytes = 0, sequenceNumber = 100) {
  const addresses = new AddressBook()
  addresses.add(0, 0x0a000001)
  addresses.add(1, 0x0a000002)
  const packets = new PacketTable(new Arena())
  const packet = packets.allocate()
  packets.source[packet] = 1
  packets.destination[packet] = 2
  packets.flags[packet] = flags
  packets.payloadBytes[packet] = payloadBytes
  packets.sequenceNumber[packet] = sequenceNumber
  const matches = (match: Partial<PacketMatch>, sender = 0) =>
    matchesPacket(
      { fromHost: NONE, toHost: NONE, kind: 'any', isStanding: false, ...match },
      packets,
      packet,
      addresses,
      sender,
    )
  return { packets, packet, matches }
}

describe('a packet', () => {
  test.each([
    ['syn', SYN, 0],
    ['syn', SYN, 10],
    ['syn-ack', SYN | ACK, 0],
    ['rst', RST, 0],
    ['rst', RST | ACK | SYN, 0],
    ['data', ACK, 1],
    ['data', ACK | FIN, 1],
    ['fin', ACK | FIN, 0],
    ['ack', ACK, 0],
  ] as const)('a packet matches the kind %s, and no other, with flags %d and %d bytes', (kind, flags, payloadBytes) => {
    const { matches } = aPacket(flags, payloadBytes)
    expect(PACKET_KINDS.filter((each) => matches({ kind: each }))).toEqual(['any', kind])
  })

  test('a match selects packets by source, destination or both', () => {
    const { matches } = aPacket(ACK)
    expect([matches({}), matches({ fromHost: 0 }), matches({ toHost: 1 })]).toEqual([true, true, true])
    expect([matches({ fromHost: 1 }), matches({ toHost: 0 })]).toEqual([false, false])
    expect(matches({ fromHost: 0, toHost: 1 })).toBe(true)
    expect([matches({ fromHost: 0, toHost: 0 }), matches({ fromHost: 1, toHost: 1 })]).toEqual([false, false])
    expect(matches({ kind: 'syn', fromHost: 0, toHost: 1 })).toBe(false)
  })

  test('a match treats a loopback packet as sent by a host to itself', () => {
    const { packets, packet, matches } = aPacket(ACK)
    packets.source[packet] = packets.destination[packet] = 0
    expect([matches({ fromHost: 5, toHost: 5 }, 5), matches({ fromHost: 5 }, 6)]).toEqual([true, false])
  })

  test.each([
    [SYN, true],
    [SYN | FIN, true],
    [SYN | ACK, false],
    [SYN | RST, false],
    [ACK, false],
    [0, false],
  ])('a packet with flags %d opens a connection: %s', (flags, isOpening) => {
    const { packets, packet } = aPacket(flags)
    expect(isSyn(packets, packet)).toBe(isOpening)
  })

  test.each([
    [ACK, 0, 100, 100],
    [ACK, 20, 100, 120],
    [SYN, 0, 100, 101],
    [FIN | ACK, 0, 100, 101],
    [FIN | ACK, 20, 100, 121],
    [SYN | FIN, 20, 100, 122],
    [ACK, 20, 2 ** 32 - 5, 15],
    [FIN | ACK, 0, 2 ** 32 - 1, 0],
  ])(
    'a packet with flags %d and %d bytes at %d is followed by sequence number %d',
    (flags, payloadBytes, sequence, next) => {
      const { packets, packet } = aPacket(flags, payloadBytes, sequence)
      expect(nextSequence(packets, packet)).toBe(next)
    },
  )
})
