import { expect, test } from 'vitest'
import { imported, manifest } from './lab.ts'

const rbac = (kind: 'User' | 'ServiceAccount', group: string, resource: string, verb: string) => ({
  'kube-apiserver.yaml': manifest('--authorization-mode=Node,RBAC'),
  'rbac.yaml': `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: own }
rules: [{ apiGroups: ["${group}"], resources: [${resource}], verbs: [${verb}] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: own }
roleRef: { kind: ClusterRole, name: own }
subjects: [{ kind: ${kind}, name: bob${kind === 'User' ? '' : ', namespace: ops'} }]
`,
})

test.each([
  ['', 'users', 'impersonate'],
  ['rbac.authorization.k8s.io', 'clusterroles', 'bind'],
  ['rbac.authorization.k8s.io', 'rolebindings', 'create'],
  ['apps', 'daemonsets', 'create'],
  ['', 'pods/ephemeralcontainers', 'patch'],
  ['discovery.k8s.io', 'endpointslices', 'update'],
  ['apiregistration.k8s.io', 'apiservices', 'patch'],
  ['admissionregistration.k8s.io', 'mutatingwebhookconfigurations', 'create'],
])('an import has the rights of a named user over what others own: %s %s %s', (group, resource, verb) => {
  const bob = imported(rbac('User', group, resource, verb)).scenario.cluster.users.bob
  expect(bob).toEqual({ rules: [{ verbs: [verb], resources: [resource] }] })
  const reads = imported(rbac('User', group, resource, 'list')).scenario.cluster.users
  expect(reads.bob).toBeUndefined()
})

test('an import has the rights of an account over what others own, and holders that attackers imitate come first', () => {
  const { cluster } = imported(rbac('ServiceAccount', '', 'users', 'impersonate')).scenario
  expect(cluster.accounts['ops/bob'].rules).toEqual([{ verbs: ['impersonate'], resources: ['users'] }])
  const many = Array.from({ length: 45 }, (_, i) => `{ kind: User, name: a-${String(i).padStart(2, '0')} }`)
  const own = rbac('User', '', 'users', 'impersonate')
  const nodes = rbac('User', '', 'nodes/proxy', 'get')['rbac.yaml'].replaceAll('name: own', 'name: other')
  const { users } = imported({
    ...own,
    'rbac.yaml': own['rbac.yaml'].replace(/subjects: .*/, `subjects: [${many.join(', ')}]`),
    'more.yaml': nodes.replace('name: bob', 'name: zoe'),
  }).scenario.cluster
  expect(users.zoe).toBeDefined()
  expect(users['a-38']).toBeDefined()
  expect(users['a-39']).toBeUndefined()
})
