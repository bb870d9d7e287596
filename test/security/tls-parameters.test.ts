import { expect, test } from 'vitest'
import { certificateSizeBytes, distinguishedNameBytes } from '../../src/security/certificate.ts'
import { handshakeSizes, type TlsClient, type TlsServer } from '../../src/security/tls-parameters.ts'
import { apiserverServing, clusterCa, kubeletClient } from './kubeadm-certificates.ts'

const ca = clusterCa('ecdsa-p256')
const serving = { certificate: apiserverServing('ecdsa-p256'), issuer: ca }
const kubelet = { certificate: kubeletClient('ecdsa-p256'), issuer: ca }
const client: TlsClient = {
  version: '1.3',
  keyExchange: 'x25519',
  alpn: [],
  serverName: 'kubernetes',
  trusts: null,
  expectedCommonName: null,
  presents: kubelet,
  recordSizing: 'go',
}
const server: TlsServer = {
  presents: serving,
  clientCertificates: 'requested',
  clientAuthority: ca,
  protocol: null,
  recordSizing: 'go',
}

/** An entry of a chain has a length of three bytes, in TLS 1.3 also that of its extensions (RFC 8446 section 4.4.2). */
test.each([
  ['1.2', 3],
  ['1.3', 3 + 2],
] as const)('an issuer’s certificate is sent after the leaf only if configured (TLS %s)', (version, entryBytes) => {
  const sizesOf = (chain: { readonly isIssuerSent?: boolean }) =>
    handshakeSizes(
      { ...client, version, presents: { ...kubelet, ...chain } },
      { ...server, presents: { ...serving, ...chain } },
    )
  const absent = sizesOf({})
  const without = sizesOf({ isIssuerSent: false })
  const sent = sizesOf({ isIssuerSent: true })
  const issuerBytes = entryBytes + certificateSizeBytes(ca, ca)
  expect(absent).toEqual(without)
  expect(sent.serverFlightBytes - without.serverFlightBytes).toBe(issuerBytes)
  expect(sent.clientFlightBytes - without.clientFlightBytes).toBe(issuerBytes)
  expect(sent.clientHelloBytes).toBe(without.clientHelloBytes)
})

test.each([
  [['h2', 'http/1.1'], 'h2', 'h2'],
  [['http/1.1'], 'h2', 'http/1.1'],
  [[], 'h2', null],
  [['h2'], null, null],
])('a client that offers %s to a server of %s gets %s by ALPN', (alpn, protocol, negotiated) => {
  const bytesOf = (changes: Partial<TlsServer>) => handshakeSizes({ ...client, alpn }, { ...server, ...changes })
  // The extension's type and length, the list's length, the name's length (RFC 7301 section 3.1).
  const extensionBytes = negotiated === null ? 0 : 4 + 2 + 1 + negotiated.length
  const plainBytes = handshakeSizes(client, server).serverFlightBytes
  expect(bytesOf({ protocol }).serverFlightBytes - plainBytes).toBe(extensionBytes)
})

/** 1.3 has no certificate_authorities extension for no names (RFC 8446 section 4.2.4), 1.2 an empty list. */
test.each([
  ['1.2', 2],
  ['1.3', 4 + 2 + 2],
] as const)(
  'a request for client certificates names the CA only of a server that has one (TLS %s)',
  (version, entryBytes) => {
    const bytesOf = (clientAuthority: TlsServer['clientAuthority']) =>
      handshakeSizes({ ...client, version }, { ...server, clientAuthority }).serverFlightBytes
    expect(bytesOf(ca) - bytesOf(null)).toBe(entryBytes + distinguishedNameBytes(ca))
  },
)
