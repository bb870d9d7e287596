import { expect, test } from 'vitest'
import {
  type Certificate,
  certificateSizeBytes,
  distinguishedNameBytes,
  isIpv4Address,
  publicKeyInfoBytes,
  signatureAlgorithmBytes,
  signatureBytes,
} from '../../src/security/certificate.ts'
import { apiserverServing, clusterCa, kubeletClient, MEASURED_DER_BYTES } from './kubeadm-certificates.ts'

test('certificates with RSA keys have the same sizes as those of Go', () => {
  const ca = clusterCa('rsa-2048')
  expect(certificateSizeBytes(ca, ca)).toBe(MEASURED_DER_BYTES['rsa-2048'].ca)
  expect(certificateSizeBytes(apiserverServing('rsa-2048'), ca)).toBe(MEASURED_DER_BYTES['rsa-2048'].server)
  expect(certificateSizeBytes(kubeletClient('rsa-2048'), ca)).toBe(MEASURED_DER_BYTES['rsa-2048'].client)
})

test('certificates with P-256 keys have the same sizes as those of Go, within one byte for the signature', () => {
  const ca = clusterCa('ecdsa-p256')
  expect(certificateSizeBytes(ca, ca)).toBe(MEASURED_DER_BYTES['ecdsa-p256'].ca - 1) // measured with a signature of 72
  expect(certificateSizeBytes(apiserverServing('ecdsa-p256'), ca)).toBe(MEASURED_DER_BYTES['ecdsa-p256'].server)
  expect(certificateSizeBytes(kubeletClient('ecdsa-p256'), ca)).toBe(MEASURED_DER_BYTES['ecdsa-p256'].client)
})

test('a signature has the size of the issuer’s key, not of the subject’s', () => {
  const rsa = clusterCa('rsa-2048')
  const ecdsa = clusterCa('ecdsa-p256')
  const leaf = apiserverServing('ecdsa-p256')
  // 256 octets against 71, algorithm identifiers of 15 against 12 octets, twice; the BIT STRING's length takes two more
  expect(certificateSizeBytes(leaf, rsa) - certificateSizeBytes(leaf, ecdsa)).toBe(256 - 71 + 2 * 3 + 2)
})

test('a P-256 leaf certificate has nearly the 389 bytes stated in bench/fidelity/README.md', () => {
  const ca: Certificate = { ...clusterCa('ecdsa-p256'), cn: 'ca', sans: [] }
  const leaf: Certificate = { ...apiserverServing('ecdsa-p256'), cn: 'server', sans: ['node', '127.0.0.1', '10.0.0.2'] }
  expect(certificateSizeBytes(leaf, ca)).toBe(395)
})

test('a signature has the size of the RSA modulus, a fixed size for Ed25519 and the usual size for ECDSA', () => {
  expect([signatureBytes('rsa-2048'), signatureBytes('ed25519'), signatureBytes('ecdsa-p256')]).toEqual([256, 64, 71])
})

test('the identifier of a key has the parameters of its algorithm, and the key the size that OpenSSL writes', () => {
  const keys = ['rsa-2048', 'ecdsa-p256', 'ed25519'] as const
  expect(keys.map(signatureAlgorithmBytes)).toEqual([15, 12, 7])
  expect(keys.map(publicKeyInfoBytes)).toEqual([294, 91, 44])
})

test('a certificate name has an attribute for each organization, and one for the CN unless it is empty', () => {
  expect(distinguishedNameBytes({ cn: '', organizations: [] })).toBe(2)
  expect(distinguishedNameBytes({ cn: 'ca', organizations: [] })).toBe(2 + 13)
  expect(distinguishedNameBytes({ cn: '', organizations: ['o'] })).toBe(2 + 12)
  expect(distinguishedNameBytes({ cn: 'ca', organizations: ['o', 'p'] })).toBe(2 + 13 + 22)
})

test('isIpv4Address distinguishes addresses from names', () => {
  expect(['10.96.0.1', '255.255.255.255'].every(isIpv4Address)).toBe(true)
  expect(['10.96.0', '10.96.0.256', '10.96.0.01', 'a.b.c.d', ''].some(isIpv4Address)).toBe(false)
})
