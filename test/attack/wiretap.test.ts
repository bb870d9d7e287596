import { describe, expect, test } from 'vitest'
import { beginning, scenarioOf } from '../fixtures/simulations.ts'
import { firstOf, knownOf, played, recordOf, sightsOf } from './wiretap-lab.ts'

const MS = 1_000_000

interface Setting {
  readonly path?: string
  readonly workload?: string
  readonly link?: string
  readonly identities?: string
  readonly eve?: string
}

const ASKS = 'requests: 3, request: 700B, response: 2KB'

/** A scenario with a round trip of exactly 20 ms, in which work takes no time. */
function setting({ path = '', workload = ASKS, link = '', identities = '', eve = '' }: Setting = {}): string {
  return `version: 1
hosts:
  client: { addresses: [10.0.0.1], cpu: instant }
  server: { addresses: [10.0.0.2], cpu: instant }
links: { wire: { between: [client, server], delay: 10ms, ${link} } }
identities: { ${identities} }
paths: { web: { from: client, to: server, ${path} } }
workloads: { asks: { path: web, ${workload} } }
attackers:
  eve: { vantage: passive, on: wire, plan: [{ technique: eavesdrop, path: web, ${eve} }] }
`
}

const ALL = { 'request-read': 3, 'answer-read': 3, 'body-read': 3 * 2_700 }

describe('an eavesdropper on a link', () => {
  test('an eavesdropper on a link reads all of plain HTTP, each message once, when its last packet passes', () => {
    const simulation = played(setting())
    expect(sightsOf(simulation)).toEqual(ALL)
    // SYN, ACK, then the head with the body.
    expect(firstOf(simulation, 'request-read')).toEqual({ tick: 20 * MS, link: 'link/wire/forward', serial: 2 })
    // SYN-ACK, ACK of the request; then the head with the first of the body.
    expect(firstOf(simulation, 'answer-read')).toEqual({ tick: 30 * MS, link: 'link/wire/backward', serial: 2 })
    // What is behind one packet is read with the next.
    expect(firstOf(simulation, 'body-read')).toEqual({ tick: 20 * MS, link: 'link/wire/forward', serial: 2 })
  })

  test('an eavesdropper on a link reads typed keys as keys, and the pieces of a stream as pieces', () => {
    const keys = sightsOf(played(setting({ workload: 'kind: keystrokes, rate: 5/s, for: 2s' })))
    expect([keys['key-read'], keys['chunk-read']]).toEqual([10, undefined])
    const pieces = sightsOf(played(setting({ workload: 'kind: stream, rate: 20KB/s, for: 2s' })))
    expect([pieces['key-read'], pieces['chunk-read']]).toEqual([undefined, 9])
  })

  test('an eavesdropper on a link learns secrets in bodies and tokens in heads', () => {
    const simulation = played(
      setting({
        path: 'tls: { client: token }',
        workload: `${ASKS}, carries: [password, log-line]`,
        identities: 'app: { kind: service-account-token, account: default/app }',
        eve: '',
      }).replace('vantage: passive, on: wire', 'vantage: node, on: server'),
    )
    expect(knownOf(simulation, 'secret')).toEqual(['password', 'log-line'])
    expect(knownOf(simulation, 'token')).toEqual(['app'])
  })

  test.each(['loss: 5%', 'loss: 5%, jitter: { normal: 3ms, reorder: true }', 'loss: 10%, rate: 10Mbps'])(
    'an eavesdropper on a link reads the same number of messages with %s',
    (link) => {
      const workload = 'requests: 40, request: 5KB, response: 40KB'
      const undisturbed = sightsOf(played(setting({ workload })))
      expect(undisturbed).toEqual({ 'request-read': 40, 'answer-read': 40, 'body-read': 40 * 45_000 })
      expect(sightsOf(played(setting({ workload, link })))).toEqual(undisturbed)
    },
  )

  test('an eavesdropper on a link reads nothing before its step starts, and nothing after it ends', () => {
    const workload = 'rate: 10/s, for: 3s'
    const simulation = played(setting({ workload, eve: 'at: 1s, for: 1s' }))
    expect(sightsOf(simulation)).toMatchObject({ 'request-read': 10, 'answer-read': 10 })
  })

  test('an eavesdropper on a link reads names in the handshake of TLS 1.3, and nothing more', () => {
    const simulation = played(setting({ path: 'tls: { version: 1.3 }' }))
    expect(sightsOf(simulation)).toEqual({ 'handshake-name': 1 })
    expect(knownOf(simulation, 'certificate')).toEqual([])
  })

  test('an eavesdropper on a link reads the certificates of both ends in the handshake of TLS 1.2, and nothing more', () => {
    const simulation = played(
      setting({
        path: 'tls: { version: 1.2, verify: ca, ca: ca, identity: it, client: { certificate: me }, client-ca: ca }',
        identities:
          'ca: { kind: ca }, it: { kind: certificate, issuer: ca, sans: [10.0.0.2] }, me: { kind: certificate, issuer: ca, usages: [client] }',
      }),
    )
    expect(sightsOf(simulation)).toEqual({ 'handshake-name': 3 })
    expect(knownOf(simulation, 'certificate')).toEqual(['it', 'me'])
    expect(knownOf(simulation, 'session-key')).toEqual([])
  })
})

