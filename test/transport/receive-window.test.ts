import { expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { namesOf } from '../../src/engine/registry.ts'
import { ConnectionTable } from '../../src/transport/connections/connection.ts'
import { TCP_PROFILES } from '../../src/transport/profiles/tcp-profiles.ts'
import {
  beginReceiveWindow,
  initializeReceiveWindow,
  makeRoomForDisorder,
  measureBuffer,
} from '../../src/transport/segments/receive-window.ts'
import { Lab } from '../fixtures/lab.ts'

function receiver(chosenBytes: number | null) {
  const connections = new ConnectionTable(new Arena())
  const connection = connections.allocate()
  connections.profiles = Object.values(TCP_PROFILES)
  connections.profile[connection] = namesOf(TCP_PROFILES).indexOf('linux')
  connections.announcedSegmentBytes[connection] = 1448
  initializeReceiveWindow(connections, connection, chosenBytes)
  beginReceiveWindow(connections, connection, 64_240, 0)
  measureBuffer(connections, connection, 1448)
  return (spanBytes: number) => {
    makeRoomForDisorder(connections, connection, spanBytes)
    return connections.receiveBufferBytes[connection]
  }
}

test('out-of-order data enlarge the receive buffer by their span, and it never shrinks (tcp_data_queue_ofo)', () => {
  const bufferAfter = receiver(null)
  expect(bufferAfter(10_000)).toBe(81_920)
  // Twice what a round trip brought, which is ten segments at first, plus the span.
  expect(bufferAfter(100_000)).toBe(2 * 14_480 + 100_000)
  expect(bufferAfter(10_000)).toBe(2 * 14_480 + 100_000)
  // The maximum of tcp_rmem, of which 5/8 are window.
  expect(bufferAfter(100_000_000)).toBe(20 * 1024 * 1024)
})

test('a receive buffer with a configured size is never enlarged', () => {
  expect(receiver(50_000)(100_000)).toBe(50_000)
})

// __tcp_cleanup_rbuf: the window is computed where twice of what is left is no more than the buffer.
test('reading half of a full receive buffer is acknowledged at once, since it doubles the remaining window', () => {
  const lab = new Lab({
    link: 'delay: 10ms, rate: 100Mbps',
    b: { receiveBufferBytes: 2 * 1448, overrides: { quickAcks: 0 } },
  })
  lab.connect({ sends: 2 * 1448, finishes: 'never' }, { finishes: 'never' })
  lab.run()
  const acks = lab.trace.packets.filter(({ direction, isSyn }) => direction === 'b>a' && !isSyn)
  expect(acks.map(({ acknowledged }) => acknowledged)).toEqual([1 + 1448, 1 + 2 * 1448])
})
