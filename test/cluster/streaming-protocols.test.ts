import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'
import { DATA, type FrameWriter, OPEN, PING, SPDY, TUNNEL, WEBSOCKET } from '../../src/workload/streaming/framings.ts'
import { beginning, resultOf, scenarioOf, workloadOf } from '../fixtures/simulations.ts'

/** The lengths of the writes of a frame. */
function writesOf(writer: FrameWriter, kind: number, contentBytes: number): number[] {
  const writes: number[] = []
  for (let part = 0; writer.partBytes(kind, part, contentBytes) > 0; part++)
    writes.push(writer.partBytes(kind, part, contentBytes))
  return writes
}

test('spdystream writes each field separately, and the kubelet copies whole frames', () => {
  expect(writesOf(SPDY.client, OPEN, 31)).toEqual([2, 2, 4, 4, 4, 1, 1, 31])
  expect(writesOf(SPDY.client, DATA, 1)).toEqual([4, 4, 1])
  expect(writesOf(SPDY.client, PING, 0)).toEqual([2, 2, 4, 4])
  expect(writesOf(SPDY.server, DATA, 1)).toEqual([9])
})

test('a message of a WebSocket has the number of its channel, and a mask from a client', () => {
  expect(writesOf(WEBSOCKET.client, DATA, 1)).toEqual([2 + 4 + 1 + 1])
  expect(writesOf(WEBSOCKET.server, DATA, 3)).toEqual([2 + 1 + 3])
  // x/net/websocket fills net/http's buffer of 4,096 bytes, and writes the rest at once.
  expect(writesOf(WEBSOCKET.server, DATA, 32_768)).toEqual([4096, 4 + 1 + 32_768 - 4096])
  expect(writesOf(WEBSOCKET.client, PING, 0)).toEqual([6])
})

test('a tunnel has a message for each write of a client, and three writes for much data of the server', () => {
  expect(writesOf(TUNNEL.client, DATA, 4)).toEqual([2 + 4 + 4])
  expect(writesOf(TUNNEL.server, DATA, 11)).toEqual([2 + 11])
  // As captured: the segments of a message of 4,744 bytes had 4,108 and 688 bytes with the 22 of a record.
  expect(writesOf(TUNNEL.server, DATA, 4744)).toEqual([4108 - 22, 688 - 22])
  expect(writesOf(TUNNEL.server, DATA, 16_384)).toEqual([4, 16_384, 2])
})

function streamed(version: string, kind: string, more: string) {
  return workloadOf(resultOf(userScenario(version, kind, more)), 'work')
}

function userScenario(version: string, kind: string, more: string): string {
  return `
version: 1
kubernetes: "${version}"
cluster:
  nodes: 1
  pods: { web: { listens: 8080 } }
  users: { alice: { rules: [{ verbs: ["*"], resources: ["*"] }] } }
  links: { users-to-control: { delay: 500ms } }
paths: { kubectl: { kind: user-apiserver, from: alice } }
workloads: { work: { path: kubectl, kind: ${kind}, connection: per-request, requests: 1, ${more} } }
`
}

test('streams of a port-forward are opened one after the other in all versions, and those of a command only until 1.29', () => {
  const roundTrips = (version: string, kind: string, more = 'response: 100B') =>
    Math.floor((streamed(version, kind, more).latencyMs.min ?? 0) / 1000)
  // TCP, TLS and the pod (twice for a port); then TCP, TLS, the upgrade, and each stream; the output comes with the last.
  // A forwarded connection sends its request first.
  expect([roundTrips('1.20', 'exec'), roundTrips('1.20', 'port-forward')]).toEqual([9, 10])
  for (const [version, expected] of [
    ['1.29', [9, 10]],
    ['1.30', [6, 10]],
    ['1.31', [6, 10]],
    ['1.36', [6, 10]],
  ] as const)
    expect([version, roundTrips(version, 'exec'), roundTrips(version, 'port-forward')]).toEqual([version, ...expected])
  // With input there is one stream more, and the command waits for its end.
  expect(roundTrips('1.29', 'exec', 'request: 1B, response: 1B')).toBe(11)
  expect(roundTrips('1.32', 'exec', 'request: 1B, response: 1B')).toBe(7)
})

/** The round trips, of a second each, until the program has the first byte of output. */
function roundTripsToFirstByte(version: string, kind: string, bytes: number): number {
  const simulation = beginning(scenarioOf(userScenario(version, kind, `response: ${bytes}B`)))
  const { http } = simulation.workloads
  let first = Number.POSITIVE_INFINITY
  const onData = http.onData.bind(http)
  http.onData = (client, ...read) => {
    const isSession = http.streamOf(client) !== simulation.parts.http.exchanges.stream[http.clients.exchange[client]]
    if (isSession) first = Math.min(first, simulation.timeline.now)
    onData(client, ...read)
  }
  simulation.begin()
  simulation.runUntil(60e9, 1_000_000)
  return Math.floor(first / 1e9)
}

test('kubectl has the first byte of a long output after a whole SPDY frame, or after the first record of a WebSocket', () => {
  // Measured with kubectl 1.32: two round trips later than a short one over SPDY, as late over a WebSocket. A frame of
  // 32,768 bytes ends in a record that the second flight of 10 and 20 segments does not complete.
  for (const [version, kind, short, long] of [
    ['1.29', 'exec', 9, 11],
    ['1.32', 'exec', 6, 6],
    ['1.29', 'port-forward', 10, 12],
    ['1.32', 'port-forward', 10, 12],
  ] as const)
    expect([version, kind, ...[3, 100_000].map((bytes) => roundTripsToFirstByte(version, kind, bytes))]).toEqual([
      version,
      kind,
      short,
      long,
    ])
})

