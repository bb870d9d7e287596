import { describe, expect, test } from 'vitest'
import type { Result, WorkloadResult } from '../../src/measure/result.ts'
import { handshakeSizes } from '../../src/security/tls-parameters.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { Simulation } from '../../src/simulation/simulation.ts'
import { beginning, COSTLY_WORK, finish, resultOf, scenarioOf, workloadOf } from '../fixtures/simulations.ts'

/** A scenario with a round trip of exactly 20 ms, in which work takes no time. */
function scenarioWith(tls: string, workload: string, identities = '', more = ''): string {
  return `version: 1
hosts:
  client: { addresses: [10.0.0.1], cpu: instant }
  server: { addresses: [10.0.0.2], cpu: instant }
links: { wire: { between: [client, server], delay: 10ms } }
identities: { ${identities} }
paths: { web: { from: client, to: server, tls: { ${tls} } } }
workloads: { asks: { path: web, ${workload} } }
${more}
`
}

const THREE = 'connection: per-request, requests: 3'

function asks(tls: string, workload: string, identities = '', more = ''): WorkloadResult {
  return workloadOf(resultOf(scenarioWith(tls, workload, identities, more)), 'asks')
}

describe('a TLS client that verifies', () => {
  const wrong = [
    [
      'is signed by an unknown CA',
      'ca: { kind: ca }, it: { kind: certificate, issuer: ca, sans: [10.0.0.2] }',
      'x509: certificate signed by unknown authority',
    ],
    [
      'is self-signed',
      'it: { kind: certificate, issuer: self-signed, sans: [10.0.0.2] }',
      'x509: certificate signed by unknown authority',
    ],
    [
      'is for another address',
      'it: { kind: certificate, sans: [10.0.0.3, server] }',
      'x509: certificate is not valid for this name',
    ],
    [
      'has expired',
      'it: { kind: certificate, sans: [10.0.0.2], notBefore: -2d, notAfter: -1d }',
      'x509: certificate has expired or is not yet valid',
    ],
    [
      'is not valid yet',
      'it: { kind: certificate, sans: [10.0.0.2], notBefore: 1d, notAfter: 2d }',
      'x509: certificate has expired or is not yet valid',
    ],
    [
      'is for clients only',
      'it: { kind: certificate, sans: [10.0.0.2], usages: [client] }',
      'x509: certificate specifies an incompatible key usage',
    ],
  ] as const

  test.each(wrong)('a TLS client that verifies refuses a certificate that %s', (_, identities, reason) => {
    for (const version of ['1.2', '1.3']) {
      const { completed, failures } = asks(`version: ${version}, verify: ca, identity: it`, THREE, identities)
      expect(completed).toBe(0)
      expect(failures).toEqual([{ reason, count: 3 }])
    }
  })

  test.each(wrong)(
    'a TLS client that verifies refuses a certificate that %s, which a client without verification accepts',
    (_, identities) => {
      expect(asks('verify: none, identity: it', THREE, identities)).toMatchObject({ completed: 3, failed: 0 })
    },
  )

  test('a TLS client that verifies refuses a certificate two round trips after it dialled, before it sends anything else', () => {
    const text = scenarioWith('verify: ca, identity: it', 'requests: 1', wrong[1][1])
    expect(resultOf(text).simulatedNs).toBe(40_000_000)
  })

  test('a TLS client that verifies accepts a valid certificate', () => {
    const identities =
      'ca: { kind: ca }, it: { kind: certificate, issuer: ca, sans: [10.0.0.2], usages: [server, client] }'
    expect(asks('verify: ca, ca: ca, identity: it', THREE, identities)).toMatchObject({ completed: 3, failed: 0 })
  })

  test('a TLS client that verifies refuses a certificate before the first second of its validity and after the last', () => {
    const identities = 'it: { kind: certificate, sans: [10.0.0.2], notBefore: 2s, notAfter: 4s }'
    const { completed, failures } = asks(
      'verify: ca, identity: it',
      'connection: per-request, rate: 10/s, for: 8s',
      identities,
    )
    // A request looks at the clock 40 ms after it dialled: those from 2.0 s to 4.9 s (4.94 s is still second 4) pass.
    expect(completed).toBe(30)
    expect(failures).toEqual([{ reason: 'x509: certificate has expired or is not yet valid', count: 50 }])
  })

  test('a TLS client that verifies verifies a certificate only in the handshake, and keeps established connections', () => {
    const identities = 'it: { kind: certificate, sans: [10.0.0.2], notAfter: 1s }'
    expect(asks('verify: ca, identity: it', 'rate: 10/s, for: 5s', identities)).toMatchObject({
      completed: 50,
      failed: 0,
    })
  })
})

