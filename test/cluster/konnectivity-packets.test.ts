import { expect, test } from 'vitest'
import {
  closeBytes,
  dataBytes,
  dialCloseBytes,
  dialErrorBytes,
  dialRequestBytes,
  dialResponseBytes,
} from '../../src/cluster/konnectivity/packets.ts'

const GRPC_PREFIX = 5

/**
 * Sizes measured with the real protobuf code, for a connection whose number takes two bytes
 * (docs/facts/konnectivity.md).
 */
test('Konnectivity packets have the measured sizes', () => {
  expect(dialRequestBytes('10.128.0.2:10250') - GRPC_PREFIX).toBe(35)
  expect(dialResponseBytes(200) - GRPC_PREFIX).toBe(17)
  expect(closeBytes(200) - GRPC_PREFIX).toBe(7)
  expect(dataBytes(200, 1) - GRPC_PREFIX - 1).toBe(9)
  expect(dataBytes(200, 4096) - GRPC_PREFIX - 4096).toBe(11)
})

test('the numbers of the first 127 connections of an agent take one byte in a packet', () => {
  expect(dataBytes(127, 10)).toBe(dataBytes(128, 10) - 1)
  expect(dialResponseBytes(127)).toBe(dialResponseBytes(128) - 1)
})

test('a DIAL_RSP for a failed dial contains the error text of Go, and a DIAL_CLOSE the number of the dial', () => {
  const words = 'dial tcp 10.0.0.2:443: connect: connection refused'
  expect(dialErrorBytes(words)).toBe(GRPC_PREFIX + 2 + 2 + (2 + words.length) + 10)
  expect(dialCloseBytes()).toBe(GRPC_PREFIX + 2 + 2 + 10)
})
