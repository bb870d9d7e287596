import { describe, expect, test } from 'vitest'
import type { Identity } from '../../../src/cluster/access/identity.ts'
import { authorizeNode } from '../../../src/cluster/access/node-authorizer.ts'
import { NodeGraph } from '../../../src/cluster/access/node-graph.ts'
import { pods } from './credentials.ts'
import { operation, VERBS } from './operation.ts'

const node1: Identity = { user: 'system:node:node-1', groups: ['system:nodes'] }
const graph = new NodeGraph(pods)

/** Returns the verbs that the Node authorizer allows node-1, and the reasons why it refuses others. */
function decide(resource: string, name: string | null, minor: number, changes: Parameters<typeof operation>[2] = {}) {
  const groups = new Map<string, string[]>()
  for (const verb of VERBS) {
    const { allowed, reason } = authorizeNode(node1, operation(verb, resource, { name, ...changes }), graph, minor)
    const answer = allowed ? 'yes' : reason
    groups.set(answer, [...(groups.get(answer) ?? []), verb])
  }
  return Object.fromEntries([...groups].map(([answer, verbs]) => [answer, verbs.join(' ')]))
}

describe('the Node authorizer has no opinion on', () => {
  const get = operation('get', 'services', { name: 'dns' })

  test('the Node authorizer has no opinion on users that are no nodes', () => {
    expect(authorizeNode({ user: 'alice', groups: ['system:nodes'] }, get, graph, 30)).toEqual({
      allowed: false,
      reason: '',
    })
    expect(authorizeNode({ ...node1, groups: [] }, get, graph, 30).allowed).toBe(false)
    expect(authorizeNode(node1, get, graph, 30)).toEqual({ allowed: true, reason: '' })
  })

  test('the Node authorizer has no opinion on non-resource paths and on resources that no node needs', () => {
    expect(authorizeNode(node1, { kind: 'path', verb: 'get', path: '/api' }, graph, 30).allowed).toBe(false)
    expect(decide('deployments', 'web', 30, { group: 'apps' })).toEqual({ '': VERBS.join(' ') })
    expect(decide('secrets', 'db', 30, { group: 'apps' })).toEqual({ '': VERBS.join(' ') })
    expect(decide('leases', 'node-1', 30, { group: '' })).toEqual({ '': VERBS.join(' ') })
  })
})

test('the Node authorizer refuses a node without a name', () => {
  const nameless = { user: 'system:node:', groups: ['system:nodes'] }
  expect(authorizeNode(nameless, operation('get', 'services', { name: 'dns' }), graph, 30)).toEqual({
    allowed: false,
    reason: 'unknown node for user "system:node:"',
  })
})

describe.each(['secrets', 'configmaps'])('%s of a node', (resource) => {
  const own = resource === 'secrets' ? 'db' : 'shared'

  test('objects of a node’s pods are read one by one before 1.12, if a pod refers to them', () => {
    expect(decide(resource, own, 11)).toMatchInlineSnapshot(`
      {
        "can only get individual resources of this type": "list watch create update patch delete deletecollection proxy",
        "yes": "get",
      }
    `)
    expect(decide(resource, 'other', 11)).toMatchInlineSnapshot(`
      {
        "can only get individual resources of this type": "list watch create update patch delete deletecollection proxy",
        "no relationship found between node 'node-1' and this object": "get",
      }
    `)
  })

  test('objects of a node’s pods are listed and watched one by one from 1.12 on', () => {
    expect(decide(resource, own, 12)).toMatchInlineSnapshot(`
      {
        "can only read resources of this type": "create update patch delete deletecollection proxy",
        "yes": "get list watch",
      }
    `)
    expect(decide(resource, 'other', 12)).toMatchInlineSnapshot(`
      {
        "can only read resources of this type": "create update patch delete deletecollection proxy",
        "no relationship found between node 'node-1' and this object": "get list watch",
      }
    `)
  })

  test('an object is not read by a node without a name, without a namespace, by a subresource, or in another namespace', () => {
    expect(decide(resource, null, 30)).toMatchInlineSnapshot(`
      {
        "No Object name found": "get list watch",
        "can only read resources of this type": "create update patch delete deletecollection proxy",
      }
    `)
    expect(decide(resource, own, 30, { namespace: null })).toMatchInlineSnapshot(`
      {
        "can only read namespaced object of this type": "get list watch",
        "can only read resources of this type": "create update patch delete deletecollection proxy",
      }
    `)
    expect(decide(resource, own, 30, { subresource: 'status' })).toMatchInlineSnapshot(`
      {
        "can only read resources of this type": "create update patch delete deletecollection proxy",
        "cannot read subresource": "get list watch",
      }
    `)
    expect(decide(resource, own, 30, { namespace: 'kube-system' })).toMatchInlineSnapshot(`
      {
        "can only read resources of this type": "create update patch delete deletecollection proxy",
        "no relationship found between node 'node-1' and this object": "get list watch",
      }
    `)
  })
})

