import { expect, test } from 'vitest'
import { certificatePemBytes, certificateRequestPemBytes } from '../../src/security/certificate-request.ts'
import { apiserverServing, clusterCa } from './kubeadm-certificates.ts'

const node1 = { cn: 'system:node:node-1', organizations: ['system:nodes'], sans: [] }

test('certificate requests have the same sizes as those of OpenSSL 3.5.9', () => {
  // openssl req -new -nodes -subj "/O=system:nodes/CN=system:node:node-1", -newkey ec (P-256), or rsa:2048
  expect(certificateRequestPemBytes({ ...node1, key: 'ecdsa-p256' })).toBe(400)
  expect(certificateRequestPemBytes({ ...node1, key: 'rsa-2048' })).toBe(936)
  // and with -addext subjectAltName=DNS:node-1,IP:10.0.0.1
  expect(certificateRequestPemBytes({ ...node1, sans: ['node-1', '10.0.0.1'], key: 'rsa-2048' })).toBe(993)
})

test('a certificate in PEM is a third longer than in DER, with a line for each 48 bytes', () => {
  // 907 bytes: 1212 characters in 19 lines, and 28 and 26 around them.
  expect(certificatePemBytes(apiserverServing('rsa-2048'), clusterCa('rsa-2048'))).toBe(1212 + 19 + 28 + 26)
})
