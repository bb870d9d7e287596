import { expect, test } from 'vitest'
import { SPDY, SPDY_IN_WEBSOCKET } from '../../src/cluster/messages/streaming-protocols.ts'
import { resultOf, workloadOf } from '../fixtures/simulations.ts'

test('SPDY in a WebSocket: a message for each part that the client writes, and one for a frame of the server', () => {
  // Each message of a client has 2 bytes of header and 4 of mask, and 8 with the mask from 126 bytes on.
  expect(SPDY_IN_WEBSOCKET.fromClientBytes(1)).toBe(6 + 4 + (6 + 4) + (6 + 1))
  expect(SPDY_IN_WEBSOCKET.fromClientBytes(126)).toBe(6 + 4 + (6 + 4) + (8 + 126))
  expect(SPDY_IN_WEBSOCKET.openingBytes).toBe(8 * 6 + SPDY.openingBytes)
  expect(SPDY_IN_WEBSOCKET.pingBytes).toBe(4 * 6 + SPDY.pingBytes)
  // Those of the server have no mask.
  expect(SPDY_IN_WEBSOCKET.fromServerBytes(117)).toBe(2 + 8 + 117)
  expect(SPDY_IN_WEBSOCKET.fromServerBytes(118)).toBe(4 + 8 + 118)
  expect(SPDY_IN_WEBSOCKET.openedBytes).toBe(2 + SPDY.openedBytes)
  expect(SPDY_IN_WEBSOCKET.pongBytes).toBe(2 + SPDY.pongBytes)
})

test('a forwarded port opens its two streams one after the other in all versions, a command only until 1.29', () => {
  const roundTrips = (version: string, kind: string) => {
    const { latencyMs } = workloadOf(
      resultOf(`
version: 1
kubernetes: "${version}"
cluster:
  nodes: 1
  pods: { web: { listens: 8080 } }
  users: { alice: { rules: [{ verbs: ["*"], resources: ["*"] }] } }
  links: { users-to-control: { delay: 500ms } }
paths: { kubectl: { kind: user-apiserver, from: alice } }
workloads: { work: { path: kubectl, kind: ${kind}, connection: per-request, response: 100B, requests: 1 } }
`),
      'work',
    )
    return Math.floor((latencyMs.min ?? 0) / 1000)
  }
  // TCP, TLS (1.2 takes two, until 1.16), the upgrade, and each stream; the output comes with the last.
  for (const kind of ['exec', 'port-forward'])
    expect([kind, roundTrips('1.20', kind)]).toEqual([kind, kind === 'exec' ? 6 : 5])
  for (const [version, expected] of [
    ['1.29', [6, 5]],
    ['1.30', [3, 5]],
    ['1.31', [3, 5]],
    ['1.36', [3, 5]],
  ] as const)
    expect([version, roundTrips(version, 'exec'), roundTrips(version, 'port-forward')]).toEqual([version, ...expected])
})
