import { describe, expect, test } from 'vitest'
import type { Certificate } from '../../src/security/certificate.ts'
import {
  clientAbortFlight,
  clientFlight,
  clientHelloFlight,
  type PresentedChain,
  serverAbortFlight,
  serverFinishedFlight12,
  serverFlight,
} from '../../src/security/tls-flights.ts'
import type { KeyExchange } from '../../src/security/tls-messages.ts'
import type { TlsVersion } from '../../src/security/tls-records.ts'
import { clusterCa, MEASURED_DER_BYTES } from './kubeadm-certificates.ts'

const cipher = 'aes-128-gcm'

interface MeasuredRow {
  readonly version: TlsVersion
  readonly keyExchange: KeyExchange
  readonly key: 'rsa-2048' | 'ecdsa-p256'
  readonly auth: 'mtls' | 'server only'
  /** The sizes of the flights of client, server, client, server. */
  readonly flightsBytes: readonly number[]
}

/** The sizes on TCP, as measured with Go 1.24.4 on both sides (docs/facts/tls.md). */
const measured: readonly MeasuredRow[] = [
  { version: '1.2', keyExchange: 'x25519', key: 'rsa-2048', auth: 'mtls', flightsBytes: [268, 1374, 1216, 51] },
  { version: '1.2', keyExchange: 'x25519', key: 'rsa-2048', auth: 'server only', flightsBytes: [268, 1374, 105, 51] },
  { version: '1.2', keyExchange: 'x25519', key: 'ecdsa-p256', auth: 'mtls', flightsBytes: [268, 794, 634, 51] },
  { version: '1.3', keyExchange: 'x25519', key: 'rsa-2048', auth: 'mtls', flightsBytes: [268, 1554, 1224] },
  { version: '1.3', keyExchange: 'x25519', key: 'rsa-2048', auth: 'server only', flightsBytes: [268, 1554, 94] },
  { version: '1.3', keyExchange: 'x25519', key: 'ecdsa-p256', auth: 'mtls', flightsBytes: [268, 973, 642] },
  { version: '1.3', keyExchange: 'x25519', key: 'ecdsa-p256', auth: 'server only', flightsBytes: [268, 972, 94] },
  { version: '1.3', keyExchange: 'x25519mlkem768', key: 'rsa-2048', auth: 'mtls', flightsBytes: [1490, 2642, 1224] },
  { version: '1.3', keyExchange: 'x25519mlkem768', key: 'ecdsa-p256', auth: 'mtls', flightsBytes: [1490, 2060, 643] },
  {
    version: '1.3',
    keyExchange: 'x25519mlkem768',
    key: 'ecdsa-p256',
    auth: 'server only',
    flightsBytes: [1490, 2061, 94],
  },
]

/** The flights of a measured handshake, in which the server requests client certificates of `CN=kubernetes`. */
function flightsBytes({ version, keyExchange, key, auth }: MeasuredRow): number[] {
  const der = MEASURED_DER_BYTES[key]
  const authority: Certificate = clusterCa(key)
  const chainOf = (derBytes: number): PresentedChain => ({ chainBytes: [derBytes], key })
  const flights = [
    clientHelloFlight({ serverName: 'kubernetes', alpn: ['h2', 'http/1.1'], keyExchange }),
    serverFlight(version, {
      keyExchange,
      protocol: 'h2',
      presented: chainOf(der.server),
      certificateRequest: { authorities: [authority] },
      cipher,
    }),
    clientFlight(version, {
      isCertificateRequested: true,
      presented: auth === 'mtls' ? chainOf(der.client) : null,
      cipher,
    }),
  ]
  if (version === '1.2') flights.push(serverFinishedFlight12(cipher))
  return flights.map((flight) => flight.bytes)
}

