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

const forged = { ...nodeCertificate, issuer: 'another-ca' }
const expired = { ...nodeCertificate, notAfterS: -1 }
const serving = { ...nodeCertificate, usages: ['server'] as const }

/** Returns `user | groups`, or what the server logs. */
function identityFor(credentials: Partial<Credentials>, changes: Partial<AuthenticationFacts> = {}): string {
  const result = authenticate({ certificate: null, bearer: null, ...credentials }, { ...facts, ...changes })
  return result.kind === 'identity'
    ? `${result.identity.user} | ${result.identity.groups.join(', ')}`
    : `401: ${result.why}`
}

const sa = (token: typeof appToken): Partial<Credentials> => ({ bearer: { kind: 'service-account', token } })

describe('the secure port authenticates', () => {
  test.each([
    [
      'a client by the subject of its certificate',
      { certificate: aliceCertificate },
      'alice | developers, system:authenticated',
    ],
    [
      'a node by its certificate',
      { certificate: nodeCertificate },
      'system:node:node-1 | system:nodes, system:authenticated',
    ],
    [
      'a pod by its token',
      sa(appToken),
      'system:serviceaccount:default:app | system:serviceaccounts, system:serviceaccounts:default, system:authenticated',
    ],
    [
      'a node that joins by its bootstrap token',
      { bearer: { kind: 'bootstrap', token: joinToken } },
      'system:bootstrap:abcdef | system:bootstrappers, system:bootstrappers:kubeadm:default-node-token, system:authenticated',
    ],
    [
      'the API server itself by its own token',
      { bearer: { kind: 'loopback' } },
      'system:apiserver | system:masters, system:authenticated',
    ],
    ['a client without credentials as anonymous', {}, 'system:anonymous | system:unauthenticated'],
    [
      'a client whose certificate has no name as anonymous',
      { certificate: clientCertificate('') },
      'system:anonymous | system:unauthenticated',
    ],
  ] as const)('the secure port authenticates a client: %s', (_, credentials, identity) => {
    expect(identityFor(credentials)).toBe(identity)
  })
})

describe('the secure port refuses, whether anonymous requests are allowed or not, a client with', () => {
  test.each([
    ['a certificate of another CA', { certificate: forged }, 'verifying certificate failed: unknown-authority'],
    ['an expired certificate', { certificate: expired }, 'verifying certificate failed: expired'],
    ['a server certificate', { certificate: serving }, 'verifying certificate failed: wrong-usage'],
    ['an unknown token', { bearer: { kind: 'unknown' } }, 'invalid bearer token'],
    [
      'a token for another audience',
      sa(vaultToken),
      'token audiences ["vault"] is invalid for the target audiences ["api"]',
    ],
    [
      'a bad certificate and a bad token',
      { certificate: expired, bearer: { kind: 'unknown' } },
      '[verifying certificate failed: expired, invalid bearer token]',
    ],
  ] as const)(
    'the secure port refuses a client, whether or not anonymous requests are allowed: %s',
    (_, credentials, why) => {
      expect(identityFor(credentials, { anonymousAuth: true })).toBe(`401: ${why}`)
      expect(identityFor(credentials, { anonymousAuth: false })).toBe(`401: ${why}`)
    },
  )
})

test('a client with a valid and an invalid credential is authenticated by the valid one', () => {
  expect(identityFor({ certificate: expired, ...sa(appToken) })).toContain('system:serviceaccount:default:app |')
  expect(identityFor({ certificate: aliceCertificate, bearer: { kind: 'unknown' } })).toContain('alice |')
})

test('a client with a valid certificate and a valid token is authenticated by the certificate', () => {
  expect(identityFor({ certificate: aliceCertificate, ...sa(appToken) })).toContain('alice |')
})

test('without --client-ca-file, valid and invalid certificates are ignored', () => {
  expect(identityFor({ certificate: aliceCertificate }, { clientCa: null })).toContain('system:anonymous')
  expect(identityFor({ certificate: forged }, { clientCa: null })).toContain('system:anonymous')
})

test('with --anonymous-auth=false a client without credentials is refused', () => {
  expect(identityFor({}, { anonymousAuth: false })).toBe('401: no credentials')
})

test('a bound token is valid until it expires or its pod is deleted, and a legacy token forever', () => {
  expect(identityFor(sa(appToken), { nowS: 3667 })).toContain('default:app |')
  expect(identityFor(sa(appToken), { nowS: 3668 })).toBe('401: service account token has expired')
  expect(identityFor(sa(appToken), { isPodGone: true })).toBe('401: service account token has been invalidated')
  expect(identityFor(sa(legacyToken), { nowS: 1e9, isPodGone: true })).toContain('default:app |')
})

test('a bootstrap token is invalid from its expiry on, to the second', () => {
  const join: Partial<Credentials> = { bearer: { kind: 'bootstrap', token: joinToken } }
  expect(identityFor(join, { nowS: 86_399 })).toContain('system:bootstrap:abcdef |')
  expect(identityFor(join, { nowS: 86_400 })).toBe('401: invalid bearer token')
})

test('an identity is a node’s only with both the user name and the group of nodes', () => {
  expect(nodeOf({ user: 'system:node:node-1', groups: ['system:nodes'] })).toBe('node-1')
  expect(nodeOf({ user: 'system:node:node-1', groups: [] })).toBeNull()
  expect(nodeOf({ user: 'node-1', groups: ['system:nodes'] })).toBeNull()
})