describe('a TLS server that requests client certificates', () => {
  const wrong = [
    ['is signed by an unknown CA', 'it: { kind: certificate, usages: [client] }', 'client-ca: other'],
    [
      'has expired',
      'it: { kind: certificate, usages: [client], notBefore: -2d, notAfter: -1d }',
      'client-ca: default-ca',
    ],
    ['is for servers only', 'it: { kind: certificate, usages: [server] }', 'client-ca: default-ca'],
  ] as const

  test.each(wrong)(
    'a TLS server that requests client certificates refuses a client certificate that %s',
    (_, identity, clientCa) => {
      for (const version of ['1.2', '1.3']) {
        const tls = `version: ${version}, client: { certificate: it }, ${clientCa}`
        const { completed, failures } = asks(tls, THREE, `other: { kind: ca }, default-ca: { kind: ca }, ${identity}`)
        expect(completed).toBe(0)
        expect(failures).toEqual([{ reason: 'client certificate refused', count: 3 }])
      }
    },
  )

  test.each([
    ['at the end of the handshake', '1.2', 60],
    ['after the client has sent its request', '1.3', 60],
  ])(
    'a TLS server that requests client certificates refuses a client certificate %s in TLS %s',
    (_, version, endMs) => {
      const tls = `version: ${version}, client: { certificate: it }, client-ca: default-ca`
      const identities = `default-ca: { kind: ca }, it: { kind: certificate, usages: [server] }`
      const scenario = scenarioOf(scenarioWith(tls, 'requests: 1', identities))
      const simulation = beginning(scenario)
      const { workloads, simulatedNs } = finish(simulation, scenario)
      expect(simulatedNs).toBe(endMs * 1e6)
      expect(workloads[0].setupMs).toBe(version === '1.2' ? null : 40)
    },
  )

  test('a TLS server that requests client certificates accepts clients without a certificate, as Kubernetes does', () => {
    const text = scenarioWith('client: certificate', 'requests: 1').replace(
      'workloads: {',
      'workloads: { bare: { path: bare, requests: 1 },',
    )
    const { workloads } = resultOf(
      text.replace('paths: {', 'paths: { bare: { from: client, to: server, tls: { client: none } },'),
    )
    expect(workloads.map(({ completed }) => completed)).toEqual([1, 1])
  })
})

describe('a bearer token', () => {
  test('a bearer token is refused with 401 one minute after its expiry', () => {
    const identities = 'app: { kind: service-account-token, account: default/app, expires: 2s }'
    const { completed, failures } = asks('client: token', 'rate: 1/s, for: 70s', identities)
    // Request n arrives at n s + 50 ms. The seconds 0 to 62 are good.
    expect(completed).toBe(63)
    expect(failures).toEqual([{ reason: 'unauthorized', count: 7 }])
  })

  test('a bearer token is refused for another audience', () => {
    const identities = 'app: { kind: service-account-token, account: default/app, audience: vault }'
    expect(asks('client: token', THREE, identities).failures).toEqual([{ reason: 'unauthorized', count: 3 }])
  })

  test('a bearer token adds bytes to every request', () => {
    const without = asks('client: none', THREE)
    const withToken = asks('client: token', THREE, 'app: { kind: service-account-token, account: default/app }')
    // A projected token and its header line, in three requests.
    expect(withToken.wireBytes - without.wireBytes).toBeGreaterThan(3 * 900)
  })
})

