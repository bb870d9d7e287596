import { describe, expect, test } from 'vitest'
import { plainRequestFields, plainResponseFields } from '../../src/cluster/messages/plain-headers.ts'
import { http1RequestHeadBytes, http1ResponseHeadBytes } from '../../src/http/http1-head.ts'
import { sshSizes } from '../../src/security/ssh-parameters.ts'
import { type HandshakeSizes, handshakeSizes } from '../../src/security/tls-parameters.ts'
import { expandBlueprint } from '../../src/simulation/expansion/expand.ts'
import { makePlan } from '../../src/simulation/plan/make-plan.ts'
import { beginning, COMMITTED_SMALL, finish, resultOf, scenarioOf } from '../fixtures/simulations.ts'
import { accountForRequests } from './accounts-for-everything.ts'

/**
 * How long a 1000-byte response takes on a link of 10 ms one way and 100 Mbps, where work costs nothing: to the
 * nanosecond, from the sizes of what is said. 100 Mbps are 80 ns a byte; a packet of a connection has 52 bytes of
 * headers, a SYN 60.
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
 * A connection's first segments are acknowledged at once, and that goes before the answer: such an ACK is in its way.
 * After its first answer an end waits with its ACKs for what it will say.
 */
const QUICK_ACK = ACK
const QUICK_ACK_ON_LOOPBACK = Math.ceil((52 * 8) / 21.8)

/** Segments, one after the other, each with so much payload. */
function onWire(...payloads: readonly number[]): number {
  return payloads.reduce((sum, bytes) => sum + (52 + bytes) * 80, 0)
}

/** Across the server's own loopback and no further: 2.5 us, and 21.8 Gbps. */
function onLoopback(wireBytes: number): number {
  return 2_500 + Math.ceil((wireBytes * 8) / 21.8)
}

/** GET / of 10.0.0.2 by Go, and what a server answers with 1000 bytes. */
const REQUEST = 'GET / HTTP/1.1__Host: 10.0.0.2:80__User-Agent: Go-http-client/1.1__Accept-Encoding: gzip____'.length
const HTTPS_REQUEST = REQUEST + 1
const RESPONSE = 1000 + 'HTTP/1.1 200 OK__Content-Type: application/octet-stream__'.length + 61
const RECORD_13 = 22
const RECORD_12 = 29

/** A packet of SSH with `bytes` of a channel's data: 9 bytes of header, padding to 16, aes128-gcm's length and tag. */
function inChannel(bytes: number): number {
  return 4 + Math.ceil((1 + 9 + bytes + 4) / 16) * 16 + 16
}

const CHANNEL_OPEN = 100
const CHANNEL_CONFIRMATION = 52

function latencyNs(path: string, workload = FRESH): number {
  const { latencyMs } = resultOf(scenarioWith(path, workload)).workloads[0]
  return Math.round((latencyMs.min ?? Number.NaN) * 1e6)
}

/** Sizes of the TLS flights on this path; they are measured against Go elsewhere. */
function flightsOf(path: string): HandshakeSizes {
  const { tls } = makePlan(expandBlueprint(scenarioOf(scenarioWith(path, FRESH)).blueprint))
  return handshakeSizes(tls.clients[0], tls.servers[0])
}

const TLS_13 = 'tls: { version: 1.3 }'
const TLS_12 = 'tls: { version: 1.2 }'
const WARM = 'tunnel: ssh'
const COLD = 'tunnel: { kind: ssh, warm: false }'

/** A channel that leads to a socket: the open waits until sshd has connected over the loopback. */
const CHANNEL_SETUP = RTT + onWire(CHANNEL_OPEN, CHANNEL_CONFIRMATION) + 2 * onLoopback(60)

test('the request and the answer are as Go writes them', () => {
  const shape = { method: 'GET', target: '/', authority: '10.0.0.2:80', userAgent: 'Go-http-client/1.1' } as const
  const request = { ...shape, scheme: 'http', tokenBytes: 0, bodyBytes: 0, upgrade: null } as const
  expect(http1RequestHeadBytes(plainRequestFields(request))).toBe(REQUEST)
  expect(REQUEST).toBe(92)
  const response = plainResponseFields(200, 'application/octet-stream', 1000)
  expect(http1ResponseHeadBytes(response) + 1000).toBe(RESPONSE)
  expect(RESPONSE).toBe(1118)
})

