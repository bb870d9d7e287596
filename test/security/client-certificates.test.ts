import { describe, expect, test } from 'vitest'
import type { Certificate } from '../../src/security/certificate.ts'
import type { ClientCertificates, TlsClient, TlsServer } from '../../src/security/tls-parameters.ts'
import { ms } from '../fixtures/lab.ts'
import { TlsLab } from '../fixtures/tls-lab.ts'
import { apiserverServing, clusterCa, kubeletClient } from './kubeadm-certificates.ts'
import { tlsClient, tlsServer } from './tls-ends.ts'

const ca = clusterCa('ecdsa-p256')
const serving = { certificate: apiserverServing('ecdsa-p256'), issuer: ca }
const node = kubeletClient('ecdsa-p256')
const otherCa: Certificate = { ...ca, name: 'other-ca' }
const forged: Certificate = { ...node, name: 'forged', issuer: 'other-ca' }

const client = tlsClient({ recordSizing: 'go' })
const server = tlsServer({
  presents: serving,
  clientCertificates: 'requested',
  clientAuthority: ca,
  recordSizing: 'go',
})

function labOf(clientChanges: Partial<TlsClient>, serverChanges: Partial<TlsServer> = {}): TlsLab {
  return new TlsLab({ client: { ...client, ...clientChanges }, server: { ...server, ...serverChanges } })
}

function issued(certificate: Certificate): TlsClient['presents'] {
  return { certificate, issuer: certificate.issuer === ca.name ? ca : otherCa }
}

/** The name of the client certificate that the server knows, or the error that ends the connection. */
function outcome(clientChanges: Partial<TlsClient>, serverChanges: Partial<TlsServer>): string {
  const lab = labOf(clientChanges, serverChanges)
  lab.run(ms(500))
  const { asking, served, tls } = lab
  if (asking.failure !== null) return `the client learns: ${asking.failure}`
  expect(served.receivedBytes).toBe(10)
  expect(tls.clientCertificateOf(lab.streams.table.rowAt(asking.stream))).toBeNull()
  return tls.clientCertificateOf(lab.streams.table.rowAt(served.stream))?.name ?? 'nobody'
}

describe.each(['1.2', '1.3'] as const)('client certificates in TLS %s', (version) => {
  const stories: readonly (readonly [ClientCertificates, Certificate | null, string])[] = [
    // Kubernetes: whatever is shown is taken, and HTTP gets to see it.
    ['requested', node, node.name],
    ['requested', forged, 'forged'],
    ['requested', { ...node, name: 'old', notAfterS: -1 }, 'old'],
    ['requested', null, 'nobody'],
    ['none', node, 'nobody'],
    ['verified', node, node.name],
    ['verified', null, 'nobody'],
    ['verified', forged, 'the client learns: client certificate refused'],
    // Konnectivity's server for agents.
    ['required', node, node.name],
    ['required', null, 'the client learns: client certificate refused'],
    ['required', forged, 'the client learns: client certificate refused'],
  ]

  test.each(stories)(
    'client certificates in TLS are handled by a server with client certificates %s',
    (clientCertificates, certificate, expected) => {
      const presents = certificate === null ? null : issued(certificate)
      expect(outcome({ version, presents }, { clientCertificates })).toBe(expected)
    },
  )

  test('client certificates are not sent if the client expects another common name of the server', () => {
    const kubelet = { ...serving.certificate, cn: 'system:node:node-1' }
    const shows = { presents: { certificate: kubelet, issuer: ca } }
    const asks = { version, trusts: ca }
    expect(outcome({ ...asks, expectedCommonName: 'system:node:node-1' }, shows)).toBe('nobody')
    expect(outcome({ ...asks, expectedCommonName: 'system:node:node-2' }, shows)).toBe(
      'the client learns: x509: certificate is not valid for this name',
    )
  })
})

test('a server knows no client certificate before the handshake is complete', () => {
  const lab = labOf({ presents: issued(node) })
  lab.run(ms(35))
  expect(lab.tls.clientCertificateOf(lab.streams.table.rowAt(lab.served.stream))).toBeNull()
  lab.run(ms(500))
  expect(lab.tls.clientCertificateOf(lab.streams.table.rowAt(lab.served.stream))).toEqual(node)
})

test('a connection without TLS has no client certificate', () => {
  const lab = labOf({ presents: issued(node) })
  expect(lab.tls.clientCertificateOf(lab.dial(80, 'plain'))).toBeNull()
})
