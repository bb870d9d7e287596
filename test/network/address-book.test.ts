import { describe, expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import { AddressBook, formatAddress, parseAddress } from '../../src/network/address-book.ts'

const [LOOPBACK, FIRST, SECOND, VIRTUAL] = [0x7f000001, 0x0a000001, 0x0a000002, 0x0a600001]

describe('an address book', () => {
  function aBook() {
    const book = new AddressBook()
    book.add(7, FIRST)
    book.add(7, SECOND)
    book.addVirtual(VIRTUAL)
    return book
  }

  test('an address book has 127.0.0.1 at index 0, which belongs to each sender', () => {
    const book = new AddressBook()
    expect([book.size, book.valueOf(0), book.indexOf(LOOPBACK)]).toEqual([1, LOOPBACK, 0])
    expect([book.hostOf(0, 3), book.hostOf(0, 4)]).toEqual([3, 4])
  })

  test('an address book numbers addresses in the order of adding, with their hosts; a virtual IP has no host', () => {
    const book = aBook()
    expect(book.size).toBe(4)
    expect([1, 2, 3].map((index) => book.valueOf(index))).toEqual([FIRST, SECOND, VIRTUAL])
    expect([FIRST, SECOND, VIRTUAL].map((address) => book.indexOf(address))).toEqual([1, 2, 3])
    expect([1, 2, 3].map((index) => book.hostOf(index, 5))).toEqual([7, 7, NONE])
    expect(book.indexOf(VIRTUAL + 1)).toBe(NONE)
  })

  test('the first address of a host is its main one in an address book', () => {
    expect(aBook().mainAddressOf(7)).toBe(1)
  })

  test('an address book accepts no address twice', () => {
    for (const address of [LOOPBACK, FIRST, VIRTUAL]) {
      expect(() => aBook().add(8, address)).toThrow('an address belongs to one host only')
      expect(() => aBook().addVirtual(address)).toThrow('a virtual address belongs to no host')
    }
  })
})

test.each([
  ['0.0.0.0', 0],
  ['10.0.0.1', FIRST],
  ['127.0.0.1', LOOPBACK],
  ['255.255.255.255', 0xffffffff],
  ['1.2.3.4', 0x01020304],
])('%s is an address', (text, address) => {
  expect(parseAddress(text)).toBe(address)
  expect(formatAddress(address)).toBe(text)
})

test.each([
  '',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.256',
  '256.2.3.4',
  '01.2.3.4',
  '1.2.3.',
  'a.2.3.4',
  '1.2.3.-4',
  '1.2.3.4 ',
  '1..3.4',
  '1.2.3.1000',
])('"%s" is no address', (text) => {
  expect(parseAddress(text)).toBeNaN()
})
