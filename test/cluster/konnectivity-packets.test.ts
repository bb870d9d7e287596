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

/** Measured with the real protobuf code, for a connection whose number takes two bytes (docs/facts/konnectivity.md). */
test('packets are as long as those that were measured', () => {
  expect(dialRequestBytes('10.128.0.2:10250') - GRPC_PREFIX).toBe(35)
  expect(dialResponseBytes(200) - GRPC_PREFIX).toBe(17)
  expect(closeBytes(200) - GRPC_PREFIX).toBe(7)
  expect(dataBytes(200, 1) - GRPC_PREFIX - 1).toBe(9)
  expect(dataBytes(200, 4096) - GRPC_PREFIX - 4096).toBe(11)
})

test('the first 127 connections of an agent have numbers of one byte', () => {
  expect(dataBytes(127, 10)).toBe(dataBytes(128, 10) - 1)
  expect(dialResponseBytes(127)).toBe(dialResponseBytes(128) - 1)
})

test('a dial that fails is told in Go’s words, and one that is given up by its number', () => {
  const words = 'dial tcp 10.0.0.2:443: connect: connection refused'
  expect(dialErrorBytes(words)).toBe(GRPC_PREFIX + 2 + 2 + (2 + words.length) + 10)
  expect(dialCloseBytes()).toBe(GRPC_PREFIX + 2 + 2 + 10)
})
