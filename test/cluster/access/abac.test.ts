import { describe, expect, test } from 'vitest'
import { type AbacPolicy, KUBE_UP_POLICIES, policiesAllow } from '../../../src/cluster/access/abac.ts'
import { ANONYMOUS, type Identity } from '../../../src/cluster/access/identity.ts'
import { operationOf } from '../../../src/cluster/messages/operations.ts'

const as = (user: string, ...groups: readonly string[]): Identity => ({
  user,
  groups: [...groups, 'system:authenticated'],
})
const alice = as('alice', 'ops')
const NOTHING: AbacPolicy = {
  user: '',
  group: '',
  readonly: false,
  apiGroup: '',
  namespace: '',
  resource: '',
  nonResourcePath: '',
}
const ALL = { apiGroup: '*', namespace: '*', resource: '*' }

/** Returns whether a policy with these properties, and no others, allows a request. */
function allows(policy: Partial<AbacPolicy>, request: string, identity = alice): boolean {
  const [method, target] = request.split(' ')
  return policiesAllow([{ ...NOTHING, ...policy }], identity, operationOf({ method: method as 'GET', target }))
}

const GET_POD = 'GET /api/v1/namespaces/shop/pods/web-1'

describe('the subject of a policy', () => {
  test('the subject of an ABAC policy is a user, a group, or a user in a group', () => {
    expect(allows({ user: 'alice', ...ALL }, GET_POD)).toBe(true)
    expect(allows({ user: 'bob', ...ALL }, GET_POD)).toBe(false)
    expect(allows({ group: 'ops', ...ALL }, GET_POD)).toBe(true)
    expect(allows({ group: 'dev', ...ALL }, GET_POD)).toBe(false)
    expect(allows({ user: 'alice', group: 'ops', ...ALL }, GET_POD)).toBe(true)
    expect(allows({ user: 'alice', group: 'dev', ...ALL }, GET_POD)).toBe(false)
    expect(allows({ user: 'bob', group: 'ops', ...ALL }, GET_POD)).toBe(false)
  })

  test('an ABAC policy without user and group has no subject', () => {
    expect(allows(ALL, GET_POD)).toBe(false)
  })

  test.each([{ user: '*' }, { group: '*' }, { user: '*', group: 'dev' }])(
    'ABAC subject %o is every authenticated user, and not an anonymous one',
    (subject) => {
      expect(allows({ ...subject, ...ALL }, GET_POD)).toBe(true)
      expect(allows({ ...subject, ...ALL }, GET_POD, ANONYMOUS)).toBe(false)
    },
  )
})

describe('a policy about resources', () => {
  test('an ABAC policy about a resource covers it and its subresources, and no other', () => {
    const pods = { user: 'alice', namespace: '*', resource: 'pods' }
    expect(allows(pods, GET_POD)).toBe(true)
    expect(allows(pods, `POST ${GET_POD.slice(4)}/exec`)).toBe(true)
    expect(allows(pods, 'GET /api/v1/namespaces/shop/secrets/key')).toBe(false)
    expect(allows({ ...pods, resource: 'pods/exec' }, `POST ${GET_POD.slice(4)}/exec`)).toBe(false)
  })

  test('an ABAC policy covers one namespace, all of them, or resources without one', () => {
    const inNamespace = (namespace: string) => ({ user: 'alice', resource: '*', namespace })
    expect(allows(inNamespace('shop'), GET_POD)).toBe(true)
    expect(allows(inNamespace('bank'), GET_POD)).toBe(false)
    expect(allows(inNamespace(''), GET_POD)).toBe(false)
    expect(allows(inNamespace(''), 'GET /api/v1/nodes/node-1')).toBe(true)
    expect(allows(inNamespace('shop'), 'GET /api/v1/nodes/node-1')).toBe(false)
  })

  test('an ABAC policy without apiGroup is about the core group', () => {
    const lease = 'GET /apis/coordination.k8s.io/v1/namespaces/shop/leases/a'
    const own = { user: 'alice', namespace: '*', resource: '*' }
    expect(allows(own, lease)).toBe(false)
    expect(allows({ ...own, apiGroup: 'coordination.k8s.io' }, lease)).toBe(true)
    expect(allows({ ...own, apiGroup: '*' }, lease)).toBe(true)
    expect(allows({ ...own, apiGroup: 'coordination.k8s.io' }, GET_POD)).toBe(false)
  })

  test('an ABAC policy about resources allows no non-resource path', () => {
    expect(allows({ user: 'alice', ...ALL }, 'GET /version')).toBe(false)
  })
})

test('a read-only ABAC policy allows get, list and watch, and so an exec that begins with GET', () => {
  const reading = { user: 'alice', readonly: true, ...ALL }
  const pods = '/api/v1/namespaces/shop/pods'
  for (const request of [GET_POD, `GET ${pods}`, `GET ${pods}?watch=true`, `${GET_POD}/exec`])
    expect(allows(reading, request)).toBe(true)
  for (const request of [`POST ${pods}`, `DELETE ${GET_POD.slice(4)}`, `POST ${GET_POD.slice(4)}/exec`])
    expect(allows(reading, request)).toBe(false)
})

test('an ABAC policy about paths is about one path, all, or those below one', () => {
  const path = (nonResourcePath: string) => ({ user: 'alice', nonResourcePath })
  expect(allows(path('/version'), 'GET /version')).toBe(true)
  expect(allows(path('/version'), 'GET /version/')).toBe(false)
  expect(allows(path('/api*'), 'GET /apis')).toBe(true)
  expect(allows(path('/api*'), 'GET /version')).toBe(false)
  expect(allows(path('*'), 'POST /metrics')).toBe(true)
  expect(allows(path('*'), GET_POD)).toBe(false)
})

test('the ABAC policies of kube-up are about nodes, service accounts and administrators, and no others', () => {
  const may = (identity: Identity) =>
    policiesAllow(
      KUBE_UP_POLICIES,
      identity,
      operationOf({ method: 'POST', target: '/api/v1/namespaces/x/secrets' }),
    ) && policiesAllow(KUBE_UP_POLICIES, identity, operationOf({ method: 'GET', target: '/metrics' }))
  const granted = [
    as('system:node:node-1', 'system:nodes'),
    as('kubelet'),
    as('admin'),
    as('a', 'system:serviceaccounts'),
  ]
  expect(granted.map(may)).toEqual([true, true, true, true])
  expect([alice, ANONYMOUS, as('system:node:node-1')].map(may)).toEqual([false, false, false])
})
