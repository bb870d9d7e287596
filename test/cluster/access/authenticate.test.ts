import { describe, expect, test } from 'vitest'
import { type AuthenticationFacts, authenticate, type Credentials } from '../../../src/cluster/access/authenticate.ts'
import { nodeOf } from '../../../src/cluster/access/identity.ts'
import {
  aliceCertificate,
  appToken,
  clientCertificate,
  clusterCa,
  joinToken,
  legacyToken,
  nodeCertificate,
  vaultToken,
} from './credentials.ts'

const facts: AuthenticationFacts = {
  clientCa: clusterCa,
  anonymousAuth: true,
  apiAudiences: ['api'],
  nowS: 0,
  isPodGone: false,
}

const forged = { ...nodeCertificate, issuer: 'somebody' }
const expired = { ...nodeCertificate, notAfterS: -1 }
const serving = { ...nodeCertificate, usages: ['server'] as const }

/** `user | groups`, or what the server writes into its log. */
function asWhom(credentials: Partial<Credentials>, changes: Partial<AuthenticationFacts> = {}): string {
  const result = authenticate({ certificate: null, bearer: null, ...credentials }, { ...facts, ...changes })
  return result.kind === 'identity'
    ? `${result.identity.user} | ${result.identity.groups.join(', ')}`
    : `401: ${result.why}`
}

const sa = (token: typeof appToken): Partial<Credentials> => ({ bearer: { kind: 'service-account', token } })

describe('the secure port takes', () => {
  test.each([
    ['a certificate, by its subject', { certificate: aliceCertificate }, 'alice | developers, system:authenticated'],
    ['a node', { certificate: nodeCertificate }, 'system:node:node-1 | system:nodes, system:authenticated'],
    [
      'a pod, by its token',
      sa(appToken),
      'system:serviceaccount:default:app | system:serviceaccounts, system:serviceaccounts:default, system:authenticated',
    ],
    [
      'a node that joins',
      { bearer: { kind: 'bootstrap', token: joinToken } },
      'system:bootstrap:abcdef | system:bootstrappers, system:bootstrappers:kubeadm:default-node-token, system:authenticated',
    ],
    ['itself', { bearer: { kind: 'loopback' } }, 'system:apiserver | system:masters, system:authenticated'],
    ['nobody in particular', {}, 'system:anonymous | system:unauthenticated'],
    [
      'a certificate without a name as nobody',
      { certificate: clientCertificate('') },
      'system:anonymous | system:unauthenticated',
    ],
  ] as const)('%s', (_, credentials, identity) => {
    expect(asWhom(credentials)).toBe(identity)
  })
})

describe('who shows something bad and nothing good is refused, though nobody would be let in', () => {
  test.each([
    ['a certificate of another CA', { certificate: forged }, 'verifying certificate failed: unknown-authority'],
    ['one that has expired', { certificate: expired }, 'verifying certificate failed: expired'],
    ['one for servers', { certificate: serving }, 'verifying certificate failed: wrong-usage'],
    ['a token that nobody made', { bearer: { kind: 'unknown' } }, 'invalid bearer token'],
    [
      'a token for somebody else',
      sa(vaultToken),
      'token audiences ["vault"] is invalid for the target audiences ["api"]',
    ],
    [
      'both',
      { certificate: expired, bearer: { kind: 'unknown' } },
      '[verifying certificate failed: expired, invalid bearer token]',
    ],
  ] as const)('%s', (_, credentials, why) => {
    expect(asWhom(credentials, { anonymousAuth: true })).toBe(`401: ${why}`)
    expect(asWhom(credentials, { anonymousAuth: false })).toBe(`401: ${why}`)
  })
})

test('one good credential makes up for a bad one', () => {
  expect(asWhom({ certificate: expired, ...sa(appToken) })).toContain('system:serviceaccount:default:app |')
  expect(asWhom({ certificate: aliceCertificate, bearer: { kind: 'unknown' } })).toContain('alice |')
})

test('of two good ones the certificate counts', () => {
  expect(asWhom({ certificate: aliceCertificate, ...sa(appToken) })).toContain('alice |')
})

test('without --client-ca-file a certificate proves nothing, good or bad', () => {
  expect(asWhom({ certificate: aliceCertificate }, { clientCa: null })).toContain('system:anonymous')
  expect(asWhom({ certificate: forged }, { clientCa: null })).toContain('system:anonymous')
})

test('with --anonymous-auth=false nobody is refused', () => {
  expect(asWhom({}, { anonymousAuth: false })).toBe('401: no credentials')
})

test('a bound token ends with its time, and with its pod; a legacy one with neither', () => {
  expect(asWhom(sa(appToken), { nowS: 3667 })).toContain('default:app |')
  expect(asWhom(sa(appToken), { nowS: 3668 })).toBe('401: service account token has expired')
  expect(asWhom(sa(appToken), { isPodGone: true })).toBe('401: service account token has been invalidated')
  expect(asWhom(sa(legacyToken), { nowS: 1e9, isPodGone: true })).toContain('default:app |')
})

test('a bootstrap token ends on the second', () => {
  const join: Partial<Credentials> = { bearer: { kind: 'bootstrap', token: joinToken } }
  expect(asWhom(join, { nowS: 86_399 })).toContain('system:bootstrap:abcdef |')
  expect(asWhom(join, { nowS: 86_400 })).toBe('401: invalid bearer token')
})

test('a node is who is called so and in the group, both', () => {
  expect(nodeOf({ user: 'system:node:node-1', groups: ['system:nodes'] })).toBe('node-1')
  expect(nodeOf({ user: 'system:node:node-1', groups: [] })).toBeNull()
  expect(nodeOf({ user: 'node-1', groups: ['system:nodes'] })).toBeNull()
})