describe('an RSA key exchange', () => {
  const { server, client } = MEASURED_DER_BYTES['rsa-2048']
  const chainOf = (derBytes: number): PresentedChain => ({ chainBytes: [derBytes], key: 'rsa-2048' })

  test('an RSA key exchange adds four cipher suites to the ClientHello', () => {
    const helloBytes = (keyExchange: KeyExchange) =>
      clientHelloFlight({ serverName: 'kubernetes', alpn: ['h2'], keyExchange }).bytes
    expect(helloBytes('rsa') - helloBytes('x25519')).toBe(4 * 2)
  })

  test('an RSA key exchange has a server flight without a ServerKeyExchange message', () => {
    const flight = serverFlight('1.2', {
      keyExchange: 'rsa',
      protocol: 'h2',
      presented: chainOf(server),
      certificateRequest: { authorities: [clusterCa('rsa-2048')] },
      cipher,
    })
    expect(flight.parts.map(({ message }) => message)).toEqual([
      'server-hello',
      'certificate',
      'certificate-request',
      'server-hello-done',
    ])
    expect(flight.bytes).toBe(1374 - (5 + 4 + 1 + 2 + (1 + 32) + 2 + (2 + 256)))
  })

  test('an RSA key exchange has an encrypted secret as long as the RSA key, instead of a curve point, in ClientKeyExchange', () => {
    const parameters = { isCertificateRequested: true, presented: chainOf(client), cipher } as const
    const flight = clientFlight('1.2', { ...parameters, encryptsTo: 'rsa-2048' })
    expect(flight.parts.find(({ message }) => message === 'client-key-exchange')?.bytes).toBe(5 + 4 + 2 + 256)
    expect(flight.bytes).toBe(1216 - (1 + 32) + (2 + 256))
  })
})

describe('a handshake between Go 1.24 peers', () => {
  test.each(measured.filter((row) => row.key === 'rsa-2048'))(
    'a Go 1.24 handshake with TLS $version $keyExchange $key $auth has flights of the measured sizes',
    (row) => {
      expect(flightsBytes(row)).toEqual(row.flightsBytes)
    },
  )

  test.each(measured.filter((row) => row.key === 'ecdsa-p256'))(
    'a Go 1.24 handshake with TLS $version $keyExchange $key $auth has flights of the measured sizes within a byte for each ECDSA signature',
    (row) => {
      const computed = flightsBytes(row)
      expect(computed).toHaveLength(row.flightsBytes.length)
      computed.forEach((bytes, i) => {
        expect(Math.abs(bytes - row.flightsBytes[i])).toBeLessThanOrEqual(1)
      })
    },
  )
})

describe('a TLS handshake, to an observer', () => {
  const presented: PresentedChain = { chainBytes: [839], key: 'rsa-2048' }

  test('an observer of a TLS handshake sees the client certificate in 1.2, and only its size in 1.3', () => {
    const certificateOf = (version: TlsVersion) =>
      clientFlight(version, { isCertificateRequested: true, presented, cipher }).parts.find(
        (part) => part.message === 'certificate',
      )
    expect(certificateOf('1.2')).toEqual({ message: 'certificate', bytes: 854, isSealed: false })
    expect(certificateOf('1.3')).toEqual({ message: 'certificate', bytes: 874, isSealed: true })
  })

  test('a TLS handshake has no client certificate message if the server requests none', () => {
    const flight = clientFlight('1.3', { isCertificateRequested: false, presented, cipher })
    expect(flight.parts.map((part) => part.message)).toEqual(['change-cipher-spec', 'finished'])
    expect(flight.bytes).toBe(64)
  })

  test('a TLS handshake has flights as long as the sum of their records', () => {
    const flight = serverFlight('1.3', {
      keyExchange: 'x25519',
      protocol: null,
      presented,
      certificateRequest: null,
      cipher,
    })
    expect(flight.parts.map((part) => [part.message, part.bytes])).toEqual([
      ['server-hello', 127],
      ['change-cipher-spec', 6],
      ['encrypted-extensions', 28],
      ['certificate', 874],
      ['certificate-verify', 286],
      ['finished', 58],
    ])
    expect(flight.bytes).toBe(127 + 6 + 28 + 874 + 286 + 58)
  })
})

describe('a refused TLS certificate', () => {
  test('a refused TLS certificate costs the client an alert, encrypted in 1.3 and after the buffered ChangeCipherSpec', () => {
    expect(clientAbortFlight('1.2', cipher).bytes).toBe(7)
    expect(clientAbortFlight('1.3', cipher).bytes).toBe(6 + 24)
  })

  test('a refused TLS certificate costs the server an alert only', () => {
    expect(serverAbortFlight('1.2', cipher).bytes).toBe(7)
    expect(serverAbortFlight('1.3', cipher).bytes).toBe(24)
  })
})
