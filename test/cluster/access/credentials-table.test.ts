import { describe, expect, test } from 'vitest'
import { authenticate, authenticateCertificate } from '../../../src/cluster/access/authenticate.ts'
import { authenticateToken, type Bearer } from '../../../src/cluster/access/bearer.ts'
import { forbiddenMessage, kubeletForbiddenMessage, notAdmittedMessage } from '../../../src/cluster/access/forbidden.ts'
import {
  ANONYMOUS,
  bootstrapIdentity,
  certificateIdentity,
  INSECURE,
  LOOPBACK,
  nodeOf,
  serviceAccountIdentity,
  withAuthenticatedGroup,
} from '../../../src/cluster/access/identity.ts'
import { IdentityRegistry } from '../../../src/cluster/access/identity-registry.ts'
import { authenticateAtKubelet, authenticateByReview } from '../../../src/cluster/access/kubelet-access.ts'
import { NodeGraph } from '../../../src/cluster/access/node-graph.ts'
import { tokenRefreshDueS } from '../../../src/cluster/access/projected-token.ts'
import {
  accessReviewExpiresAt,
  accessReviewKey,
  isFresh,
  NOT_CACHED,
  tokenReviewExpiresAt,
} from '../../../src/cluster/access/review-lifetimes.ts'
import { reviewToken } from '../../../src/cluster/access/token-review.ts'
import {
  aliceCertificate,
  appToken,
  clientCertificate,
  clusterCa,
  joinToken,
  legacyToken,
  pods,
} from './credentials.ts'
import { operation } from './operation.ts'

const CERTIFICATES = {
  none: null,
  good: aliceCertificate,
  nameless: clientCertificate(''),
  expired: { ...aliceCertificate, notAfterS: -1 },
} as const

const BEARERS: Readonly<Record<string, Bearer | null>> = {
  none: null,
  good: { kind: 'service-account', token: appToken },
  legacy: { kind: 'service-account', token: legacyToken },
  bootstrap: { kind: 'bootstrap', token: joinToken },
  loopback: { kind: 'loopback' },
  unknown: { kind: 'unknown' },
}

describe('every combination of credentials', () => {
  /** Who a client is by its certificate or token; null if that shows nobody; an error if it is bad. */
  const BY_CERTIFICATE = { none: null, good: 'alice', nameless: null, expired: { isBad: true } } as const
  const BY_BEARER: Readonly<Record<string, string | null | { isBad: true }>> = {
    none: null,
    good: 'system:serviceaccount:default:app',
    legacy: 'system:serviceaccount:default:app',
    bootstrap: 'system:bootstrap:abcdef',
    loopback: 'system:apiserver',
    unknown: { isBad: true },
  }

  test.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])(
    'every combination of credentials is authenticated by the first valid one, refused if one is bad, else anonymous (CA: %s, anonymous: %s)',
    (hasCa, anonymousAuth) => {
      const facts = {
        clientCa: hasCa ? clusterCa : null,
        anonymousAuth,
        apiAudiences: ['api'],
        nowS: 0,
        isPodGone: false,
      }
      for (const [certificate, presented] of Object.entries(CERTIFICATES)) {
        for (const [bearer, token] of Object.entries(BEARERS)) {
          const shown = [hasCa ? BY_CERTIFICATE[certificate as 'none'] : null, BY_BEARER[bearer]]
          const good = shown.find((one) => typeof one === 'string')
          const isBad = shown.some((one) => one !== null && typeof one !== 'string')
          const expected = good ?? (isBad || !anonymousAuth ? '401' : 'system:anonymous')
          const result = authenticate({ certificate: presented, bearer: token }, facts)
          const found = result.kind === 'identity' ? result.identity.user : '401'
          expect([certificate, bearer, found]).toEqual([certificate, bearer, expected])
        }
      }
    },
  )

  test.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])(
    'a kubelet authenticates every combination of credentials, with a TokenReview if enabled (webhook: %s, anonymous: %s)',
    (webhookEnabled, anonymousEnabled) => {
      for (const [name, certificate] of Object.entries(CERTIFICATES)) {
        for (const hasToken of [true, false]) {
          const result = authenticateAtKubelet(
            { certificate, hasToken },
            { webhookEnabled, anonymousEnabled },
            clusterCa,
            0,
          )
          const isBad = name === 'expired'
          const expected =
            name === 'good'
              ? 'identity'
              : hasToken && webhookEnabled
                ? 'needs-token-review'
                : isBad || !anonymousEnabled
                  ? 'unauthorized'
                  : 'identity'
          expect([name, hasToken, result.kind]).toEqual([name, hasToken, expected])
          if (result.kind === 'needs-token-review') expect(result.errors.length).toBe(isBad ? 1 : 0)
        }
      }
    },
  )
})