describe('a service account of a node', () => {
  const token = { subresource: 'token' }

  test('a service account gives a node tokens from 1.12 on, if a pod on it uses the account', () => {
    expect(decide('serviceaccounts', 'app', 11, token)).toMatchInlineSnapshot(`
      {
        "disabled by feature gate TokenRequest": "get list watch create update patch delete deletecollection proxy",
      }
    `)
    expect(decide('serviceaccounts', 'app', 12, token)).toMatchInlineSnapshot(`
      {
        "can only create tokens for individual service accounts": "get list watch update patch delete deletecollection proxy",
        "yes": "create",
      }
    `)
    expect(decide('serviceaccounts', 'web', 12, token)).toMatchInlineSnapshot(`
      {
        "can only create tokens for individual service accounts": "get list watch update patch delete deletecollection proxy",
        "no relationship found between node 'node-1' and this object": "create",
      }
    `)
  })

  test('a service account is not created by a node, nor used without a name', () => {
    expect(decide('serviceaccounts', 'app', 30)).toMatchInlineSnapshot(`
      {
        "can only create token subresource of serviceaccount": "create",
        "can only create tokens for individual service accounts": "get list watch update patch delete deletecollection proxy",
      }
    `)
    expect(decide('serviceaccounts', null, 30, token)).toMatchInlineSnapshot(`
      {
        "can only create tokens for individual service accounts": "get list watch create update patch delete deletecollection proxy",
      }
    `)
    expect(decide('serviceaccounts', 'app', 30, { subresource: 'tokens' })).toMatchInlineSnapshot(`
      {
        "can only create token subresource of serviceaccount": "create",
        "can only create tokens for individual service accounts": "get list watch update patch delete deletecollection proxy",
      }
    `)
  })
})

test('a lease of a node is its own, in one namespace, from 1.14 on', () => {
  const lease = { group: 'coordination.k8s.io', namespace: 'kube-node-lease' }
  expect(decide('leases', 'node-1', 13, lease)).toMatchInlineSnapshot(`
    {
      "disabled by feature gate NodeLease": "get list watch create update patch delete deletecollection proxy",
    }
  `)
  expect(decide('leases', 'node-1', 14, lease)).toMatchInlineSnapshot(`
    {
      "can only get, create, update, patch, or delete a node lease": "list watch deletecollection proxy",
      "yes": "get create update patch delete",
    }
  `)
  expect(decide('leases', 'node-2', 14, lease)).toMatchInlineSnapshot(`
    {
      "can only access node lease with the same name as the requesting node": "get update patch delete",
      "can only get, create, update, patch, or delete a node lease": "list watch deletecollection proxy",
      "yes": "create",
    }
  `)
  expect(decide('leases', null, 14, lease)).toMatchInlineSnapshot(`
    {
      "can only access node lease with the same name as the requesting node": "get update patch delete",
      "can only get, create, update, patch, or delete a node lease": "list watch deletecollection proxy",
      "yes": "create",
    }
  `)
  expect(decide('leases', 'node-1', 14, { ...lease, namespace: 'kube-system' })).toMatchInlineSnapshot(`
    {
      "can only access leases in the "kube-node-lease" system namespace": "get create update patch delete",
      "can only get, create, update, patch, or delete a node lease": "list watch deletecollection proxy",
    }
  `)
})

describe('a Node object', () => {
  const cluster = { namespace: null }

  test('a Node object is read and written by every node before 1.32', () => {
    expect(decide('nodes', 'node-2', 31, cluster)).toMatchInlineSnapshot(`
      {
        "": "delete deletecollection proxy",
        "yes": "get list watch create update patch",
      }
    `)
    expect(decide('nodes', 'node-2', 31, { ...cluster, subresource: 'status' })).toMatchInlineSnapshot(`
      {
        "": "get list watch create delete deletecollection proxy",
        "yes": "update patch",
      }
    `)
  })

  test('a Node object is read only by its own node from 1.32 on, and may be written by every node', () => {
    expect(decide('nodes', 'node-1', 32, cluster)).toMatchInlineSnapshot(`
      {
        "": "delete deletecollection proxy",
        "yes": "get list watch create update patch",
      }
    `)
    expect(decide('nodes', 'node-2', 32, cluster)).toMatchInlineSnapshot(`
      {
        "": "delete deletecollection proxy",
        "node 'node-1' cannot read 'node-2', only its own Node object": "get list watch",
        "yes": "create update patch",
      }
    `)
    expect(decide('nodes', null, 32, cluster)).toMatchInlineSnapshot(`
      {
        "": "delete deletecollection proxy",
        "node 'node-1' cannot read all nodes, only its own Node object": "get list watch",
        "yes": "create update patch",
      }
    `)
  })

  test('the status of a Node object is written by nodes, and its proxy is not used by them', () => {
    expect(decide('nodes', 'node-1', 32, { ...cluster, subresource: 'status' })).toMatchInlineSnapshot(`
      {
        "": "get list watch create delete deletecollection proxy",
        "yes": "update patch",
      }
    `)
    expect(decide('nodes', 'node-1', 32, { ...cluster, subresource: 'proxy' })).toMatchInlineSnapshot(`
      {
        "": "get list watch create update patch delete deletecollection proxy",
      }
    `)
    expect(decide('nodes', 'node-1', 31, { ...cluster, subresource: 'proxy' })).toMatchInlineSnapshot(`
      {
        "": "get list watch create update patch delete deletecollection proxy",
      }
    `)
  })
})

