import { expect, test } from 'vitest'
import {
  bitStringBytes,
  constructedBytes,
  integerBytes,
  oidBytes,
  stringBytes,
  taggedBytes,
} from '../../src/security/der.ts'

test('a length takes one octet below 128, then one more for each octet of it', () => {
  expect([0, 127, 128, 255, 256, 65_535, 65_536].map(taggedBytes)).toEqual([2, 129, 131, 258, 260, 65_539, 65_541])
})

test('an integer whose top bit is set gets a zero octet before it', () => {
  expect([1, 7, 8, 63, 64, 255, 256, 2048].map(integerBytes)).toEqual([3, 3, 4, 10, 11, 34, 35, 261])
})

test('object identifiers: two arcs share a number, numbers take seven bits an octet', () => {
  expect(oidBytes('2.5.29.15')).toBe(5)
  expect(oidBytes('1.2.840.113549.1.1.11')).toBe(11)
  expect(oidBytes('1.2.840.10045.3.1.7')).toBe(10)
  expect(oidBytes('1.3.101.112')).toBe(5)
})

test('strings count octets, bit strings one more', () => {
  expect(stringBytes('kubernetes')).toBe(12)
  expect(stringBytes('ü')).toBe(4)
  expect(bitStringBytes(65)).toBe(68)
  expect(constructedBytes()).toBe(2)
})
