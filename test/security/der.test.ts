import { expect, test } from 'vitest'
import {
  bitStringBytes,
  constructedBytes,
  integerBytes,
  oidBytes,
  stringBytes,
  taggedBytes,
} from '../../src/security/der.ts'

test('a DER length takes one octet below 128, and one more octet for each octet of the length above', () => {
  expect([0, 127, 128, 255, 256, 65_535, 65_536].map(taggedBytes)).toEqual([2, 129, 131, 258, 260, 65_539, 65_541])
})

test('a DER integer with its top bit set has a leading zero octet', () => {
  expect([1, 7, 8, 63, 64, 255, 256, 2048].map(integerBytes)).toEqual([3, 3, 4, 10, 11, 34, 35, 261])
})

test('the first two arcs of an object identifier share a number, and each octet has seven bits of a number', () => {
  expect(oidBytes('2.5.29.15')).toBe(5)
  expect(oidBytes('1.2.840.113549.1.1.11')).toBe(11)
  expect(oidBytes('1.2.840.10045.3.1.7')).toBe(10)
  expect(oidBytes('1.3.101.112')).toBe(5)
  // The example of X.690 section 8.19.5, and the first arc whose sum with the second needs two octets.
  expect(oidBytes('2.999.3')).toBe(5)
  expect([oidBytes('2.47.3'), oidBytes('2.48.3'), oidBytes('2.100.3')]).toEqual([4, 5, 5])
})

test('a DER string has one octet for each byte, and a bit string one more', () => {
  expect(stringBytes('kubernetes')).toBe(12)
  expect(stringBytes('ü')).toBe(4)
  expect(bitStringBytes(65)).toBe(68)
  expect(constructedBytes()).toBe(2)
})
