import { describe, expect, test } from 'vitest'
import { dataBytes, dialRequestBytes, dialResponseBytes } from '../../src/cluster/konnectivity/packets.ts'
import { GRPC_GO_CLIENT, GRPC_GO_SERVER } from '../../src/http/http2-parameters.ts'
import { handshakeSizes } from '../../src/security/tls-parameters.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { resultOf, scenarioOf } from '../fixtures/simulations.ts'

/**
 * A scenario with a delay of 10 ms one way, 100 Mbps (80 ns a byte), and work that takes no time, as in
 * round-trips.test.ts.
 */
function scenarioWith(path: string, tunnel: string, workload = 'connection: per-request, requests: 1'): string {
  return `version: 1
hosts:
  client: { addresses: [10.0.0.1], cpu: instant }
  server: { addresses: [10.0.0.2], cpu: instant }
links: { wire: { between: [client, server], delay: 10ms, rate: 100Mbps } }
paths: { path: { from: client, to: server, ${path}, ${tunnel} } }
workloads: { asks: { path: path, response: 1000B, start: 1s, ${workload} } }
`
}

const TUNNEL = 'tunnel: konnectivity'
const DIRECT = 'tunnel: none'
const HTTP = 'scheme: http'
const TLS_13 = 'tls: { version: 1.3 }'

const RTT = 20_000_000
const SYN = 60 * 80
const ACK = 52 * 80
const RECORD = 22
const FRAME = 9
const HTTP_PORT = '10.0.0.2:80'
const HTTPS_PORT = '10.0.0.2:443'
const REQUEST = 92
const HTTPS_REQUEST = 93
const RESPONSE = 1118

function onWire(...payloads: readonly number[]): number {
  return payloads.reduce((sum, bytes) => sum + (52 + bytes) * 80, 0)
}

/** Time on the loopback of the agent's host: 2.5 us, and 21.8 Gbps. */
function onLoopback(...wireBytes: readonly number[]): number {
  return wireBytes.reduce((sum, bytes) => sum + 2_500 + Math.ceil((bytes * 8) / 21.8), 0)
}

/** The size of a gRPC message on the agent's connection: a DATA frame in a TLS record. */
function inTunnel(messageBytes: number): number {
  return messageBytes + FRAME + RECORD
}

function inData(bytes: number): number {
  return inTunnel(dataBytes(1, bytes))
}

function dialNs(address: string): number {
  const packets = onWire(inTunnel(dialRequestBytes(address)), inTunnel(dialResponseBytes(1)))
  return RTT + packets + onLoopback(60, 60)
}

/** The server acknowledges a request before it responds, and the first byte of the response waits for the ACK. */
const ACK_ON_LOOPBACK_NS = 20

function latencyNs(path: string, tunnel: string): number {
  const { latencyMs } = resultOf(scenarioWith(path, tunnel)).workloads[0]
  return Math.round((latencyMs.min ?? Number.NaN) * 1e6)
}

describe('a new connection through an agent on the target’s host', () => {
  test('a new connection through an agent on the target’s host takes two round trips with HTTP, like a direct one', () => {
    const exchange =
      onWire(inData(REQUEST), inData(RESPONSE)) + onLoopback(52 + REQUEST, 52 + RESPONSE) + ACK_ON_LOOPBACK_NS
    expect(latencyNs(HTTP, TUNNEL)).toBe(dialNs(HTTP_PORT) + RTT + exchange)
    expect(Math.floor(latencyNs(HTTP, DIRECT) / RTT)).toBe(2)
  })

  test('a new connection through an agent on the target’s host takes three round trips with TLS 1.3, like a direct one', () => {
    const { tls, paths } = makePlan(expandBlueprint(scenarioOf(scenarioWith(TLS_13, TUNNEL)).blueprint))
    const inner = tls.clients[paths[0].tlsClients.http1]
    const { clientHelloBytes, serverFlightBytes, clientFlightBytes } = handshakeSizes(inner, tls.servers[0])
    const flights = [clientHelloBytes, serverFlightBytes, clientFlightBytes, HTTPS_REQUEST + RECORD, RESPONSE + RECORD]
    // The client's Finished and the request behind it share the last hop, so that the request does not wait there.
    const lastHops = flights.filter((bytes) => bytes !== clientFlightBytes).map((bytes) => 52 + bytes)
    const exchange = 2 * RTT + onWire(...flights.map(inData)) + onLoopback(...lastHops) + 2 * ACK_ON_LOOPBACK_NS
    expect(latencyNs(TLS_13, TUNNEL)).toBe(dialNs(HTTPS_PORT) + exchange)
    expect(Math.floor(latencyNs(TLS_13, DIRECT) / RTT)).toBe(3)
  })
})

