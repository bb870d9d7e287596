import { describe, expect, test } from 'vitest'
import { dataBytes, dialRequestBytes, dialResponseBytes } from '../../src/cluster/konnectivity/packets.ts'
import { GRPC_GO_CLIENT, GRPC_GO_SERVER } from '../../src/http/http2-parameters.ts'
import { handshakeSizes } from '../../src/security/tls-parameters.ts'
import { expandBlueprint } from '../../src/simulation/expansion/expand.ts'
import { makePlan } from '../../src/simulation/plan/make-plan.ts'
import { resultOf, scenarioOf } from '../fixtures/simulations.ts'

/** 10 ms one way and 100 Mbps, 80 ns a byte, where work costs nothing: as in round-trips.test.ts. */
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

/** Across the agent's host and no further: 2.5 us, and 21.8 Gbps. */
function onLoopback(...wireBytes: readonly number[]): number {
  return wireBytes.reduce((sum, bytes) => sum + 2_500 + Math.ceil((bytes * 8) / 21.8), 0)
}

/** A gRPC message on the agent's connection: a DATA frame in a TLS record. */
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

/** What comes is acknowledged before it is answered, and the answer's first byte waits for that. */
const ACK_ON_LOOPBACK_NS = 20

function latencyNs(path: string, tunnel: string): number {
  const { latencyMs } = resultOf(scenarioWith(path, tunnel)).workloads[0]
  return Math.round((latencyMs.min ?? Number.NaN) * 1e6)
}

describe('through an agent on the target’s host a new connection takes as many round trips as without', () => {
  test('HTTP: one for the dial, one for the answer', () => {
    const exchange =
      onWire(inData(REQUEST), inData(RESPONSE)) + onLoopback(52 + REQUEST, 52 + RESPONSE) + ACK_ON_LOOPBACK_NS
    expect(latencyNs(HTTP, TUNNEL)).toBe(dialNs(HTTP_PORT) + RTT + exchange)
    expect(Math.floor(latencyNs(HTTP, DIRECT) / RTT)).toBe(2)
  })

  test('TLS 1.3: one more', () => {
    const { tls, paths } = makePlan(expandBlueprint(scenarioOf(scenarioWith(TLS_13, TUNNEL)).blueprint))
    const inner = tls.clients[paths[0].tlsClients.http1]
    const { clientHelloBytes, serverFlightBytes, clientFlightBytes } = handshakeSizes(inner, tls.servers[0])
    const said = [clientHelloBytes, serverFlightBytes, clientFlightBytes, HTTPS_REQUEST + RECORD, RESPONSE + RECORD]
    // The client's Finished and the request behind it share the last hop: the second waits for no one.
    const lastHops = said.filter((bytes) => bytes !== clientFlightBytes).map((bytes) => 52 + bytes)
    const talk = 2 * RTT + onWire(...said.map(inData)) + onLoopback(...lastHops) + 2 * ACK_ON_LOOPBACK_NS
    expect(latencyNs(TLS_13, TUNNEL)).toBe(dialNs(HTTPS_PORT) + talk)
    expect(Math.floor(latencyNs(TLS_13, DIRECT) / RTT)).toBe(3)
  })
})

describe('an agent is connected three and a half round trips after it dials', () => {
  /** TCP, TLS 1.3, the server's SETTINGS, which gRPC waits for, and half a round trip for the metadata. */
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

  test('with a token, which makes the metadata long', () => {
    const { measured, withoutHead } = setupNs('token')
    const headBytes = (measured - withoutHead) / 80
    expect(headBytes).toBeGreaterThan(1_100)
    expect(headBytes).toBeLessThan(1_600)
  })

  test('with a certificate that the server insists on', () => {
    const { measured, withoutHead } = setupNs('certificate')
    const headBytes = (measured - withoutHead) / 80
    expect(headBytes).toBeGreaterThan(200)
    expect(headBytes).toBeLessThan(500)
  })

  test('and workloads that wait for it measure none of that', () => {
    const { tunnels, workloads } = resultOf(scenarioWith(HTTP, TUNNEL))
    expect(workloads[0].tunnelSetupMs).toBe(tunnels[0].setupMs)
    expect(workloads[0].setupMs).toBeLessThan(21)
  })
})

test('a connection of the apiserver that is over is closed with a packet each way, and the next one needs no new agent', () => {
  const { tunnels, workloads } = resultOf(scenarioWith(HTTP, TUNNEL, 'connection: per-request, requests: 20'))
  expect(workloads[0]).toMatchObject({ completed: 20, failed: 0, unchecked: ['konnectivity'] })
  expect(tunnels).toMatchObject([{ name: 'konnectivity/client/server', dials: 1, setups: 1, channels: 20 }])
})

test('its bytes are those of the agent’s connection', () => {
  const { tunnels, workloads } = resultOf(scenarioWith(HTTP, TUNNEL))
  expect(workloads[0].wireBytes).toBe(tunnels[0].wireBytes)
  expect(tunnels[0].carriedBytes).toBe(REQUEST + RESPONSE)
})
