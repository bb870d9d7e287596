import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import { type HeaderField, HeaderFields } from '../../src/http/hpack/header-fields.ts'
import { HpackTables } from '../../src/http/hpack/hpack-tables.ts'
import { integerBytes } from '../../src/http/hpack/integer.ts'
import { STATIC_TABLE } from '../../src/http/hpack/static-table.ts'
import { codeBits, PlainDecoder, PlainEncoder } from './hpack-reference.ts'

/** Returns an encoder with its table. */
function encoder(maxTableBytes?: number) {
  const fields = new HeaderFields()
  const tables = new HpackTables(new Arena(), fields, maxTableBytes)
  const row = tables.allocate()
  return {
    encode: (...block: readonly HeaderField[]) => tables.encode(row, fields.internAll(block)),
    tableBytes: () => tables.sizeBytes(row),
    peerNamesTableSize: () => tables.onPeerTableSize(row),
    entries: () => {
      let count = 0
      while (tables.entryAt(row, count) !== NONE) count++
      return count
    },
  }
}

const field = (line: string): HeaderField => {
  const colon = line.indexOf(':', 1)
  return { name: line.slice(0, colon), value: line.slice(colon + 2) }
}

const hexBytes = (hex: string) => hex.replaceAll(' ', '').length / 2

describe('the Huffman code of HPACK', () => {
  test('the Huffman code of HPACK is complete: its codes, with the 30-bit end-of-string code, cover every bit string', () => {
    const filled = Array.from({ length: 256 }, (_, byte) => 2 ** -codeBits(byte)).reduce((sum, part) => sum + part)
    expect(filled + 2 ** -30).toBe(1)
  })
})

describe('the size of an HPACK integer', () => {
  test.each([
    ['is 1 byte for 10 in a prefix of 5 bits (RFC 7541 appendix C.1.1)', 10, 5, 1],
    ['is 3 bytes for 1337 in a prefix of 5 bits (appendix C.1.2)', 1337, 5, 3],
    ['is 1 byte for 42 in 8 bits (appendix C.1.3)', 42, 8, 1],
    ['is 1 byte for the largest value of a prefix of 7 bits', 126, 7, 1],
    ['is 2 bytes for the first value beyond a prefix of 7 bits', 127, 7, 2],
    ['is 2 bytes for the largest value with one byte more', 254, 7, 2],
    ['is 3 bytes for the first value with two bytes more', 255, 7, 3],
  ])('the size of an HPACK integer: %s', (_, value, prefixBits, bytes) => {
    expect(integerBytes(value, prefixBits)).toBe(bytes)
  })
})