test('kubectl does nothing for a user without permission to get the pod', () => {
  const failuresOf = (rules: string) =>
    workloadOf(
      resultOf(`
version: 1
cluster:
  preset: kubeadm-default
  nodes: 1
  pods: { web: { listens: 8080 } }
  users: { alice: { rules: [${rules}] } }
paths: { kubectl: { kind: user-apiserver, from: alice } }
workloads: { work: { path: kubectl, kind: exec, target: pods/web, response: 100B, requests: 1 } }
`),
      'work',
    ).failures
  const EXEC = '{ verbs: [create, get], resources: [pods/exec] }'
  expect(failuresOf(EXEC)).toEqual([{ reason: 'forbidden', count: 1 }])
  expect(failuresOf(`${EXEC}, { verbs: [get], resources: [pods] }`)).toEqual([])
})

describe('both directions carry any size', () => {
  const SIZES = [1, 32_768, 32_769, 2_000_003]
  test.each(['1.20', '1.29', '1.30', '1.32', '1.36'])(
    'both directions of a stream through the apiserver of %s carry any size',
    (version) => {
      for (const kind of ['exec', 'port-forward'])
        for (const bytes of SIZES) {
          for (const more of [`request: ${bytes}B, response: 7B`, `request: 5B, response: ${bytes}B`]) {
            const { completed, failed, wireBytes } = streamed(version, kind, more)
            expect([kind, more, completed, failed]).toEqual([kind, more, 1, 0])
            expect(wireBytes).toBeGreaterThan(2 * bytes)
          }
        }
    },
  )

  test.each(['exec', 'port-forward'])(
    'both directions of a stream between apiserver and kubelet carry any size: %s',
    (kind) => {
      for (const more of ['response: 3MB', 'request: 3MB, response: 1B']) {
        const { completed, wireBytes } = workloadOf(
          resultOf(`
version: 1
hosts: { master: {}, node: {} }
links: { wire: { between: [master, node], profile: gce-private } }
paths: { logs: { kind: apiserver-kubelet, from: master, to: node } }
workloads: { work: { path: logs, kind: ${kind}, ${more} } }
`),
          'work',
        )
        expect(completed).toBe(1)
        expect(wireBytes).toBeGreaterThan(3_000_000)
        expect(wireBytes).toBeLessThan(3_000_000 * 1.07)
      }
    },
  )
})

describe('the other commands of kubectl', () => {
  const roundTrips = (version: string, kind: string, more: string) =>
    Math.floor((streamed(version, kind, more).latencyMs.min ?? 0) / 1000)

  test('other commands of kubectl take as many round trips as were measured', () => {
    // Measured with kubectl 1.32: attach is as exec, and an empty input takes a stream more over SPDY.
    expect([roundTrips('1.29', 'attach', 'response: 3B'), roundTrips('1.32', 'attach', 'response: 3B')]).toEqual([9, 6])
    const EMPTY = 'request: 0B, response: 3B'
    expect([roundTrips('1.29', 'exec', EMPTY), roundTrips('1.32', 'exec', EMPTY)]).toEqual([10, 6])
    // Without a cache, two documents are fetched first.
    expect(roundTrips('1.32', 'exec', 'discovery: fetched, response: 3B')).toBe(8)
    // To the pod: a command and a GET more, on a second connection.
    expect([roundTrips('1.32', 'cp', 'response: 3B'), roundTrips('1.32', 'cp', 'request: 3B')]).toEqual([6, 11])
  })

  test('kubectl cp carries a tar: three blocks beside those of the file', () => {
    const { wireBytes: small } = streamed('1.32', 'cp', 'response: 1B')
    const { wireBytes: large } = streamed('1.32', 'cp', 'response: 1000001B')
    expect(large - small).toBeGreaterThan(2 * 1_000_000)
    expect(large - small).toBeLessThan(2 * 1_000_000 * 1.08)
  })

  test('kubectl attach needs pods/attach, and cp pods/exec', () => {
    const failuresOf = (kind: string, subresource: string) =>
      workloadOf(
        resultOf(`
version: 1
cluster:
  preset: kubeadm-default
  nodes: 1
  pods: { web: { listens: 8080 } }
  users: { alice: { rules: [{ verbs: [get], resources: [pods] }, { verbs: [create, get], resources: [pods/${subresource}] }] } }
paths: { kubectl: { kind: user-apiserver, from: alice } }
workloads: { work: { path: kubectl, kind: ${kind}, target: pods/web, response: 100B, requests: 1 } }
`),
        'work',
      ).failures
    const FORBIDDEN = [{ reason: 'forbidden', count: 1 }]
    expect([failuresOf('attach', 'attach'), failuresOf('attach', 'exec')]).toEqual([[], FORBIDDEN])
    expect([failuresOf('cp', 'exec'), failuresOf('cp', 'attach')]).toEqual([[], FORBIDDEN])
  })

  test('kubectl until 1.26 requests each API group separately, which is refused', () => {
    const loaded = loadScenario({ text: userScenario('1.26', 'exec', 'discovery: fetched'), file: 'x.yaml' })
    expect(loaded.ok ? [] : loaded.problems.map(({ code }) => code)).toEqual(['contradiction'])
  })
})