/** The payloads that each end sends on TCP, in order. */
function payloadsOf(simulation: Simulation): { client: number[]; server: number[] } {
  const payloads = { client: [] as number[], server: [] as number[] }
  simulation.network.observer = {
    observe(stage, packet) {
      const { direction } = packet
      if (stage !== 'delivered' || packet.payloadBytes === 0) return
      const { name } = simulation.plan.hosts[simulation.plan.directions[direction].fromHost]
      payloads[name as 'client' | 'server'].push(packet.payloadBytes)
    },
  }
  return payloads
}

function exchange(
  tls: string,
  workload: string,
): { result: Result; client: number[]; server: number[]; simulation: Simulation } {
  const scenario = scenarioOf(scenarioWith(tls, workload, '', 'duration: 2s\nevents: [{ at: 2s, restart: client }]'))
  const simulation = beginning(scenario)
  const payloads = payloadsOf(simulation)
  return { result: finish(simulation, scenario), ...payloads, simulation }
}

function sum(list: readonly number[]): number {
  return list.reduce((total, item) => total + item, 0)
}

describe('TLS on the wire', () => {
  test.each([
    ['1.3', 22, 24],
    ['1.2', 29, 31],
  ])(
    'TLS on the wire, %s: flights of the right sizes, then a record, and close_notify from both ends before FIN',
    (version, overhead, closeNotify) => {
      for (const client of ['none', 'certificate']) {
        const {
          client: sent,
          server: answered,
          simulation,
        } = exchange(`version: ${version}, client: ${client}`, 'connection: per-request, requests: 1, response: 500B')
        const sizes = handshakeSizes(simulation.plan.tls.clients[0], simulation.plan.tls.servers[0])
        const { requestBytes, responseBytes } = messagesOf(simulation)
        expect(sent).toEqual([sizes.clientHelloBytes, sizes.clientFlightBytes, requestBytes + overhead, closeNotify])
        const flights =
          version === '1.2' ? [sizes.serverFlightBytes, sizes.serverFinishedBytes] : [sizes.serverFlightBytes]
        expect(answered).toEqual([...flights, responseBytes + overhead, closeNotify])
      }
    },
  )

  test('TLS records of Go grow on the wire: eleven for 64 KiB on a new connection', () => {
    const { server, simulation } = exchange('version: 1.3', 'connection: per-request, requests: 1, response: 65417B')
    expect(messagesOf(simulation).responseBytes).toBe(65_536)
    const { serverFlightBytes } = handshakeSizes(simulation.plan.tls.clients[0], simulation.plan.tls.servers[0])
    expect(sum(server)).toBe(serverFlightBytes + 65_536 + 11 * 22 + 24)
  })

  test('a ClientHello with a post-quantum key share is two segments, with the measured 1222 bytes more', () => {
    const { client } = exchange('version: 1.3, key-exchange: x25519mlkem768', 'requests: 1')
    const classical = exchange('version: 1.3', 'requests: 1').client
    expect(client[0]).toBe(1448)
    expect(client[0] + client[1] - classical[0]).toBe(1490 - 268)
  })
})

describe('a TLS session that ends without close_notify', () => {
  const TUNNELLED = `version: 1
hosts: { client: { cpu: instant }, via: { cpu: instant }, server: { cpu: instant } }
links:
  near: { between: [client, via], delay: 10ms }
  far: { between: [via, server], delay: 10ms }
paths: { web: { from: client, to: server, tls: {}, tunnel: { kind: ssh, via: via } } }
workloads: { asks: { path: web, requests: 5 } }
`

  test('a TLS session without close_notify fails behind a tunnel, where sshd closes a connection that the server has reset', () => {
    // The tunnel is up at 140 ms, the channel at 180, TLS at 220; requests leave at 220, 260, 300 and arrive 20 ms later.
    const { workloads } = resultOf(`${TUNNELLED}events: [{ at: 265ms, restart: server }]\n`)
    expect(workloads[0].failures).toEqual([{ reason: 'unexpected end', count: 1 }])
    expect(workloads[0]).toMatchObject({ completed: 4, unfinished: 0 })
  })

  test('a TLS session without close_notify fails with the reset itself without a tunnel', () => {
    const text = scenarioWith('version: 1.3', 'requests: 5', '', 'events: [{ at: 65ms, restart: server }]')
    expect(workloadOf(resultOf(text), 'asks').failures).toEqual([{ reason: 'connection reset', count: 1 }])
  })

  test('a TLS session without close_notify fails as a reset during the handshake', () => {
    const { workloads } = resultOf(`${TUNNELLED}events: [{ at: 195ms, restart: server }]\n`)
    expect(workloads[0].failures).toEqual([{ reason: 'connection reset', count: 1 }])
    expect(workloads[0].completed).toBe(4)
  })
})

