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

type Door = Pick<
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

/** As kubeadm writes the configuration file. */
const closed: Door = {
  anonymousEnabled: false,
  webhookEnabled: true,
  webhookCacheTtlNs: 2 * MINUTE_NS,
  clientCa: 'ca',
  authorizationMode: 'Webhook',
  cacheAuthorizedTtlNs: 5 * MINUTE_NS,
  cacheUnauthorizedTtlNs: MINUTE_NS / 2,
}
/** As a kubelet of flags is without any. */
const open: Door = {
  ...closed,
  anonymousEnabled: true,
  webhookEnabled: false,
  clientCa: null,
  authorizationMode: 'AlwaysAllow',
}

const apiserver = clientCertificate('kube-apiserver-kubelet-client', ['system:masters'])
const forged = { ...apiserver, issuer: 'somebody' }

function atDoor(door: Door, caller: Partial<KubeletCaller>): string {
  const clientCa = door.clientCa === null ? null : clusterCa
  const result = authenticateAtKubelet({ certificate: null, hasToken: false, ...caller }, door, clientCa, 0)
  if (result.kind === 'identity') return result.identity.user
  return result.kind === 'unauthorized' ? '401' : 'asks the apiserver'
}

describe('who is let in at a kubelet', () => {
  test.each([
    [
      'the apiserver, by its certificate',
      { certificate: apiserver },
      'kube-apiserver-kubelet-client',
      'system:anonymous',
    ],
    ['a certificate of nobody known', { certificate: forged }, '401', 'system:anonymous'],
    ['a token', { hasToken: true }, 'asks the apiserver', 'system:anonymous'],
    [
      'a bad certificate and a token',
      { certificate: forged, hasToken: true },
      'asks the apiserver',
      'system:anonymous',
    ],
    ['nobody', {}, '401', 'system:anonymous'],
  ] as const)('%s: with the file of kubeadm, and with no flags at all', (_, caller, byFile, byFlags) => {
    expect(atDoor(closed, caller)).toBe(byFile)
    expect(atDoor(open, caller)).toBe(byFlags)
  })

  test('a bad certificate is refused where nobody would be let in', () => {
    const both = { ...closed, anonymousEnabled: true }
    expect(atDoor(both, { certificate: forged })).toBe('401')
    expect(atDoor(both, {})).toBe('system:anonymous')
  })
})

describe('a TokenReview', () => {
  const facts = { apiAudiences: ['api'], nowS: 0, isPodGone: false }
  const ofApp = { kind: 'service-account', token: appToken } as const

  test('tells a kubelet whose token it was shown', () => {
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

  test('for an audience knows tokens of that audience only', () => {
    const forVault = { kind: 'service-account', token: vaultToken } as const
    expect(reviewToken(forVault, ['vault'], facts)).toMatchObject({ authenticated: true, audiences: ['vault'] })
    expect(reviewToken(ofApp, ['vault'], facts)).toMatchObject({
      authenticated: false,
      error: 'token audiences ["api"] is invalid for the target audiences ["vault"]',
    })
    expect(reviewToken({ kind: 'bootstrap', token: joinToken }, ['vault'], facts).authenticated).toBe(false)
    expect(reviewToken({ kind: 'bootstrap', token: joinToken }, null, facts).audiences).toEqual(['api'])
  })

  test('that knows no one, or does not come, is status 401', () => {
    expect(authenticateByReview([], reviewToken({ kind: 'unknown' }, null, facts))).toEqual({
      kind: 'unauthorized',
      why: 'invalid bearer token',
    })
    expect(authenticateByReview(['verifying certificate failed: expired'], null).kind).toBe('unauthorized')
  })
})

describe('what somebody may do at a kubelet', () => {
  const logs = { method: 'GET', target: '/containerLogs/default/app-1/app' } as const

  test('is everything with AlwaysAllow', () => {
    expect(authorizeAtKubelet(open, logs, 'node-1', 6)).toEqual({ kind: 'allowed' })
  })

  test('is what the apiserver says with Webhook', () => {
    const result = authorizeAtKubelet(closed, { method: 'GET', target: '/pods' }, 'node-1', 33)
    if (result.kind === 'allowed') throw new Error('it asks')
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

describe('answers are remembered', () => {
  test('yes for five minutes, no for half a minute, to the nanosecond', () => {
    const yes = accessReviewExpiresAt(1000, true, closed)
    expect(isFresh(yes, 5 * MINUTE_NS + 1000)).toBe(true)
    expect(isFresh(yes, 5 * MINUTE_NS + 1001)).toBe(false)
    expect(accessReviewExpiresAt(0, false, closed)).toBe(30_000_000_000)
    expect(accessReviewKey(3, 2, 10)).toBe(32)
  })

  test('tokens for two minutes, but no errors', () => {
    expect(tokenReviewExpiresAt(0, { error: null }, closed)).toBe(2 * MINUTE_NS)
    expect(tokenReviewExpiresAt(0, { error: 'invalid bearer token' }, closed)).toBe(NOT_CACHED)
    expect(isFresh(NOT_CACHED, 0)).toBe(false)
  })
})

test('a kubelet renews a token at 80 % of its life, and after a day at the latest', () => {
  expect(tokenRefreshDueS(0, 3607)).toBe(2885)
  expect(tokenRefreshDueS(0, 31_536_000)).toBe(86_400)
})
