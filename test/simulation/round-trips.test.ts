import { describe, expect, test } from 'vitest'
import { plainRequestFields, plainResponseFields } from '../../src/cluster/messages/plain-headers.ts'
import { http1RequestHeadBytes, http1ResponseHeadBytes } from '../../src/http/http1-head.ts'
import { sshSizes } from '../../src/security/ssh-parameters.ts'
import { type HandshakeSizes, handshakeSizes } from '../../src/security/tls-parameters.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { beginning, COMMITTED_SMALL, finish, resultOf, scenarioOf } from '../fixtures/simulations.ts'
import { accountForRequests } from './accounts-for-everything.ts'

/**
 * Returns a scenario with a link of 10 ms and 100 Mbps, where work takes no time. So the time of a 1000-byte response
 * follows, to the nanosecond, from the lengths of all messages: 100 Mbps are 80 ns a byte, a packet of a connection has
 * 52 bytes of headers, a SYN 60.
 */
function scenarioWith(path: string, workload: string): string {
  return `version: 1
hosts:
  client: { addresses: [10.0.0.1], cpu: instant }
  server: { addresses: [10.0.0.2], cpu: instant }
links: { wire: { between: [client, server], delay: 10ms, rate: 100Mbps } }
paths: { path: { from: client, to: server, ${path} } }
workloads: { asks: { path: path, response: 1000B, ${workload} } }
`
}

const FRESH = 'connection: per-request, requests: 1'
const RTT = 20_000_000
const SYN = 60 * 80
const ACK = 52 * 80

/**
 * The first segments of a connection are acknowledged at once, and this ACK is sent before the response and delays it.
 * After its first response an end delays its ACKs, to send them with data.
 */
const QUICK_ACK = ACK
const QUICK_ACK_ON_LOOPBACK = Math.ceil((52 * 8) / 21.8)

/** Returns the time of segments sent one after the other, each with so much payload. */
function onWire(...payloads: readonly number[]): number {
  return payloads.reduce((sum, bytes) => sum + (52 + bytes) * 80, 0)
}

/** Returns the time over the server's own loopback: 2.5 us and 21.8 Gbps. */
function onLoopback(wireBytes: number): number {
  return 2_500 + Math.ceil((wireBytes * 8) / 21.8)
}

/** The lengths of Go's GET / of 10.0.0.2, and of a response with 1000 bytes. */
const REQUEST = 'GET / HTTP/1.1__Host: 10.0.0.2:80__User-Agent: Go-http-client/1.1__Accept-Encoding: gzip____'.length
const HTTPS_REQUEST = REQUEST + 1
const RESPONSE = 1000 + 'HTTP/1.1 200 OK__Content-Type: application/octet-stream__'.length + 61
const RECORD_13 = 22
const RECORD_12 = 29

/**
 * Returns the length of an SSH packet with `bytes` of channel data: a header of 9 bytes, padding to 16, length and tag
 * of aes128-gcm.
 */
function inChannel(bytes: number): number {
  return 4 + Math.ceil((1 + 9 + bytes + 4) / 16) * 16 + 16
}

const CHANNEL_OPEN = 100
const CHANNEL_CONFIRMATION = 52

function latencyNs(path: string, workload = FRESH): number {
  const { latencyMs } = resultOf(scenarioWith(path, workload)).workloads[0]
  return Math.round((latencyMs.min ?? Number.NaN) * 1e6)
}

/** Returns the sizes of the TLS flights on this path. Other tests compare them with Go. */
function flightsOf(path: string): HandshakeSizes {
  const { tls } = makePlan(expandBlueprint(scenarioOf(scenarioWith(path, FRESH)).blueprint))
  return handshakeSizes(tls.clients[0], tls.servers[0])
}

const TLS_13 = 'tls: { version: 1.3 }'
const TLS_12 = 'tls: { version: 1.2 }'
const WARM = 'tunnel: ssh'
const COLD = 'tunnel: { kind: ssh, warm: false }'

