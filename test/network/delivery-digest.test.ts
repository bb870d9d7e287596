import { expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { foldHigh, foldLow } from '../../src/engine/digest.ts'
import { digestDelivery } from '../../src/network/delivery-digest.ts'
import { PacketTable } from '../../src/network/packet.ts'
import { NetworkLab } from '../fixtures/network-lab.ts'

const TWO_POW_32 = 2 ** 32

const PACKET = {
  source: 1,
  destination: 2,
  sourcePort: 30_000,
  destinationPort: 443,
  sequenceNumber: 100,
  acknowledgementNumber: 200,
  flags: 16,
  payloadBytes: 500,
  contentNameHigh: 11,
  contentNameLow: 12,
  contentOffset: 7_000,
}

type Field = keyof typeof PACKET
type Delivered = Partial<Record<Field, number>> & { readonly tick?: number }

/** Returns the digest of a direction on which these packets were delivered, at these ticks. */
function digestOf(...delivered: readonly Delivered[]): string {
  const lab = new NetworkLab({
    hosts: ['a', 'b', 'c'],
    links: [{ name: 'ab', between: ['a', 'b'], line: 'delay: 1ms' }],
  })
  const packets = new PacketTable(new Arena())
  const { directions, addresses, timeline } = lab.network
  const row = lab.rowOf('a>b')
  for (const { tick = 1_000, ...fields } of delivered) {
    const packet = packets.allocate()
    for (const [name, value] of Object.entries({ ...PACKET, ...fields })) packets[name as Field][packet] = value
    timeline.now = tick
    digestDelivery(directions, packets, addresses, row, packet, timeline)
  }
  return `${directions.digestHigh[row]} ${directions.digestLow[row]}`
}

const lanesOf = (digest: string) => digest.split(' ')

test.each<[string, Delivered]>([
  ['tick', { tick: 1_001 }],
  ['tick, by the whole 53 bits', { tick: 1_000 + TWO_POW_32 }],
  ['source', { source: 3 }],
  ['destination', { destination: 3 }],
  ['source port', { sourcePort: 30_001 }],
  ['destination port', { destinationPort: 444 }],
  ['sequence number', { sequenceNumber: 101 }],
  ['acknowledgement number', { acknowledgementNumber: 201 }],
  ['flags', { flags: 24 }],
  ['length', { payloadBytes: 501 }],
  ['offset in its content', { contentOffset: 7_001 }],
  ['offset in its content, by the whole 53 bits', { contentOffset: 7_000 + TWO_POW_32 }],
])('the delivery digest of a direction depends on the %s of a packet, in both lanes', (_, change) => {
  const [high, low] = lanesOf(digestOf({}))
  const [otherHigh, otherLow] = lanesOf(digestOf(change))
  expect(otherHigh).not.toBe(high)
  expect(otherLow).not.toBe(low)
})

test('each lane of the delivery digest depends on its own half of the content’s name', () => {
  const [high, low] = lanesOf(digestOf({}))
  expect(lanesOf(digestOf({ contentNameHigh: 99 }))).toEqual([expect.not.stringMatching(`^${high}$`), low])
  expect(lanesOf(digestOf({ contentNameLow: 99 }))).toEqual([high, expect.not.stringMatching(`^${low}$`)])
})

test('the delivery digest folds eight header words and, with data, its content and both halves of its offset', () => {
  const { addresses } = new NetworkLab({
    hosts: ['a', 'b', 'c'],
    links: [{ name: 'ab', between: ['a', 'b'], line: 'delay: 1ms' }],
  }).network
  const tick = 3 * TWO_POW_32 + 5
  const { sourcePort, destinationPort, sequenceNumber, acknowledgementNumber, flags, payloadBytes } = PACKET
  const ends = [addresses.valueOf(PACKET.source), addresses.valueOf(PACKET.destination)]
  const numbers = [sequenceNumber, acknowledgementNumber, (flags << 24) ^ payloadBytes]
  const header = [5, 3, ...ends, (sourcePort << 16) | destinationPort, ...numbers]
  const offset = [7_000, 2]
  const foldAll = (fold: typeof foldHigh, words: readonly number[]) => words.reduce((lane, word) => fold(lane, word), 0)
  expect(digestOf({ tick, contentOffset: 2 * TWO_POW_32 + 7_000 })).toBe(
    `${foldAll(foldHigh, [...header, 11, ...offset])} ${foldAll(foldLow, [...header, 12, ...offset])}`,
  )
})

test('the delivery digest does not depend on the content of a packet without data', () => {
  const empty = { payloadBytes: 0 }
  expect(digestOf({ ...empty, contentOffset: 9, contentNameHigh: 8, contentNameLow: 7 })).toBe(digestOf(empty))
})

test('the delivery digest depends on the order of packets', () => {
  expect(digestOf({ sequenceNumber: 1 }, { sequenceNumber: 2 })).not.toBe(
    digestOf({ sequenceNumber: 2 }, { sequenceNumber: 1 }),
  )
})