describe('a certificate', () => {
  test('a client certificate without a CA to verify it is ignored', () => {
    expect(authenticateCertificate(null, clusterCa, 0)).toEqual({ kind: 'nothing' })
    expect(authenticateCertificate(aliceCertificate, null, 0)).toEqual({ kind: 'nothing' })
    expect(authenticateCertificate(CERTIFICATES.expired, null, 0)).toEqual({ kind: 'nothing' })
    expect(authenticateCertificate(CERTIFICATES.nameless, clusterCa, 0)).toEqual({ kind: 'nothing' })
  })

  test('a client certificate must be valid at the time of the request', () => {
    const at = (nowS: number) => authenticateCertificate({ ...aliceCertificate, notAfterS: 10 }, clusterCa, nowS).kind
    expect([at(10), at(11)]).toEqual(['identity', 'error'])
  })

  test('a client certificate with a name, but of another server, is an error', () => {
    expect(authenticateCertificate({ ...aliceCertificate, usages: ['server'] }, clusterCa, 0)).toEqual({
      kind: 'error',
      why: 'verifying certificate failed: wrong-usage',
    })
  })
})

describe('a token', () => {
  const facts = { apiAudiences: ['api', 'https://kubernetes'], nowS: 0, isPodGone: false }

  test('a service account token is for its audience, by default that of the API server', () => {
    const app: Bearer = { kind: 'service-account', token: appToken }
    expect(authenticateToken(app, null, facts)).toMatchObject({ ok: true, audiences: ['api'] })
    expect(authenticateToken(app, ['vault', 'api'], facts)).toMatchObject({ ok: true, audiences: ['api'] })
    expect(authenticateToken(app, ['vault', 'other'], facts)).toEqual({
      ok: false,
      error: 'token audiences ["api"] is invalid for the target audiences ["vault" "other"]',
    })
    expect(authenticateToken(app, [], facts).ok).toBe(false)
  })

  test.each<[string, Bearer]>([
    ['of a joining node', { kind: 'bootstrap', token: joinToken }],
    ['of the API server itself', { kind: 'loopback' }],
  ])('token %s is for the audiences of the API server', (_, bearer) => {
    expect(authenticateToken(bearer, null, facts)).toMatchObject({ ok: true, audiences: facts.apiAudiences })
    expect(authenticateToken(bearer, ['vault', 'https://kubernetes'], facts)).toMatchObject({
      ok: true,
      audiences: ['https://kubernetes'],
    })
    expect(authenticateToken(bearer, ['vault'], facts)).toEqual({ ok: false, error: null })
  })

  test('a token review gives an identity or an error', () => {
    expect(reviewToken({ kind: 'service-account', token: appToken }, null, facts)).toEqual({
      authenticated: true,
      identity: {
        user: 'system:serviceaccount:default:app',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
      },
      audiences: ['api'],
      error: null,
    })
    expect(reviewToken({ kind: 'unknown' }, null, facts)).toEqual({
      authenticated: false,
      identity: null,
      audiences: [],
      error: 'invalid bearer token',
    })
    const gone = reviewToken({ kind: 'service-account', token: appToken }, null, { ...facts, isPodGone: true })
    expect(gone.error).toBe('service account token has been invalidated')
  })

  test('a token that no review accepts is refused with all errors', () => {
    const unknown = { authenticated: false, identity: null, audiences: [], error: null }
    expect(authenticateByReview([], unknown)).toEqual({ kind: 'unauthorized', why: 'invalid bearer token' })
    expect(authenticateByReview(['a'], { ...unknown, error: 'b' })).toEqual({ kind: 'unauthorized', why: '[a, b]' })
    expect(authenticateByReview([], null)).toEqual({ kind: 'unauthorized', why: 'the TokenReview failed' })
  })
})