/** The setup time of a channel to a socket: the open waits until sshd has connected over the loopback. */
const CHANNEL_SETUP = RTT + onWire(CHANNEL_OPEN, CHANNEL_CONFIRMATION) + 2 * onLoopback(60)

test('request and response have the same length as in Go', () => {
  const shape = { method: 'GET', target: '/', authority: '10.0.0.2:80', userAgent: 'Go-http-client/1.1' } as const
  const request = { ...shape, scheme: 'http', tokenBytes: 0, bodyBytes: 0, upgrade: null } as const
  expect(http1RequestHeadBytes(plainRequestFields(request))).toBe(REQUEST)
  expect(REQUEST).toBe(92)
  const response = plainResponseFields(200, 'application/octet-stream', 1000)
  expect(http1ResponseHeadBytes(response) + 1000).toBe(RESPONSE)
  expect(RESPONSE).toBe(1118)
})

describe('a new connection', () => {
  test('a new connection takes one round trip for TCP and one for the response with HTTP', () => {
    expect(latencyNs('scheme: http')).toBe(2 * RTT + 2 * SYN + ACK + QUICK_ACK + onWire(REQUEST, RESPONSE))
  })

  test('a new connection takes one round trip more with TLS 1.3, where the request directly follows the client’s Finished', () => {
    const { clientHelloBytes, serverFlightBytes, clientFlightBytes } = flightsOf(TLS_13)
    const handshake = onWire(clientHelloBytes, serverFlightBytes, clientFlightBytes)
    const exchange = onWire(HTTPS_REQUEST + RECORD_13, RESPONSE + RECORD_13)
    expect(latencyNs(TLS_13)).toBe(3 * RTT + 2 * SYN + ACK + 3 * QUICK_ACK + handshake + exchange)
  })

  test('a new connection takes two round trips more with TLS 1.2, where the client waits for the server’s Finished', () => {
    const { clientHelloBytes, serverFlightBytes, clientFlightBytes, serverFinishedBytes } = flightsOf(TLS_12)
    const handshake = onWire(clientHelloBytes, serverFlightBytes, clientFlightBytes, serverFinishedBytes)
    const exchange = onWire(HTTPS_REQUEST + RECORD_12, RESPONSE + RECORD_12)
    expect(latencyNs(TLS_12)).toBe(4 * RTT + 2 * SYN + ACK + 2 * QUICK_ACK + handshake + exchange)
  })
})

describe('a request on a warm connection', () => {
  const warm = 'requests: 2'

  test.each([
    ['HTTP', 'scheme: http', QUICK_ACK + onWire(REQUEST, RESPONSE)],
    ['TLS 1.3', TLS_13, onWire(HTTPS_REQUEST + RECORD_13, RESPONSE + RECORD_13)],
    ['TLS 1.2', TLS_12, onWire(HTTPS_REQUEST + RECORD_12, RESPONSE + RECORD_12)],
  ])('a request on a warm connection takes one round trip with %s', (_, path, serialization) => {
    expect(latencyNs(path, warm)).toBe(RTT + serialization)
  })

  test('a request on a warm connection takes one round trip and the hop behind the tunnel with HTTP in a tunnel', () => {
    const lastHop = onLoopback(52 + REQUEST) + onLoopback(52 + RESPONSE)
    expect(latencyNs(WARM, warm)).toBe(RTT + onWire(inChannel(REQUEST), inChannel(RESPONSE)) + lastHop)
  })
})

/** HTTP in an established tunnel: the channel takes the place of the TCP handshake. */
const TUNNELLED_HTTP =
  CHANNEL_SETUP +
  RTT +
  onWire(inChannel(REQUEST), inChannel(RESPONSE)) +
  onLoopback(52 + REQUEST) +
  QUICK_ACK_ON_LOOPBACK +
  onLoopback(52 + RESPONSE)