describe('a pod', () => {
  test('a pod is read by every node before 1.32', () => {
    expect(decide('pods', 'web-1', 31)).toMatchInlineSnapshot(`
      {
        "": "update patch deletecollection proxy",
        "yes": "get list watch create delete",
      }
    `)
  })

  test('a pod is read only by its own node from 1.32 on', () => {
    expect(decide('pods', 'app-1', 32)).toMatchInlineSnapshot(`
      {
        "": "update patch deletecollection proxy",
        "yes": "get list watch create delete",
      }
    `)
    expect(decide('pods', 'web-1', 32)).toMatchInlineSnapshot(`
      {
        "": "update patch deletecollection proxy",
        "no relationship found between node 'node-1' and this object": "get list watch",
        "yes": "create delete",
      }
    `)
    expect(decide('pods', null, 32)).toMatchInlineSnapshot(`
      {
        "": "update patch deletecollection proxy",
        "No Object name found": "get",
        "can only list/watch pods with spec.nodeName field selector": "list watch",
        "yes": "create delete",
      }
    `)
  })

  test('a node lists pods by the selector of its name', () => {
    expect(decide('pods', null, 32, { fieldSelector: 'spec.nodeName=node-1' })).toMatchInlineSnapshot(`
      {
        "": "update patch deletecollection proxy",
        "No Object name found": "get",
        "yes": "list watch create delete",
      }
    `)
    expect(decide('pods', null, 32, { fieldSelector: 'spec.nodeName=node-2' })).toMatchInlineSnapshot(`
      {
        "": "update patch deletecollection proxy",
        "No Object name found": "get",
        "can only list/watch pods with spec.nodeName field selector": "list watch",
        "yes": "create delete",
      }
    `)
    expect(decide('pods', 'web-1', 32, { fieldSelector: 'spec.nodeName=node-1' })).toMatchInlineSnapshot(`
      {
        "": "update patch deletecollection proxy",
        "no relationship found between node 'node-1' and this object": "get",
        "yes": "list watch create delete",
      }
    `)
  })

  test.each(['status', 'eviction', 'exec', 'log'])('a node uses the subresource %s of a pod', (subresource) => {
    const answers = decide('pods', 'web-1', 32, { subresource })
    const expected = { status: 'update patch', eviction: 'create' }[subresource]
    expect(answers.yes).toBe(expected)
    expect(Object.keys(answers).filter((answer) => answer !== 'yes')).toEqual([''])
    expect(decide('pods', 'web-1', 31, { subresource }).yes).toBe(expected)
  })
})

test('the Node authorizer treats other resources alike for every node and release', () => {
  const of = (resource: string, group = '', namespace: string | null = 'default') =>
    decide(resource, null, 30, { group, namespace }).yes
  expect({
    services: of('services'),
    endpoints: of('endpoints'),
    events: of('events'),
    claims: of('persistentvolumeclaims'),
    volumes: of('persistentvolumes', '', null),
    tokenReviews: of('tokenreviews', 'authentication.k8s.io', null),
    accessReviews: of('subjectaccessreviews', 'authorization.k8s.io', null),
    localReviews: of('localsubjectaccessreviews', 'authorization.k8s.io'),
    signingRequests: of('certificatesigningrequests', 'certificates.k8s.io', null),
  }).toMatchInlineSnapshot(`
    {
      "accessReviews": "create",
      "claims": "get",
      "endpoints": "get list watch",
      "events": "create update patch",
      "localReviews": "create",
      "services": "get list watch",
      "signingRequests": "get list watch create",
      "tokenReviews": "create",
      "volumes": "get",
    }
  `)
})