describe('a connection that is closed before it is established', () => {
  /**
   * Two clients share two requests. The second client's first packet is lost, and the first client sends both requests.
   */
  function packetsOfLateClient(tls: string): number {
    const other = 'other: { path: other, rate: 1/s, for: 10s }, asks:'
    const text = scenarioWith('', 'requests: 2, concurrency: 2')
      .replace('asks:', other)
      .replace(
        /paths: .*/,
        `paths: { web: { from: client, to: server, ${tls} }, other: { from: client, to: server, port: 81 } }`,
      )
    const scenario = scenarioOf(text)
    const simulation = new Simulation(makePlan(expandBlueprint(scenario.blueprint)))
    const forward = simulation.plan.directions.findIndex(({ name }) => name === 'link/wire/forward')
    let lostPort = 0
    let packets = 0
    simulation.network.rules.setRule(forward, {
      judge(packet) {
        if (packet.destinationPort === 81) return { action: 'pass' }
        if (lostPort === 0) {
          lostPort = packet.sourcePort
          return { action: 'drop' }
        }
        if (packet.sourcePort === lostPort) packets++
        return { action: 'pass' }
      },
    })
    simulation.begin()
    const { workloads } = finish(simulation, scenario)
    expect(workloads.map(({ completed }) => completed)).toEqual([2, 10])
    return packets
  }

  test('a connection that is closed before it is established starts no TLS handshake', () => {
    expect(packetsOfLateClient('scheme: http')).toBe(0)
    expect(packetsOfLateClient('tls: { version: 1.3 }')).toBe(0)
  })
})

/** The sizes of the only workload's messages with heads and bodies. */
function messagesOf({ plan }: Simulation): { requestBytes: number; responseBytes: number } {
  const [{ request, requestBodyBytes, responseBodyBytes }] = plan.workloads
  const { requests, responses } = plan.http
  return {
    requestBytes: requests[request].http1HeadBytes + requestBodyBytes,
    responseBytes: responses[plan.answers[request].accepted].http1HeadBytes + responseBodyBytes,
  }
}

describe('an RSA key exchange end to end', () => {
  const IDENTITIES = 'old: { kind: certificate, key: rsa-2048, sans: [10.0.0.2] }'

  test('an RSA key exchange takes as many round trips as an ephemeral one', () => {
    const [byRsa, byX25519] = ['rsa', 'x25519'].map((keyExchange) =>
      asks(`version: "1.2", identity: old, key-exchange: ${keyExchange}`, THREE, IDENTITIES),
    )
    expect(byRsa).toMatchObject({ completed: 3, failed: 0 })
    expect(byRsa.latencyMs).toEqual(byX25519.latencyMs)
    // Hello +8, no ServerKeyExchange (305), a secret of 2 + 256 bytes for a point of 1 + 32; and no segment more or less.
    expect(byRsa.wireBytes - byX25519.wireBytes).toBe(3 * (8 - 305 + 258 - 33))
  })

  test('an RSA key exchange moves the server’s work from its first flight to the client’s flight, which it decrypts', () => {
    const text = (keyExchange: string) =>
      scenarioWith(`version: "1.2", identity: old, key-exchange: ${keyExchange}`, 'requests: 1', IDENTITIES).replaceAll(
        'cpu: instant',
        'cpu: go',
      )
    const setupMs = (keyExchange: string) => {
      const scenario = scenarioOf(text(keyExchange))
      return workloadOf(finish(beginning(scenario, COSTLY_WORK), scenario), 'asks').setupMs!
    }
    // The client makes a key and uses none (1 ms less), the server neither (2 ms less); a signature less, a decryption
    // more.
    expect(setupMs('rsa') - setupMs('x25519')).toBeCloseTo(-3)
  })
})