function tunnelledTls(): number {
  const { clientHelloBytes, serverFlightBytes, clientFlightBytes } = flightsOf(`${TLS_13}, ${WARM}`)
  const said = [clientHelloBytes, serverFlightBytes, clientFlightBytes, HTTPS_REQUEST + RECORD_13, RESPONSE + RECORD_13]
  // The client's Finished and the request behind it share the last hop: the second waits for no one.
  const lastHops = said.filter((bytes) => bytes !== clientFlightBytes).map((bytes) => onLoopback(52 + bytes))
  return (
    CHANNEL_SETUP +
    2 * RTT +
    onWire(...said.map(inChannel)) +
    2 * QUICK_ACK_ON_LOOPBACK +
    lastHops.reduce((sum, hop) => sum + hop, 0)
  )
}

describe('a new connection in a warm tunnel', () => {
  test('a new connection in a warm tunnel takes two round trips with HTTP, as without a tunnel', () => {
    expect(latencyNs(WARM)).toBe(TUNNELLED_HTTP)
  })

  test('a new connection in a warm tunnel takes three round trips with TLS 1.3, as without a tunnel', () => {
    expect(latencyNs(`${TLS_13}, ${WARM}`)).toBe(tunnelledTls())
  })
})

describe('a cold SSH tunnel', () => {
  /** Returns the time from the SYN to the end of the login, round by round (see sshLoginRounds). */
  function loginNs(): number {
    const { clientRoundBytes, serverRoundBytes } = sshSizes(
      makePlan(expandBlueprint(scenarioOf(scenarioWith(COLD, FRESH)).blueprint)).ssh.clients[0],
    )
    // sshd says its banner when it has the client's ACK, the client its KEXINIT when it has that banner; the server's
    // KEXINIT crosses it, and the client's first message of the key exchange waits until its own KEXINIT is out.
    const greeting = 2 * SYN + ACK + 2 * QUICK_ACK + onWire(serverRoundBytes[0], clientRoundBytes[1])
    const rounds = clientRoundBytes.slice(2).flatMap((bytes, round) => [bytes, serverRoundBytes[round + 2]])
    return 7 * RTT + greeting + onWire(...rounds)
  }

  test('a cold SSH tunnel is up after seven round trips', () => {
    const { tunnels, workloads } = resultOf(scenarioWith(COLD, FRESH))
    expect(tunnels[0].setupMs).toBe(loginNs() / 1e6)
    expect(workloads[0].tunnelSetupMs).toBe(loginNs() / 1e6)
  })

  test('a cold SSH tunnel delays the request that needs it by seven round trips', () => {
    expect(latencyNs(COLD)).toBe(loginNs() + TUNNELLED_HTTP)
    expect(latencyNs(`${TLS_13}, ${COLD}`)).toBe(loginNs() + tunnelledTls())
  })

  test('a cold SSH tunnel delays the next request only by the CLOSE of the previous channel', () => {
    const CHANNEL_CLOSE = 36
    const { latencyMs } = resultOf(scenarioWith(COLD, 'connection: per-request, requests: 20')).workloads[0]
    expect(latencyMs.min).toBe((onWire(CHANNEL_CLOSE) + QUICK_ACK + TUNNELLED_HTTP) / 1e6)
    expect(latencyMs.p95).toBe(latencyMs.min)
  })

  test('a cold SSH tunnel is not part of the latencies of a workload that waits for a warm tunnel', () => {
    const scenario = scenarioOf(scenarioWith(WARM, FRESH))
    const simulation = beginning(scenario)
    const { workloads, simulatedNs } = finish(simulation, scenario)
    expect(simulatedNs).toBe(loginNs() + TUNNELLED_HTTP)
    expect(workloads[0].latencyMs.max).toBe(TUNNELLED_HTTP / 1e6)
  })
})

describe('the parts of each latency', () => {
  test.each(COMMITTED_SMALL.filter(({ name }) => name !== 'kubernetes-paths'))(
    'the parts of each latency add up to it, to the nanosecond, in $name',
    ({ text }) => {
      const scenario = scenarioOf(text)
      const simulation = beginning(scenario)
      accountForRequests(simulation, finish(simulation, scenario))
    },
  )
})
