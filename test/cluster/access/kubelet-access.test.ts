import { describe, expect, test } from 'vitest'
import { kubeletForbiddenMessage } from '../../../src/cluster/access/forbidden.ts'
import {
  authenticateAtKubelet,
  authenticateByReview,
  authorizeAtKubelet,
  type KubeletCaller,
} from '../../../src/cluster/access/kubelet-access.ts'
import { tokenRefreshDueS } from '../../../src/cluster/access/projected-token.ts'
import {
  accessReviewExpiresAt,
  accessReviewKey,
  isFresh,
  NOT_CACHED,
  tokenReviewExpiresAt,
} from '../../../src/cluster/access/review-lifetimes.ts'
import { reviewToken } from '../../../src/cluster/access/token-review.ts'
import type { KubeletConfiguration } from '../../../src/cluster/flags/configuration.ts'
import { appToken, clientCertificate, clusterCa, joinToken, vaultToken } from './credentials.ts'

type AccessConfiguration = Pick<
  KubeletConfiguration,
  | 'anonymousEnabled'
  | 'webhookEnabled'
  | 'webhookCacheTtlNs'
  | 'clientCa'
  | 'authorizationMode'
  | 'cacheAuthorizedTtlNs'
  | 'cacheUnauthorizedTtlNs'
>

const MINUTE_NS = 60_000_000_000

/** The configuration file that kubeadm writes. */
const closed: AccessConfiguration = {
  anonymousEnabled: false,
  webhookEnabled: true,
  webhookCacheTtlNs: 2 * MINUTE_NS,
  clientCa: 'ca',
  authorizationMode: 'Webhook',
  cacheAuthorizedTtlNs: 5 * MINUTE_NS,
  cacheUnauthorizedTtlNs: MINUTE_NS / 2,
}
/** The defaults of a kubelet that is configured by flags. */
const open: AccessConfiguration = {
  ...closed,
  anonymousEnabled: true,
  webhookEnabled: false,
  clientCa: null,
  authorizationMode: 'AlwaysAllow',
}

const apiserver = clientCertificate('kube-apiserver-kubelet-client', ['system:masters'])
const forged = { ...apiserver, issuer: 'another-ca' }

function authenticationAt(configuration: AccessConfiguration, caller: Partial<KubeletCaller>): string {
  const clientCa = configuration.clientCa === null ? null : clusterCa
  const result = authenticateAtKubelet({ certificate: null, hasToken: false, ...caller }, configuration, clientCa, 0)
  if (result.kind === 'identity') return result.identity.user
  return result.kind === 'unauthorized' ? '401' : 'needs a TokenReview'
}

describe('authentication at a kubelet', () => {
  test.each([
    [
      'the API server by its certificate',
      { certificate: apiserver },
      'kube-apiserver-kubelet-client',
      'system:anonymous',
    ],
    ['a certificate of an unknown CA', { certificate: forged }, '401', 'system:anonymous'],
    ['a token', { hasToken: true }, 'needs a TokenReview', 'system:anonymous'],
    [
      'a bad certificate and a token',
      { certificate: forged, hasToken: true },
      'needs a TokenReview',
      'system:anonymous',
    ],
    ['no credentials', {}, '401', 'system:anonymous'],
  ] as const)(
    '%s at a kubelet is authenticated, with the configuration of kubeadm and with default flags',
    (_, caller, byFile, byFlags) => {
      expect(authenticationAt(closed, caller)).toBe(byFile)
      expect(authenticationAt(open, caller)).toBe(byFlags)
    },
  )

  test('a client with an invalid certificate is refused even when anonymous requests are allowed', () => {
    const both = { ...closed, anonymousEnabled: true }
    expect(authenticationAt(both, { certificate: forged })).toBe('401')
    expect(authenticationAt(both, {})).toBe('system:anonymous')
  })
})

