import { expect, test } from 'vitest'
import type { Certificate, CertificateUsage } from '../../src/security/certificate.ts'
import { type Refusal, verifyCertificate } from '../../src/security/verify-certificate.ts'
import { apiserverServing, clusterCa } from './kubeadm-certificates.ts'

const NOW_S = 100
/** Before, at and after both ends of a validity. */
const VALIDITIES = [
  { notBeforeS: 101, notAfterS: 200, error: 'not-yet-valid' },
  { notBeforeS: 100, notAfterS: 200, error: null },
  { notBeforeS: 0, notAfterS: 100, error: null },
  { notBeforeS: 0, notAfterS: 99, error: 'expired' },
] as const satisfies readonly { notBeforeS: number; notAfterS: number; error: Refusal | null }[]

/** A certificate without usages may be used for anything. */
const USAGES: readonly (readonly CertificateUsage[])[] = [[], ['server'], ['client'], ['client', 'server']]

const ISSUERS = [
  { issuer: 'cluster-ca', isSigned: true },
  { issuer: 'other-ca', isSigned: false },
  { issuer: null, isSigned: false },
]

const NAMES = [
  { expectedName: null, hasName: true },
  { expectedName: 'node-1', hasName: true },
  { expectedName: '10.0.0.1', hasName: true },
  { expectedName: 'node-2', hasName: false },
  { expectedName: '10.0.0.2', hasName: false },
]

/** The first error in the order of Go's Verify: the leaf's validity, its name, the chain, the CA's validity, usages. */
function expected(errors: readonly (Refusal | null)[]): Refusal | null {
  return errors.find((error) => error !== null) ?? null
}

test('every combination of issuer, CA, validity, name and usage is accepted or has the first error of Go', () => {
  let combinations = 0
  for (const leafValidity of VALIDITIES)
    for (const caValidity of VALIDITIES)
      for (const { issuer, isSigned } of ISSUERS)
        for (const isAuthority of [true, false])
          for (const { expectedName, hasName } of NAMES)
            for (const usages of USAGES)
              for (const caUsages of USAGES)
                for (const usage of ['server', 'client'] as const) {
                  const ca: Certificate = { ...clusterCa('rsa-2048'), ...caValidity, isAuthority, usages: caUsages }
                  const names = { sans: ['node-1', '10.0.0.1'], cn: 'node-2' }
                  const leaf: Certificate = {
                    ...apiserverServing('rsa-2048'),
                    ...leafValidity,
                    ...names,
                    issuer,
                    usages,
                  }
                  const fits = [usages, caUsages].every((each) => each.length === 0 || each.includes(usage))
                  const error = expected([
                    leafValidity.error,
                    hasName ? null : 'name-mismatch',
                    isSigned && isAuthority ? null : 'unknown-authority',
                    caValidity.error,
                    fits ? null : 'wrong-usage',
                  ])
                  const found = verifyCertificate(leaf, { kind: 'ca', ca, expectedName, usage, nowS: NOW_S })
                  if (found !== error)
                    expect({
                      leafValidity,
                      caValidity,
                      issuer,
                      isAuthority,
                      expectedName,
                      usages,
                      caUsages,
                      usage,
                      found,
                    }).toBe(error)
                  combinations++
                }
  expect(combinations).toBe(4 * 4 * 3 * 2 * 5 * 4 * 4 * 2)
})

test('a certificate that is trusted itself needs no authority, only its own validity, name and usage', () => {
  for (const { error, ...validity } of VALIDITIES)
    for (const isAuthority of [true, false])
      for (const { expectedName, hasName } of NAMES)
        for (const usages of USAGES) {
          const pinned: Certificate = {
            ...apiserverServing('rsa-2048'),
            ...validity,
            issuer: null,
            isAuthority,
            usages,
            sans: ['node-1', '10.0.0.1'],
          }
          const fits = usages.length === 0 || usages.includes('server')
          const rule = { kind: 'ca', ca: pinned, expectedName, usage: 'server', nowS: NOW_S } as const
          const first = expected([error, hasName ? null : 'name-mismatch', fits ? null : 'wrong-usage'])
          expect(verifyCertificate(pinned, rule)).toBe(first)
          expect(verifyCertificate(pinned, { kind: 'none' })).toBeNull()
        }
})
