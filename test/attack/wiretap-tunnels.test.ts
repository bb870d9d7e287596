import { describe, expect, test } from 'vitest'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { beginning, scenarioOf } from '../fixtures/simulations.ts'
import { knownOf, played, recordOf, sightsOf } from './wiretap-lab.ts'

/** A scenario with a tunnel that ends at the server's own sshd and goes on over its loopback. */
function tunnelled(path: string, eve: string): string {
  return `version: 1
hosts: { client: { cpu: instant }, server: { cpu: instant } }
links: { wire: { between: [client, server], delay: 10ms } }
paths: { web: { from: client, to: server, ${path} tunnel: { kind: ssh } } }
workloads: { asks: { path: web, requests: 3, request: 700B, response: 2KB } }
attackers:
  eve: { ${eve}, plan: [{ technique: eavesdrop, path: web }] }
`
}

const ALL = { 'request-read': 3, 'answer-read': 3, 'body-read': 3 * 2_700 }

describe('an SSH tunnel', () => {
  test('an SSH tunnel reveals algorithm names and the host key to an eavesdropper, and nothing of its content', () => {
    const simulation = played(tunnelled('', 'vantage: passive, on: wire'))
    expect(sightsOf(simulation)).toEqual({ 'handshake-name': 2 })
    expect(knownOf(simulation, 'host-key')).toEqual(['server'])
  })

  test('an SSH tunnel is read by the host at which it ends, which observes each message twice and counts it once', () => {
    expect(sightsOf(played(tunnelled('', 'vantage: node, on: server')))).toMatchObject(ALL)
  })

  test('an SSH tunnel hides TLS for another host from the host at which it ends', () => {
    const text = tunnelled('tls: {},', 'vantage: node, on: via')
      .replace('hosts: {', 'hosts: { via: { cpu: instant },')
      .replace('between: [client, server]', 'between: [client, via]')
      .replace('links: {', 'links: { inner: { between: [via, server], delay: 1ms },')
      .replace('{ kind: ssh }', '{ kind: ssh, via: via }')
    const simulation = played(text)
    expect(sightsOf(simulation)['request-read']).toBeUndefined()
    expect(sightsOf(simulation)['handshake-name']).toBeGreaterThan(2)
    expect(sightsOf(played(text.replace('tls: {},', '')))).toMatchObject(ALL)
  })
})

describe('an RSA key exchange', () => {
  function watched(keyExchange: string): Simulation {
    return beginning(
      scenarioOf(`version: 1
hosts: { client: { cpu: instant }, server: { cpu: instant } }
links: { wire: { between: [client, server], delay: 10ms } }
identities: { it: { kind: certificate, key: rsa-2048, sans: [server] } }
paths: { web: { from: client, to: server, tls: { version: 1.2, verify: none, identity: it, key-exchange: ${keyExchange} } } }
workloads: { asks: { path: web, requests: 3, request: 700B, response: 2KB, carries: [password] } }
attackers: { eve: { vantage: passive, on: wire, plan: [{ technique: eavesdrop, path: web }] } }
`),
    )
  }

  function learnKey(simulation: Simulation): void {
    const { knowledge, plan } = recordOf(simulation)
    for (const certificate of plan.certificates.keys())
      knowledge.learn({
        attacker: 0,
        step: 0,
        kind: 'certificate-key',
        subject: certificate,
        path: 0,
        direction: -1,
        serial: -1,
      })
  }

  test('a stolen server key decrypts a recording with RSA key exchange, at the tick of the theft, with the packets as evidence', () => {
    const simulation = watched('rsa')
    simulation.runUntil(Number.POSITIVE_INFINITY, 1_000_000)
    expect(sightsOf(simulation)).toEqual({ 'handshake-name': 2 })
    expect(knownOf(simulation, 'secret')).toEqual([])
    learnKey(simulation)
    expect(sightsOf(simulation)).toEqual({ 'handshake-name': 2, ...ALL })
    expect(knownOf(simulation, 'secret')).toEqual(['password'])
    const { events: tally } = recordOf(simulation)
    expect(tally.firstTick(0, 0, 'request-read')).toBe(simulation.timeline.now)
    expect(tally.firstPacket(0, 0, 'request-read').serial).toBeGreaterThan(0)
    expect(knownOf(simulation, 'session-key')).toEqual(['web'])
  })

  test('a server key that is stolen during an RSA session decrypts the rest as it passes, each message once', () => {
    for (const atMs of [61, 75, 85, 95, 110]) {
      const simulation = watched('rsa')
      simulation.runUntil(atMs * 1e6, 1_000_000)
      learnKey(simulation)
      simulation.runUntil(Number.POSITIVE_INFINITY, 1_000_000)
      expect(sightsOf(simulation)).toEqual({ 'handshake-name': 2, ...ALL })
    }
  })

  test('a stolen key decrypts recordings with RSA key exchange only: the others have forward secrecy', () => {
    const simulation = watched('x25519')
    simulation.runUntil(Number.POSITIVE_INFINITY, 1_000_000)
    learnKey(simulation)
    expect(sightsOf(simulation)).toEqual({ 'handshake-name': 2 })
  })
})
