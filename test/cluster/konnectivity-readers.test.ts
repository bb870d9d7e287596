import { expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import { HTTP_1 } from '../../src/http/http-connection.ts'
import type { HttpConnection } from '../../src/http/rows.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { beginning, finish, scenarioOf, workloadOf } from '../fixtures/simulations.ts'

const S = 1_000_000_000

/** A scenario with two paths through one agent. `loads` begins late, so that other requests can be sent before. */
function twoPaths(response: string) {
  return scenarioOf(`version: 1
hosts: { master: { cpu: instant }, node: { cpu: instant } }
links: { wire: { between: [master, node], delay: 1ms, rate: 1Gbps } }
paths:
  large: { from: master, to: node, tunnel: konnectivity }
  small: { from: master, to: node, port: 81, tunnel: konnectivity }
workloads:
  loads: { path: large, requests: 1, response: ${response}, start: 40s }
  asks: { path: small, rate: 10/s, for: 20s, start: 100ms }
`)
}

interface Reader {
  reason: string | null
  readBytes: number
}

/** Sends the request of `loads`, reads the first data of the response, and then nothing more. */
function readALittle(simulation: Simulation): Reader {
  const { plan, parts } = simulation
  const { streams, http, paths, accounts, activities } = parts
  const reader: Reader = { reason: null, readBytes: 0 }
  const large = plan.paths.findIndex(({ name }) => name === 'large')
  const request = plan.workloads.find(({ path }) => path === large)!.request
  let connection: HttpConnection = NONE
  const userKind = streams.registerUser({
    onOpen: () => {},
    onData: (stream, _content, _offset, lengthBytes) => {
      reader.readBytes += lengthBytes
      streams.setPaused(streams.table.rowAt(stream), true)
    },
    onEnd: () => {},
    onFailure: () => {},
    onDrained: () => {},
  })
  const ownerKind = http.registerOwner({
    onReady: () => {
      const exchange = http.request(connection, request, 0)
      const stream = http.exchanges.stream[exchange]
      streams.attach(stream, userKind, stream)
    },
    onFree: () => {},
    onLost: (_owner, reason) => {
      reader.reason = reason
    },
  })
  const [account, activity] = [accounts.allocate(), activities.begin()]
  const lower = paths.connect(large, HTTP_1, { nameHigh: 7, nameLow: 7, account, activity })
  const options = { version: HTTP_1, ownerKind, owner: 0, parameters: 0, hasHealthCheck: false } as const
  connection = http.connect(lower, options)
  return reader
}

function othersBeside(response: string): { readonly reader: Reader; readonly maxMs: number; readonly failed: number } {
  const scenario = twoPaths(response)
  const simulation = beginning(scenario)
  simulation.runUntil(S / 2, Number.POSITIVE_INFINITY)
  const reader = readALittle(simulation)
  const asks = workloadOf(finish(simulation, scenario), 'asks')
  return { reader, maxMs: asks.latencyMs.max ?? Number.NaN, failed: asks.failed }
}

test('unread data of one connection is buffered at the apiserver and delays no other connection while there is room', () => {
  const { reader, maxMs, failed } = othersBeside('60KB')
  expect(reader.readBytes).toBeGreaterThan(0)
  expect(reader.readBytes).toBeLessThan(60_000)
  expect(failed).toBe(0)
  // Data that is already in the send buffer, 45 KiB of memory at first, is sent before.
  expect(maxMs).toBeLessThan(7)
})

test('unread data beyond the apiserver’s buffers blocks all connections of the agent until the reader is disconnected after ten seconds', () => {
  const { reader, maxMs, failed } = othersBeside('5MB')
  expect(reader.reason).toBe('timed out')
  expect(failed).toBe(0)
  expect(maxMs).toBeGreaterThan(9_800)
  expect(maxMs).toBeLessThan(10_100)
})
