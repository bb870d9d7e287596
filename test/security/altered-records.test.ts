import { describe, expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import type { WorkloadResult } from '../../src/measure/result.ts'
import {
  ALERT,
  APPLICATION_DATA,
  CLIENT_FLIGHT,
  CLIENT_HELLO,
  SERVER_FINISHED,
  SERVER_FLIGHT,
} from '../../src/security/tls-session.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { Simulation } from '../../src/simulation/simulation.ts'
import { derivedName } from '../../src/transport/streams/derived-name.ts'
import { beginning, finish, scenarioOf, workloadOf } from '../fixtures/simulations.ts'
import { alter, first, forge, holding, type WhichSegment } from '../fixtures/tamper.ts'

/** A scenario with a round trip of 20 ms, in which work takes no time. */
function scenarioWith(tls: string, workload = 'requests: 3'): string {
  return `version: 1
hosts: { client: { cpu: instant }, server: { cpu: instant } }
links: { wire: { between: [client, server], delay: 10ms, mtu: 1500 } }
paths: { web: { from: client, to: server, tls: { ${tls} } } }
workloads: { asks: { path: web, response: 200KB, ${workload} } }
`
}

const OUT = 'client>server'
const BACK = 'server>client'

interface Outcome {
  readonly asks: WorkloadResult
  /** The errors that ends of sessions report, such as `client: record broken`. */
  readonly ends: readonly string[]
}

function outcome(text: string, tamper: (simulation: Simulation) => { readonly count: number }): Outcome {
  const scenario = scenarioOf(text)
  const simulation = beginning(scenario)
  const { streams, tls } = simulation.parts
  const ends: string[] = []
  const failed = streams.failed.bind(streams)
  streams.failed = (stream, reason) => {
    const { host, carrierKind } = streams.table
    const isTls = carrierKind[stream] !== 0
    if (isTls && streams.table.userKind[stream] !== -1)
      ends.push(`${simulation.plan.hosts[host[stream]].name}: ${reason}`)
    failed(stream, reason)
  }
  tls.sessionObserver = {
    onSessionBegins() {},
    onPeerData() {},
    onPeerKnown() {},
    onSessionReady() {},
    onSessionEnds() {},
    onRefused: (host, _session, isClient, reason) => {
      const { name } = simulation.plan.hosts[host]
      expect(isClient).toBe(name === 'client')
      ends.push(`${name} says ${reason}`)
    },
  }
  const tampered = tamper(simulation)
  const asks = workloadOf(finish(simulation, scenario), 'asks')
  expect(tampered.count).toBeGreaterThan(0)
  return { asks, ends }
}

const VERSIONS = ['1.2', '1.3'] as const

describe.each(VERSIONS)('TLS %s', (version) => {
  const text = scenarioWith(`version: ${version}`)

  test('an altered TLS record is refused with bad_record_mac, which ends the session at both ends', () => {
    const { asks, ends } = outcome(text, (simulation) =>
      alter(simulation, BACK, first(holding(simulation, APPLICATION_DATA))),
    )
    expect(ends.slice(0, 2)).toEqual(['client says record broken', 'client: record broken'])
    expect(ends).toContain('server: remote error: bad record MAC')
    expect(asks).toMatchObject({ completed: 2, failed: 1, failures: [{ reason: 'record broken', count: 1 }] })
  })

  test('a TLS client receives an alert from the server when its request was altered', () => {
    const { asks } = outcome(text, (simulation) => alter(simulation, OUT, first(holding(simulation, APPLICATION_DATA))))
    expect(asks).toMatchObject({
      completed: 2,
      failed: 1,
      failures: [{ reason: 'remote error: bad record MAC', count: 1 }],
    })
  })

  test('TLS records before an altered record are read', () => {
    let readBytes = 0
    const { asks } = outcome(scenarioWith(`version: ${version}`, 'requests: 1'), (simulation) => {
      const { http } = simulation.parts
      http.readObserver = {
        onRequestRead() {},
        onResponseRead() {},
        onBodyRead: (_exchange, _content, _endOffset, lengthBytes, isAltered) => {
          expect(isAltered).toBe(false)
          readBytes += lengthBytes
        },
      }
      const isData = holding(simulation, APPLICATION_DATA)
      return alter(
        simulation,
        BACK,
        first((segment) => isData(segment) && segment.contentOffset > 100_000),
      )
    })
    expect(asks.failures).toEqual([{ reason: 'record broken', count: 1 }])
    expect(readBytes).toBeGreaterThan(60_000)
    expect(readBytes).toBeLessThan(100_000)
  })

  test.each(['without record ends', 'as whole records'])('forged data %s in TLS is refused', (how) => {
    const { asks } = outcome(text, (simulation) => {
      const { contents } = simulation.parts.streams
      const isWhole = how === 'as whole records'
      return forge(simulation, BACK, first(holding(simulation, APPLICATION_DATA)), (content, lengthBytes) => {
        if (isWhole) contents.appendMarked(content, lengthBytes, APPLICATION_DATA, lengthBytes - 22, 0, NONE, 0, -1)
        else contents.append(content, lengthBytes)
      })
    })
    expect(asks).toMatchObject({ completed: 2, failed: 1, failures: [{ reason: 'record broken', count: 1 }] })
  })

  const flights: [string, string, number, string][] =
    version === '1.3'
      ? [
          ['the ClientHello', OUT, CLIENT_HELLO, 'record broken'],
          ["the server's flight", BACK, SERVER_FLIGHT, 'record broken'],
          ["the client's flight", OUT, CLIENT_FLIGHT, 'remote error: bad record MAC'],
        ]
      : [
          ['the ClientHello', OUT, CLIENT_HELLO, 'remote error: bad record MAC'],
          ["the server's flight", BACK, SERVER_FLIGHT, 'remote error: bad record MAC'],
          ["the client's flight", OUT, CLIENT_FLIGHT, 'remote error: bad record MAC'],
          ["the server's Finished", BACK, SERVER_FINISHED, 'record broken'],
        ]

  test.each(flights)(
    'an altered byte in %s is detected before any data is sent over TLS',
    (_, direction, kind, reason) => {
      const { asks, ends } = outcome(scenarioWith(`version: ${version}`, 'requests: 1'), (simulation) =>
        alter(simulation, direction, holding(simulation, kind)),
      )
      expect(asks).toMatchObject({ completed: 0, failures: [{ reason, count: 1 }] })
      expect(ends.filter((end) => end.includes('says'))).toEqual([
        expect.stringMatching(/^(client|server) says record broken$/),
      ])
    },
  )

  test('a TLS handshake without altered bytes has no error', () => {
    const never: WhichSegment = () => false
    const scenario = scenarioOf(text)
    const simulation = beginning(scenario)
    alter(simulation, BACK, never)
    const plain = finish(beginning(scenario), scenario)
    expect(finish(simulation, scenario).digest).toBe(plain.digest)
  })
})

describe('the TLS alert', () => {
  /** The sizes of the alerts that both ends send where a segment with a part of such a record is altered or replaced. */
  function alertsBytes(
    tls: string,
    direction: string,
    kind: number,
    change = alter,
    fromOffset = 0,
  ): readonly number[] {
    const scenario = scenarioOf(scenarioWith(`version: ${tls}`, 'requests: 1'))
    const simulation = beginning(scenario)
    const { contents } = simulation.parts.streams
    const lengths: number[] = []
    const append = contents.appendMarked.bind(contents)
    contents.appendMarked = (content, lengthBytes, kindOfMark, ...more) => {
      if (kindOfMark === ALERT) lengths.push(lengthBytes)
      append(content, lengthBytes, kindOfMark, ...more)
    }
    const isOfKind = holding(simulation, kind)
    const which = first((segment) => isOfKind(segment) && segment.contentOffset >= fromOffset)
    change(simulation, direction, which)
    finish(simulation, scenario)
    return lengths
  }

  test.each([
    ['1.2', 31],
    ['1.3', 24],
  ] as const)('the TLS alert for %s is encrypted once there are keys', (version, bytes) => {
    expect(alertsBytes(version, BACK, APPLICATION_DATA)).toEqual([bytes])
    expect(alertsBytes(version, OUT, APPLICATION_DATA)).toEqual([bytes])
  })

  test.each([
    // The client has keys as soon as it has read the server's flight, and says so first.
    ['the server’s flight', '1.3', BACK, SERVER_FLIGHT, 6 + 24],
    ['the client’s flight', '1.3', OUT, CLIENT_FLIGHT, 24],
    // The server has not changed to its keys yet; the client has.
    ['the client’s flight', '1.2', OUT, CLIENT_FLIGHT, 7],
    ['the server’s Finished', '1.2', BACK, SERVER_FINISHED, 31],
  ] as const)(
    'the TLS alert about %s in %s is encrypted if its sender has keys',
    (_, version, direction, kind, bytes) => {
      expect(alertsBytes(version, direction, kind)).toEqual([bytes])
    },
  )

  test('the TLS alert about bytes that continue no ClientHello is in plaintext', () => {
    expect(alertsBytes('1.3, key-exchange: x25519mlkem768', OUT, CLIENT_HELLO, forge, 1)).toEqual([7])
  })
})

describe('a session observer of TLS', () => {
  test('a TLS session observer gets contents and parameters of both ends before the first encrypted bytes are read', () => {
    const scenario = scenarioOf(scenarioWith('version: "1.3", key-exchange: x25519mlkem768', 'requests: 1'))
    const simulation = new Simulation(makePlan(expandBlueprint(scenario.blueprint)))
    const { tls } = simulation.parts
    const { hosts, tls: directory } = simulation.plan
    const seen: string[] = []
    const names = { client: new Set<string>(), server: new Set<string>() }
    tls.sessionObserver = {
      onSessionBegins: (host, _session, isClient, nameHigh, nameLow) => {
        seen.push(`${hosts[host].name} begins`)
        names[isClient ? 'client' : 'server'].add(`${nameHigh} ${nameLow}`)
      },
      onPeerData: (host, _session, isClient, nameHigh, nameLow) => {
        seen.push(`${hosts[host].name} hears`)
        names[isClient ? 'server' : 'client'].add(`${nameHigh} ${nameLow}`)
      },
      onPeerKnown: (host, _session, isClient, client, server) => {
        expect(isClient).toBe(hosts[host].name === 'client')
        const { keyExchange } = directory.clients[client]
        seen.push(`${hosts[host].name} knows ${directory.servers[server].presents.certificate.cn} by ${keyExchange}`)
      },
      onSessionReady: (host, _session, isClient) => {
        expect(isClient).toBe(hosts[host].name === 'client')
        seen.push(`${hosts[host].name} ready`)
      },
      onRefused: () => seen.push('refused'),
      onSessionEnds: (host) => seen.push(`${hosts[host].name} ends`),
    }
    simulation.begin()
    finish(simulation, scenario)
    expect(seen.slice(0, 8)).toEqual([
      'client begins',
      'server begins',
      'server hears',
      'server knows server by x25519mlkem768',
      'client hears',
      'client knows server by x25519mlkem768',
      'client ready',
      'server ready',
    ])
    expect([names.client.size, names.server.size]).toEqual([1, 1])
    const [high, low] = [...names.client][0].split(' ').map(Number)
    expect([...names.server]).toEqual([`${derivedName(high, 1)} ${derivedName(low, 1)}`])
  })
})
