import { expect, test } from 'vitest'
import { notAdmittedMessage } from '../../../src/cluster/access/forbidden.ts'
import type { Identity } from '../../../src/cluster/access/identity.ts'
import { PLAIN_WRITE, refusalOfNode, type WrittenObject } from '../../../src/cluster/access/node-restriction.ts'
import * as to from '../../../src/cluster/messages/apiserver-requests.ts'
import { operationOf, type RequestLine } from '../../../src/cluster/messages/operations.ts'

const node1: Identity = { user: 'system:node:node-1', groups: ['system:nodes'] }

function decide(request: RequestLine, changes: Partial<WrittenObject> = {}, identity = node1): string {
  const operation = operationOf(request)
  if (operation.kind === 'path') throw new Error('the request is about a resource')
  const why = refusalOfNode(identity, operation, { ...PLAIN_WRITE, ...changes })
  return why === null ? 'yes' : notAdmittedMessage(operation, why)
}

const podsPath = '/api/v1/namespaces/default/pods'

test('NodeRestriction lets a node modify its own Node only', () => {
  expect(decide(to.patchNodeStatus('node-1'))).toBe('yes')
  expect(decide(to.patchNodeStatus('node-2'))).toBe(
    'nodes "node-2" is forbidden: node "node-1" is not allowed to modify node "node-2"',
  )
  expect(decide({ method: 'POST', target: '/api/v1/nodes' }, { createdName: 'node-1' })).toBe('yes')
  expect(decide({ method: 'POST', target: '/api/v1/nodes' }, { createdName: 'node-9' })).toContain('"node-9"')
})

test('NodeRestriction lets a node change neither taints of its Node nor labels that steer pods', () => {
  const patch: RequestLine = { method: 'PATCH', target: '/api/v1/nodes/node-1' }
  expect(decide(patch, { changesTaints: true })).toContain('node "node-1" is not allowed to modify taints')
  expect(decide(patch, { changedLabels: ['team', 'kubernetes.io/hostname', 'node.kubernetes.io/custom'] })).toBe('yes')
  expect(decide(patch, { changedLabels: ['node-restriction.kubernetes.io/pci', 'app.kubernetes.io/x'] })).toBe(
    'nodes "node-1" is forbidden: is not allowed to modify labels: app.kubernetes.io/x, node-restriction.kubernetes.io/pci',
  )
})

test('NodeRestriction lets a node report, evict and delete its own pods, and create mirror pods only', () => {
  const status = to.patchPodStatus('default', 'app-1')
  expect(decide(status, { podNode: 'node-1' })).toBe('yes')
  expect(decide(status, { podNode: 'node-2' })).toContain(
    'can only update pod status for pods with spec.nodeName set to itself',
  )
  expect(decide({ method: 'DELETE', target: `${podsPath}/app-1` }, { podNode: 'node-2' })).toContain(
    'can only delete pods',
  )
  expect(decide({ method: 'POST', target: podsPath }, { podNode: 'node-1' })).toContain('can only create mirror pods')
  expect(decide({ method: 'POST', target: podsPath }, { podNode: 'node-1', isMirrorPod: true })).toBe('yes')
  expect(decide({ method: 'POST', target: `${podsPath}/app-1/eviction` }, { podNode: 'node-2' })).toContain(
    'can only evict',
  )
})

test('NodeRestriction lets a node get tokens for pods that it runs', () => {
  const request = to.requestToken('default', 'app')
  expect(decide(request, { podNode: 'node-1' })).toBe('yes')
  expect(decide(request)).toContain('node requested token not bound to a pod')
  expect(decide(request, { podNode: 'node-2' })).toContain(
    'node requested token bound to a pod scheduled on a different node',
  )
})

test('NodeRestriction lets a node create and renew its own lease only', () => {
  const create: RequestLine = {
    method: 'POST',
    target: '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases',
  }
  expect(decide(create, { createdName: 'node-1' })).toBe('yes')
  expect(decide(create, { createdName: 'node-2' })).toContain('can only access node lease with the same name')
  expect(decide(to.renewLease('node-1', 30))).toBe('yes')
})

test('NodeRestriction does not restrict reads or other users', () => {
  expect(decide(to.patchNodeStatus('node-2'), {}, { user: 'alice', groups: [] })).toBe('yes')
  expect(decide(to.patchNodeStatus('node-2'), {}, { user: 'system:node:node-1', groups: [] })).toBe('yes')
  expect(decide(to.getNode('node-2'))).toBe('yes')
})

test('NodeRestriction does not handle requests that connect to pods and kubelets: only authorizers refuse these', () => {
  for (const subresource of ['exec', 'attach', 'portforward', 'proxy'])
    expect(decide({ method: 'POST', target: `${podsPath}/app-1/${subresource}` })).toBe('yes')
  expect(decide({ method: 'POST', target: '/api/v1/nodes/node-2/proxy/run' })).toBe('yes')
  expect(decide({ method: 'POST', target: `${podsPath}/app-1/binding` })).toContain('unexpected pod subresource')
})
