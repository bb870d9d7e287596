import { expect, test } from 'vitest'
import { beginning, scenarioOf } from '../fixtures/simulations.ts'

/**
 * Returns how many bytes of a response of 3 MB a server has written to its socket 35 ms after a client dialled it from
 * 20 ms away.
 */
function handedOver(cpu: 'go' | 'nodejs'): number {
  const simulation = beginning(
    scenarioOf(`version: 1
hosts: { client: {}, server: { cpu: ${cpu} } }
links: { wan: { between: [client, server], delay: 10ms } }
paths: { p: { from: client, to: server } }
workloads: { w: { path: p, requests: 1, response: 3MB } }
`),
  )
  simulation.runUntil(35_000_000, 10_000)
  const { tcp, streams } = simulation.parts
  const { connections } = tcp
  return Math.max(...Array.from(connections.everyRow(), (row) => streams.table.writtenBytes[connections.stream[row]]))
}

const HEAD_BYTES = 121

// sendmsg of the server of the test bed is given 168 + 1,048,576 bytes, its head having more fields.
test('Node.js writes a body in pieces of 1 MiB and waits until the socket has taken each', () => {
  expect(handedOver('nodejs')).toBe(HEAD_BYTES + 1_048_576)
})

// traces/go: the first segments of a response end at 1448, 2896 and 4096.
test('Go writes 4 KiB with the head, then 32 KiB at a time while the socket buffer has space', () => {
  expect(handedOver('go')).toBe(4096 + 2 * 32_768)
})
