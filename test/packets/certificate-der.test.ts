import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { certificateDer } from '../../src/packets/encode/certificate-der.ts'
import { type Certificate, certificateSizeBytes, type KeyAlgorithm } from '../../src/security/certificate.ts'

const KEYS: readonly KeyAlgorithm[] = ['ecdsa-p256', 'rsa-2048', 'ed25519']

function authority(key: KeyAlgorithm): Certificate {
  return {
    name: 'ca',
    issuer: null,
    cn: 'kubernetes',
    organizations: [],
    sans: [],
    usages: [],
    key,
    notBeforeS: -3600,
    notAfterS: 315_360_000,
    isAuthority: true,
  }
}

function leaf(key: KeyAlgorithm): Certificate {
  return {
    ...authority(key),
    name: 'kubelet',
    issuer: 'ca',
    cn: 'system:node:node-1',
    organizations: ['system:nodes'],
    sans: ['node-1', '*.nodes_of.example', '10.0.0.1'],
    usages: ['server', 'client'],
    isAuthority: false,
  }
}

describe('certificateDer', () => {
  test.each(KEYS.flatMap((key) => KEYS.map((issuerKey) => [key, issuerKey] as const)))(
    'certificateDer has the size that was planned for a key %s signed by %s',
    (key, issuerKey) => {
      const ca = authority(issuerKey)
      expect(certificateDer(ca, ca)).toHaveLength(certificateSizeBytes(ca, ca))
      expect(certificateDer(leaf(key), ca)).toHaveLength(certificateSizeBytes(leaf(key), ca))
    },
  )

  test('certificateDer is read by another implementation with the names, usages and times of the certificate', () => {
    const read = new X509Certificate(certificateDer(leaf('rsa-2048'), authority('rsa-2048')))
    expect(read.subject).toBe('O=system:nodes\nCN=system:node:node-1')
    expect(read.issuer).toBe('CN=kubernetes')
    expect(read.subjectAltName).toBe('DNS:node-1, DNS:*.nodes_of.example, IP Address:10.0.0.1')
    expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
    expect(read.validFrom).toBe('Dec 31 23:00:00 2025 GMT')
    expect(read.validTo).toBe('Dec 30 00:00:00 2035 GMT')
    expect(read.ca).toBe(false)
  })

  test('certificateDer marks a certificate authority', () => {
    const ca = authority('ecdsa-p256')
    expect(new X509Certificate(certificateDer(ca, ca)).ca).toBe(true)
  })
})