describe('an HPACK header block', () => {
  test('an HPACK header block has the size of the requests in RFC 7541 appendix C.4 and leaves the same table', () => {
    const { encode, tableBytes } = encoder()
    const common = [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'].map(field)
    expect(encode(...common)).toBe(hexBytes('8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff'))
    expect(tableBytes()).toBe(57)
    expect(encode(...common, field('cache-control: no-cache'))).toBe(hexBytes('8286 84be 5886 a8eb 1064 9cbf'))
    expect(tableBytes()).toBe(110)
    const last = [':method: GET', ':scheme: https', ':path: /index.html', ':authority: www.example.com']
    expect(encode(...last.map(field), field('custom-key: custom-value'))).toBe(
      hexBytes('8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf'),
    )
    expect(tableBytes()).toBe(164)
  })

  test('an HPACK header block has the size of the responses in RFC 7541 appendix C.6, with evictions from a table of 256 bytes', () => {
    const { encode, tableBytes } = encoder(256)
    const first = [
      ':status: 302',
      'cache-control: private',
      'date: Mon, 21 Oct 2013 20:13:21 GMT',
      'location: https://www.example.com',
    ]
    expect(encode(...first.map(field))).toBe(
      hexBytes(
        '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
      ),
    )
    expect(tableBytes()).toBe(222)
    expect(encode(...[':status: 307', ...first.slice(1)].map(field))).toBe(hexBytes('4883 640e ffc1 c0bf'))
    expect(tableBytes()).toBe(222)
    const third = [
      ':status: 200',
      'cache-control: private',
      'date: Mon, 21 Oct 2013 20:13:22 GMT',
      'location: https://www.example.com',
      'content-encoding: gzip',
      'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
    ]
    expect(encode(...third.map(field))).toBe(
      hexBytes(
        '88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07',
      ),
    )
    expect(tableBytes()).toBe(215)
  })

  test('an HPACK header block encodes a field that changes each time as a literal, and adds it to the table each time', () => {
    const { encode, entries } = encoder()
    const date = { ...field('date: Tue, 24 Nov 2026 14:37:25 GMT'), changesEachTime: true }
    expect([encode(date), encode(date), encode(date)]).toEqual([24, 24, 24])
    expect(entries()).toBe(3)
  })

  test('a sensitive field of an HPACK header block is never added to the table', () => {
    const { encode, entries } = encoder()
    const token = { ...field('authorization: Bearer 0000'), sensitive: true }
    // Index 23 does not fit the four bits that a field without indexing has for it.
    expect([encode(token), encode(token)]).toEqual([2 + 9, 2 + 9])
    expect(entries()).toBe(0)
  })

  test('an HPACK header block leaves the table unchanged for a field that is larger than the table', () => {
    const { encode, entries } = encoder(100)
    encode(field('a: b'))
    const large = field(`a: ${'0'.repeat(80)}`)
    expect(encode(large)).toBe(encode(large))
    expect(entries()).toBe(1)
  })

  test('an HPACK header block begins with the table size once after the peer has sent it', () => {
    const { encode, peerNamesTableSize } = encoder()
    peerNamesTableSize()
    expect([encode(field(':method: GET')), encode(field(':method: GET'))]).toEqual([4, 1])
  })

  test('an HPACK header block uses a full match in the dynamic table before a static name, and a static name before a dynamic one', () => {
    const { encode } = encoder()
    expect(encode(field('accept: a'))).toBe(3)
    expect(encode(field('accept: a'))).toBe(1)
    for (let i = 0; i < 70; i++) encode({ name: `x${i}`, value: '' })
    // Index 132 takes two bytes, the static name at 19 one.
    expect(encode(field('accept: a'))).toBe(2)
    expect(encode(field('accept: b'))).toBe(3)
  })
})

/** Returns values of one size in plain text and in Huffman code, since 0, 1 and 2 have codes of the same length. */
const inTernary = (value: number) => value.toString(3).padStart(12, '0')

const blocks = fc.array(
  fc.array(
    fc.record({
      name: fc.oneof(
        fc.constantFrom(...STATIC_TABLE.map((entry) => entry[0])),
        fc.nat(20).map((n) => `x-${'n'.repeat(n)}`),
      ),
      value: fc.oneof(
        fc.constantFrom('', 'GET', '200', 'gzip, deflate', '/'),
        fc.nat(5).map((n) => 'v'.repeat(n * n * 7)),
        fc.string({ maxLength: 6 }),
      ),
      sensitive: fc.boolean(),
      changesEachTime: fc.constantFrom(false, false, true),
    }),
    { maxLength: 12 },
  ),
  { maxLength: 12 },
)

describe('HPACK sizes and tables', () => {
  test('HPACK sizes equal those of a byte encoder whose blocks a decoder can read', () => {
    fc.assert(
      fc.property(blocks, fc.constantFrom(64, 256, 4096), (lists, maxBytes) => {
        const { encode, tableBytes, entries } = encoder(maxBytes)
        const writer = new PlainEncoder(maxBytes)
        const reader = new PlainDecoder(maxBytes)
        let sendings = 0
        for (const list of lists) {
          const spelled = list.map(({ name, value, sensitive, changesEachTime }) => ({
            name,
            value: changesEachTime ? inTernary(++sendings) : value,
            sensitive,
          }))
          const bytes = writer.encode(spelled)
          expect(reader.decode(bytes)).toEqual(spelled)
          const known = list.map((one) => (one.changesEachTime ? { ...one, value: inTernary(0) } : one))
          expect(encode(...known)).toBe(bytes.length)
          expect([tableBytes(), entries()]).toEqual([writer.table.sizeBytes, writer.table.entries.length])
        }
      }),
    )
  })

  test('HPACK tables of one connection do not depend on other connections', () => {
    const fields = new HeaderFields()
    const tables = new HpackTables(new Arena(), fields)
    const [id] = fields.internAll([field('x-name: value')])
    const rows = Array.from({ length: 100 }, () => tables.allocate())
    const first = rows.map((row) => tables.encode(row, [id]))
    expect(new Set(first)).toEqual(new Set([12]))
    expect(new Set(rows.map((row) => tables.encode(row, [id])))).toEqual(new Set([1]))
    tables.release(rows[7])
    expect(tables.encode(tables.allocate(), [id])).toBe(12)
  })

  test('HPACK sizes and tables of repeated heads equal those of the same fields without a cached head', () => {
    const names = ['accept', 'x-one', 'x-two', 'x-long'.padEnd(60, '-'), ':status']
    const fieldOf = fc.record({ name: fc.constantFrom(...names), value: fc.constantFrom('200', 'a', 'b'.repeat(90)) })
    const oneOf = fc.record({ field: fieldOf, sensitive: fc.boolean(), changesEachTime: fc.boolean() })
    const steps = fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 1, maxLength: 40 })
    const lists = fc.array(fc.array(oneOf, { maxLength: 6 }), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(lists, steps, (heads, order) => {
        const fields = new HeaderFields()
        const tables = new HpackTables(new Arena(), fields, 256)
        const ids = heads.map((head) => fields.internAll(head.map(({ field: one, ...how }) => ({ ...one, ...how }))))
        const [row, plain] = [tables.allocate(), tables.allocate()]
        for (const head of order) {
          if (head < 0) for (const each of [row, plain]) tables.onPeerTableSize(each)
          else {
            const list = ids[head]
            expect(tables.encodeHead(row, head, list, 0, list.length)).toBe(tables.encode(plain, list))
          }
          expect(tables.sizeBytes(row)).toBe(tables.sizeBytes(plain))
          for (let age = 0; age < 8; age++) expect(tables.entryAt(row, age)).toBe(tables.entryAt(plain, age))
        }
      }),
    )
  })
})
