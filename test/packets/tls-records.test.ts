import { describe, expect, test } from 'vitest'
import { encodeClientHello, encodeFlight } from '../../src/packets/encode/tls-records.ts'
import type { Certificate, KeyAlgorithm } from '../../src/security/certificate.ts'
import type { KeyExchange } from '../../src/security/tls-messages.ts'
import { handshakeFlights, type TlsClient, type TlsServer } from '../../src/security/tls-parameters.ts'
import type { TlsVersion } from '../../src/security/tls-records.ts'

const CA: Certificate = {
  name: 'ca',
  issuer: null,
  cn: 'kubernetes',
  organizations: [],
  sans: [],
  usages: [],
  key: 'rsa-2048',
  notBeforeS: 0,
  notAfterS: 1,
  isAuthority: true,
}

function ends(version: TlsVersion, keyExchange: KeyExchange, key: KeyAlgorithm, asksForCertificate: boolean) {
  const certificate = { ...CA, name: 'server', issuer: 'ca', cn: 'server', key, isAuthority: false }
  const presents = { certificate, issuer: CA, isIssuerSent: true }
  const client: TlsClient = {
    version,
    keyExchange,
    alpn: ['h2', 'http/1.1'],
    serverName: 'kubernetes.default.svc',
    trusts: CA,
    expectedCommonName: null,
    presents: asksForCertificate ? presents : null,
    recordSizing: 'go',
  }
  const server: TlsServer = {
    presents,
    clientCertificates: asksForCertificate ? 'required' : 'none',
    clientAuthority: asksForCertificate ? CA : null,
    protocol: 'h2',
    recordSizing: 'go',
  }
  return { client, server, clientName: 'c'.repeat(16), serverName: 's'.repeat(16) }
}

const CASES = (['1.2', '1.3'] as const).flatMap((version) =>
  (version === '1.2' ? (['x25519', 'rsa'] as const) : (['x25519', 'x25519mlkem768'] as const)).flatMap((exchange) =>
    (['ecdsa-p256', 'rsa-2048', 'ed25519'] as const).flatMap((key) =>
      [true, false].map((asks) => [version, exchange, key, asks] as const),
    ),
  ),
)

/** Returns the types and lengths of the records that bytes consist of; throws when they do not. */
function recordsIn(bytes: Uint8Array): string[] {
  const found: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = (bytes[at + 3] << 8) | bytes[at + 4]
    found.push(`${bytes[at]}:${length}`)
    at += 5 + length
    if (at > bytes.length) throw new Error('a record is longer than the flight')
  }
  return found
}

describe('flights of TLS', () => {
  test.each(CASES)(
    'flights of TLS %s with %s, a key %s and a client certificate: %s have the planned sizes',
    (...given) => {
      const session = ends(...given)
      const flights = handshakeFlights(session.client, session.server)
      const names = [
        'clientHello',
        'server',
        'client',
        ...(given[0] === '1.2' ? ['serverFinished' as const] : []),
      ] as const
      for (const name of names) {
        const bytes = encodeFlight(name, session)
        expect(bytes).toHaveLength(flights[name].bytes)
        expect(recordsIn(bytes)).toHaveLength(flights[name].parts.length)
      }
    },
  )

  test('a ClientHello has its server name and protocols in plaintext', () => {
    const { client } = ends('1.3', 'x25519', 'rsa-2048', false)
    const text = new TextDecoder('latin1').decode(encodeClientHello(client, 'c'))
    expect(text).toContain('kubernetes.default.svc')
    expect(text).toContain('\u0002h2\u0008http/1.1')
  })

  test('a certificate is encrypted in TLS 1.3, and plaintext in TLS 1.2', () => {
    const inClear = (version: TlsVersion) =>
      new TextDecoder('latin1')
        .decode(encodeFlight('server', ends(version, 'x25519', 'rsa-2048', false)))
        .includes('kubernetes')
    expect(inClear('1.2')).toBe(true)
    expect(inClear('1.3')).toBe(false)
  })
})