describe('an attacker that controls one end of a session', () => {
  test.each(['client', 'server'])(
    'an attacker that controls one end of a session reads all of it, as the %s',
    (host) => {
      const text = setting({ path: 'tls: {}' }).replace('vantage: passive, on: wire', `vantage: node, on: ${host}`)
      const simulation = played(text)
      expect(sightsOf(simulation)).toEqual({ 'handshake-name': 1, ...ALL })
      expect(knownOf(simulation, 'session-key')).toEqual(['web'])
    },
  )
})

describe('two eavesdroppers', () => {
  test('two eavesdroppers each have their own events', () => {
    const text = `${setting()}  mallory: { vantage: passive, on: wire, plan: [{ technique: eavesdrop, path: web }] }\n`
    const simulation = played(text)
    expect(sightsOf(simulation, { attacker: 'eve' })).toEqual(ALL)
    expect(sightsOf(simulation, { attacker: 'mallory' })).toEqual(ALL)
  })
})

describe('a fork during eavesdropping', () => {
  test.each(['', 'tls: {}'])('a fork during eavesdropping has the same events as the original: %s', (path) => {
    const text = setting({ path, workload: 'requests: 20, request: 5KB, response: 40KB', link: 'loss: 2%' }).replace(
      'vantage: passive, on: wire',
      'vantage: node, on: client',
    )
    const whole = played(text)
    const expected = { ...sightsOf(whole), first: firstOf(whole, 'answer-read') }
    for (const atMs of [15, 33, 90, 155, 301]) {
      const simulation = beginning(scenarioOf(text))
      simulation.runUntil(atMs * MS, 1_000_000)
      const fork = simulation.fork()
      for (const each of [fork, simulation]) {
        each.runUntil(Number.POSITIVE_INFINITY, 1_000_000)
        expect({ ...sightsOf(each), first: firstOf(each, 'answer-read') }).toEqual(expected)
      }
    }
  })

  test('a fork during eavesdropping has no more events if its steps are disabled', () => {
    const simulation = beginning(scenarioOf(setting()))
    simulation.runUntil(45 * MS, 1_000_000)
    const fork = simulation.fork()
    recordOf(fork).state.disableAll()
    fork.runUntil(Number.POSITIVE_INFINITY, 1_000_000)
    expect(sightsOf(fork)).toEqual({ 'request-read': 2, 'answer-read': 1, 'body-read': 2 * 700 + 2_000 })
  })
})