describe('a TokenReview', () => {
  const facts = { apiAudiences: ['api'], nowS: 0, isPodGone: false }
  const ofApp = { kind: 'service-account', token: appToken } as const

  test('a TokenReview gives a kubelet the identity of a token', () => {
    const review = reviewToken(ofApp, null, facts)
    expect(review).toMatchObject({ authenticated: true, audiences: ['api'], error: null })
    expect(authenticateByReview([], review)).toEqual({
      kind: 'identity',
      identity: {
        user: 'system:serviceaccount:default:app',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
      },
    })
  })

  test('a TokenReview for an audience accepts tokens of that audience only', () => {
    const forVault = { kind: 'service-account', token: vaultToken } as const
    expect(reviewToken(forVault, ['vault'], facts)).toMatchObject({ authenticated: true, audiences: ['vault'] })
    expect(reviewToken(ofApp, ['vault'], facts)).toMatchObject({
      authenticated: false,
      error: 'token audiences ["api"] is invalid for the target audiences ["vault"]',
    })
    expect(reviewToken({ kind: 'bootstrap', token: joinToken }, ['vault'], facts).authenticated).toBe(false)
    expect(reviewToken({ kind: 'bootstrap', token: joinToken }, null, facts).audiences).toEqual(['api'])
  })

  test('a TokenReview that fails or accepts no identity leads to status 401', () => {
    expect(authenticateByReview([], reviewToken({ kind: 'unknown' }, null, facts))).toEqual({
      kind: 'unauthorized',
      why: 'invalid bearer token',
    })
    expect(authenticateByReview(['verifying certificate failed: expired'], null).kind).toBe('unauthorized')
  })
})

describe('authorization at a kubelet', () => {
  const logs = { method: 'GET', target: '/containerLogs/default/app-1/app' } as const

  test('a kubelet in mode AlwaysAllow allows every request', () => {
    expect(authorizeAtKubelet(open, logs, 'node-1', 6)).toEqual({ kind: 'allowed' })
  })

  test('a kubelet in mode Webhook reviews each operation of a request', () => {
    const result = authorizeAtKubelet(closed, { method: 'GET', target: '/pods' }, 'node-1', 33)
    if (result.kind === 'allowed') throw new Error('reviews are needed')
    expect(
      result.operations.map(({ verb, resource, subresource, name }) => [verb, resource, subresource, name]),
    ).toEqual([
      ['get', 'nodes', 'pods', 'node-1'],
      ['get', 'nodes', 'proxy', 'node-1'],
    ])
    const alice = { user: 'alice', groups: [] }
    expect(kubeletForbiddenMessage(alice, result.operations, 33)).toBe(
      'Forbidden (user=alice, verb=get, resource=nodes, subresource(s)=[pods proxy])',
    )
    expect(kubeletForbiddenMessage(alice, result.operations.slice(1), 30)).toBe(
      'Forbidden (user=alice, verb=get, resource=nodes, subresource=proxy)',
    )
  })
})

describe('the review cache of a kubelet', () => {
  test('a kubelet caches an allowed operation for five minutes and a denied one for 30 seconds, to the nanosecond', () => {
    const yes = accessReviewExpiresAt(1000, true, closed)
    expect(isFresh(yes, 5 * MINUTE_NS + 1000)).toBe(true)
    expect(isFresh(yes, 5 * MINUTE_NS + 1001)).toBe(false)
    expect(accessReviewExpiresAt(0, false, closed)).toBe(30_000_000_000)
    expect(accessReviewKey(3, 2, 10)).toBe(32)
  })

  test('a kubelet caches a token for two minutes, unless the review has an error', () => {
    expect(tokenReviewExpiresAt(0, { error: null }, closed)).toBe(2 * MINUTE_NS)
    expect(tokenReviewExpiresAt(0, { error: 'invalid bearer token' }, closed)).toBe(NOT_CACHED)
    expect(isFresh(NOT_CACHED, 0)).toBe(false)
  })
})

test('a kubelet renews a token at 80 % of its life, and after a day at the latest', () => {
  expect(tokenRefreshDueS(0, 3607)).toBe(2885)
  expect(tokenRefreshDueS(0, 31_536_000)).toBe(86_400)
})