describe('an identity', () => {
  test('the identity of a certificate is its common name, with its organizations as groups', () => {
    expect(certificateIdentity(clientCertificate('ann', ['a', 'b']))).toEqual({ user: 'ann', groups: ['a', 'b'] })
    expect(certificateIdentity(clientCertificate('', ['a']))).toBeNull()
  })

  test('the identity of a token is the account, or the bootstrap token', () => {
    expect(serviceAccountIdentity({ account: 'ns/name' })).toEqual({
      user: 'system:serviceaccount:ns:name',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:ns'],
    })
    expect(bootstrapIdentity({ id: 'abcdef', extraGroups: ['x'] })).toEqual({
      user: 'system:bootstrap:abcdef',
      groups: ['system:bootstrappers', 'x'],
    })
    expect(bootstrapIdentity({ id: 'abcdef', extraGroups: ['x'], user: 'kubelet' })).toEqual({
      user: 'kubelet',
      groups: [],
    })
  })

  test('an authenticated identity is in the group of all authenticated users, once', () => {
    const added = withAuthenticatedGroup({ user: 'ann', groups: ['a'] })
    expect(added.groups).toEqual(['a', 'system:authenticated'])
    expect(withAuthenticatedGroup(added)).toEqual(added)
  })

  test('the identity of a server itself may do everything, and an anonymous one nothing by its groups', () => {
    expect(LOOPBACK).toEqual({ user: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] })
    expect(INSECURE).toEqual({ user: 'system:unsecured', groups: ['system:masters', 'system:authenticated'] })
    expect(ANONYMOUS).toEqual({ user: 'system:anonymous', groups: ['system:unauthenticated'] })
  })

  test('an identity is that of a node by user name and group', () => {
    expect(nodeOf({ user: 'system:node:', groups: ['a', 'system:nodes'] })).toBe('')
    expect(nodeOf({ user: 'asystem:node:b', groups: ['system:nodes'] })).toBeNull()
  })

  test('equal identities have the same index', () => {
    const ann = { user: 'ann', groups: ['a'] }
    const registry = new IdentityRegistry([ann, { user: 'bob', groups: [] }, { ...ann }, { user: 'ann', groups: [] }])
    expect(registry.identities.map(({ user, groups }) => [user, ...groups])).toEqual([['ann', 'a'], ['bob'], ['ann']])
    expect(registry.indexOf({ user: 'ann', groups: ['a'] })).toBe(0)
    expect(registry.indexOf({ user: 'bob', groups: [] })).toBe(1)
    expect(registry.indexOf({ user: 'ann', groups: [] })).toBe(2)
    expect(() => registry.indexOf({ user: 'eve', groups: [] })).toThrow('every admitted identity is registered: eve')
  })
})

test('the graph of the Node authorizer relates objects to the nodes whose pods refer to them, by kind, namespace and name', () => {
  const graph = new NodeGraph([...pods, { ...pods[0], name: 'app-2', node: 'node-2', secrets: ['more'] }])
  const related = (
    node: string,
    kind: 'pods' | 'secrets' | 'configmaps' | 'serviceaccounts',
    name: string,
    ns = 'default',
  ) => graph.isRelated(node, kind, ns, name)
  expect(['app-1', 'app-2', 'web-1', 'nope'].map((name) => related('node-1', 'pods', name))).toEqual([
    true,
    false,
    false,
    false,
  ])
  expect(['node-1', 'node-2', 'node-3'].map((node) => related(node, 'serviceaccounts', 'app'))).toEqual([
    true,
    true,
    false,
  ])
  expect(['node-1', 'node-2'].map((node) => related(node, 'secrets', 'db'))).toEqual([true, false])
  expect(['node-1', 'node-2'].map((node) => related(node, 'secrets', 'more'))).toEqual([false, true])
  expect(['node-1', 'node-2'].map((node) => related(node, 'configmaps', 'shared'))).toEqual([true, true])
  expect(related('node-1', 'configmaps', 'db')).toBe(false)
  expect(related('node-1', 'secrets', 'db', 'kube-system')).toBe(false)
})

