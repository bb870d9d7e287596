import { describe, expect, test } from 'vitest'
import type { ConstraintLists, ParsedCertificate } from '../../../src/security/x509/parsed-certificate.ts'
import { verifyChain } from '../../../src/security/x509/verify-chain.ts'

const NONE: ConstraintLists = { dns: [], ip: [], email: [], uri: [] }

function certificate(subject: string, issuer: string, changes: Partial<ParsedCertificate> = {}): ParsedCertificate {
  return {
    id: `${subject}/${issuer}`,
    subject,
    issuer,
    cn: subject,
    title: subject,
    key: subject,
    signedBy: issuer,
    algorithmFlaw: null,
    subjectKeyId: subject,
    authorityKeyId: issuer,
    names: null,
    usages: [],
    isAuthority: true,
    isVersion3: true,
    maySign: true,
    maxPathLength: null,
    constraints: null,
    hasUnhandledCriticalExtension: false,
    notBeforeS: 0,
    notAfterS: 100,
    ...changes,
  }
}

const root = certificate('root', 'root')
const middle = certificate('middle', 'root')
const leaf = certificate('leaf', 'middle', { isAuthority: null, names: [{ kind: 'dns', value: 'node-1.example' }] })

function judge(leaf: ParsedCertificate, intermediates: readonly ParsedCertificate[], roots = [root]): string {
  const options = { roots, intermediates, expectedName: 'node-1.example', usages: ['server'], nowS: 50 }
  return verifyChain(leaf, options)?.message ?? 'accepted'
}

describe('a chain', () => {
  test('a certificate chain over an intermediate is accepted in any order, and not without it', () => {
    expect(judge(leaf, [certificate('other', 'root'), middle])).toBe('accepted')
    expect(judge(leaf, [])).toBe('x509: certificate signed by unknown authority')
  })

  test('a certificate chain to a replaced CA of the same name is refused, with the hint of Go', () => {
    const replaced = certificate('root', 'root', { id: 'new', key: 'new', signedBy: 'new', subjectKeyId: 'new' })
    expect(judge(leaf, [middle], [replaced])).toBe(
      'x509: certificate signed by unknown authority (possibly because of "crypto: verification error" while trying to verify candidate authority certificate "root")',
    )
    expect(judge({ ...leaf, issuer: 'root', signedBy: null, authorityKeyId: 'root' }, [], [replaced])).toContain(
      'unknown',
    )
  })

  test('a certificate chain of a cross-signed CA is accepted by either root', () => {
    const crossed = certificate('root', 'old', { id: 'crossed' })
    const old = certificate('old', 'old')
    expect(judge(leaf, [middle, crossed], [old])).toBe('accepted')
    expect(judge(leaf, [middle, crossed], [root])).toBe('accepted')
  })

  test('a certificate chain error reports the last parent that was tried, as Go does', () => {
    const expired = { ...middle, id: 'expired', notAfterS: 10 }
    expect(judge(leaf, [expired])).toBe('x509: certificate has expired or is not yet valid')
    expect(judge(leaf, [expired, middle])).toBe('accepted')
    const limited = certificate('middle', 'root', { id: 'limited', maxPathLength: 0 })
    expect(judge(leaf, [limited, expired])).toBe('accepted')
    const short = certificate('root', 'root', { maxPathLength: 0 })
    expect(judge(leaf, [middle], [short])).toBe('x509: too many intermediates for path length constraint')
  })

  test('a certificate chain of certificates that sign each other ends after 100 checks', () => {
    const foes = Array.from({ length: 120 }, (_, i) => ({ ...middle, id: `${i}`, key: `foe-${i}` }))
    expect(judge(leaf, foes)).toBe('x509: signature check attempts limit reached while verifying certificate chain')
    const circle = ['a', 'b'].map((name, i) => certificate(name, 'ba'[i]))
    expect(judge({ ...leaf, issuer: 'a', signedBy: 'a' }, circle)).toContain('unknown authority')
  })
})

describe('name constraints', () => {
  const under = (
    names: ParsedCertificate['names'],
    permitted: Partial<ConstraintLists>,
    excluded: Partial<ConstraintLists> = {},
  ) =>
    judge({ ...leaf, names: [...(leaf.names ?? []), ...(names ?? [])] }, [
      { ...middle, constraints: { permitted: { ...NONE, ...permitted }, excluded: { ...NONE, ...excluded } } },
    ])

  test('name constraints hold for every name of all certificates below, not only for the requested one', () => {
    expect(under([], { dns: ['example'] })).toBe('accepted')
    expect(under([{ kind: 'dns', value: 'else.test' }], { dns: ['example'] })).toBe(
      'x509: a root or intermediate certificate is not authorized to sign for this name: DNS name "else.test" is not permitted by any constraint',
    )
  })

  test('name constraints hold for addresses of both families separately', () => {
    const range = { address: '0a000000', mask: 'ff000000' }
    const ip = (value: string) => under([{ kind: 'ip', value }], { ip: [range] })
    expect(ip('0a000101')).toBe('accepted')
    expect(ip('c0a80001')).toContain('IP address "192.168.0.1" is not permitted')
    expect(ip('fd000000000000000000000000000001')).toContain('IP address "fd00::1" is not permitted')
    expect(under([{ kind: 'ip', value: '0a000101' }], {}, { ip: [range] })).toContain(
      'IP address "10.0.1.1" is excluded by constraint "10.0.0.0/8"',
    )
  })
})

test('an IP address in a DNS name does not count as an address', () => {
  const named = { ...leaf, names: [{ kind: 'dns', value: '10.0.1.11' }] as const }
  const options = { roots: [root], intermediates: [middle], usages: ['server'], nowS: 50 }
  expect(verifyChain(named, { ...options, expectedName: '10.0.1.11' })?.message).toBe(
    "x509: cannot validate certificate for 10.0.1.11 because it doesn't contain any IP SANs",
  )
  const v6 = { ...leaf, names: [{ kind: 'ip', value: 'fd000000000000000000000000000001' }] as const }
  expect(verifyChain(v6, { ...options, expectedName: 'fd00:0::1' })).toBeNull()
})
