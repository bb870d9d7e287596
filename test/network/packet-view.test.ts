import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { RadixQueue } from '../../src/engine/radix-queue.ts'
import { Timeline } from '../../src/engine/timeline.ts'
import { AddressBook } from '../../src/network/address-book.ts'
import { ACK, FIN, RST, SYN } from '../../src/network/header-flags.ts'
import { LinkDirectionTable } from '../../src/network/link-direction.ts'
import { PacketTable, SACK_BLOCK_LIMIT } from '../../src/network/packet.ts'
import { bothPacketObservers, type PacketObserver } from '../../src/network/packet-observer.ts'
import { PacketView, showPacket } from '../../src/network/packet-view.ts'
import { RememberedNumbers } from '../../src/network/remembered.ts'

/** Fields of the view and columns of the table that have the same name and value. */
const NUMBERS = [
  'serial',
  'sourcePort',
  'destinationPort',
  'sequenceNumber',
  'acknowledgementNumber',
  'flags',
  'window',
  'headerBytes',
  'payloadBytes',
  'transmission',
] as const

function aView() {
  const arena = new Arena()
  const addresses = new AddressBook()
  addresses.add(0, 0x0a000001)
  addresses.add(1, 0xc0a8ff02)
  const packets = new PacketTable(arena)
  const directions = new LinkDirectionTable(arena)
  const timeline = new Timeline(new RadixQueue(arena))
  const names = { directions: ['link/wan/forward', 'link/wan/backward'], places: ['client', 'server'] }
  const rows = [packets.allocate(), packets.allocate()]
  for (const [i, row] of rows.entries()) {
    packets.source[row] = 1 + i
    packets.destination[row] = 2 - i
    for (const [n, name] of NUMBERS.entries()) packets[name][row] = 100 * (i + 1) + n
  }
  for (const direction of [0, 1]) {
    const row = directions.rowOf(direction)
    directions.fromHost[row] = direction
    directions.toHost[row] = 1 - direction
  }
  return { packets, timeline, rows, view: new PacketView({ packets, directions, addresses, timeline, names }) }
}

describe('a view', () => {
  test('a packet view shows the packet and the link direction of the current call', () => {
    const { packets, rows, view, timeline } = aView()
    timeline.now = 77
    showPacket(view, rows[0], 1)
    expect(view).toMatchObject({
      tickNs: 77,
      link: 'link/wan/backward',
      from: 'server',
      to: 'client',
      direction: 1,
      row: rows[0],
      sourceAddress: '10.0.0.1',
      destinationAddress: '192.168.255.2',
    })
    expect(NUMBERS.map((name) => view[name])).toEqual(NUMBERS.map((_, n) => 100 + n))
    expect([view.wireBytes, view.identity]).toEqual([packets.wireBytes(rows[0]), packets.identityOf(rows[0])])
    showPacket(view, rows[1], 0)
    expect([view.link, view.from, view.to, view.sourceAddress]).toEqual([
      'link/wan/forward',
      'client',
      'server',
      '192.168.255.2',
    ])
    expect(NUMBERS.map((name) => view[name])).toEqual(NUMBERS.map((_, n) => 200 + n))
  })

  test.each([0, SYN, ACK, FIN, RST, SYN | ACK, FIN | ACK, RST | ACK, SYN | FIN | RST | ACK])(
    'a packet view shows each flag of %d separately',
    (flags) => {
      const { packets, rows, view } = aView()
      packets.flags[rows[0]] = flags
      showPacket(view, rows[0], 0)
      const bits = [SYN, ACK, FIN, RST]
      expect([view.isSyn, view.isAck, view.isFin, view.isRst]).toEqual(bits.map((bit) => (flags & bit) !== 0))
    },
  )

  test('a packet view can only be read', () => {
    const { view } = aView()
    expect(() => Object.assign(view, { row: 3 })).toThrow(TypeError)
  })
})

test('two packet observers are both called, in their order', () => {
  const calls: string[] = []
  const named = (name: string): PacketObserver => ({ observe: (stage) => calls.push(`${name} ${stage}`) })
  const { view } = aView()
  bothPacketObservers(named('a'), named('b')).observe('sent', view)
  bothPacketObservers(null, named('c')).observe('lost', view)
  expect(calls).toEqual(['a sent', 'b sent', 'c lost'])
})

test('remembered numbers of a packet agent are read and written by name, and nothing else is accepted', () => {
  const remembered = new RememberedNumbers(new Arena())
  const [mine, others] = [remembered.add({ seen: 1, lost: 2 }), remembered.add({ seen: 3 })]
  mine.seen += 5
  others.seen = 0.5
  expect([{ ...mine }, { ...others }]).toEqual([{ seen: 6, lost: 2 }, { seen: 0.5 }])
  expect(Object.keys(mine)).toEqual(['seen', 'lost'])
  expect(() => Object.assign(mine, { seen: '7' })).toThrow('seen must be set to a number, not to string')
  expect(() => Object.assign(mine, { sent: 7 })).toThrow(TypeError)
})

test('a packet view has SACK blocks of its own, and an identity by sender, place and transmission', () => {
  const packets = new PacketTable(new Arena())
  const [one, other] = [packets.allocate(), packets.allocate()]
  for (const packet of [one, other]) {
    packets.senderNameHigh[packet] = 1
    packets.senderNameLow[packet] = 2
    packets.streamOffset[packet] = 3
    packets.transmission[packet] = 4
  }
  packets.setSackBlock(one, 0, 10, 20)
  packets.setSackBlock(one, 1, 30, 40)
  packets.setSackBlock(other, 0, 50, 60)
  const edges = (packet: typeof one, block: number) => [
    packets.sackLeft(packet, block),
    packets.sackRight(packet, block),
  ]
  expect([edges(one, 0), edges(one, 1), edges(other, 0)]).toEqual([
    [10, 20],
    [30, 40],
    [50, 60],
  ])
  expect(packets.identityOf(other)).toBe(packets.identityOf(one))
  for (const column of [packets.senderNameHigh, packets.senderNameLow, packets.streamOffset, packets.transmission]) {
    const before = column[other]
    column[other] = before + 1
    expect(packets.identityOf(other)).not.toBe(packets.identityOf(one))
    column[other] = before
  }
  expect(Number.isInteger(packets.identityOf(one)) && packets.identityOf(one) >= 0).toBe(true)
})

test('each packet view has the edges of three SACK blocks of its own', () => {
  const packets = new PacketTable(new Arena())
  const all = [packets.allocate(), packets.allocate(), packets.allocate()]
  const edge = (nth: number, block: number) => 100 * nth + 10 * block
  for (const [nth, packet] of all.entries())
    for (let block = 0; block < SACK_BLOCK_LIMIT; block++)
      packets.setSackBlock(packet, block, edge(nth, block), edge(nth, block) + 1)
  for (const [nth, packet] of all.entries())
    for (let block = 0; block < SACK_BLOCK_LIMIT; block++)
      expect([packets.sackLeft(packet, block), packets.sackRight(packet, block)]).toEqual([
        edge(nth, block),
        edge(nth, block) + 1,
      ])
})