describe('the message of a refusal', () => {
  const alice = { user: 'alice', groups: [] }

  test('the message of a refusal names object, user, verb, resource, group and namespace, and the reason if there is one', () => {
    const list = operation('list', 'deployments', { group: 'apps', namespace: null })
    expect(forbiddenMessage(alice, list, '')).toBe(
      'deployments.apps is forbidden: User "alice" cannot list resource "deployments" in API group "apps" at the cluster scope',
    )
    const get = operation('get', 'pods', { name: 'app', subresource: 'log' })
    expect(forbiddenMessage(alice, get, 'because')).toBe(
      'pods "app" is forbidden: User "alice" cannot get resource "pods/log" in API group "" in the namespace "default": because',
    )
    expect(forbiddenMessage(alice, { kind: 'path', verb: 'get', path: '/x' }, 'because')).toBe(
      'forbidden: User "alice" cannot get path "/x": because',
    )
    expect(notAdmittedMessage(operation('create', 'leases', { group: 'coordination.k8s.io' }), 'why')).toBe(
      'leases.coordination.k8s.io is forbidden: why',
    )
  })

  test('the message of a kubelet’s refusal names several subresources from 1.32 on', () => {
    const operations = [
      operation('get', 'nodes', { subresource: 'pods' }),
      operation('get', 'nodes', { subresource: null }),
    ]
    expect(kubeletForbiddenMessage(alice, operations, 32)).toBe(
      'Forbidden (user=alice, verb=get, resource=nodes, subresource(s)=[pods ])',
    )
    expect(kubeletForbiddenMessage(alice, operations, 31)).toBe(
      'Forbidden (user=alice, verb=get, resource=nodes, subresource=pods)',
    )
  })
})

describe('a review is kept', () => {
  test('a review is cached for its lifetime, and not at all if that is 0', () => {
    const lifetimes = { cacheAuthorizedTtlNs: 5, cacheUnauthorizedTtlNs: 3 }
    expect(accessReviewExpiresAt(100, true, lifetimes)).toBe(105)
    expect(accessReviewExpiresAt(100, false, lifetimes)).toBe(103)
    const none = { cacheAuthorizedTtlNs: 0, cacheUnauthorizedTtlNs: 0 }
    expect([true, false].map((isAllowed) => accessReviewExpiresAt(100, isAllowed, none))).toEqual([
      NOT_CACHED,
      NOT_CACHED,
    ])
    expect(tokenReviewExpiresAt(100, { error: null }, { webhookCacheTtlNs: 7 })).toBe(107)
    expect(tokenReviewExpiresAt(100, { error: null }, { webhookCacheTtlNs: 0 })).toBe(NOT_CACHED)
    expect(tokenReviewExpiresAt(100, { error: 'x' }, { webhookCacheTtlNs: 7 })).toBe(NOT_CACHED)
  })

  test('a review is cached up to its last nanosecond', () => {
    expect([104, 105, 106].map((now) => isFresh(105, now))).toEqual([true, true, false])
    expect(isFresh(NOT_CACHED, -5)).toBe(false)
  })

  test('reviews are cached by operation and identity, so that no two share a key', () => {
    const keys = [0, 1, 2].flatMap((op) => [0, 1, 2, 3].map((identity) => accessReviewKey(op, identity, 4)))
    expect(new Set(keys).size).toBe(12)
  })
})

test('a token is renewed after four fifths of its life, rounded down, at most a day after its issue', () => {
  expect(tokenRefreshDueS(100, 10)).toBe(108)
  expect(tokenRefreshDueS(100, 3607)).toBe(100 + 2885)
  expect(tokenRefreshDueS(100, 107_999)).toBe(100 + 86_399)
  expect(tokenRefreshDueS(100, 200_000)).toBe(100 + 86_400)
})
