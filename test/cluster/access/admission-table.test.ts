import { describe, expect, test } from 'vitest'
import type { Identity } from '../../../src/cluster/access/identity.ts'
import { PLAIN_WRITE, refusalOfNode, type WrittenObject } from '../../../src/cluster/access/node-restriction.ts'
import { operation, VERBS } from './operation.ts'

const node1: Identity = { user: 'system:node:node-1', groups: ['system:nodes'] }
const WRITES = ['create', 'update', 'patch', 'delete']

type Changes = Parameters<typeof operation>[2]

function refusal(
  verb: string,
  resource: string,
  changes: Changes,
  written: Partial<WrittenObject> = {},
): string | null {
  return refusalOfNode(node1, operation(verb, resource, changes), { ...PLAIN_WRITE, ...written })
}

/** Returns the writes that NodeRestriction admits. */
function admitted(resource: string, changes: Changes, written: Partial<WrittenObject> = {}): string {
  return WRITES.filter((verb) => refusal(verb, resource, changes, written) === null).join(' ')
}

describe('NodeRestriction admits', () => {
  test('NodeRestriction admits everything but writes of nodes', () => {
    for (const verb of VERBS.filter((each) => !WRITES.includes(each))) {
      expect(refusal(verb, 'nodes', { name: 'node-2' })).toBeNull()
    }
    const update = operation('update', 'nodes', { name: 'node-2' })
    for (const other of [
      { user: 'alice', groups: ['system:nodes'] },
      { ...node1, groups: [] },
    ])
      expect(refusalOfNode(other, update, PLAIN_WRITE)).toBeNull()
  })

  test('NodeRestriction admits nothing from a node without a name', () => {
    const nameless = { user: 'system:node:', groups: ['system:nodes'] }
    expect(refusalOfNode(nameless, operation('get', 'pods'), PLAIN_WRITE)).toBe(
      'could not determine node from user "system:node:"',
    )
  })

  test('NodeRestriction admits writes to other resources and groups', () => {
    expect(admitted('events', {})).toBe('create update patch delete')
    expect(admitted('nodes', { group: 'apps', name: 'node-2' })).toBe('create update patch delete')
    expect(admitted('leases', { group: '', name: 'node-2' })).toBe('create update patch delete')
    expect(admitted('pods', { group: 'coordination.k8s.io' })).toBe('create update patch delete')
  })

  test.each<[string | null, Partial<WrittenObject>, string]>([
    [null, { podNode: 'node-1', isMirrorPod: true }, 'create delete'],
    [null, { podNode: 'node-1' }, 'delete'],
    [null, { podNode: 'node-2', isMirrorPod: true }, ''],
    [null, { podNode: null, isMirrorPod: true }, ''],
    ['status', { podNode: 'node-1' }, 'create update patch delete'],
    ['status', { podNode: 'node-2' }, ''],
    ['status', { podNode: null }, ''],
    ['eviction', { podNode: 'node-1' }, 'create update patch delete'],
    ['eviction', { podNode: 'node-2' }, ''],
    ['binding', { podNode: 'node-1', isMirrorPod: true }, ''],
  ])('NodeRestriction decides a write of a pod with the subresource %s and %o: %s', (subresource, written, verbs) => {
    expect(admitted('pods', { subresource, name: 'app' }, written)).toBe(verbs)
  })

  test.each<[string | null, Partial<WrittenObject>, string]>([
    ['node-1', {}, 'update patch delete'],
    ['node-2', {}, ''],
    [null, {}, ''],
    ['node-1', { createdName: 'node-1' }, 'create update patch delete'],
    [null, { createdName: 'node-1' }, 'create'],
    ['node-1', { createdName: 'node-2' }, 'update patch delete'],
    ['node-1', { createdName: 'node-1', changesTaints: true }, 'create'],
    ['node-1', { createdName: 'node-1', changedLabels: ['team'] }, 'create update patch delete'],
    ['node-1', { createdName: 'node-1', changedLabels: ['team', 'a.kubernetes.io/b'] }, ''],
  ])('NodeRestriction decides a write of the Node %s with %o: %s', (name, written, verbs) => {
    expect(admitted('nodes', { namespace: null, name }, written)).toBe(verbs)
  })

  test.each<[string | null, string | null, string]>([
    ['token', 'node-1', 'create update patch delete'],
    ['token', 'node-2', 'update patch delete'],
    ['token', null, 'update patch delete'],
    [null, 'node-2', 'create update patch delete'],
    ['other', null, 'create update patch delete'],
  ])(
    'NodeRestriction decides a write of the subresource %s of a service account, for a pod on %s: %s',
    (subresource, podNode, verbs) => {
      expect(admitted('serviceaccounts', { name: 'app', subresource }, { podNode })).toBe(verbs)
    },
  )

  test.each<[string, string | null, string | null, string]>([
    ['kube-node-lease', 'node-1', null, 'update patch delete'],
    ['kube-node-lease', 'node-2', 'node-1', 'create'],
    ['kube-node-lease', 'node-1', 'node-2', 'update patch delete'],
    ['kube-system', 'node-1', 'node-1', ''],
  ])(
    'NodeRestriction decides a write of a lease in %s named %s, or in the body %s: %s',
    (namespace, name, createdName, verbs) => {
      const changes = { group: 'coordination.k8s.io', namespace, name }
      expect(admitted('leases', changes, { createdName })).toBe(verbs)
    },
  )
})

describe('a node may not change labels', () => {
  const label = (changed: string) => refusal('patch', 'nodes', { name: 'node-1' }, { changedLabels: [changed] })

  test.each([
    'team',
    'example.com/team',
    'mykubernetes.io/x',
    'kubernetes.io/hostname',
    'kubernetes.io/arch',
    'kubernetes.io/os',
    'beta.kubernetes.io/arch',
    'beta.kubernetes.io/os',
    'beta.kubernetes.io/instance-type',
    'node.kubernetes.io/instance-type',
    'topology.kubernetes.io/region',
    'topology.kubernetes.io/zone',
    'failure-domain.beta.kubernetes.io/region',
    'failure-domain.beta.kubernetes.io/zone',
    'kubelet.kubernetes.io/x',
    'a.kubelet.kubernetes.io/x',
    'node.kubernetes.io/x',
    'a.node.kubernetes.io/x',
  ])('a node may change labels such as %s', (changed) => {
    expect(label(changed)).toBeNull()
  })

  test.each([
    'kubernetes.io/x',
    'k8s.io/x',
    'a.k8s.io/x',
    'node-role.kubernetes.io/master',
    'node-restriction.kubernetes.io/x',
    'a.node-restriction.kubernetes.io/x',
    'topology.kubernetes.io/x',
  ])('a node may not change labels such as %s', (changed) => {
    expect(label(changed)).toBe(`is not allowed to modify labels: ${changed}`)
  })

  test('a node may not set restricted labels when it creates its Node; the message sorts them', () => {
    const written = { createdName: 'node-1', changedLabels: ['b.k8s.io/x', 'team', 'a.k8s.io/x'] }
    expect(refusal('create', 'nodes', {}, written)).toBe(
      'node "node-1" is not allowed to set the following labels: a.k8s.io/x, b.k8s.io/x',
    )
  })
})

test('NodeRestriction names the Node of the message, also if the request names none', () => {
  expect(refusal('update', 'nodes', { name: null })).toBe('node "node-1" is not allowed to modify node ""')
  expect(refusal('delete', 'nodes', { name: 'node-2' })).toBe('node "node-1" is not allowed to modify node "node-2"')
})
