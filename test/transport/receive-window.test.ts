import { expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { ConnectionTable } from '../../src/transport/connections/connection.ts'
import {
  beginReceiveWindow,
  initializeReceiveWindow,
  makeRoomForDisorder,
  measureBuffer,
} from '../../src/transport/receiving/receive-window.ts'
import { profileIndex } from '../../src/transport/timing/round-trip-time.ts'

function receiver(chosenBytes: number | null) {
  const connections = new ConnectionTable(new Arena())
  const connection = connections.allocate()
  connections.profile[connection] = profileIndex('linux')
  connections.maximumSegmentBytes[connection] = 1448
  initializeReceiveWindow(connections, connection, chosenBytes)
  beginReceiveWindow(connections, connection, 64_240, 0)
  measureBuffer(connections, connection, 1448)
  return (spanBytes: number) => {
    makeRoomForDisorder(connections, connection, spanBytes)
    return connections.receiveBufferBytes[connection]
  }
}

test('what comes out of order makes the receive buffer grow by its span, and it never shrinks (tcp_data_queue_ofo)', () => {
  const bufferAfter = receiver(null)
  expect(bufferAfter(10_000)).toBe(81_920)
  // Twice what a round trip brought, ten segments at first, and the span.
  expect(bufferAfter(100_000)).toBe(2 * 14_480 + 100_000)
  expect(bufferAfter(10_000)).toBe(2 * 14_480 + 100_000)
  // As far as tcp_rmem allows, of which 5/8 are window.
  expect(bufferAfter(100_000_000)).toBe(20 * 1024 * 1024)
})

test('a buffer of a chosen size stays', () => {
  expect(receiver(50_000)(100_000)).toBe(50_000)
})