describe('an agent that dials the server', () => {
  /**
   * Measures the time from an agent's dial to its registration, and computes it without the request's head: TCP, TLS
   * 1.3, the server's SETTINGS, for which gRPC waits, and half a round trip.
   */
  function setupNs(authentication: string): { readonly measured: number; readonly withoutHead: number } {
    const scenario = scenarioOf(scenarioWith(HTTP, `tunnel: { kind: konnectivity, authentication: ${authentication} }`))
    const { tls, konnectivity } = makePlan(expandBlueprint(scenario.blueprint))
    const { clientHelloBytes, serverFlightBytes, clientFlightBytes } = handshakeSizes(
      tls.clients[konnectivity.agents[0].tlsClient],
      tls.servers[0],
    )
    const [tunnel] = resultOf(
      scenarioWith(HTTP, `tunnel: { kind: konnectivity, authentication: ${authentication} }`),
    ).tunnels
    const hello = onWire(GRPC_GO_CLIENT.openingBytes + RECORD, GRPC_GO_SERVER.openingBytes + RECORD)
    const handshake = 2 * SYN + ACK + onWire(clientHelloBytes, serverFlightBytes, clientFlightBytes)
    return {
      measured: Math.round((tunnel.setupMs ?? Number.NaN) * 1e6),
      withoutHead: 3.5 * RTT + handshake + hello,
    }
  }

  test('an agent with a token registers after 3.5 round trips and the time for metadata of 1100 to 1600 bytes', () => {
    const { measured, withoutHead } = setupNs('token')
    const headBytes = (measured - withoutHead) / 80
    expect(headBytes).toBeGreaterThan(1_100)
    expect(headBytes).toBeLessThan(1_600)
  })

  test('an agent with a certificate registers after 3.5 round trips and the time for metadata of 200 to 500 bytes', () => {
    const { measured, withoutHead } = setupNs('certificate')
    const headBytes = (measured - withoutHead) / 80
    expect(headBytes).toBeGreaterThan(200)
    expect(headBytes).toBeLessThan(500)
  })

  test('an agent registers before workloads begin, so that their latency does not include it', () => {
    const { tunnels, workloads } = resultOf(scenarioWith(HTTP, TUNNEL))
    expect(workloads[0].tunnelSetupMs).toBe(tunnels[0].setupMs)
    expect(workloads[0].setupMs).toBeLessThan(21)
  })
})

test('a finished connection through an agent is closed with a packet each way, and the next one uses the same agent', () => {
  const { tunnels, workloads } = resultOf(scenarioWith(HTTP, TUNNEL, 'connection: per-request, requests: 20'))
  expect(workloads[0]).toMatchObject({ completed: 20, failed: 0, unchecked: ['konnectivity'] })
  expect(tunnels).toMatchObject([{ name: 'konnectivity/client/server', dials: 1, setups: 1, channels: 20 }])
})

test('bytes of connections through an agent are counted on the agent’s own connection', () => {
  const { tunnels, workloads } = resultOf(scenarioWith(HTTP, TUNNEL))
  expect(workloads[0].wireBytes).toBe(tunnels[0].wireBytes)
  expect(tunnels[0].carriedBytes).toBe(REQUEST + RESPONSE)
})
