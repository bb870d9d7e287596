import { describe, expect, test } from 'vitest'
import type { Certificate } from '../../src/security/certificate.ts'
import {
  alertOfRefusal,
  checkCommonName,
  hasName,
  type Refusal,
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

describe('the rule of a verifying side', () => {
  test('accepts a certificate of its CA for the name, the usage and the time', () => {
    expect(verifyCertificate(serving, ruleFor())).toBeNull()
    expect(verifyCertificate(serving, ruleFor({ expectedName: '10.96.0.1' }))).toBeNull()
    expect(verifyCertificate(client, ruleFor({ expectedName: null, usage: 'client' }))).toBeNull()
  })

  test('none believes anybody', () => {
    const forged: Certificate = { ...serving, name: 'forged', issuer: null, sans: [], notAfterS: -1 }
    expect(verifyCertificate(forged, { kind: 'none' })).toBeNull()
  })

  test('refuses a self-signed kubelet certificate, whatever it is called', () => {
    const selfSigned: Certificate = { ...serving, name: 'kubelet', issuer: null }
    expect(verifyCertificate(selfSigned, ruleFor())).toBe('unknown-authority')
  })

  test('accepts a self-signed certificate that it trusts as such', () => {
    const pinned: Certificate = { ...serving, name: 'kubelet', issuer: null }
    expect(verifyCertificate(pinned, ruleFor({ ca: pinned }))).toBeNull()
  })

  test('refuses what another CA of the same name has signed', () => {
    const otherCa: Certificate = { ...ca, name: 'other-ca' }
    expect(verifyCertificate({ ...serving, issuer: 'other-ca' }, ruleFor())).toBe('unknown-authority')
    expect(verifyCertificate({ ...serving, issuer: 'other-ca' }, ruleFor({ ca: otherCa }))).toBeNull()
  })

  test('refuses what a leaf has signed: a node certificate is no authority', () => {
    const signedByLeaf: Certificate = { ...serving, name: 'forged', issuer: client.name }
    expect(verifyCertificate(signedByLeaf, ruleFor({ ca: client }))).toBe('unknown-authority')
  })

  test('refuses a client certificate as a server', () => {
    const misused: Certificate = { ...client, sans: ['kubernetes.default.svc'] }
    expect(verifyCertificate(misused, ruleFor())).toBe('wrong-usage')
  })

  test('a certificate without usages may serve any', () => {
    expect(verifyCertificate({ ...serving, usages: [] }, ruleFor())).toBeNull()
  })

  test('validity includes its first and its last second', () => {
    const brief: Certificate = { ...serving, notBeforeS: 10, notAfterS: 20 }
    const at = (nowS: number) => verifyCertificate(brief, ruleFor({ nowS }))
    expect([9, 10, 20, 21].map(at)).toEqual(['not-yet-valid', null, null, 'expired'])
  })

  test("an expired CA's certificates are expired", () => {
    expect(verifyCertificate(serving, ruleFor({ ca: { ...ca, notAfterS: -1 } }))).toBe('expired')
  })

  test('names the first fault in the order of Go: validity, name, authority, usage', () => {
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

describe('names', () => {
  const named = (...sans: string[]): Certificate => ({ ...serving, cn: 'node-1', sans })

  test('the common name counts for nothing', () => {
    expect(hasName(named('other'), 'node-1')).toBe(false)
  })

  test('compare without case, and without the dot of the root', () => {
    expect(hasName(named('Node-1.Example.COM'), 'node-1.example.com')).toBe(true)
    expect(hasName(named('node-1.example.com'), 'NODE-1.example.com.')).toBe(true)
  })

  test('a wildcard stands for one whole label, the first', () => {
    const wildcard = named('*.example.com')
    expect(hasName(wildcard, 'a.example.com')).toBe(true)
    expect(['example.com', 'a.b.example.com', '.example.com'].some((host) => hasName(wildcard, host))).toBe(false)
    expect(hasName(named('a.*.com'), 'a.example.com')).toBe(false)
    expect(hasName(named('*'), 'localhost')).toBe(false)
  })

  test('addresses match addresses only, and no wildcard', () => {
    expect(hasName(named('10.0.0.1'), '10.0.0.1')).toBe(true)
    expect(hasName(named('*.0.0.1'), '10.0.0.1')).toBe(false)
    expect(hasName(named('10.0.0.1'), '10.0.0.2')).toBe(false)
  })
})

test('a Go client answers every refusal alike, a Go server tells authority and validity apart', () => {
  const refusals: Refusal[] = ['not-yet-valid', 'expired', 'name-mismatch', 'unknown-authority', 'wrong-usage']
  expect(refusals.map((refusal) => alertOfRefusal(refusal, 'tls-client'))).toEqual([42, 42, 42, 42, 42])
  expect(refusals.map((refusal) => alertOfRefusal(refusal, 'tls-server'))).toEqual([45, 45, 42, 48, 42])
})

test('a common name may be asked for besides: that of the node that is dialled, and no other (KEP-4872)', () => {
  expect(checkCommonName(client, null)).toBeNull()
  expect(checkCommonName(client, client.cn)).toBeNull()
  expect(checkCommonName(client, `${client.cn}-2`)).toBe('name-mismatch')
  expect(checkCommonName(client, client.cn.toUpperCase())).toBe('name-mismatch')
})
