import { describe, expect, test } from 'vitest'
import type { Certificate } from '../../src/security/certificate.ts'
import {
  checkCommonName,
  hasName,
  type VerificationRule,
  verifyCertificate,
} from '../../src/security/verify-certificate.ts'
import { apiserverServing, clusterCa, kubeletClient } from './kubeadm-certificates.ts'

const ca = clusterCa('ecdsa-p256')
const serving = apiserverServing('ecdsa-p256')
const client = kubeletClient('ecdsa-p256')

function ruleFor(changes: Partial<Extract<VerificationRule, { kind: 'ca' }>> = {}): VerificationRule {
  return { kind: 'ca', ca, expectedName: 'kubernetes.default.svc', usage: 'server', nowS: 0, ...changes }
}

describe('the verification of a certificate', () => {
  test('the verification of a certificate accepts a certificate of the trusted CA with the right name, usage and validity', () => {
    expect(verifyCertificate(serving, ruleFor())).toBeNull()
    expect(verifyCertificate(serving, ruleFor({ expectedName: '10.96.0.1' }))).toBeNull()
    expect(verifyCertificate(client, ruleFor({ expectedName: null, usage: 'client' }))).toBeNull()
  })

  test('the verification of a certificate with the rule none accepts any certificate', () => {
    const forged: Certificate = { ...serving, name: 'forged', issuer: null, sans: [], notAfterS: -1 }
    expect(verifyCertificate(forged, { kind: 'none' })).toBeNull()
  })

  test('the verification of a certificate refuses a self-signed kubelet certificate, whatever its name', () => {
    const selfSigned: Certificate = { ...serving, name: 'kubelet', issuer: null }
    expect(verifyCertificate(selfSigned, ruleFor())).toBe('unknown-authority')
  })

  test('the verification of a certificate accepts a self-signed certificate that is itself trusted', () => {
    const pinned: Certificate = { ...serving, name: 'kubelet', issuer: null }
    expect(verifyCertificate(pinned, ruleFor({ ca: pinned }))).toBeNull()
  })

  test('the verification of a certificate refuses a certificate of another CA with the same name', () => {
    const otherCa: Certificate = { ...ca, name: 'other-ca' }
    expect(verifyCertificate({ ...serving, issuer: 'other-ca' }, ruleFor())).toBe('unknown-authority')
    expect(verifyCertificate({ ...serving, issuer: 'other-ca' }, ruleFor({ ca: otherCa }))).toBeNull()
  })

  test('the verification of a certificate refuses one that a leaf has signed, because a node certificate is no CA', () => {
    const signedByLeaf: Certificate = { ...serving, name: 'forged', issuer: client.name }
    expect(verifyCertificate(signedByLeaf, ruleFor({ ca: client }))).toBe('unknown-authority')
  })

  test('the verification of a certificate refuses a client certificate of a server', () => {
    const misused: Certificate = { ...client, sans: ['kubernetes.default.svc'] }
    expect(verifyCertificate(misused, ruleFor())).toBe('wrong-usage')
  })

  test('the verification of a certificate refuses a usage that the CA does not have, though the certificate has it', () => {
    expect(verifyCertificate(serving, ruleFor({ ca: { ...ca, usages: ['client'] } }))).toBe('wrong-usage')
    expect(verifyCertificate(serving, ruleFor({ ca: { ...ca, usages: ['client', 'server'] } }))).toBeNull()
  })

  test('the verification of a certificate does not match an address as a host name, not even with a final dot', () => {
    expect(hasName({ ...serving, sans: ['10.0.0.1'] }, '10.0.0.1')).toBe(true)
    expect(hasName({ ...serving, sans: ['10.0.0.1'] }, '10.0.0.1.')).toBe(false)
  })

  test('the verification of a certificate accepts a certificate without usages for any usage', () => {
    expect(verifyCertificate({ ...serving, usages: [] }, ruleFor())).toBeNull()
  })

  test('the validity of a certificate includes its first and last second', () => {
    const brief: Certificate = { ...serving, notBeforeS: 10, notAfterS: 20 }
    const at = (nowS: number) => verifyCertificate(brief, ruleFor({ nowS }))
    expect([9, 10, 20, 21].map(at)).toEqual(['not-yet-valid', null, null, 'expired'])
  })

  test('the verification of a certificate reports those of an expired CA as expired', () => {
    expect(verifyCertificate(serving, ruleFor({ ca: { ...ca, notAfterS: -1 } }))).toBe('expired')
  })

  test('the verification of a certificate returns the first error in the order of Go: validity, name, authority, usage', () => {
    const broken: Certificate[] = [{ ...client, issuer: null, sans: [], notAfterS: -1 }]
    broken.push({ ...broken[0], notAfterS: 1 })
    broken.push({ ...broken[1], sans: ['kubernetes.default.svc'] })
    broken.push({ ...broken[2], issuer: ca.name })
    broken.push({ ...broken[3], usages: ['server'] })
    expect(broken.map((certificate) => verifyCertificate(certificate, ruleFor()))).toEqual([
      'expired',
      'name-mismatch',
      'unknown-authority',
      'wrong-usage',
      null,
    ])
  })
})

describe('the names of a certificate', () => {
  const named = (...sans: string[]): Certificate => ({ ...serving, cn: 'node-1', sans })

  test('the names of a certificate do not include the common name', () => {
    expect(hasName(named('other'), 'node-1')).toBe(false)
  })

  test('the names of a certificate compare without case, and without a trailing dot', () => {
    expect(hasName(named('Node-1.Example.COM'), 'node-1.example.com')).toBe(true)
    expect(hasName(named('node-1.example.com'), 'NODE-1.example.com.')).toBe(true)
  })

  test('the names of a certificate may have a wildcard for the whole first label', () => {
    const wildcard = named('*.example.com')
    expect(hasName(wildcard, 'a.example.com')).toBe(true)
    expect(['example.com', 'a.b.example.com', '.example.com'].some((host) => hasName(wildcard, host))).toBe(false)
    expect(hasName(named('a.*.com'), 'a.example.com')).toBe(false)
    expect(hasName(named('*'), 'localhost')).toBe(false)
  })

  test('the names of a certificate have as many labels as the host', () => {
    for (const name of ['a.example.com', '*.example.com']) {
      expect(hasName(named(name), 'a.example.com.attacker')).toBe(false)
      expect(hasName(named(name), 'a.example')).toBe(false)
    }
  })

  test('the names of a certificate match an address only with an equal address', () => {
    expect(hasName(named('10.0.0.1'), '10.0.0.1')).toBe(true)
    expect(hasName(named('*.0.0.1'), '10.0.0.1')).toBe(false)
    expect(hasName(named('10.0.0.1'), '10.0.0.2')).toBe(false)
  })
})

test('an expected common name must match exactly, in addition (KEP-4872)', () => {
  expect(checkCommonName(client, null)).toBeNull()
  expect(checkCommonName(client, client.cn)).toBeNull()
  expect(checkCommonName(client, `${client.cn}-2`)).toBe('name-mismatch')
  expect(checkCommonName(client, client.cn.toUpperCase())).toBe('name-mismatch')
})