describe('a new connection', () => {
  test('HTTP: one round trip for TCP, one for the answer', () => {
    expect(latencyNs('scheme: http')).toBe(2 * RTT + 2 * SYN + ACK + QUICK_ACK + onWire(REQUEST, RESPONSE))
  })

  test('TLS 1.3: one more; the request follows the client’s Finished at once', () => {
    const { clientHelloBytes, serverFlightBytes, clientFlightBytes } = flightsOf(TLS_13)
    const handshake = onWire(clientHelloBytes, serverFlightBytes, clientFlightBytes)
    const exchange = onWire(HTTPS_REQUEST + RECORD_13, RESPONSE + RECORD_13)
    expect(latencyNs(TLS_13)).toBe(3 * RTT + 2 * SYN + ACK + 3 * QUICK_ACK + handshake + exchange)
  })

  test('TLS 1.2: two more; the client waits for the server’s Finished', () => {
    const { clientHelloBytes, serverFlightBytes, clientFlightBytes, serverFinishedBytes } = flightsOf(TLS_12)
    const handshake = onWire(clientHelloBytes, serverFlightBytes, clientFlightBytes, serverFinishedBytes)
    const exchange = onWire(HTTPS_REQUEST + RECORD_12, RESPONSE + RECORD_12)
    expect(latencyNs(TLS_12)).toBe(4 * RTT + 2 * SYN + ACK + 2 * QUICK_ACK + handshake + exchange)
  })
})

describe('a warm connection takes one round trip', () => {
  const warm = 'requests: 2'

  test.each([
    ['HTTP', 'scheme: http', QUICK_ACK + onWire(REQUEST, RESPONSE)],
    ['TLS 1.3', TLS_13, onWire(HTTPS_REQUEST + RECORD_13, RESPONSE + RECORD_13)],
    ['TLS 1.2', TLS_12, onWire(HTTPS_REQUEST + RECORD_12, RESPONSE + RECORD_12)],
  ])('%s', (_, path, serialization) => {
    expect(latencyNs(path, warm)).toBe(RTT + serialization)
  })

  test('HTTP in a tunnel, with its last hop behind it', () => {
    const lastHop = onLoopback(52 + REQUEST) + onLoopback(52 + RESPONSE)
    expect(latencyNs(WARM, warm)).toBe(RTT + onWire(inChannel(REQUEST), inChannel(RESPONSE)) + lastHop)
  })
})

/** HTTP in a tunnel that is up: the channel takes the place of the TCP handshake. */
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

describe('in a warm tunnel a new connection takes as long as without', () => {
  test('HTTP: two round trips', () => {
    expect(latencyNs(WARM)).toBe(TUNNELLED_HTTP)
  })

  test('TLS 1.3: three', () => {
    expect(latencyNs(`${TLS_13}, ${WARM}`)).toBe(tunnelledTls())
  })
})

describe('a cold tunnel takes seven round trips more', () => {
  /** From the SYN to the log-in, round by round; see sshLoginRounds. */
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

  test('until it is up', () => {
    const { tunnels, workloads } = resultOf(scenarioWith(COLD, FRESH))
    expect(tunnels[0].setupMs).toBe(loginNs() / 1e6)
    expect(workloads[0].tunnelSetupMs).toBe(loginNs() / 1e6)
  })

  test('for the request that needs it', () => {
    expect(latencyNs(COLD)).toBe(loginNs() + TUNNELLED_HTTP)
    expect(latencyNs(`${TLS_13}, ${COLD}`)).toBe(loginNs() + tunnelledTls())
  })

  test('and not for the next, which only waits behind the CLOSE of the channel before', () => {
    const CHANNEL_CLOSE = 36
    const { latencyMs } = resultOf(scenarioWith(COLD, 'connection: per-request, requests: 20')).workloads[0]
    expect(latencyMs.min).toBe((onWire(CHANNEL_CLOSE) + QUICK_ACK + TUNNELLED_HTTP) / 1e6)
    expect(latencyMs.p95).toBe(latencyMs.min)
  })

  test('while a workload that waits for a warm one starts when it is up, and measures none of it', () => {
    const scenario = scenarioOf(scenarioWith(WARM, FRESH))
    const simulation = beginning(scenario)
    const { workloads, simulatedNs } = finish(simulation, scenario)
    expect(simulatedNs).toBe(loginNs() + TUNNELLED_HTTP)
    expect(workloads[0].latencyMs.max).toBe(TUNNELLED_HTTP / 1e6)
  })
})

describe('the parts of the time add up to it, to the nanosecond', () => {
  test.each(COMMITTED_SMALL.filter(({ name }) => name !== 'kubernetes-paths'))('in $name', ({ text }) => {
    const scenario = scenarioOf(text)
    const simulation = beginning(scenario)
    accountForRequests(simulation, finish(simulation, scenario))
  })
})
